//! Who holds a thing: rights may be limited to one organizer, and are asked for before anything is read.

use bilten_kernel::{EventId, OrderId, OrganizerId};
use bilten_tenancy::{DbError, TenantTx};

use super::store::{events, orders};

/// Finds the organizer of an event.
///
/// # Errors
/// The database refused.
pub async fn organizer_of_event(tx: &mut TenantTx, event: EventId) -> Result<Option<OrganizerId>, DbError> {
    events::find_organizer(tx, event).await
}

/// Finds the organizer of an order's event.
///
/// # Errors
/// The database refused.
pub async fn organizer_of_order(tx: &mut TenantTx, order: OrderId) -> Result<Option<OrganizerId>, DbError> {
    orders::find_organizer(tx, order).await
}
