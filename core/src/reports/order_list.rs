//! The list of orders, newest first.

use bilten_kernel::{EventId, Money, OrderId, Timestamp, ZoneName};
use bilten_tenancy::{DbError, TenantTx};

use super::{OrderCursor, Reach, store::orders};

/// Orders on one page at most.
const MAX_PAGE: u32 = 100;

/// Which orders are wanted.
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// Only of this event.
    pub event: Option<EventId>,
    /// Only in this state.
    pub state: Option<String>,
    /// Whole code, or part of the buyer's name or mail address, letters of either case.
    pub text: Option<String>,
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Identifies the order.
    pub id: OrderId,
    /// Short code for people.
    pub code: String,
    /// Buyer's name.
    pub buyer_name: String,
    /// Buyer's mail address.
    pub buyer_email: String,
    /// The event; an order of a gift card has none.
    pub event: Option<EventId>,
    /// Its name.
    pub event_name: Option<String>,
    /// Its zone; the shop's where there is no event.
    pub time_zone: ZoneName,
    /// Number of tickets.
    pub tickets: i64,
    /// Price of everything.
    pub total: Money,
    /// State of the order, as stored.
    pub state: String,
    /// When it was placed.
    pub created_at: Timestamp,
}

/// One page of orders.
#[derive(Debug, Clone)]
pub struct OrderPage {
    /// The orders.
    pub rows: Vec<OrderLine>,
    /// Where the next page begins, when there is one.
    pub next: Option<OrderCursor>,
}

/// Lists up to `limit` (1 to 100) orders behind the cursor.
///
/// # Errors
/// The database refused.
pub async fn list_orders(
    tx: &mut TenantTx,
    filter: &OrderFilter,
    reach: &Reach,
    after: Option<OrderCursor>,
    limit: u32,
) -> Result<OrderPage, DbError> {
    let limit = limit.clamp(1, MAX_PAGE);
    let text = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let filter = OrderFilter {
        text: text.map(str::to_owned),
        ..filter.clone()
    };
    // One more than wanted tells whether another page follows.
    let mut rows = orders::list(tx, &filter, reach, after, i64::from(limit) + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = rows.last().filter(|_| has_more).map(|row| OrderCursor(row.id));
    Ok(OrderPage { rows, next })
}

/// Lists the orders that the buyer of another one paid for within a span, the latest first, each with its code.
///
/// # Errors
/// The database refused.
pub async fn list_paid_of_buyer(
    tx: &mut TenantTx,
    of: OrderId,
    span: (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<(OrderId, String)>, DbError> {
    orders::list_paid_of_buyer(tx, of, span, limit).await
}
