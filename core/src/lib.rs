//! Ticketing: what is on sale, what is held, who bought it, who was admitted.

pub mod catalog;
