//! Price offers of an event.

pub(super) mod create;
pub(super) mod list;
mod price_offer;
pub(super) mod withdraw;

pub(super) use price_offer::{PriceOffer, Rule};
