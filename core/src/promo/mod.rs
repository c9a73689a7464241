//! Promo codes: what they take off, for which tickets, when, and how often.
//!
//! Invariants: a code takes a share *or* an amount off each ticket, or gives it a price; never more than its price; an event has a text once among
//! the codes that were not withdrawn; the uses are the carts and orders made with the code, counted in the pool that has its
//! id, so that expiry, release and refund give them back. What a cart got it keeps: withdrawing binds new carts only.
//!
//! Not here: which cart gets the last use ([`inventory`](crate::inventory)), and who may ask.

mod add;
mod code;
mod discount;
mod find;
pub(crate) mod store;
mod withdraw;

pub use add::{AddPromoError, NewPromo, add_promo};
pub use code::PromoCode;
pub(crate) use discount::taken_off;
pub use discount::{Discount, WHOLE_BP};
pub use find::{MAX_PAGE, PromoPage, find_promo, list_promos};
pub use withdraw::{WithdrawPromoError, withdraw_promo};

use bilten_kernel::{PromoCodeId, TicketTypeId, Timestamp};

/// Codes that an event may have, withdrawn ones too: what a shop prints on posters and sends to partners, not one for each
/// buyer.
pub const MAX_PROMOS: i64 = 1_000;

/// A promo code of an event with the count of its uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promo {
    /// Identity, which is also that of the pool that counts the uses.
    pub id: PromoCodeId,
    /// What buyers type.
    pub code: PromoCode,
    /// What it takes off each ticket.
    pub discount: Discount,
    /// Ticket types that it holds for; `None` for all.
    pub ticket_types: Option<Vec<TicketTypeId>>,
    /// Takes nothing off before.
    pub starts_at: Option<Timestamp>,
    /// Takes nothing off from then on.
    pub ends_at: Option<Timestamp>,
    /// Nobody can use it from then on.
    pub withdrawn_at: Option<Timestamp>,
    /// Carts and orders that may have it.
    pub uses: i64,
    /// Carts that have it now.
    pub held: i64,
    /// Orders that were made with it.
    pub used: i64,
}

impl Promo {
    /// How often it can still be used.
    pub const fn left(&self) -> i64 {
        self.uses - self.held - self.used
    }
}
