//! Composition root: builds every service, serves the HTTP faces, runs the worker and the command line.
//!
//! Nothing here decides about tickets or money, and nothing here holds SQL: handlers read a request,
//! call one use case, and answer.

pub mod cli;
pub mod compose;
pub mod config;
pub mod demo;
pub mod http;
pub mod organizer;
pub mod platform;
pub mod postgres;
pub mod provision;
mod report;
pub mod scim;
mod seats;
pub mod storefront;
pub mod subscribers;
pub mod telemetry;
pub mod v1;
pub mod webhooks;
pub mod worker;
