//! Ends what takes too long and catches what must not happen.

use std::{any::Any, panic::AssertUnwindSafe};

use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;

use super::{
    AppState,
    problem::{Code, Problem},
};

#[derive(Debug, thiserror::Error)]
#[error("a handler panicked: {0}")]
struct Panicked(String);

/// Makes the answer within the limits. A handler that is cut off leaves no
/// transaction behind: its `TenantTx` rolls back.
pub(super) async fn bound(state: &AppState, answer: impl Future<Output = Response>) -> Response {
    let work = AssertUnwindSafe(answer).catch_unwind();
    match tokio::time::timeout(state.config.http.request_timeout, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            metrics::counter!("http_panics_total").increment(1);
            Problem::internal(Panicked(message(panic.as_ref()))).into_response()
        }
        Err(_) => Problem::new(Code::Timeout).into_response(),
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}
