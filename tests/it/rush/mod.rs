//! The on-sale rush: what everybody wants at the same moment.

mod scarce_api;
mod scarce_persons;
mod scarce_tiers;
