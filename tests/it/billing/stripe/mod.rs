//! Stripe, against a stateful fake of it over real HTTP.

mod balances;
mod cards;
mod commission;
mod disputes;
mod line;
mod local;
mod odd;
mod payments;
mod shop;
mod trust;
mod types;
mod wallets;
