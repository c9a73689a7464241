//! Changes how a ticket type is sold.

use bilten_kernel::{Ctx, EventId, Money, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    EventStatus, StockChange, TicketType, TicketTypeChange,
    store::ticket_types::{self as store, CapacitySet},
    ticket_type::{TermsError, check_capacity, check_terms, own_pool_id},
    update_event::lock_event,
};
use crate::{
    seating::{self, TooManyPlaces},
    waitlist,
};

/// Failure to change a ticket type.
#[derive(Debug, thiserror::Error)]
pub enum UpdateTicketTypeError {
    /// The event or its type does not exist.
    #[error("the ticket type does not exist")]
    NotFound,
    /// Nothing is sold any more.
    #[error("the event is over or cancelled")]
    Closed,
    /// Limits, sale window, price or capacity make no sense.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// More tickets are in carts and sold than the new capacity has places.
    #[error("{committed} places are sold or in carts; the capacity cannot be lower")]
    CapacityBelowSold {
        /// Places sold and in carts.
        committed: i64,
    },
    /// Types with seats would have more places than seats.
    #[error("the ticket type would have {} places and has {} seats", .0.places, .0.seats)]
    AboveSeats(TooManyPlaces),
    /// The type draws on shared pools alone.
    #[error("the ticket type has no capacity of its own")]
    NoOwnPool,
    /// A policy moves the price.
    #[error("the price moves with demand; stop its policy to set it")]
    Moving,
    /// The event was published, or the type has seats: what its tickets are good for is settled.
    #[error("a ticket type of a published event, or one with seats, stays what it is: an admission or an add-on")]
    KindSettled,
    /// The database refused.
    #[error("could not change the ticket type")]
    Db(DbError),
}

impl From<DbError> for UpdateTicketTypeError {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

/// Changes a ticket type. Carts and orders that exist keep the price they were made with.
///
/// # Errors
/// See [`UpdateTicketTypeError`].
pub async fn update_ticket_type(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (event, id): (EventId, TicketTypeId),
    change: TicketTypeChange,
) -> Result<(), UpdateTicketTypeError> {
    let event = lock_event(tx, event).await?.ok_or(UpdateTicketTypeError::NotFound)?;
    match event.status_at(ctx.now()) {
        EventStatus::Draft | EventStatus::Published => {}
        EventStatus::Ended | EventStatus::Cancelled => return Err(UpdateTicketTypeError::Closed),
    }
    let mut types = store::load(tx, &[event.id], ctx.now()).await?;
    let before = types
        .remove(&event.id)
        .unwrap_or_default()
        .into_iter()
        .find(|t| t.id == id);
    let before = before.ok_or(UpdateTicketTypeError::NotFound)?;
    let after = TicketType {
        position: change.position.unwrap_or(before.position),
        terms: change.terms.unwrap_or_else(|| before.terms.clone()),
        price: Money::new(change.price_minor.unwrap_or(before.price.minor), event.currency),
        ..before.clone()
    };
    check_terms(&after.terms, after.price.minor)?;
    let is_other_kind = after.terms.kind.is_add_on() != before.terms.kind.is_add_on();
    if is_other_kind && (event.status != EventStatus::Draft || before.is_seated) {
        return Err(UpdateTicketTypeError::KindSettled);
    }
    if before.moving.is_some() && after.price != before.price {
        return Err(UpdateTicketTypeError::Moving);
    }
    store::update(tx, event.id, &after).await?;
    if let StockChange::OwnCapacity(capacity) = change.stock {
        check_capacity(capacity)?;
        match store::set_capacity(tx, event.id, own_pool_id(id), capacity).await? {
            CapacitySet::Done => {}
            CapacitySet::NoPool => return Err(UpdateTicketTypeError::NoOwnPool),
            CapacitySet::Below { committed } => return Err(UpdateTicketTypeError::CapacityBelowSold { committed }),
        }
        if let Some(excess) = seating::find_excess_of(tx, event.id).await? {
            return Err(UpdateTicketTypeError::AboveSeats(excess));
        }
    }
    let details = json!({
        "event": event.id,
        "price_minor": [before.price.minor, after.price.minor],
        "capacity": match change.stock {
            StockChange::Keep => json!(null),
            StockChange::OwnCapacity(capacity) => json!([before.own_pool().map(|p| p.capacity), capacity]),
        },
    });
    let entry = audit::Entry {
        action: "ticket_type.updated",
        object: id.to_string(),
        details,
    };
    audit::record(tx, ctx, entry).await?;
    // More places, a longer sale or another limit may be what somebody waits for.
    Ok(waitlist::note_freed(tx, ctx, event.id).await?)
}
