//! The small picture of a site, drawn from the tenant's theme; the operators' console has one too.

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse as _, Response},
};
use bilten_branding::{
    Theme, icon,
    theme::{ArtStyle, Corners},
};
use bilten_kernel::Ctx;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::{
    AppState,
    problem::Problem,
    registry::{Access, Face, Route},
};

/// Browsers ask for it with every site; a day old is new enough.
const CACHE: &str = "public, max-age=86400";
/// Side of the picture for home screens, in pixels.
const HOME_SCREEN: u32 = 180;

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Assets, Access::Public);
    vec![
        Route::get("/favicon.ico", face, access, ico),
        Route::get("/icon.svg", face, access, svg),
        Route::get("/apple-touch-icon.png", face, access, png),
    ]
}

async fn ico(State(state): State<AppState>, ctx: Option<Extension<Ctx>>) -> Result<Response, Problem> {
    let bytes = icon::ico(&theme(&state, ctx).await?).map_err(Problem::internal)?;
    Ok(answer("image/x-icon", bytes))
}

async fn svg(State(state): State<AppState>, ctx: Option<Extension<Ctx>>) -> Result<Response, Problem> {
    Ok(answer(
        "image/svg+xml",
        icon::svg(&theme(&state, ctx).await?).into_bytes(),
    ))
}

async fn png(State(state): State<AppState>, ctx: Option<Extension<Ctx>>) -> Result<Response, Problem> {
    let bytes = icon::png(&theme(&state, ctx).await?, HOME_SCREEN, false).map_err(Problem::internal)?;
    Ok(answer("image/png", bytes))
}

/// The tenant's theme, or on the operators' host a neutral one.
async fn theme(state: &AppState, ctx: Option<Extension<Ctx>>) -> Result<Theme, Problem> {
    Ok(match ctx {
        Some(Extension(ctx)) => Theme::from_settings(&state.settings.get(&ctx).await?.theme),
        None => Theme {
            art: ArtStyle::Grid,
            corners: Corners::Soft,
            ..Theme::default()
        },
    })
}

fn answer(media_type: &'static str, bytes: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, media_type), (CACHE_CONTROL, CACHE)], bytes).into_response()
}
