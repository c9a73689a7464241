//! Who waits: people who came too late for what was sold out, in the order in which they joined.

use bilten_core::{
    catalog::{self, Availability, EventDetail},
    waitlist::{self, JoinError, JoinWaitlist, Party},
};
use bilten_kernel::{Actor, TicketTypeId, Timestamp};
use jiff::SignedDuration;

use super::{ctx, dice::Dice, people, plan::Fate, shops::Shop};
use crate::http::AppState;

/// People who wait for tickets of one event.
const PEOPLE: u64 = 26;
/// Weight of wanting one, two, three, four tickets.
const PARTIES: [u64; 4] = [30, 44, 8, 18];
/// Percentage of those who would take fewer.
const EASY: u64 = 35;

/// Lets people join the lists of events of which something is sold out.
pub async fn line_up(state: &AppState, shop: &Shop, now: Timestamp, seed: u64) -> anyhow::Result<()> {
    let dice = Dice::new(seed.wrapping_add(177));
    // Each entry has a seed of its own.
    let mut seeds = seed.wrapping_mul(10_000)..;
    for (plan, detail) in shop.plan.events.iter().zip(&shop.events) {
        if !matches!(plan.fate, Fate::OnSale { .. }) {
            continue;
        }
        let reader = ctx(state, shop.tenant, now, seed ^ 0xa17);
        let mut tx = state.db.begin(&reader).await?;
        let today = catalog::find_event(&reader, &mut tx, detail.event.id).await?;
        tx.commit().await?;
        let gone = today.map(|detail| sold_out(&detail, now)).unwrap_or_default();
        for number in 0..if gone.is_empty() { 0 } else { PEOPLE } {
            let wish = wish(detail, &gone, &dice);
            let hours = i64::try_from(PEOPLE - number)? * 3;
            let at = now - SignedDuration::from_hours(hours);
            let ctx = ctx(state, shop.tenant, at, seeds.next().unwrap_or(seed) ^ 0xa170).with_actor(Actor::Buyer);
            let ctx = ctx.with_locale(shop.plan.locale.parse()?);
            let mut tx = state.db.begin(&ctx).await?;
            match waitlist::join(&ctx, &mut tx, &wish).await {
                Ok(()) => tx.commit().await?,
                Err(JoinError::Db(error)) => return Err(error.into()),
                // A party that is larger than an order may be looks elsewhere.
                Err(_) => tx.rollback().await?,
            }
        }
    }
    Ok(())
}

fn sold_out(detail: &EventDetail, now: Timestamp) -> Vec<TicketTypeId> {
    let types = detail.ticket_types.iter();
    types
        .filter(|t| catalog::availability(&detail.event, t, now) == Availability::SoldOut)
        .map(|t| t.id)
        .collect()
}

/// One of the types mostly, sometimes any of them.
fn wish(detail: &EventDetail, gone: &[TicketTypeId], dice: &Dice) -> JoinWaitlist {
    let (email, name) = people::buyer(dice);
    let size = dice.pick(&PARTIES).and_then(|n| u32::try_from(n + 1).ok()).unwrap_or(1);
    let least = if dice.happens(EASY) { 1 } else { size };
    let one = usize::try_from(dice.below(8)).unwrap_or(0) % gone.len();
    JoinWaitlist {
        event: detail.event.id,
        email,
        name,
        party: Party::at_least(size, least).unwrap_or_else(|| Party::together(1).expect("one is a party")),
        types: if dice.happens(30) {
            gone.to_vec()
        } else {
            vec![gone[one]]
        },
    }
}
