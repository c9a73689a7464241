//! Who holds a thing: rights may be limited to one organizer, and are asked for before anything is read.

use bilten_kernel::{EventId, OrderId, OrganizerId};
use bilten_tenancy::{DbError, TenantTx, permissions::Scope};

use super::store::{events, orders};

/// Finds the organizer of an event.
///
/// # Errors
/// The database refused.
pub async fn organizer_of_event(tx: &mut TenantTx, event: EventId) -> Result<Option<OrganizerId>, DbError> {
    events::find_organizer(tx, event).await
}

/// Finds in whose reach an order is: that of its event and the event's organizer, or the whole tenant's where it has no event.
///
/// # Errors
/// The database refused.
pub async fn scope_of_order(tx: &mut TenantTx, order: OrderId) -> Result<Option<Scope>, DbError> {
    orders::find_scope(tx, order).await
}
