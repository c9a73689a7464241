//! Finds one event.

use std::collections::HashMap;

use bilten_kernel::{Ctx, EventId, Slug, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use crate::{
    offers,
    promo::{self, Guesser, Lookup, PromoCode, UnlockError},
    return_policy,
};

use super::{
    Event, EventDetail, EventStatus, Locks, Pool, TicketType,
    store::{events, ticket_types},
};

/// Finds an event by id, drafts too.
///
/// # Errors
/// The database refused.
pub async fn find_event(ctx: &Ctx, tx: &mut TenantTx, id: EventId) -> Result<Option<EventDetail>, DbError> {
    load_detail(tx, id, ctx.now()).await
}

/// Finds an event that buyers may see by its slug. Hidden ticket types are left out.
///
/// # Errors
/// The database refused.
pub async fn find_public_event(ctx: &Ctx, tx: &mut TenantTx, slug: &Slug) -> Result<Option<EventDetail>, DbError> {
    let Some(id) = events::find_id(tx, slug).await? else {
        return Ok(None);
    };
    let found = load_detail(tx, id, ctx.now()).await?;
    Ok(found.filter(|detail| detail.event.is_public()).map(without_hidden))
}

/// As [`find_public_event`], with the locked ticket types that these codes unlock now. Tells as well what came of looking
/// the codes up. Wrong codes are counted: the caller commits.
///
/// # Errors
/// The database refused.
pub async fn find_public_event_with(
    ctx: &Ctx,
    tx: &mut TenantTx,
    slug: &Slug,
    (codes, guesser): (&[PromoCode], Guesser),
) -> Result<Option<(EventDetail, Lookup)>, DbError> {
    let Some(id) = events::find_id(tx, slug).await? else {
        return Ok(None);
    };
    let found = load_detail(tx, id, ctx.now()).await?;
    let Some(mut detail) = found.filter(|detail| detail.event.is_public()) else {
        return Ok(None);
    };
    let mut lookup = Lookup::Idle;
    if detail.has_locked() && !codes.is_empty() {
        match promo::unlocked(ctx, tx, id, (codes, guesser)).await {
            Ok(unlocked) => {
                lookup = unlocked.lookup();
                detail.show_unlocked(&unlocked);
            }
            Err(UnlockError::TooMany) => lookup = Lookup::Refused,
            Err(UnlockError::Db(error)) => return Err(error),
        }
    }
    Ok(Some((without_hidden(detail), lookup)))
}

/// Reads where several events stand; those that do not exist are missing.
///
/// # Errors
/// The database refused.
pub async fn find_statuses(tx: &mut TenantTx, ids: &[EventId]) -> Result<HashMap<EventId, EventStatus>, DbError> {
    events::find_statuses(tx, ids).await
}

/// Finds the state of an event, as stored; cheap enough for every purchase.
///
/// # Errors
/// The database refused.
pub async fn find_status(tx: &mut TenantTx, id: EventId) -> Result<Option<EventStatus>, DbError> {
    events::find_status(tx, id).await
}

/// Lists the shared pools of an event.
///
/// # Errors
/// The database refused.
pub async fn list_pools(tx: &mut TenantTx, event: EventId) -> Result<Vec<Pool>, DbError> {
    ticket_types::list_shared_pools(tx, event).await
}

/// Finds a ticket type of an event.
pub(crate) async fn find_ticket_type(
    tx: &mut TenantTx,
    (event, id): (EventId, TicketTypeId),
    now: Timestamp,
) -> Result<Option<TicketType>, DbError> {
    let types = ticket_types::load(tx, &[event], now).await?.remove(&event);
    Ok(types.unwrap_or_default().into_iter().find(|found| found.id == id))
}

/// As [`find_ticket_type`], with the event.
pub(crate) async fn find_ticket_type_with(
    tx: &mut TenantTx,
    (event, id): (EventId, TicketTypeId),
    now: Timestamp,
) -> Result<Option<(Event, TicketType)>, DbError> {
    let found = events::load(tx, &[event]).await?.into_iter().next();
    let kind = find_ticket_type(tx, (event, id), now).await?;
    Ok(found.zip(kind))
}

pub(super) async fn load_detail(
    tx: &mut TenantTx,
    id: EventId,
    now: Timestamp,
) -> Result<Option<EventDetail>, DbError> {
    let Some(mut detail) = load_details(tx, &[id], now).await?.into_iter().next() else {
        return Ok(None);
    };
    if detail.event.has_return_policy {
        detail.return_policy = return_policy::find_now(tx, id).await?;
    }
    if detail.event.has_offers {
        detail.offers = offers::store::load_open(tx, id, now).await?;
    }
    Ok(Some(detail))
}

/// Loads events with their ticket types in the order of the ids.
pub(super) async fn load_details(
    tx: &mut TenantTx,
    ids: &[EventId],
    now: Timestamp,
) -> Result<Vec<EventDetail>, DbError> {
    let found = events::load(tx, ids).await?;
    let mut types = ticket_types::load(tx, ids, now).await?;
    Ok(found
        .into_iter()
        .map(|event| EventDetail {
            ticket_types: types.remove(&event.id).unwrap_or_default(),
            return_policy: None,
            offers: Vec::new(),
            locks: Locks::None,
            event,
        })
        .collect())
}

pub(super) fn without_hidden(mut detail: EventDetail) -> EventDetail {
    if detail.has_locked() {
        detail.locks = if detail
            .ticket_types
            .iter()
            .any(|t| t.terms.is_locked && !t.terms.is_hidden)
        {
            Locks::Opened
        } else {
            Locks::Closed
        };
    }
    detail.ticket_types.retain(|t| !t.terms.is_hidden);
    detail
}
