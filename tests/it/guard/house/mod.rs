//! Rules of the house that no compiler checks: who may depend on whom, who owns which table, how
//! long a file may be, and words that may not appear.
//!
//! The checks read the sources as text. String literals are taken out of Rust files by a small
//! scanner, so that prose in comments never looks like SQL.

mod edges;
mod prepared;
mod scripts;
mod security;
mod sources;
mod sql;
mod words;
