//! Price offers: discounts that nobody asks for, and prices of several tickets together.
//!
//! Invariants: an offer never changes but to be withdrawn; what a cart got it keeps; the same cart at the same time gets
//! the same, whatever the order in which it was filled. Offers come first, then the promo code, then what is for several together, as
//! [`pricing`](crate::pricing) says: a ticket has one discount of its own and is in one group at most. What buyers name the
//! price of is not reduced.
//!
//! Not here: how a discount is computed ([`pricing`](crate::pricing)), and which cart gets which tickets
//! ([`inventory`](crate::inventory)).

mod add;
mod rule;
pub(crate) mod store;
mod withdraw;

pub use add::{AddOfferError, NewOffer, add_offer, list_offers};
pub use rule::{OfferCut, OfferRule, PackageMember};
pub(crate) use rule::{names, rules};
pub use withdraw::{WithdrawOfferError, withdraw_offer};

use bilten_kernel::{PriceOfferId, Timestamp};

use crate::catalog::Line;

/// Offers that an event may have, withdrawn ones too.
pub const MAX_OFFERS: usize = 50;

/// Name of an offer, as buyers read it.
pub type OfferName = Line<1, 80>;

/// A price offer of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceOffer {
    /// Identity.
    pub id: PriceOfferId,
    /// Name, as buyers read it.
    pub name: OfferName,
    /// What it does.
    pub rule: OfferRule,
    /// The highest comes first; then the oldest.
    pub priority: i32,
    /// Takes nothing off before.
    pub starts_at: Option<Timestamp>,
    /// Takes nothing off from then on.
    pub ends_at: Option<Timestamp>,
    /// No cart gets it from then on.
    pub withdrawn_at: Option<Timestamp>,
}
