//! Money with the outside world: providers, attempts to pay, the checkout protocol, refunds, reconciliation.
//!
//! Confirms orders of `core`, which knows nothing of this crate. Not here: pages and routes (`branding`, `api`).

pub mod attempts;
pub mod balances;
pub mod cash;
pub mod checkout;
pub mod commission;
pub mod disputes;
pub mod finance;
pub mod gift_cards;
pub mod ledger;
pub mod notices;
pub mod payees;
pub mod payouts;
pub mod proof;
pub mod provider;
pub mod quarantine;
pub mod reconcile;
pub mod refunds;
pub mod risk;
pub mod sandbox;
pub mod stripe;
pub mod vat;
pub mod watch;
