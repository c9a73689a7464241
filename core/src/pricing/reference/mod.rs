//! The same prices, computed slowly: for comparison only.
//!
//! It shares the input types with the engine and none of its code. Every ticket is a fraction of a library; fees are found by trying
//! one amount after the other; units that are left over are given away one by one.

mod bill;

use bilten_kernel::TicketTypeId;
use num_rational::Ratio;

use super::{Cart, Catalogue, Code, CodeKind, Cut, FeeSchedule, GroupKind, Item, Scope, TaxTable, engine::Asked};

type Fraction = Ratio<i128>;

/// What the engine must say, ticket by ticket, in the order of types.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// Gross, net, fee on top, platform's fee, commission of each ticket.
    pub tickets: Vec<[i64; 5]>,
}

impl Answer {
    /// Sums up a column.
    pub fn sum(&self, column: usize) -> i64 {
        self.tickets.iter().map(|ticket| ticket[column]).sum()
    }
}

struct Slow<'a> {
    item: &'a Item,
    named: Option<i64>,
    price: i64,
    voucher: bool,
    automatic: bool,
    grouped: bool,
}

fn int(number: i64) -> Fraction {
    Fraction::from_integer(i128::from(number))
}

fn share(bp: i32) -> Fraction {
    Fraction::new(i128::from(bp), 10_000)
}

fn nearest(number: &Fraction) -> i64 {
    // num-rational rounds halves away from nought, as we do.
    i64::try_from(number.round().to_integer()).unwrap()
}

/// Gives `amount` away unit by unit, to whom most of his share is missing.
fn deal(amount: i64, weights: &[i64]) -> Vec<i64> {
    let weights: Vec<i64> = if weights.iter().all(|w| *w == 0) {
        vec![1; weights.len()]
    } else {
        weights.to_vec()
    };
    let total: i64 = weights.iter().sum();
    let due: Vec<Fraction> = weights
        .iter()
        .map(|w| int(amount.abs()) * int(*w) / int(total))
        .collect();
    let mut parts: Vec<i64> = due
        .iter()
        .map(|d| i64::try_from(d.floor().to_integer()).unwrap())
        .collect();
    let mut got = vec![false; parts.len()];
    while parts.iter().sum::<i64>() < amount.abs() {
        let mut who: Option<usize> = None;
        for at in 0..parts.len() {
            let better = |other: usize| {
                let (mine, his) = (due[at].fract(), due[other].fract());
                mine > his || (mine == his && weights[at] > weights[other])
            };
            if !got[at] && who.is_none_or(better) {
                who = Some(at);
            }
        }
        parts[who.unwrap()] += 1;
        got[who.unwrap()] = true;
    }
    parts.into_iter().map(|part| part * amount.signum()).collect()
}

/// What a cart costs.
pub fn answer(catalogue: &Catalogue, cart: &Cart, asked: Asked, schedule: &FeeSchedule, taxes: &TaxTable) -> Answer {
    let mut slow = expand(catalogue, cart, asked);
    let open = |scope: &Scope| {
        scope.channel.is_none_or(|channel| channel == asked.channel)
            && scope.from.is_none_or(|from| asked.now >= from)
            && scope.to.is_none_or(|to| asked.now < to)
    };
    let codes: Vec<&Code> = catalogue
        .codes
        .iter()
        .filter(|code| cart.codes.contains(&code.rule.id) && open(&code.scope))
        .collect();
    let vouchers: Vec<&Code> = codes
        .iter()
        .copied()
        .filter(|code| code.is_voucher && affordable(code, &slow))
        .collect();
    if let Some(code) = favourite(&vouchers, &slow) {
        for (at, saving) in saving(code, &slow).into_iter().enumerate() {
            slow[at].price -= saving;
            slow[at].voucher = saving > 0;
        }
    }
    let mut automatic: Vec<_> = catalogue.automatic.iter().filter(|rule| open(&rule.scope)).collect();
    automatic.sort_by(|a, b| b.priority.cmp(&a.priority).then(a.rule.cmp(&b.rule)));
    for rule in automatic {
        let meant = |s: &Slow<'_>| s.item.open_price.is_none() && has(&rule.scope, s.item.ticket_type);
        if slow.iter().filter(|s| meant(s)).count() >= usize::try_from(rule.min_quantity).unwrap() {
            for s in &mut slow {
                let price = reduced(s, rule.cut);
                if meant(s) && !s.voucher && !s.automatic && price < s.price {
                    (s.price, s.automatic) = (price, true);
                }
            }
        }
    }
    let promos: Vec<&Code> = codes
        .iter()
        .copied()
        .filter(|code| !code.is_voucher && affordable(code, &slow))
        .collect();
    promo(&promos, &mut slow);
    groups(catalogue, &mut slow, open);
    for s in &mut slow {
        if let Some(bounds) = s.item.open_price {
            s.price = s.named.unwrap_or(s.price).max(bounds.min).max(s.item.floor);
        }
    }
    let free: Vec<bool> = slow
        .iter()
        .map(|s| {
            codes
                .iter()
                .any(|code| code.kind == CodeKind::FreeFee && has(&code.scope, s.item.ticket_type))
        })
        .collect();
    let prices = slow.iter().map(|s| (s.price, s.item.tax)).collect();
    bill::Bill::new(catalogue, (prices, free), asked, taxes).settle(schedule)
}

fn expand<'a>(catalogue: &'a Catalogue, cart: &Cart, asked: Asked) -> Vec<Slow<'a>> {
    let mut slow = Vec::new();
    let mut items: Vec<&Item> = catalogue.items.iter().collect();
    items.sort_by_key(|item| item.ticket_type);
    let is_now = |from: Option<bilten_kernel::Timestamp>, to: Option<bilten_kernel::Timestamp>| {
        from.is_none_or(|from| asked.now >= from) && to.is_none_or(|to| asked.now < to)
    };
    for item in items {
        let mut lines: Vec<_> = cart
            .lines
            .iter()
            .filter(|line| line.ticket_type == item.ticket_type)
            .collect();
        lines.sort_by_key(|line| (line.zone, line.named));
        let mut cheap: Vec<i64> = Vec::new();
        for tier in item.tiers.iter().filter(|tier| is_now(tier.from, tier.to)) {
            cheap.extend(vec![tier.price; usize::try_from(tier.room).unwrap()]);
        }
        let mut prices = cheap.into_iter().chain(std::iter::repeat(item.price));
        for line in lines {
            for _ in 0..line.quantity {
                let mut price = prices.next().unwrap();
                for other in item.overrides.iter().rev() {
                    if (other.zone.is_none() || other.zone == line.zone) && is_now(other.from, other.to) {
                        price = other.price;
                    }
                }
                slow.push(Slow {
                    item,
                    named: line.named,
                    price: item.dynamic.map_or(price, |point| point.price),
                    voucher: false,
                    automatic: false,
                    grouped: false,
                });
            }
        }
    }
    slow
}

fn has(scope: &Scope, ticket_type: TicketTypeId) -> bool {
    match &scope.items {
        None => true,
        Some(items) => items.contains(&ticket_type),
    }
}

fn lowest(s: &Slow<'_>) -> i64 {
    s.item.floor.clamp(0, s.price)
}

fn reduced(s: &Slow<'_>, cut: Cut) -> i64 {
    let price = match cut {
        Cut::Percent(bp) => s.price - nearest(&(int(s.price) * share(bp))),
        Cut::Fixed(off) => s.price - off,
        Cut::SetPrice(price) => price,
    };
    price.clamp(lowest(s), s.price)
}

fn affordable(code: &Code, slow: &[Slow<'_>]) -> bool {
    slow.iter()
        .filter(|s| has(&code.scope, s.item.ticket_type))
        .map(|s| s.price)
        .sum::<i64>()
        >= code.min_spend
}

fn saving(code: &Code, slow: &[Slow<'_>]) -> Vec<i64> {
    let meant = |s: &Slow<'_>| {
        s.item.open_price.is_none()
            && has(&code.scope, s.item.ticket_type)
            && (code.stack_group.is_some() || !s.voucher)
    };
    let savings: Vec<i64> = match code.kind {
        CodeKind::PerTicket(cut) => slow
            .iter()
            .map(|s| i64::from(meant(s)) * (s.price - reduced(s, cut)))
            .collect(),
        CodeKind::PerOrder(amount) => {
            let rooms: Vec<i64> = slow
                .iter()
                .map(|s| i64::from(meant(s)) * (s.price - lowest(s)))
                .collect();
            deal(amount.max(0).min(rooms.iter().sum()), &rooms)
        }
        CodeKind::Unlock | CodeKind::FreeFee => vec![0; slow.len()],
    };
    let budget = code.budget_left.unwrap_or(i64::MAX).max(0);
    if savings.iter().sum::<i64>() > budget {
        deal(budget, &savings)
    } else {
        savings
    }
}

fn favourite<'c>(codes: &[&'c Code], slow: &[Slow<'_>]) -> Option<&'c Code> {
    let worth = |code: &Code| saving(code, slow).iter().sum::<i64>();
    let mut codes: Vec<&Code> = codes.iter().copied().filter(|code| worth(code) > 0).collect();
    codes.sort_by(|a, b| {
        worth(b)
            .cmp(&worth(a))
            .then(b.priority.cmp(&a.priority))
            .then(a.rule.id.cmp(&b.rule.id))
    });
    codes.first().copied()
}

fn promo(codes: &[&Code], slow: &mut [Slow<'_>]) {
    let Some(single) = favourite(codes, slow) else { return };
    let mut stack: Vec<&Code> = (0..20)
        .filter_map(|group| {
            let own: Vec<&Code> = codes
                .iter()
                .copied()
                .filter(|code| code.stack_group == Some(group))
                .collect();
            favourite(&own, slow)
        })
        .collect();
    let rank = |code: &Code| match code.kind {
        CodeKind::PerTicket(Cut::SetPrice(_)) => 0,
        CodeKind::PerTicket(Cut::Percent(_)) => 1,
        CodeKind::PerTicket(Cut::Fixed(_)) => 2,
        CodeKind::PerOrder(_) => 3,
        CodeKind::Unlock | CodeKind::FreeFee => 4,
    };
    stack.sort_by(|a, b| {
        rank(a)
            .cmp(&rank(b))
            .then(b.priority.cmp(&a.priority))
            .then(a.rule.cmp(&b.rule))
    });
    let before: Vec<i64> = slow.iter().map(|s| s.price).collect();
    for code in stack {
        for (s, off) in saving(code, slow).into_iter().enumerate() {
            slow[s].price -= off;
        }
    }
    let stacked: i64 = slow.iter().map(|s| s.price).sum();
    let after: Vec<i64> = slow.iter().map(|s| s.price).collect();
    for (s, price) in slow.iter_mut().zip(&before) {
        s.price = *price;
    }
    let alone = saving(single, slow);
    let is_stack_better = before.iter().sum::<i64>() - stacked > alone.iter().sum();
    for (at, s) in slow.iter_mut().enumerate() {
        s.price = if is_stack_better {
            after[at]
        } else {
            before[at] - alone[at]
        };
    }
}

fn groups(catalogue: &Catalogue, slow: &mut [Slow<'_>], open: impl Fn(&Scope) -> bool) {
    let mut rules: Vec<_> = catalogue.groups.iter().filter(|rule| open(&rule.scope)).collect();
    rules.sort_by(|a, b| b.priority.cmp(&a.priority).then(a.rule.cmp(&b.rule)));
    for rule in rules {
        match &rule.kind {
            GroupKind::SizeForPaid { size, paid } => {
                let mut free = dearest(slow, |s| has(&rule.scope, s.item.ticket_type));
                while free.len() >= usize::try_from(*size).unwrap() {
                    let group: Vec<usize> = free.drain(..usize::try_from(*size).unwrap()).collect();
                    let price = group[..usize::try_from(*paid).unwrap()]
                        .iter()
                        .map(|at| slow[*at].price)
                        .sum();
                    together(slow, &group, price);
                }
            }
            GroupKind::Package { members, price, times } => {
                for _ in 0..*times {
                    let mut group: Vec<usize> = Vec::new();
                    let mut is_complete = true;
                    for member in members {
                        let mut free = dearest(slow, |s| {
                            s.item.ticket_type == member.ticket_type && has(&rule.scope, member.ticket_type)
                        });
                        free.retain(|at| !group.contains(at));
                        free.truncate(usize::try_from(member.max).unwrap());
                        is_complete &= free.len() >= usize::try_from(member.min).unwrap();
                        group.extend(free);
                    }
                    if !is_complete || group.is_empty() || !together(slow, &group, *price) {
                        break;
                    }
                }
            }
        }
    }
}

fn dearest(slow: &[Slow<'_>], meant: impl Fn(&Slow<'_>) -> bool) -> Vec<usize> {
    let mut free: Vec<usize> = (0..slow.len())
        .filter(|at| !slow[*at].grouped && slow[*at].item.open_price.is_none() && meant(&slow[*at]))
        .collect();
    free.sort_by(|a, b| slow[*b].price.cmp(&slow[*a].price).then(a.cmp(b)));
    free
}

fn together(slow: &mut [Slow<'_>], group: &[usize], price: i64) -> bool {
    let rooms: Vec<i64> = group.iter().map(|at| slow[*at].price - lowest(&slow[*at])).collect();
    let off = (group.iter().map(|at| slow[*at].price).sum::<i64>() - price).min(rooms.iter().sum());
    if off <= 0 {
        return false;
    }
    for (at, part) in group.iter().zip(deal(off, &rooms)) {
        slow[*at].price -= part;
        slow[*at].grouped = true;
    }
    true
}
