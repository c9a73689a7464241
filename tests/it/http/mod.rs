//! The faces over HTTP: what goes in, what comes back, and what bad input gets.

mod bodies;
mod cursors;
mod demo;
mod door;
mod hosts;
mod once;
mod purchase;
mod rights;
mod sale;
mod shop_front;
