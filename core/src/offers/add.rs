//! Adds a price offer to an event, and lists what there is.

use bilten_kernel::{Ctx, EventId, PriceOfferId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{MAX_OFFERS, OfferName, OfferRule, PriceOffer, store};
use crate::catalog::{self, EventStatus};

/// What an offer shall be.
#[derive(Debug, Clone)]
pub struct NewOffer {
    /// Name, as buyers read it.
    pub name: OfferName,
    /// What it does.
    pub rule: OfferRule,
    /// The highest comes first; then the oldest.
    pub priority: i32,
    /// Takes nothing off before.
    pub starts_at: Option<Timestamp>,
    /// Takes nothing off from then on.
    pub ends_at: Option<Timestamp>,
}

/// Failure to add an offer.
#[derive(Debug, thiserror::Error)]
pub enum AddOfferError {
    /// No such event.
    #[error("the event does not exist")]
    NotFound,
    /// Nothing is sold any more.
    #[error("the event is over or cancelled")]
    Closed,
    /// The event has as many offers as it may have.
    #[error("an event may have 50 price offers at most, withdrawn ones too")]
    TooMany,
    /// The rule makes no sense.
    #[error("the rule of the offer makes no sense")]
    Rule,
    /// It ends before it starts.
    #[error("the offer must end after it starts")]
    Window,
    /// The event has no such ticket type.
    #[error("the event has no such ticket type")]
    TicketType(TicketTypeId),
    /// The database refused.
    #[error("could not add the offer")]
    Db(#[from] DbError),
}

/// Adds an offer and returns its id. Carts that are made from now on get it.
///
/// # Errors
/// See [`AddOfferError`].
pub async fn add_offer(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    new: NewOffer,
) -> Result<PriceOfferId, AddOfferError> {
    if !new.rule.is_sound() {
        return Err(AddOfferError::Rule);
    }
    if let (Some(start), Some(end)) = (new.starts_at, new.ends_at)
        && end <= start
    {
        return Err(AddOfferError::Window);
    }
    let found = catalog::lock_event(tx, event).await?.ok_or(AddOfferError::NotFound)?;
    match found.status_at(ctx.now()) {
        EventStatus::Draft | EventStatus::Published => {}
        EventStatus::Ended | EventStatus::Cancelled => return Err(AddOfferError::Closed),
    }
    if store::list(tx, event).await?.len() >= MAX_OFFERS {
        return Err(AddOfferError::TooMany);
    }
    let wanted = new.rule.types();
    let known = store::list_types(tx, event, &wanted).await?;
    if let Some(unknown) = wanted.iter().find(|id| !known.contains(id)) {
        return Err(AddOfferError::TicketType(*unknown));
    }
    let id: PriceOfferId = ctx.new_id();
    store::insert(tx, event, (id, &new), ctx.now()).await?;
    let entry = audit::Entry {
        action: "price_offer.added",
        object: id.to_string(),
        details: json!({ "event": event, "name": new.name.as_str(), "rule": new.rule }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(id)
}

/// Lists the offers of an event, withdrawn ones too.
///
/// # Errors
/// The database refused.
pub async fn list_offers(tx: &mut TenantTx, event: EventId) -> Result<Vec<PriceOffer>, DbError> {
    store::list(tx, event).await
}
