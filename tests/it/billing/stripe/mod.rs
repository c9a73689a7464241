//! Stripe, against a stateful fake of it over real HTTP.

mod balances;
mod disputes;
mod line;
mod local;
mod payments;
mod shop;
mod trust;
mod types;
mod wallets;
