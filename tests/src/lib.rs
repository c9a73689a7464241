//! What tests share: a private PostgreSQL, databases made from a template, the assembled application
//! in process, and a client that talks to it.
//!
//! Nothing here is part of the product. Connections are made in the roles of production: a superuser's
//! connection would pass every leak.

pub mod app;
pub mod clerk;
pub mod db;
pub mod fakes;
pub mod program;
pub mod served;
pub mod server;
pub mod web;
pub mod wire;

pub use app::{Tenant, TestApp};
pub use clerk::Clerk;
pub use db::TestDb;
pub use program::Program;
pub use served::Served;
pub use web::{Answer, PASSWORD, Setup, Shopkeeper, Web, get_page, post_form};
pub use wire::{Pace, Wire};

/// Prints a count that belongs in the record of a test run.
#[expect(
    clippy::print_stdout,
    reason = "the counts are meant for the person who runs the tests"
)]
pub fn report(line: &str) {
    println!("{line}");
}
