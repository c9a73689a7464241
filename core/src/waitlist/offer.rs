//! Gives free places to those who wait, before anybody else is asked.

use std::collections::HashSet;

use bilten_kernel::{Actor, Ctx, EventId, HoldId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit, outbox};
use jiff::SignedDuration;
use serde_json::json;

use super::{
    Occasion, Offered, freed, match_list,
    store::{self, Place, Wanted},
};
use crate::{
    inventory::{
        Hold, HoldState, Stock,
        store::{NewHold, insert_holds},
    },
    seating,
};

/// Entries that are read at a time.
const PAGE: i64 = 200;
/// A payment that began in time and failed may be tried again so long after the deadline: as long as a cart may last
/// after its first quarter of an hour.
const LATE_TRY: SignedDuration = SignedDuration::from_mins(45);

/// An offer with its hold.
struct Made {
    hold: HoldId,
    offered: Offered,
}

/// Serves the event's waiting list from a stock whose pools are locked and whose expired holds are reclaimed: holds for
/// those who wait are written, and what is left in the stock is for buyers. Returns how many offers were made. Does
/// nothing, without a round trip, where nobody waits or nothing is free.
///
/// # Errors
/// The database refused.
pub(crate) async fn offer_first(
    tx: &mut TenantTx,
    ctx: &Ctx,
    event: EventId,
    stock: &mut Stock,
    now: Timestamp,
) -> Result<usize, DbError> {
    if stock.awaited.is_empty() || stock.event.closed.is_some() {
        return Ok(0);
    }
    // Whoever's request happened to bring this about has nothing to do with it.
    let ctx = &ctx.clone().with_actor(Actor::System);
    let (mut made, mut passed) = (Vec::new(), Vec::new());
    let mut behind: Option<Place> = None;
    loop {
        let free: Vec<_> = stock.servable().collect();
        let wanted = Wanted {
            event,
            free: &free,
            now,
        };
        let Some(page) = store::read_page(tx, &wanted, behind, PAGE).await? else {
            break;
        };
        let occasion = Occasion {
            now,
            ends_at: page.ends_at,
            zone: page.zone,
        };
        let matched = match_list(stock, &page.candidates, &occasion);
        made.extend(matched.offers.into_iter().map(|offered| Made {
            hold: ctx.new_id(),
            offered,
        }));
        passed.extend(matched.passed);
        behind = Some(page.last);
    }
    if !passed.is_empty() {
        store::note_passed(tx, &passed, now).await?;
    }
    if made.is_empty() {
        return Ok(0);
    }
    write(tx, ctx, event, stock, (made, now)).await
}

async fn write(
    tx: &mut TenantTx,
    ctx: &Ctx,
    event: EventId,
    stock: &mut Stock,
    (made, now): (Vec<Made>, Timestamp),
) -> Result<usize, DbError> {
    let wanted: Vec<_> = made
        .iter()
        .map(|m| (m.offered.entry, m.hold, m.offered.until))
        .collect();
    let taken: HashSet<_> = store::mark_offered(tx, &wanted, now).await?.into_iter().collect();
    // Somebody may have left while we were looking.
    let (made, gone): (Vec<_>, Vec<_>) = made.into_iter().partition(|m| taken.contains(&m.offered.entry));
    for Made { offered, .. } in gone {
        stock.put_back(&offered.lines);
        stock.seats.put_back(&offered.seats.seats);
    }
    let holds: Vec<NewHold> = made.iter().map(|made| new_hold(event, stock, made)).collect();
    insert_holds(tx, &holds, &stock.taken, now).await?;
    let seats = holds.iter().map(|new| (new.hold.id, &new.hold.seats));
    seating::write(tx, event, seats, &mut stock.seats).await?;
    // Written; what follows in this transaction adds to nothing.
    stock.taken.clear();
    let facts: Vec<_> = made
        .iter()
        .map(|made| (ctx, json!({ "entry": made.offered.entry, "hold": made.hold })))
        .collect();
    outbox::publish_many(tx, "waitlist_offered", 1, &facts).await?;
    let entry = audit::Entry {
        action: "waitlist.offered",
        object: event.to_string(),
        details: json!({ "offers": facts.iter().map(|(_, offer)| offer).collect::<Vec<_>>() }),
    };
    audit::record(tx, ctx, entry).await?;
    let mut deadlines: Vec<Timestamp> = made.iter().map(|made| made.offered.until).collect();
    deadlines.sort_unstable();
    deadlines.dedup();
    for deadline in deadlines {
        freed::look_again_at(tx, ctx, event, deadline).await?;
    }
    metrics::counter!("waitlist_offers_total").increment(u64::try_from(made.len()).unwrap_or(u64::MAX));
    Ok(made.len())
}

fn new_hold(event: EventId, stock: &Stock, made: &Made) -> NewHold {
    let hold = Hold {
        id: made.hold,
        event,
        state: HoldState::Held,
        currency: stock.event.currency,
        expires_at: made.offered.until,
        is_extended: false,
        lines: made.offered.lines.clone(),
        seats: made.offered.seats.clone(),
        promo: None,
        donation: None,
        plan: stock.plan.as_ref().map(|plan| plan.version),
        limits_persons: stock.limits_persons(),
    };
    NewHold {
        hold,
        latest_end: Some(made.offered.until + LATE_TRY),
        request_key: None,
        request_hash: None,
    }
}
