//! Orders and their tickets.

pub(super) mod list;
mod order;
pub(super) mod returns;
pub(super) mod show;

pub(super) use order::{Order, load};
