//! Carts: stock that somebody holds for a while.

pub(super) mod abandon;
mod buyer;
mod cart;
pub(super) mod checkout;
pub(super) mod create;
pub(super) mod show;

pub(super) use cart::Cart;
