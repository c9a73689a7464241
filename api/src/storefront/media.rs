//! Pictures that are drawn when they are asked for.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use bilten_branding::{Theme, artwork};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::shop::Shop;
use crate::http::problem::Problem;

/// Characters of a seed.
const MAX_SEED: usize = 120;

/// `GET /media/artwork/{seed}.svg`: the same picture for the same seed and theme. No event is
/// looked up, so that a draft's picture gives nothing away.
pub async fn artwork(Path(file): Path<String>, shop: Shop) -> Result<Response, Problem> {
    let seed = file
        .strip_suffix(".svg")
        .filter(|seed| seed.chars().count() <= MAX_SEED);
    let seed = seed.ok_or_else(Problem::not_found)?;
    let picture = artwork::svg(&Theme::from_settings(&shop.settings.theme), seed);
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, picture).into_response())
}
