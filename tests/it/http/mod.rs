//! The faces over HTTP: what goes in, what comes back, and what bad input gets.

mod bodies;
mod buyers;
mod called_off;
mod comfort;
mod cursors;
mod demo;
mod door;
mod finance;
mod forms;
mod hosts;
mod once;
mod ops;
mod pay_again;
mod payments;
mod private_postgres;
mod purchase;
mod returns;
mod rights;
mod sale;
mod shop_front;
mod stripe;
mod suspended;
mod visit;
mod webhooks;
