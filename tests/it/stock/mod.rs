//! Holds, orders, tickets and the door, on a real PostgreSQL.

mod add_ons;
mod audit;
mod audit_tamper;
mod door;
mod holds;
mod jobs;
mod orders;
pub mod shop;
