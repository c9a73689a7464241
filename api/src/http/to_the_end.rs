//! Work that goes on when its request is cut off.

use tracing::Instrument as _;

use super::problem::Problem;

/// Does the work in a task of its own, and waits for it. A client who goes away, or a request whose time is over, ends
/// the waiting alone: several transactions and calls that belong together are not left half-way. Only the end of the
/// process does that.
///
/// # Errors
/// The work panicked.
#[expect(
    clippy::disallowed_methods,
    reason = "the task must outlive the request that began it"
)]
pub async fn to_the_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, Problem> {
    tokio::spawn(work.in_current_span()).await.map_err(|error| {
        if error.is_panic() {
            metrics::counter!("http_panics_total").increment(1);
        }
        Problem::internal(error)
    })
}
