//! Payouts, what they pay, what is not paid out yet and when it may go, and payments that are contested.

use bilten_kernel::{EventId, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::civil::Date;

use super::store;
use crate::{
    disputes::DisputeId,
    payouts::{PayoutId, PayoutState},
    provider::DisputeStatus,
};

/// A payout as a report shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutLine {
    /// Which.
    pub id: PayoutId,
    /// Provider that sends it.
    pub provider: String,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub state: PayoutState,
    /// Name that the provider gave it, by which the bank knows it.
    pub trace: Option<String>,
    /// Why it came back.
    pub failure: Option<String>,
    /// When it was decided.
    pub made_at: Timestamp,
    /// When something was last heard of it.
    pub heard_at: Timestamp,
    /// Orders in it.
    pub orders: i64,
}

/// An order's part of a payout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutPart {
    /// Order.
    pub order: OrderId,
    /// Event that it was for.
    pub event: Option<EventId>,
    /// How much of it is in the payout.
    pub amount: Money,
}

/// Why money goes on a day, and not before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Release {
    /// Working days after the event.
    Event,
    /// The part that stays some weeks longer.
    Reserve,
    /// Providers keep nothing for longer.
    Deadline,
    /// The provider has not released it before.
    Pending,
}

impl Release {
    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "event" => Some(Self::Event),
            "reserve" => Some(Self::Reserve),
            "deadline" => Some(Self::Deadline),
            "pending" => Some(Self::Pending),
            _ => None,
        }
    }
}

/// Money that may go on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarLine {
    /// The day, in the zone that was asked for; today for what may go already.
    pub on: Date,
    /// Event that it is from.
    pub event: Option<EventId>,
    /// Why then.
    pub why: Release,
    /// How much.
    pub amount: Money,
    /// Orders.
    pub orders: i64,
}

/// What orders owe that brought less than was taken of them: fees that were kept when everything went back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetOff {
    /// Below nothing.
    pub amount: Money,
    /// How many orders.
    pub orders: i64,
}

/// A contested payment as a report shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeLine {
    /// Which.
    pub id: DisputeId,
    /// Order that it paid.
    pub order: OrderId,
    /// Event of the order, if it has one.
    pub event: Option<EventId>,
    /// Provider that told it.
    pub provider: String,
    /// How much is contested.
    pub amount: Money,
    /// What it costs.
    pub fee: Money,
    /// Where it stands.
    pub status: DisputeStatus,
    /// When it began.
    pub opened_at: Timestamp,
    /// Until when the merchant may answer.
    pub due_by: Timestamp,
    /// When it was decided.
    pub closed_at: Option<Timestamp>,
}

/// Lists payouts, the latest first.
///
/// # Errors
/// The database refused.
pub async fn list_payouts(tx: &mut TenantTx, before: Option<PayoutId>, limit: i64) -> Result<Vec<PayoutLine>, DbError> {
    store::payouts::list_payouts(tx, (None, before), limit).await
}

/// Finds a payout.
///
/// # Errors
/// The database refused.
pub async fn find_payout(tx: &mut TenantTx, id: PayoutId) -> Result<Option<PayoutLine>, DbError> {
    let mut found = store::payouts::list_payouts(tx, (Some(id), None), 1).await?;
    Ok(found.pop())
}

/// Lists the orders that a payout pays, in the order of their purchase.
///
/// # Errors
/// The database refused.
pub async fn list_payout_parts(
    tx: &mut TenantTx,
    payout: PayoutId,
    after: Option<OrderId>,
    limit: i64,
) -> Result<Vec<PayoutPart>, DbError> {
    store::payouts::list_parts(tx, payout, after, limit).await
}

/// Lists what is in no payout, by the day of a zone on which it may go.
///
/// # Errors
/// The database refused.
pub async fn list_calendar(
    tx: &mut TenantTx,
    (now, zone): (Timestamp, &str),
    limit: i64,
) -> Result<Vec<CalendarLine>, DbError> {
    store::payouts::list_calendar(tx, (now, zone), limit).await
}

/// Sums up what is set off against payouts, by currency.
///
/// # Errors
/// The database refused.
pub async fn list_set_off(tx: &mut TenantTx) -> Result<Vec<SetOff>, DbError> {
    store::payouts::list_set_off(tx).await
}

/// Lists contested payments, the latest first.
///
/// # Errors
/// The database refused.
pub async fn list_disputes(
    tx: &mut TenantTx,
    before: Option<DisputeId>,
    limit: i64,
) -> Result<Vec<DisputeLine>, DbError> {
    store::disputes::list_disputes(tx, before, limit).await
}
