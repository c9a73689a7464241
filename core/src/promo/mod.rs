//! Promo codes: what they take off or unlock, for which tickets, when, how often, and at whose cost.
//!
//! Invariants: a code takes a share *or* an amount off each ticket, *or* an amount off the order, *or* gives each a price, *or* takes nothing off
//! and unlocks tickets or frees them of fees; never more than the price, nor than its budget; an event has a text once among
//! the codes that were not withdrawn; the uses are the carts and orders made with the code, counted in the pool that has its
//! id, and what a budget pays in a pool of its own, so that expiry, release and refund give both back. What a cart got it keeps: withdrawing binds new carts only.
//!
//! Not here: which cart gets the last use ([`inventory`](crate::inventory)), and who may ask.

mod add;
mod code;
mod discount;
mod find;
mod guesses;
mod rules;
mod series;
pub(crate) mod store;
mod withdraw;

pub use add::{AddPromoError, NewPromo, add_promo};
pub use code::PromoCode;
pub(crate) use discount::taken_off;
pub use discount::{Discount, WHOLE_BP};
pub use find::{MAX_PAGE, PromoPage, find_promo, list_promos};
pub use guesses::{Guesser, Lookup, UnlockError, Unlocked, unlocked};
pub use rules::{MAX_BUDGET_MINOR, MAX_PER_PERSON, MAX_PRIORITY, MAX_STACK_GROUP, MIN_UNLOCKING, PromoRules};
pub use series::{
    MAX_IN_SERIES, MAX_PREFIX, MAX_SERIES, Series, SeriesCode, add_series, list_series, list_series_codes,
};
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
    /// What it asks for, and does beside that.
    pub rules: PromoRules,
    /// What of its budget carts have, and orders were given, in minor units.
    pub spent: Spent,
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

/// Money that a budget pays, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// In carts.
    pub held_minor: i64,
    /// In orders.
    pub used_minor: i64,
}

impl Promo {
    /// What the budget has left, in minor units; nothing where there is none.
    pub fn budget_left(&self) -> Option<i64> {
        let budget = self.rules.budget_minor?;
        Some(budget - self.spent.held_minor - self.spent.used_minor)
    }

    /// How often it can still be used.
    pub const fn left(&self) -> i64 {
        self.uses - self.held - self.used
    }
}
