//! Adds a ticket type to an event.

use bilten_kernel::{Ctx, EventId, Money, PoolId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    Event, EventStatus, MAX_TICKET_TYPES, NewTicketType, SetOpenPriceError, SetPersonLimitError, SetPriceTiersError,
    TicketType, TypePricing, set_open_price, set_person_limit, set_price_tiers,
    store::ticket_types as store,
    ticket_type::{TermsError, check_capacity, check_terms, own_pool_id},
    update_event::lock_event,
};

/// Failure to add a ticket type.
#[derive(Debug, thiserror::Error)]
pub enum AddTicketTypeError {
    /// No such event.
    #[error("the event does not exist")]
    NotFound,
    /// Nothing is sold any more.
    #[error("the event is over or cancelled")]
    Closed,
    /// The event has as many types as it may have.
    #[error("an event may have 50 ticket types at most")]
    TooMany,
    /// Limits, sale window, price or capacity make no sense.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// The type draws on no pool.
    #[error("a ticket type needs a capacity or a shared pool")]
    NoStock,
    /// A shared pool is not one of the event's.
    #[error("the shared pool does not exist")]
    NoPool,
    /// Its price tiers make no sense.
    #[error(transparent)]
    Tiers(#[from] SetPriceTiersError),
    /// Its limit per person makes no sense.
    #[error(transparent)]
    PersonLimit(#[from] SetPersonLimitError),
    /// The bounds of the price that buyers name make no sense.
    #[error(transparent)]
    OpenPrice(#[from] SetOpenPriceError),
    /// The database refused.
    #[error("could not add the ticket type")]
    Db(#[from] DbError),
}

/// Adds a type at the end of the list and returns its id.
///
/// # Errors
/// See [`AddTicketTypeError`].
pub async fn add_ticket_type(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    new: NewTicketType,
) -> Result<TicketTypeId, AddTicketTypeError> {
    let event = lock_event(tx, event).await?.ok_or(AddTicketTypeError::NotFound)?;
    let mut loaded = store::load(tx, &[event.id], ctx.now()).await?;
    let present = loaded.remove(&event.id).unwrap_or_default();
    let added = insert_types(ctx, tx, &event, &present, vec![new]).await;
    let id = added.map_err(|(_, error)| error)?[0];
    let entry = audit::Entry {
        action: "ticket_type.added",
        object: id.to_string(),
        details: json!({ "event": event.id }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(id)
}

/// Inserts types behind those that are present; an error comes with the place of the type at fault.
pub(super) async fn insert_types(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: &Event,
    present: &[TicketType],
    new: Vec<NewTicketType>,
) -> Result<Vec<TicketTypeId>, (usize, AddTicketTypeError)> {
    let mut ids = Vec::with_capacity(new.len().min(MAX_TICKET_TYPES));
    let first = present.iter().map(|t| t.position + 1).max().unwrap_or(0);
    for (index, (new, position)) in new.into_iter().zip(first..).enumerate() {
        let id = if present.len() + index >= MAX_TICKET_TYPES {
            Err(AddTicketTypeError::TooMany)
        } else {
            insert_type(ctx, tx, event, position, new).await
        };
        ids.push(id.map_err(|error| (index, error))?);
    }
    Ok(ids)
}

async fn insert_type(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: &Event,
    position: i32,
    new: NewTicketType,
) -> Result<TicketTypeId, AddTicketTypeError> {
    match event.status_at(ctx.now()) {
        EventStatus::Draft | EventStatus::Published => {}
        EventStatus::Ended | EventStatus::Cancelled => return Err(AddTicketTypeError::Closed),
    }
    check_terms(&new.terms, new.price_minor)?;
    let id: TicketTypeId = ctx.new_id();
    let mut pools = checked_shared(tx, event.id, new.stock.shared).await?;
    if let Some(capacity) = new.stock.own_capacity {
        check_capacity(capacity)?;
        store::insert_pool(tx, event.id, (own_pool_id(id), "", capacity)).await?;
        pools.push(own_pool_id(id));
    }
    if pools.is_empty() {
        return Err(AddTicketTypeError::NoStock);
    }
    let ticket_type = TicketType {
        id,
        position,
        terms: new.terms,
        price: Money::new(new.price_minor, event.currency),
        tiers: Vec::new(),
        open_price: None,
        moving: None,
        pools: Vec::new(),
        is_seated: false,
        pricing: TypePricing::default(),
    };
    store::insert(tx, event.id, &ticket_type, ctx.now()).await?;
    store::link_pools(tx, id, &pools).await?;
    if !new.rules.tiers.is_empty() {
        set_price_tiers(ctx, tx, (event.id, id), &new.rules.tiers).await?;
    }
    if new.rules.max_per_person.is_some() {
        set_person_limit(ctx, tx, event.id, Some(id), new.rules.max_per_person).await?;
    }
    if new.rules.open_price.is_some() {
        set_open_price(ctx, tx, (event.id, id), new.rules.open_price).await?;
    }
    Ok(id)
}

async fn checked_shared(
    tx: &mut TenantTx,
    event: EventId,
    mut wanted: Vec<PoolId>,
) -> Result<Vec<PoolId>, AddTicketTypeError> {
    if wanted.is_empty() {
        return Ok(wanted);
    }
    wanted.sort_unstable();
    wanted.dedup();
    let known = store::list_shared_pools(tx, event).await?;
    if wanted.iter().all(|id| known.iter().any(|pool| pool.id == *id)) {
        Ok(wanted)
    } else {
        Err(AddTicketTypeError::NoPool)
    }
}
