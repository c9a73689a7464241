//! Prices of several tickets together. What a group saves is divided over its members by their prices, so that the share of
//! each is known when one goes back.

use super::{Moment, Unit};
use crate::pricing::{GroupKind, GroupRule, Member, PricingError, RuleRef, Step, split::split, trail::Trail};

/// Groups that one rule makes of a cart at most.
const MAX_TIMES: u32 = 100;

/// Groups tickets, by the rule that comes first.
pub(in crate::pricing) fn group(
    rules: &[GroupRule],
    units: &mut [Unit<'_>],
    moment: Moment,
    trail: &mut Trail,
) -> Result<(), PricingError> {
    let mut order: Vec<&GroupRule> = rules
        .iter()
        .filter(|rule| rule.scope.is_open(moment.channel, moment.now))
        .collect();
    order.sort_by_key(|rule| (-i64::from(rule.priority), rule.rule));
    let mut is_taken = vec![false; units.len()];
    for rule in order {
        match &rule.kind {
            GroupKind::SizeForPaid { size, paid } => {
                size_for_paid(rule, (*size, *paid), units, &mut is_taken, trail)?;
            }
            GroupKind::Package { members, price, times } => {
                for _ in 0..(*times).min(MAX_TIMES) {
                    let free = |at: usize| !is_taken[at] && rule.scope.covers(units[at].item.ticket_type);
                    let Some(chosen) = choose(members, units, free) else {
                        break;
                    };
                    if !settle(rule.rule, &chosen, *price, units, trail)? {
                        break;
                    }
                    for at in chosen {
                        is_taken[at] = true;
                    }
                }
            }
        }
    }
    Ok(())
}

fn size_for_paid(
    rule: &GroupRule,
    (size, paid): (u32, u32),
    units: &mut [Unit<'_>],
    is_taken: &mut [bool],
    trail: &mut Trail,
) -> Result<(), PricingError> {
    let (Ok(size), Ok(paid)) = (usize::try_from(size), usize::try_from(paid)) else {
        return Ok(());
    };
    let meant = (0..units.len())
        .filter(|at| !is_taken[*at] && units[*at].is_reducible() && rule.scope.covers(units[*at].item.ticket_type));
    let meant = dearest_first(meant.collect(), units);
    for chosen in meant.chunks_exact(size.max(1)) {
        let price = chosen.iter().take(paid).map(|at| units[*at].price).sum();
        if settle(rule.rule, chosen, price, units, trail)? {
            for at in chosen {
                is_taken[*at] = true;
            }
        }
    }
    Ok(())
}

/// Chooses the members of one package: of each type the dearest, and as many as belong to it.
fn choose(members: &[Member], units: &[Unit<'_>], is_free: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
    let mut chosen: Vec<usize> = Vec::new();
    for member in members {
        let meant = (0..units.len()).filter(|at| {
            let unit = &units[*at];
            is_free(*at) && unit.is_reducible() && unit.item.ticket_type == member.ticket_type && !chosen.contains(at)
        });
        let most = usize::try_from(member.max).ok()?;
        let meant: Vec<usize> = dearest_first(meant.collect(), units).into_iter().take(most).collect();
        if meant.len() < usize::try_from(member.min).ok()? {
            return None;
        }
        chosen.extend(meant);
    }
    (!chosen.is_empty()).then_some(chosen)
}

fn dearest_first(mut at: Vec<usize>, units: &[Unit<'_>]) -> Vec<usize> {
    at.sort_by_key(|at| (-units[*at].price, *at));
    at
}

/// Gives the chosen a price together when it saves something; nobody goes below his floor.
fn settle(
    rule: RuleRef,
    chosen: &[usize],
    price: i64,
    units: &mut [Unit<'_>],
    trail: &mut Trail,
) -> Result<bool, PricingError> {
    let rooms: Vec<i64> = chosen.iter().map(|at| units[*at].price - units[*at].bottom()).collect();
    let before: i64 = chosen.iter().map(|at| units[*at].price).sum();
    let saving = (before - price).min(rooms.iter().sum());
    if saving <= 0 {
        return Ok(false);
    }
    let mut parts: Vec<(usize, i64)> = chosen.iter().copied().zip(split(saving, &rooms)?).collect();
    parts.sort_unstable();
    for (at, part) in parts {
        let price = units[at].price - part;
        units[at].set((Step::Group, rule), price, (at, trail));
    }
    Ok(true)
}
