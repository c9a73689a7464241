//! Proofs that are generated from the system itself, not kept by hand.

mod catalogue;
mod house;
mod isolation;
mod table_walk;
