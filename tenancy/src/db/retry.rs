//! Runs a transaction again that lost against another one.

use std::time::Duration;

use super::DbError;

/// How often one transaction is run in all.
const TRIES: u32 = 4;
/// Wait before the second run; doubled before each further one.
const FIRST_WAIT: Duration = Duration::from_millis(5);

/// Bounds the runs of one transaction.
///
/// PostgreSQL ends one of two transactions that wait for each other in a circle (SQLSTATE 40P01) or that cannot both have
/// come first (40001). Nothing of it was kept, and the same transaction succeeds when it is run again from its `begin`:
///
/// ```text
/// let mut retry = Retry::new("checkout.settle");
/// loop {
///     match settle_once(…).await {
///         Err(error) if retry.again(error.db()).await => {}
///         result => return result,
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Retry {
    name: &'static str,
    runs: u32,
}

impl Retry {
    /// Starts before the first run; the name stands in the metrics.
    pub const fn new(name: &'static str) -> Self {
        Self { name, runs: 1 }
    }

    /// Tells whether the failed transaction is to be run again, and waits a little before it is.
    pub async fn again(&mut self, error: Option<&DbError>) -> bool {
        let Some(error) = error.filter(|error| error.is_conflict()) else {
            return false;
        };
        if self.runs == TRIES {
            tracing::warn!(%error, name = self.name, runs = self.runs, "a transaction lost too often");
            return false;
        }
        metrics::counter!("transaction_retries_total", "name" => self.name).increment(1);
        tokio::time::sleep(FIRST_WAIT * 2_u32.pow(self.runs - 1)).await;
        self.runs += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_no_conflict_is_not_run_again() {
        let mut retry = Retry::new("test");
        assert!(!retry.again(None).await);
        assert!(!retry.again(Some(&DbError::Interrupted)).await);
        assert!(!retry.again(Some(&sqlx::Error::PoolTimedOut.into())).await);
    }
}
