//! Holds, orders, tickets and the door, on a real PostgreSQL.

mod audit;
mod door;
mod holds;
mod jobs;
mod orders;
pub mod shop;
