//! Proofs that are generated from the system itself, not kept by hand.

mod catalogue;
mod endpoint_walk;
mod house;
mod isolation;
mod matrix;
mod parents;
mod repeats;
mod table_walk;
