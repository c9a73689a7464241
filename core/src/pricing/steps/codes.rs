//! Vouchers and promo codes.
//!
//! One code is taken, the one that saves most, unless codes of different stack groups save more together. Together, prices
//! that are set come first, then shares, then amounts. What a code takes off the whole order, and what a budget leaves of its
//! discount, is divided over the tickets by largest remainder.

use std::collections::BTreeMap;

use super::{Moment, Unit};
use crate::pricing::{Cart, Code, CodeKind, Cut, PricingError, Step, split::split, trail::Trail};

/// Makes locked tickets buyable, and frees tickets of fees.
pub(in crate::pricing) fn unlock(
    known: &[Code],
    cart: &Cart,
    units: &mut [Unit<'_>],
    moment: Moment,
) -> Result<(), PricingError> {
    let codes = named(known, cart)?;
    let open = |code: &&&Code| code.scope.is_open(moment.channel, moment.now);
    for unit in units.iter_mut() {
        let ticket_type = unit.item.ticket_type;
        let has = |kind: CodeKind| {
            let mut fitting = codes.iter().filter(open).filter(|code| code.kind == kind);
            fitting.any(|code| code.scope.covers(ticket_type))
        };
        if unit.item.is_locked && !has(CodeKind::Unlock) {
            return Err(PricingError::Locked(ticket_type));
        }
        unit.is_fee_free = has(CodeKind::FreeFee);
    }
    Ok(())
}

/// The price of a voucher; of several, the one that saves most.
pub(in crate::pricing) fn voucher(
    known: &[Code],
    cart: &Cart,
    units: &mut [Unit<'_>],
    moment: Moment,
    trail: &mut Trail,
) -> Result<(), PricingError> {
    let codes = eligible(known, cart, units, (true, moment))?;
    let Some((code, savings)) = best(&codes, units)? else {
        return Ok(());
    };
    take(code, &savings, units, Step::Voucher, trail);
    for (unit, saving) in units.iter_mut().zip(savings) {
        unit.has_voucher = saving > 0;
    }
    Ok(())
}

/// The discount of codes.
pub(in crate::pricing) fn promo(
    known: &[Code],
    cart: &Cart,
    units: &mut [Unit<'_>],
    moment: Moment,
    trail: &mut Trail,
) -> Result<(), PricingError> {
    let codes = eligible(known, cart, units, (false, moment))?;
    let Some((single, savings)) = best(&codes, units)? else {
        return Ok(());
    };
    let stack = stack(&codes, units)?;
    let mut together = units.to_vec();
    let mut ignored = Trail::default();
    for code in &stack {
        let savings = savings_of(code, &together)?;
        take(code, &savings, &mut together, Step::Promo, &mut ignored);
    }
    let sum = |units: &[Unit<'_>]| units.iter().map(|unit| unit.price).sum::<i64>();
    if sum(units) - sum(&together) > savings.iter().sum() {
        for code in stack {
            let savings = savings_of(code, units)?;
            take(code, &savings, units, Step::Promo, trail);
        }
    } else {
        take(single, &savings, units, Step::Promo, trail);
    }
    Ok(())
}

fn named<'c>(known: &'c [Code], cart: &Cart) -> Result<Vec<&'c Code>, PricingError> {
    let mut ids = cart.codes.clone();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter()
        .map(|id| {
            known
                .iter()
                .find(|code| code.rule.id == id)
                .ok_or(PricingError::UnknownCode(id))
        })
        .collect()
}

/// The codes that were named and hold for this cart.
fn eligible<'c>(
    known: &'c [Code],
    cart: &Cart,
    units: &[Unit<'_>],
    (is_voucher, moment): (bool, Moment),
) -> Result<Vec<&'c Code>, PricingError> {
    let holds = |code: &&Code| {
        let spent: i64 = units
            .iter()
            .filter(|unit| code.scope.covers(unit.item.ticket_type))
            .map(|unit| unit.price)
            .sum();
        code.is_voucher == is_voucher && code.scope.is_open(moment.channel, moment.now) && spent >= code.min_spend
    };
    Ok(named(known, cart)?.into_iter().filter(holds).collect())
}

/// The code that saves most, with what it saves of each ticket; none when none saves anything.
fn best<'c>(codes: &[&'c Code], units: &[Unit<'_>]) -> Result<Option<(&'c Code, Vec<i64>)>, PricingError> {
    let mut found: Option<(&Code, Vec<i64>)> = None;
    let mut rank = (0, i64::MIN, std::cmp::Reverse(uuid::Uuid::nil()));
    for code in codes {
        let savings = savings_of(code, units)?;
        let sum: i64 = savings.iter().sum();
        let own = (sum, i64::from(code.priority), std::cmp::Reverse(code.rule.id));
        if sum > 0 && own > rank {
            rank = own;
            found = Some((code, savings));
        }
    }
    Ok(found)
}

/// The best code of each stack group, in the order in which they are taken.
fn stack<'c>(codes: &[&'c Code], units: &[Unit<'_>]) -> Result<Vec<&'c Code>, PricingError> {
    let mut groups: BTreeMap<u32, Vec<&Code>> = BTreeMap::new();
    for code in codes {
        if let Some(group) = code.stack_group {
            groups.entry(group).or_default().push(code);
        }
    }
    let mut stack = Vec::new();
    for group in groups.into_values() {
        stack.extend(best(&group, units)?.map(|(code, _)| code));
    }
    stack.sort_by_key(|code| (rank(code.kind), -i64::from(code.priority), code.rule));
    Ok(stack)
}

const fn rank(kind: CodeKind) -> u8 {
    match kind {
        CodeKind::PerTicket(Cut::SetPrice(_)) => 0,
        CodeKind::PerTicket(Cut::Percent(_)) => 1,
        CodeKind::PerTicket(Cut::Fixed(_)) => 2,
        CodeKind::PerOrder(_) => 3,
        CodeKind::Unlock | CodeKind::FreeFee => 4,
    }
}

/// What a code takes off each ticket.
fn savings_of(code: &Code, units: &[Unit<'_>]) -> Result<Vec<i64>, PricingError> {
    let is_meant = |unit: &Unit<'_>| {
        let is_open = !unit.has_voucher || code.stack_group.is_some();
        unit.is_reducible() && is_open && code.scope.covers(unit.item.ticket_type)
    };
    let savings: Vec<i64> = match code.kind {
        CodeKind::PerTicket(cut) => units
            .iter()
            .map(|unit| Ok(if is_meant(unit) { unit.price - unit.cut(cut)? } else { 0 }))
            .collect::<Result<_, PricingError>>()?,
        CodeKind::PerOrder(amount) => {
            let room = |unit: &Unit<'_>| if is_meant(unit) { unit.price - unit.bottom() } else { 0 };
            let rooms: Vec<i64> = units.iter().map(room).collect();
            split(amount.clamp(0, rooms.iter().sum()), &rooms)?
        }
        CodeKind::Unlock | CodeKind::FreeFee => vec![0; units.len()],
    };
    match code.budget_left {
        Some(budget) if savings.iter().sum::<i64>() > budget.max(0) => split(budget.max(0), &savings),
        _ => Ok(savings),
    }
}

fn take(code: &Code, savings: &[i64], units: &mut [Unit<'_>], step: Step, trail: &mut Trail) {
    for (at, (unit, saving)) in units.iter_mut().zip(savings).enumerate() {
        let price = unit.price - saving;
        unit.set((step, code.rule), price, (at, trail));
    }
}
