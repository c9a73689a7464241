//! Style sheets and scripts with hashed names, packed once.

use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use bilten_branding::Theme;
use bilten_kernel::Ctx;
use http::HeaderMap;

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
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if Theme::is_sheet(&name) {
        let Extension(ctx) = ctx.ok_or_else(Problem::not_found)?;
        let settings = state.settings.get(&ctx).await?;
        return Ok(theme(
            &state,
            (&ctx, &headers),
            &name,
            &Theme::from_settings(&settings.theme),
        ));
    }
    let asset = bilten_branding::assets::find(&name).ok_or_else(Problem::not_found)?;
    let cache = cache_rule(asset.immutable);
    let packed = state.files.get_with((None, &name), asset.media_type, || asset.bytes);
    Ok(packed.answer(&headers, cache))
}

/// The tenant's own sheet: a page that is older than a change of the theme gets the new one.
fn theme(state: &AppState, (ctx, headers): (&Ctx, &HeaderMap), name: &str, theme: &Theme) -> Response {
    let href = theme.href();
    let is_current = href.ends_with(&format!("/{name}"));
    let packed = state
        .files
        .get_with((Some(ctx.tenant), &href), "text/css; charset=utf-8", || {
            theme.css().into_bytes().into()
        });
    packed.answer(headers, cache_rule(is_current))
}

const fn cache_rule(is_immutable: bool) -> &'static str {
    if is_immutable {
        "public, max-age=31536000, immutable"
    } else {
        "public, no-cache"
    }
}
