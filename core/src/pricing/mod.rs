//! Prices: what a cart costs, what of it is tax and fee, and why.
//!
//! ```text
//! list ▶ override ▶ dynamic ▶ voucher ▶ automatic ▶ promo ▶ group ▶ open price ▶ organizer's fee ▶ platform's fee ▶ tax ▶ rounding
//! ```
//! Invariants:
//! - [`quote`] is a function of its arguments: no clock, no database, no chance. The order of a cart's lines changes nothing.
//! - Between two roundings amounts are exact fractions; where one is rounded, it says so.
//! - Lines sum up to the total, shares of an order sum up to the order, nothing is negative.
//! - Who the buyer is has no influence on a price, but for the tax of what is watched from elsewhere.
//!
//! Not here: which tier still has room and who gets it ([`inventory`](crate::inventory)), payments and books (crate
//! `billing`), how an amount is written (crate `branding`).

mod buyer;
mod change_plan;
mod charges;
pub mod dynamic;
mod engine;
mod exact;
mod fee;
mod finish;
mod input;
#[cfg(test)]
mod laws;
mod live;
#[cfg(test)]
mod places;
mod plan;
mod plan_fault;
mod quote;
#[cfg(test)]
mod reference;
mod split;
mod steps;
pub(crate) mod store;
mod tax;
mod trail;
mod vat_id;

pub use buyer::{BuyerTax, CompanyName, Finding};
pub use change_plan::{ChangePlanError, ShopTerms, find_plan, set_commission, set_platform_fees, set_shop_terms};
pub use charges::{Charges, FeePart, LineCharges, Pick, Share, ShareError, TaxPart};
pub use engine::{Asked, quote};
pub use exact::Exact;
pub use fee::{Fee, FeeBand, FeeBase, FeeBasis, FeeRule, FeeSchedule, MAX_BANDS, MAX_FEE_BP, Payer};
pub use input::{
    AutoDiscount, Cart, CartLine, Catalogue, Code, CodeKind, Cut, GroupKind, GroupRefund, GroupRule, Item, Member,
    OpenPrice, Override, PricePoint, Scope, TaxTable, Tier,
};
pub use live::{LiveCode, LivePrice, LiveRules, LiveTicket, reduce};
pub use plan::{ListPrice, MAX_FEES, MAX_TAX_RATES, Plan, PlanInForce, PricedLine, display_price, roundings};
pub use plan_fault::PlanFault;
pub use quote::{Applied, ENGINE_VERSION, FeeLine, FeeTaker, Legal, Quote, QuoteLine, RuleRef, Step, TaxLine};
pub use split::split;
pub use tax::{
    Attendance, BuyerCtx, Country, MAX_RATE_BP, Rounding, Scheme, Supply, TaxCode, TaxRate, day_of, place_of_supply,
};
pub use vat_id::VatId;

use bilten_kernel::TicketTypeId;
use uuid::Uuid;

/// Why there is no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    /// An amount does not fit.
    #[error("an amount is too large")]
    Overflow,
    /// The cart is empty, or too large.
    #[error("the cart is empty or too large")]
    Malformed,
    /// The catalogue has no such type.
    #[error("no such ticket type")]
    UnknownType(TicketTypeId),
    /// The catalogue has no such code.
    #[error("no such code")]
    UnknownCode(Uuid),
    /// Only a code makes the type buyable.
    #[error("the ticket type is locked")]
    Locked(TicketTypeId),
    /// The buyer may not name a price, or not this one.
    #[error("the price cannot be named")]
    NamedPrice(TicketTypeId),
    /// The table has no rate for the tax in the country.
    #[error("tax {0} has no rate in {1:?}")]
    NoRate(TaxCode, Country),
}
