//! Cash at the door: a provider that is a person with a cash box.
//!
//! ```text
//! payment  asked → taken | void          refund  due → handed out
//! ```
//! Staff say that they have the money in their hand, and the order is paid. Nothing is sent anywhere; the port is the same
//! as that of other providers, so that carts, crashes, refunds and the books need no second way. Money that goes back is due
//! until somebody has handed it out ([`hand_out`]): a refund of an event that was called off waits for the buyer to come.
//!
//! In the books the money lies in the cash box; it makes no lots and no payouts, and the platform invoices its fee.
//!
//! Not here: who may sell for cash (`api`); counting the box at closing time.

mod hand_out;
mod provider;
mod store;

use bilten_kernel::{Id, IdKind};
use bilten_tenancy::Db;

pub use hand_out::{HandOutError, due, hand_out};

/// Name in our rows, and of the method in the API.
pub const NAME: &str = "cash";

/// Names cash that was taken.
pub enum CashPaymentKind {}
impl IdKind for CashPaymentKind {
    const PREFIX: &'static str = "csh";
}
/// Identifies cash that was taken.
pub type CashPaymentId = Id<CashPaymentKind>;

/// The cash box, as a provider.
#[derive(Debug, Clone)]
pub struct Cash {
    db: Db,
}

impl Cash {
    /// Makes the provider on a database.
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}
