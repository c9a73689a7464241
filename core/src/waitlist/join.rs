//! Puts somebody on the list.

use bilten_kernel::{Ctx, Email, EventId, PersonName, TicketTypeId, Timestamp, WaitlistEntryId};
use bilten_tenancy::{DbError, TenantTx, audit, outbox};
use jiff::SignedDuration;
use serde_json::json;

use super::{Party, SHORTEST_OFFER, settle, store};
use crate::catalog::{self, Availability, EventDetail, EventStatus, TicketType};

/// Entries that may wait for one event.
pub const MAX_ENTRIES: i64 = 20_000;
/// Somebody who joins again is sent his mail again, but not more often than that.
const TELL_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// What somebody wants.
#[derive(Debug, Clone)]
pub struct JoinWaitlist {
    /// Event.
    pub event: EventId,
    /// Where mails go.
    pub email: Email,
    /// Who waits.
    pub name: PersonName,
    /// How many places.
    pub party: Party,
    /// Types of which any will do.
    pub types: Vec<TicketTypeId>,
}

/// Why somebody is not put on the list.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// No such event for buyers.
    #[error("no such event")]
    NotFound,
    /// The event is over or cancelled, or the sale of every chosen type is.
    #[error("nothing is sold any more")]
    Closed,
    /// No type was chosen that the event shows.
    #[error("no ticket type was chosen")]
    NoType,
    /// Enough places can be bought right now.
    #[error("the tickets can be bought")]
    Available,
    /// One order may not have so many.
    #[error("one order may have at most {max} tickets")]
    TooMany {
        /// Most in one order.
        max: u32,
    },
    /// Too many wait already.
    #[error("the list is full")]
    Full,
    /// The database refused.
    #[error("could not write the entry")]
    Db(#[from] DbError),
}

/// Puts somebody on the event's list. An address that waits already keeps its place and its wish, and is sent its mail
/// again: what the caller sees is the same, so that nobody learns who waits.
///
/// # Errors
/// See [`JoinError`].
pub async fn join(ctx: &Ctx, tx: &mut TenantTx, wish: &JoinWaitlist) -> Result<(), JoinError> {
    let detail = catalog::find_event(ctx, tx, wish.event)
        .await?
        .filter(|detail| detail.event.is_public())
        .ok_or(JoinError::NotFound)?;
    let types = wanted(&detail, wish, ctx.now())?;
    // An offer that has ended does not keep its address from joining again.
    settle::settle(ctx, tx, Some(wish.event)).await?;
    let entry: WaitlistEntryId = ctx.new_id();
    if !store::insert(tx, ctx, entry, wish).await? {
        return remind(ctx, tx, wish).await;
    }
    if store::count_waiting(tx, wish.event).await? > MAX_ENTRIES {
        return Err(JoinError::Full);
    }
    store::insert_types(tx, entry, &types).await?;
    let details = json!({ "event": wish.event, "party": wish.party.size(), "types": types });
    let record = audit::Entry {
        action: "waitlist.joined",
        object: entry.to_string(),
        details,
    };
    audit::record(tx, ctx, record).await?;
    tell(ctx, tx, entry).await
}

/// Decides which of the chosen types can be waited for.
fn wanted(detail: &EventDetail, wish: &JoinWaitlist, now: Timestamp) -> Result<Vec<TicketTypeId>, JoinError> {
    if detail.event.status_at(now) != EventStatus::Published {
        return Err(JoinError::Closed);
    }
    // An add-on is had beside a ticket that admits: nobody waits for it alone.
    let visible = detail
        .ticket_types
        .iter()
        .filter(|t| !t.terms.is_hidden && !t.terms.kind.is_add_on());
    let chosen: Vec<&TicketType> = visible.filter(|t| wish.types.contains(&t.id)).collect();
    if chosen.is_empty() {
        return Err(JoinError::NoType);
    }
    let is_open = |t: &&TicketType| {
        let last = detail.event.ends_at;
        let end = t.terms.sale_ends_at.map_or(last, |end| end.min(last));
        end.duration_since(now) >= SHORTEST_OFFER
    };
    let open: Vec<&TicketType> = chosen.into_iter().filter(is_open).collect();
    let max = open
        .iter()
        .map(|t| t.terms.max_per_order)
        .max()
        .ok_or(JoinError::Closed)?;
    if wish.party.size() > max {
        return Err(JoinError::TooMany { max });
    }
    let can_buy = |t: &&TicketType| match catalog::availability(&detail.event, t, now) {
        Availability::Available { left } | Availability::FewLeft { left } => left >= i64::from(wish.party.size()),
        Availability::AllInCarts | Availability::SoldOut | Availability::NotYet { .. } | Availability::Over => false,
    };
    if open.iter().any(can_buy) {
        return Err(JoinError::Available);
    }
    Ok(open.into_iter().map(|t| t.id).collect())
}

async fn remind(ctx: &Ctx, tx: &mut TenantTx, wish: &JoinWaitlist) -> Result<(), JoinError> {
    let before = ctx.now() - TELL_AGAIN_AFTER;
    match store::note_told(tx, wish.event, &wish.email, (before, ctx.now())).await? {
        Some(entry) => tell(ctx, tx, entry).await,
        None => Ok(()),
    }
}

async fn tell(ctx: &Ctx, tx: &mut TenantTx, entry: WaitlistEntryId) -> Result<(), JoinError> {
    outbox::publish(tx, ctx, "waitlist_joined", 1, &json!({ "entry": entry })).await?;
    Ok(())
}
