//! Who buys what, when: a plan without any input or output.
//!
//! Each day after the publication has a weight: a rush at the start that fades, more at weekends,
//! and a second rush before a date comes near. Hours have weights as well.

use bilten_core::{catalog::EventDetail, promo::PromoCode};
use bilten_kernel::{Email, PersonName, TicketTypeId, Timestamp};
use jiff::{SignedDuration, civil::Weekday};

use super::{
    dice::Dice,
    people,
    plan::{EventPlan, Fate, TypePlan},
    shops::{Shop, on_day},
};

/// Weight of each hour of the day, 0 to 23.
const HOURS: [u64; 24] = [
    1, 0, 0, 0, 0, 0, 1, 3, 6, 8, 9, 10, 13, 10, 8, 8, 9, 10, 11, 14, 16, 13, 8, 3,
];
/// Weight of buying one, two, three … tickets at once.
const QUANTITIES: [u64; 6] = [30, 44, 11, 12, 2, 1];
/// Seconds of an hour in which purchases begin; the rest is for paying.
const SPREAD_S: u64 = 700;

/// A purchase that is going to be made.
#[derive(Debug, Clone)]
pub struct Purchase {
    /// Full hour in which it happens.
    pub hour: Timestamp,
    /// When exactly.
    pub at: Timestamp,
    /// Place of the event in the plan.
    pub event: usize,
    /// What is bought.
    pub items: Vec<(TicketTypeId, u32)>,
    /// Who buys.
    pub buyer: (Email, PersonName),
    /// What he types to pay less.
    pub promo: Option<PromoCode>,
    /// Whether he pays in the end.
    pub pays: bool,
    /// Seed of its ids.
    pub seed: u64,
}

/// Plans the purchases of a shop's past, in the order of time.
pub fn plan(shop: &Shop, now: Timestamp, seed: u64) -> Vec<Purchase> {
    let dice = Dice::new(seed);
    let mut purchases = Vec::new();
    for (index, (plan, detail)) in shop.plan.events.iter().zip(&shop.events).enumerate() {
        let Some((since, until)) = days(plan.fate) else {
            continue;
        };
        let weights: Vec<u64> = (until..=since)
            .rev()
            .map(|ago| weight(shop, detail, (since, ago), now))
            .collect();
        for _ in 0..plan.orders {
            let day = dice.pick(&weights).and_then(|day| i64::try_from(day).ok()).unwrap_or(0);
            purchases.extend(purchase(shop, &dice, (index, since - day), now));
        }
    }
    purchases.sort_by_key(|purchase| purchase.at);
    for (purchase, number) in purchases.iter_mut().zip(seed.wrapping_mul(1_000_000)..) {
        purchase.seed = number;
    }
    purchases
}

/// Plans a few purchases of this hour.
pub fn plan_recent(shop: &Shop, now: Timestamp, seed: u64) -> Vec<Purchase> {
    let dice = Dice::new(seed);
    let on_sale = (0..shop.events.len()).filter(|index| shop.plan.events[*index].orders > 20);
    let mut purchases: Vec<Purchase> = on_sale
        .filter(|index| matches!(shop.plan.events[*index].fate, Fate::OnSale { .. }))
        .flat_map(|index| [index, index])
        .filter_map(|index| {
            Some(Purchase {
                hour: now,
                at: now,
                event: index,
                pays: true,
                ..basket(shop, &dice, index, now)?
            })
        })
        .collect();
    for (purchase, number) in purchases.iter_mut().zip(seed.wrapping_mul(1_000_000)..) {
        purchase.seed = number;
    }
    purchases
}

/// First and last day of the sale, in days before now.
const fn days(fate: Fate) -> Option<(i64, i64)> {
    match fate {
        Fate::Draft => None,
        // The sale of an event that took place ended with it; days after it have no weight.
        Fate::OnSale { since } | Fate::TookPlace { since } => Some((since, 0)),
        Fate::Cancelled { since, ago } => Some((since, ago + 1)),
    }
}

fn weight(shop: &Shop, detail: &EventDetail, (since, ago): (i64, i64), now: Timestamp) -> u64 {
    let day = now - SignedDuration::from_hours(24 * ago);
    let to_come = detail.event.starts_at.duration_since(day).as_hours() / 24;
    if to_come < 1 {
        return 0;
    }
    let rush = match since - ago {
        0 => 60,
        1 => 34,
        2 => 20,
        3..=6 => 12,
        _ => 8,
    };
    let nearing = if to_come <= 7 { 14 } else { 0 };
    let is_weekend = matches!(
        day.to_zoned(shop.zone.clone()).weekday(),
        Weekday::Friday | Weekday::Saturday | Weekday::Sunday
    );
    (rush + nearing) * if is_weekend { 13 } else { 10 }
}

fn purchase(shop: &Shop, dice: &Dice, (event, ago): (usize, i64), now: Timestamp) -> Option<Purchase> {
    let hour = i8::try_from(dice.pick(&HOURS)?).ok()?;
    let hour = on_day(-ago, hour, now, &shop.zone).ok()?;
    let offset = i64::try_from(dice.below(SPREAD_S)).ok()?;
    let at = hour + SignedDuration::from_secs(offset);
    let detail = &shop.events[event].event;
    let is_possible = at > detail.published_at? && at < detail.starts_at && at < now - SignedDuration::from_mins(30);
    let planned = basket(shop, dice, event, at)?;
    is_possible.then_some(Purchase { hour, at, ..planned })
}

/// Chooses tickets that are on sale then: one type mostly, sometimes a second.
fn basket(shop: &Shop, dice: &Dice, event: usize, at: Timestamp) -> Option<Purchase> {
    let plan: &EventPlan = &shop.plan.events[event];
    let types = &shop.events[event].ticket_types;
    let is_open = |index: usize| {
        let terms = &types[index].terms;
        terms.sale_starts_at.is_none_or(|start| start <= at) && terms.sale_ends_at.is_none_or(|end| end > at)
    };
    let mut weights: Vec<u64> = plan
        .types
        .iter()
        .enumerate()
        .map(|(index, t)| {
            if is_open(index) && t.per_admission.is_none() {
                u64::from(t.weight)
            } else {
                0
            }
        })
        .collect();
    let (mut items, mut is_paid_for) = (Vec::new(), false);
    for _ in 0..if dice.happens(14) { 2 } else { 1 } {
        let Some(index) = dice.pick(&weights) else { break };
        is_paid_for |= plan.types[index].price > 0;
        items.push((types[index].id, quantity(dice, &plan.types[index])));
        weights[index] = 0;
    }
    if items.is_empty() {
        return None;
    }
    let admissions: u32 = items.iter().map(|(_, quantity)| *quantity).sum();
    for (index, add_on) in plan.types.iter().enumerate() {
        let Some(per_admission) = add_on.per_admission.filter(|_| is_open(index)) else {
            continue;
        };
        if dice.happens(u64::from(add_on.weight)) {
            let most = add_on.max.min(per_admission * admissions);
            items.push((types[index].id, quantity(dice, add_on).min(most)));
        }
    }
    Some(Purchase {
        hour: at,
        at,
        event,
        buyer: people::buyer(dice),
        pays: !dice.happens(5),
        promo: promo(shop, dice, plan.name).filter(|_| is_paid_for),
        seed: 0,
        items,
    })
}

/// Some have a code.
fn promo(shop: &Shop, dice: &Dice, event: &str) -> Option<PromoCode> {
    let mut promos = shop.plan.money.promos.iter();
    let promo = promos.find(|promo| promo.event == event)?;
    if !dice.happens(promo.percent) {
        return None;
    }
    promo.code.parse().ok()
}

fn quantity(dice: &Dice, plan: &TypePlan) -> u32 {
    let wanted = dice
        .pick(&QUANTITIES)
        .and_then(|n| u32::try_from(n + 1).ok())
        .unwrap_or(1);
    wanted.min(plan.max)
}
