//! What was sold in a span by ticket type and price, and by version of the plan of taxes and fees: what orders say, to be held against
//! the books. What came back later is still in it.

use std::collections::HashMap;

use bilten_kernel::{Currency, EventId, Money, OrderId, Timestamp, ZoneName};
use bilten_tenancy::{DbError, TenantTx};

use super::store::takings;

/// Tickets of one type sold at one price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// Name of the type.
    pub ticket_type: String,
    /// Whether it is an add-on; those come last.
    pub is_add_on: bool,
    /// What one cost.
    pub price: Money,
    /// How many.
    pub tickets: i64,
    /// What was paid for them.
    pub gross: Money,
    /// What promo codes took off.
    pub discount: Money,
}

/// Sales whose prices were made by one version of the plan of taxes and fees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionTaking {
    /// The version; none where no plan stood.
    pub version: Option<i32>,
    /// Currency of the amounts.
    pub currency: Currency,
    /// Orders.
    pub orders: i64,
    /// What was paid for them.
    pub gross: Money,
    /// What the platform keeps of it.
    pub platform_fee: Money,
    /// What it takes besides, as the shop's commission.
    pub commission: Money,
    /// Service fees in it, with their tax.
    pub service_fee: Money,
}

/// What people call an event, and when it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventName {
    /// Name.
    pub name: String,
    /// Begin.
    pub starts_at: Timestamp,
    /// Zone that it is read in.
    pub time_zone: ZoneName,
    /// Whether it was called off.
    pub is_cancelled: bool,
}

/// Lists what was sold of an event between two instants, in the order of its types, dear ones first.
///
/// # Errors
/// The database refused.
pub async fn list_takings(
    tx: &mut TenantTx,
    event: EventId,
    span: (Timestamp, Timestamp),
) -> Result<Vec<Taking>, DbError> {
    takings::list_takings(tx, event, span).await
}

/// Lists what was sold between two instants by version of the plan, the latest first.
///
/// # Errors
/// The database refused.
pub async fn list_takings_by_version(
    tx: &mut TenantTx,
    event: Option<EventId>,
    span: (Timestamp, Timestamp),
) -> Result<Vec<VersionTaking>, DbError> {
    takings::list_by_version(tx, event, span).await
}

/// Finds names of events.
///
/// # Errors
/// The database refused.
pub async fn find_event_names(tx: &mut TenantTx, events: &[EventId]) -> Result<HashMap<EventId, EventName>, DbError> {
    takings::find_event_names(tx, events).await
}

/// Finds the short codes of orders.
///
/// # Errors
/// The database refused.
pub async fn find_order_codes(tx: &mut TenantTx, orders: &[OrderId]) -> Result<HashMap<OrderId, String>, DbError> {
    takings::find_order_codes(tx, orders).await
}
