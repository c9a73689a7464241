//! Ids in paths: a malformed id, or one of another kind, is answered like an unknown one.

use axum::extract::{FromRequestParts, Path};
use bilten_kernel::{Id, IdKind};
use http::request::Parts;

use super::problem::Problem;

/// The one id of a path such as `/orders/{id}`.
#[derive(Debug, Clone, Copy)]
pub struct PathId<K: IdKind>(pub Id<K>);

impl<K: IdKind, S: Send + Sync> FromRequestParts<S> for PathId<K> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found())?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}
