//! The on-sale rush: what everybody wants at the same moment.

mod scarce_tiers;
