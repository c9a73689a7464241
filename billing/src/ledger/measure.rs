//! Finds out what the books cost: a build for measurements can be told to book no sales, and is measured beside one that does.
//!
//! Ordinary builds do not contain this; see the feature `measure`.

use std::sync::LazyLock;

/// Name of the variable that a process without books has in its environment.
const UNBOOKED: &str = "BILTEN_BENCH_UNBOOKED";

static IS_UNBOOKED: LazyLock<bool> = LazyLock::new(|| std::env::var_os(UNBOOKED).is_some());

/// Tells whether sales stay out of the books of this process.
pub(super) fn is_unbooked() -> bool {
    *IS_UNBOOKED
}
