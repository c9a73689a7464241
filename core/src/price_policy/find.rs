//! Lists policies, what they did, and what they can be tried on.

use bilten_kernel::{EventId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx};

use super::{Point, PricePolicy, SimulatedRun, Source, store};

/// Lists the versions of the policies of an event, the newest of each type first.
///
/// # Errors
/// The database refused.
pub async fn list_policies(tx: &mut TenantTx, event: EventId) -> Result<Vec<PricePolicy>, DbError> {
    store::list_policies(tx, event).await
}

/// Lists the newest price points of a ticket type, the newest first.
///
/// # Errors
/// The database refused.
pub async fn list_points(tx: &mut TenantTx, ticket_type: TicketTypeId, limit: i64) -> Result<Vec<Point>, DbError> {
    store::list_points(tx, ticket_type, limit).await
}

/// Lists what was simulated for a ticket type, the newest first; twenty at most.
///
/// # Errors
/// The database refused.
pub async fn list_simulations(tx: &mut TenantTx, ticket_type: TicketTypeId) -> Result<Vec<SimulatedRun>, DbError> {
    store::list_simulations(tx, ticket_type).await
}

/// Lists the sales that a policy of an event can be tried on: those of the event itself first, then of its organizer's others.
///
/// # Errors
/// The database refused.
pub async fn list_sources(tx: &mut TenantTx, event: EventId) -> Result<Vec<Source>, DbError> {
    store::list_sources(tx, event).await
}
