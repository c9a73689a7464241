//! Attempts to pay an order, and the record of every call to a provider.
//!
//! ```text
//! created → confirming → { action_required, processing } → succeeded | failed | canceled
//! ```
//! Invariants:
//! * Only snapshots of the provider move an attempt, and only forwards ([`AttemptState::reduce`]): they may come
//!   twice, late and in any order.
//! * `unknown` is a flag beside the state: an answer was lost, the reconciler asks again.
//! * A snapshot with another amount, currency or payment quarantines the attempt; it never counts as paid.
//! * An order has one live attempt at most (unique index `one_live_attempt`), and five in all.
//! * A call's operation row is written before the call is made.
//!
//! Not here: calls to providers (`checkout`, `reconcile`), refunds (`refunds`).

mod state;
pub(crate) mod store;

use bilten_kernel::{AttemptId, EventId, HoldId, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use crate::provider::{AccountRef, Method, PaymentAt, PaymentRef, Snapshot};

pub use state::{AttemptState, Integrity, Reduced};

/// One try to pay an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Names the attempt, also at the provider.
    pub id: AttemptId,
    /// Order that is to be paid.
    pub order: OrderId,
    /// Stock of the order.
    pub hold: HoldId,
    /// Event of the order, if it has one.
    pub event: Option<EventId>,
    /// Counts the tries of one order from 1.
    pub generation: i32,
    /// Provider that was chosen.
    pub provider: String,
    /// Method that was chosen.
    pub method: Method,
    /// Account of the payee that takes the money. It stays with the attempt: refunds and questions go to it also when
    /// the payee has another one by then.
    pub account: Option<AccountRef>,
    /// Part of the amount that is the platform's.
    pub fee: Option<Money>,
    /// The bank is asked to make sure who pays.
    pub asks_three_d_secure: bool,
    /// Where it stands.
    pub state: AttemptState,
    /// An answer of the provider was lost.
    pub is_unknown: bool,
    /// Why a person must look at it; such an attempt moves no more by itself.
    pub quarantine: Option<String>,
    /// What is to be paid.
    pub amount: Money,
    /// The provider's name of the payment, once we know it.
    pub payment: Option<PaymentRef>,
    /// Where the buyer has to go.
    pub action_url: Option<String>,
    /// Why it failed.
    pub decline_code: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When the buyer was last seen at it.
    pub touched_at: Timestamp,
}

/// Finds the provider's name of the payment that paid an order.
///
/// # Errors
/// The database refused.
pub async fn find_payment(tx: &mut TenantTx, order: OrderId) -> Result<Option<PaymentRef>, DbError> {
    let paid = store::list_succeeded(tx, order).await?;
    Ok(paid.into_iter().find_map(|attempt| attempt.payment))
}

impl Attempt {
    /// Tells whether the order has no further try.
    pub const fn is_last(&self) -> bool {
        self.generation >= store::MAX_ATTEMPTS
    }

    /// The provider's payment, once we know it, at the account that it was made on.
    pub fn at(&self) -> Option<PaymentAt> {
        Some(PaymentAt {
            account: self.account.clone(),
            payment: self.payment.clone()?,
        })
    }

    /// Takes a snapshot into account, as [`AttemptState::reduce`] does, after checking that it is about this attempt.
    ///
    /// # Errors
    /// The snapshot is about another payment or another sum.
    pub fn reduce(&self, snapshot: &Snapshot) -> Result<Reduced, Integrity> {
        if snapshot.attempt != self.id {
            return Err(Integrity::OtherAttempt);
        }
        if self.payment.as_ref().is_some_and(|known| *known != snapshot.payment) {
            return Err(Integrity::OtherPayment);
        }
        if snapshot.amount.currency != self.amount.currency {
            return Err(Integrity::OtherCurrency);
        }
        if snapshot.amount.minor != self.amount.minor {
            return Err(Integrity::OtherAmount);
        }
        Ok(self.state.reduce(snapshot.status))
    }
}
