//! Stripe, against a stateful fake of it over real HTTP.

mod line;
mod local;
mod payments;
mod shop;
mod types;
