//! Style sheets and scripts with hashed names.

use axum::{
    extract::Path,
    response::{IntoResponse as _, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::{
    problem::Problem,
    registry::{Access, Face, Route},
};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/assets/{name}", Face::Assets, Access::Public, show)]
}

async fn show(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = bilten_branding::assets::find(&name).ok_or_else(Problem::not_found)?;
    let cache = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "public, no-cache"
    };
    Ok(([(CONTENT_TYPE, asset.media_type), (CACHE_CONTROL, cache)], asset.bytes).into_response())
}
