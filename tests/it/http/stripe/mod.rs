//! A shop that is paid with Stripe, over HTTP: its staff, its buyers, Stripe's notices, programs.

mod api;
mod desk;
mod gone;
mod notices;
mod page;
mod payees;
