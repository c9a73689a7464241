//! Promo codes of an event.

pub(super) mod create;
pub(super) mod list;
mod promo_code;
pub(super) mod withdraw;

pub(super) use promo_code::PromoCode;
