//! Earlier payments of the buyer who contests one. For fraud that the card's owner cannot have suffered twice, Visa takes two of them
//! as proof (Compelling Evidence 3.0): 120 to 365 days older, not contested, by the same person from the same place.

use bilten_core::reports;
use bilten_kernel::{Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

use crate::{
    attempts::{self, Attempt},
    disputes::store,
    provider::PaymentRef,
    risk::PayerKeys,
};

/// How many payments are wanted.
pub(super) const WANTED: usize = 2;
/// How much older than the contested payment they are.
const YOUNGEST: SignedDuration = SignedDuration::from_hours(24 * 120);
const OLDEST: SignedDuration = SignedDuration::from_hours(24 * 365);
/// Orders of the buyer that are looked at.
const MOST_ORDERS: i64 = 50;

/// An earlier payment of the same buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Order that it paid.
    pub order: OrderId,
    /// Short code of the order.
    pub code: String,
    /// The provider's name of the payment.
    pub payment: PaymentRef,
    /// How much it was.
    pub amount: Money,
    /// When it was made.
    pub at: Timestamp,
    /// It came from the same network.
    pub is_same_network: bool,
    /// It came from the same browser.
    pub is_same_browser: bool,
}

/// Finds what he paid before, with the same mail address and from the same network or browser, the latest first.
pub(super) async fn find(tx: &mut TenantTx, of: &Attempt, keys: &PayerKeys) -> Result<Vec<Earlier>, DbError> {
    if keys.network.is_none() && keys.device.is_none() {
        return Ok(Vec::new());
    }
    let span = (of.created_at - OLDEST, of.created_at - YOUNGEST);
    let mut found = Vec::new();
    for (order, code) in reports::list_paid_of_buyer(tx, of.order, span, MOST_ORDERS).await? {
        let is_contested = !store::list_for_order(tx, order).await?.is_empty();
        if is_contested || !store::list_warnings(tx, order).await?.is_empty() {
            continue;
        }
        for attempt in attempts::store::list_succeeded(tx, order).await? {
            if let Some(earlier) = compare(tx, of, keys, (&attempt, &code)).await? {
                found.push(earlier);
            }
        }
    }
    Ok(found)
}

async fn compare(
    tx: &mut TenantTx,
    of: &Attempt,
    keys: &PayerKeys,
    (attempt, code): (&Attempt, &str),
) -> Result<Option<Earlier>, DbError> {
    let theirs = attempts::store::find_payer(tx, attempt.id).await?;
    let is_same_network = keys.network.is_some() && theirs.network == keys.network;
    let is_same_browser = keys.device.is_some() && theirs.device == keys.device;
    let is_same_place = attempt.provider == of.provider && attempt.account == of.account;
    let Some(payment) = attempt.payment.clone() else {
        return Ok(None);
    };
    Ok(
        (is_same_place && (is_same_network || is_same_browser)).then(|| Earlier {
            order: attempt.order,
            code: code.to_owned(),
            payment,
            amount: attempt.amount,
            at: attempt.created_at,
            is_same_network,
            is_same_browser,
        }),
    )
}
