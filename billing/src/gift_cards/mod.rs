//! Gift cards: a balance that pays orders wholly or in part.
//!
//! ```text
//! chosen ──a payment of the rest begins──▶ reserved ──its money came──▶ spent
//!    │  ◀──it fails or is called off──────────┘                          ▲
//!    └──the card pays everything─────────────────────────────────────────┘
//! ```
//! Invariants: a balance is never below what is reserved, by a CHECK, and never below nothing; what cards have left is what the
//! books owe their holders; a code is known only to who has it, we keep a keyed hash. Who chooses a card keeps nobody from its
//! balance: whoever pays first has it, and the other is told what is left before he pays. What goes back of an order goes back to
//! the card and to the payment in the proportion in which they paid.
//!
//! Locks: a card is taken after the order that it pays, and before pools, one in a transaction.
//!
//! A card that is bought in the shop is made by the order that its money pays (`shop`); what is left on one that nobody can spend may be
//! earned (`earn`).
//!
//! Not here: who may make cards (`api`), payments themselves (`checkout`), what is booked (`ledger`).

mod choose;
mod code;
mod earn;
mod give_back;
mod guesses;
mod issue;
mod least;
mod look_up;
mod pay;
mod shop;
mod store;

pub use choose::{Choice, ChooseError, choose, forget};
pub use code::GiftCode;
pub use earn::{EarnError, EarnOver, earn};
pub(crate) use give_back::{give_back, left_to_return, share_of};
pub(crate) use issue::credit;
pub use issue::{IssueError, Issued, NewGiftCard, Origin, issue, issue_repeatably, stop};
pub use least::least_charge;
pub use look_up::{LookUpError, look_up};
pub(crate) use pay::{Reserved, release, reserve, spend, spend_all};
pub use shop::{
    BuyError, GiftSale, LATEST_SEND, MOST_DAYS, MOST_MESSAGE, MOST_NAME, MOST_SUGGESTED, Present, ShopTerms,
    TermsError, buy, find_sale, find_terms, set_terms,
};
pub(crate) use shop::{lock_left_of_sale, make_sold, set_rests, take_out};
pub use store::{find, find_use, list, list_some};
pub(crate) use store::{sum_balances, sum_moves};

use bilten_core::MasterKey;
use bilten_kernel::{GiftCardId, Money, OrderId, Timestamp};

/// Cards that a list holds at most.
pub const LIST_LIMIT: i64 = 100;

/// Keys by which codes, and those who guess them, are hashed. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct GiftCards {
    master: MasterKey,
}

impl GiftCards {
    /// Takes the root of the keys.
    pub const fn new(master: MasterKey) -> Self {
        Self { master }
    }
}

/// A gift card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftCard {
    /// Identity.
    pub id: GiftCardId,
    /// The last letters of its code.
    pub tail: String,
    /// Where it came from.
    pub origin: Origin,
    /// What it was made with.
    pub issued: Money,
    /// What is left.
    pub balance: Money,
    /// What of that payments under way have for themselves.
    pub reserved: Money,
    /// For whom or what for, in the words of the staff.
    pub note: String,
    /// Nothing is taken from it from then on.
    pub expires_at: Option<Timestamp>,
    /// It was stopped.
    pub stopped_at: Option<Timestamp>,
    /// The payment that bought it is contested: nothing is taken from it meanwhile.
    pub rests: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl GiftCard {
    /// Tells whether something can be taken from it.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.stopped_at.is_none() && !self.rests && self.expires_at.is_none_or(|end| now < end)
    }

    /// What a new payment can have of it.
    pub(crate) fn free(&self, now: Timestamp) -> i64 {
        if self.is_open(now) {
            self.balance.minor - self.reserved.minor
        } else {
            0
        }
    }
}

/// Where the use of a card stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseState {
    /// It shall pay; nobody else is kept from the balance.
    Chosen,
    /// A payment of the rest is under way.
    Reserved,
    /// It has paid.
    Spent,
}

/// What a card pays of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftUse {
    /// The order.
    pub order: OrderId,
    /// The card.
    pub card: GiftCardId,
    /// The last letters of its code.
    pub tail: String,
    /// How much.
    pub amount: Money,
    /// What of it went back to the card.
    pub returned: Money,
    /// Where it stands.
    pub state: UseState,
}
