//! Pictures that are drawn when they are asked for, and kept for those who ask next.

use axum::{
    extract::{Path, State},
    response::Response,
};
use bilten_branding::{Theme, artwork};
use http::HeaderMap;

use super::shop::Shop;
use crate::http::{AppState, problem::Problem};

/// Characters of a seed.
const MAX_SEED: usize = 120;

/// `GET /media/artwork/{seed}.svg`: the same picture for the same seed and theme. No event is
/// looked up, so that a draft's picture gives nothing away.
pub async fn artwork(
    Path(file): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let seed = file
        .strip_suffix(".svg")
        .filter(|seed| seed.chars().count() <= MAX_SEED);
    let seed = seed.ok_or_else(Problem::not_found)?;
    let theme = Theme::from_settings(&shop.settings.theme);
    let name = format!("{} {seed}", theme.href());
    let packed = state
        .files
        .get_with((Some(shop.tenant.ctx.tenant), &name), "image/svg+xml", || {
            artwork::svg(&theme, seed).into_bytes().into()
        });
    Ok(packed.answer(&headers, "public, max-age=3600"))
}
