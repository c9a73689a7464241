//! Style sheets and scripts with hashed names.

use axum::{
    Extension,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use bilten_branding::Theme;
use bilten_kernel::Ctx;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::{
    AppState,
    problem::Problem,
    registry::{Access, Face, Route},
};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/assets/{name}", Face::Assets, Access::Public, show)]
}

async fn show(
    State(state): State<AppState>,
    ctx: Option<Extension<Ctx>>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    if Theme::is_sheet(&name) {
        let Extension(ctx) = ctx.ok_or_else(Problem::not_found)?;
        let settings = state.settings.get(&ctx).await?;
        return Ok(theme(&name, &Theme::from_settings(&settings.theme)));
    }
    let asset = bilten_branding::assets::find(&name).ok_or_else(Problem::not_found)?;
    let cache = cache_rule(asset.immutable);
    Ok(([(CONTENT_TYPE, asset.media_type), (CACHE_CONTROL, cache)], asset.bytes).into_response())
}

/// The tenant's own sheet: a page that is older than a change of the theme gets the new one.
fn theme(name: &str, theme: &Theme) -> Response {
    let is_current = theme.href().ends_with(&format!("/{name}"));
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, cache_rule(is_current)),
    ];
    (headers, theme.css()).into_response()
}

const fn cache_rule(is_immutable: bool) -> &'static str {
    if is_immutable {
        "public, max-age=31536000, immutable"
    } else {
        "public, no-cache"
    }
}
