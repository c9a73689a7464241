//! Real concurrency over real HTTP on the loopback interface, and a program that is killed.

mod buyers;
pub(crate) mod crashes;
mod gates;
mod sweeper;
