//! Takes payment for an order so that stock and money never part (docs/adr/0005, docs/adr/0009).
//!
//! A saga of short transactions with the provider's calls between them, never inside one:
//!
//! ```text
//! begin   tx: key claimed, hold held → pinned(attempt), order awaiting_payment, attempt and operation written
//! submit  provider: create, confirm (one call where the provider can)
//! settle  tx: the answer is reduced into the attempt, and what follows from it happens at once:
//!         succeeded → hold converted, order paid, tickets issued, outbox, audit
//!         failed    → hold held again, the buyer may try again; after the last try: hold released, order closed
//!         canceled  → hold released, order closed
//! expire  tx: hold cancelling; provider: void; settle
//! ```
//! Each step may be the last before a crash; `reconcile` takes the saga up where it stopped. `settle` takes answers
//! from any source (call, return of the buyer, webhook, sweep), in any order, any number of times.
//!
//! Not here: the provider's rules (`provider`, `sandbox`), giving money back (`refunds`).

mod begin;
mod expire;
mod pay;
mod settle;
mod submit;
mod till;

use bilten_core::orders;
use bilten_kernel::{CartId, Money, OrderId};
use bilten_tenancy::{Db, DbError, idempotency};
use jiff::SignedDuration;

use crate::{
    gift_cards::GiftCards,
    provider::{ConfirmationToken, DeclineCode, Method, Providers, ReturnTo},
    risk::{Payer, Refusal, Risk},
};

pub(crate) use expire::is_due;
pub use expire::{Ending, end_attempt};
pub use pay::{look, pay};
pub(crate) use settle::{end_without_money, return_money, settle};
pub(crate) use submit::{ask, known_provider, void};
pub use till::Till;

/// Time after which an attempt that nobody finished is called off.
pub const PIN_TIMEOUT: SignedDuration = SignedDuration::from_mins(15);
/// How much longer an attempt lives whose buyer was just seen acting.
pub const PIN_EXTENSION: SignedDuration = SignedDuration::from_mins(5);
/// A buyer who was seen within this time is acting.
pub const SEEN_WITHIN: SignedDuration = SignedDuration::from_secs(60);
/// Time that a buyer has at least after a decline, to try again, while his hold is not too old.
pub const RETRY_WINDOW: SignedDuration = SignedDuration::from_mins(5);
/// Time after which a provider whose answer was lost is asked again.
const ASK_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(21);
/// Time for which a request that carries a key keeps others with that key away.
const KEY_LEASE: SignedDuration = SignedDuration::from_secs(30);

/// What the checkout works with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// Road to the tenants' rows.
    pub db: Db,
    /// Providers by name.
    pub providers: Providers,
    /// Judges payments before they begin.
    pub risk: Risk,
    /// Makes the gift cards that are bought.
    pub cards: GiftCards,
    /// Serves buyers in groups.
    pub till: Till,
}

impl Checkout {
    /// Makes a checkout on a database.
    pub fn new(db: Db, providers: Providers, risk: Risk) -> Self {
        Self {
            till: Till::new(&db, &risk),
            cards: GiftCards::new(risk.master().clone()),
            providers,
            risk,
            db,
        }
    }
}

/// Asks for payment of the order on a hold.
#[derive(Debug, Clone)]
pub struct PayOrder<'a> {
    /// Stock that is bought.
    pub cart: CartId,
    /// From where it comes, for counting.
    pub payer: Payer,
    /// Buyer's details, to make (or change) the order in the same transaction; none when it was made before.
    pub quote: Option<orders::QuoteOrder>,
    /// What the buyer saw that is to be paid beside a gift card, when he saw it.
    pub accepted_total: Option<Money>,
    /// Name of the provider.
    pub provider: &'a str,
    /// How he pays.
    pub method: Method,
    /// Where he comes back to; hosted methods need it.
    pub return_to: Option<ReturnTo>,
    /// What the provider's form left; only [`Method::Embedded`] has one.
    pub token: Option<ConfirmationToken>,
    /// Key that makes the request take effect once.
    pub key: Option<idempotency::Key<'a>>,
}

/// Order after a step of its checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paying {
    /// Which order.
    pub order: OrderId,
    /// How its payment stands.
    pub status: PayStatus,
}

/// How an order's payment stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayStatus {
    /// Nothing has been tried, or the last try left no trace.
    Open,
    /// Paid; the tickets are issued.
    Paid,
    /// The buyer must go there: a path on the tenant's own host, or an address of the provider.
    Redirect(String),
    /// The provider's answer is not known yet; it is asked again.
    Confirming,
    /// Accepted; the money comes later.
    AwaitingFunds,
    /// The provider said no; the buyer may try again while his hold lives.
    Declined(DeclineCode),
    /// The provider cannot be reached; trying again is safe.
    Unavailable,
    /// A payment was written down, but what moves its money was never sent: paying again goes on with it.
    Unsent,
    /// Money came but the stock was gone: it goes back to the buyer.
    Conflict,
    /// The last try failed too; the stock went back on sale.
    Exhausted,
    /// The order ended without money, or its money went back.
    Closed,
}

/// Why a payment could not be begun.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    /// The hold has no order, or does not exist in this tenant.
    #[error("there is no such order")]
    NotFound,
    /// The hold ran out before the payment began.
    #[error("the hold has expired")]
    HoldExpired,
    /// The event was called off.
    #[error("the event is cancelled")]
    EventCancelled,
    /// What is to be paid is not what the buyer saw.
    #[error("what is to be paid has changed")]
    QuoteChanged {
        /// What it costs now.
        total: Money,
    },
    /// The buyer's details cannot make an order.
    #[error("the order cannot be made")]
    Quote(#[source] orders::QuoteError),
    /// No such provider is set up, or it needs an address to return to.
    #[error("the payment method is not available")]
    MethodUnavailable,
    /// The first request with this key is still at work.
    #[error("a request with this key is at work")]
    InFlight,
    /// The key was used for another request.
    #[error("the key was used for another request")]
    OtherRequest,
    /// The payee may not take money now.
    #[error("the payee may not take payments")]
    PayeeClosed,
    /// Less is to be paid than a card is charged.
    #[error("less is to be paid than the provider charges")]
    BelowLeast {
        /// The least.
        least: Money,
    },
    /// Too many tries were refused: the buyer works, waits or is stopped. He is not told why.
    #[error("the payment does not go on for now")]
    Refused(Refusal),
    /// The payment does not match what was asked; a person looks at it.
    #[error("the payment needs a person's attention")]
    Quarantined,
    /// More buyers come than can be served within a second; nothing was begun.
    #[error("too many buyers at once")]
    Busy,
    /// The database is out of reach; whether the payment was begun is told by asking again with the same key.
    #[error("the database is out of reach")]
    Unavailable,
    /// The database failed.
    #[error("the payment could not be recorded")]
    Db(#[from] DbError),
}

impl PayError {
    /// Returns the failure of the database that it is.
    pub(crate) const fn db(&self) -> Option<&DbError> {
        if let Self::Db(error) = self { Some(error) } else { None }
    }
}
