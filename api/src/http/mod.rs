//! Everything between a connection and a handler: server, middleware, registry of routes,
//! extractors, and the one place where failures become answers.
//!
//! Order of a request: `pages` (answers what is in memory) → `observe` (request id, log, metrics) → `headers`
//! (security) → compression → `site` (host → tenant) → `render` (problems become pages or JSON) → panic and time limits →
//! router → `gate` (suspension, origin, log-in, permission) → handler.
//! Not here: what a page shows (`storefront`, `organizer`, …) and any business decision.

pub mod assets;
pub mod auth;
mod error_page;
pub mod extract;
pub mod figures;
mod gate;
mod headers;
mod icons;
pub mod ids;
mod limits;
pub mod metrics;
mod network;
mod observe;
pub mod ops;
mod origin;
pub mod packed;
pub mod pages;
pub mod problem;
pub mod rate;
pub mod registry;
mod render;
pub mod server;
pub mod shell;
mod site;
mod state;
mod to_the_end;
pub mod visitors;

use axum::{Router, extract::Request, middleware::from_fn_with_state, response::IntoResponse};
pub use headers::{FramedByOurselves, policy_with_style};
use metrics_exporter_prometheus::PrometheusHandle;
pub use network::Network;
pub use site::{LOCALE_COOKIE, Resolved};
pub use state::{AppState, Services};
pub use to_the_end::to_the_end;
use tower::ServiceExt as _;
use tower_http::{CompressionLevel, compression::CompressionLayer};

use self::{
    observe::Observer,
    pages::Front,
    problem::{Code, Problem},
    registry::Site,
};

/// Builds the whole application.
pub fn app(state: AppState) -> Router {
    let tenant = site_router(Site::Tenant, &state);
    let platform = site_router(Site::Platform, &state);
    let dispatch = move |request: Request| {
        let (tenant, platform) = (tenant.clone(), platform.clone());
        async move {
            match request.extensions().get::<Resolved>().cloned() {
                Some(Resolved::Tenant(_)) => tenant.oneshot(request).await.into_response(),
                Some(Resolved::Platform) => platform.oneshot(request).await.into_response(),
                Some(Resolved::Refused(problem)) => problem.into_response(),
                None => Problem::new(Code::UnknownHost).into_response(),
            }
        }
    };
    let sites = Router::new()
        .fallback(dispatch)
        .layer(from_fn_with_state(state.clone(), limits::bound))
        .layer(from_fn_with_state(state.clone(), render::problems))
        .layer(from_fn_with_state(state.clone(), site::resolve))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(state.clone(), headers::secure));
    let all = registry::router(Site::Ops, &state)
        .with_state(state.clone())
        .fallback_service(sites)
        .layer(from_fn_with_state(Observer::new(state.clone()), observe::request));
    Router::new().fallback_service(Front::new(all, state))
}

/// Builds the application of the listener that no visitor reaches: figures and probes.
pub fn backstage(state: AppState, figures: PrometheusHandle) -> Router {
    registry::router(Site::Ops, &state)
        .with_state(state.clone())
        .merge(metrics::app(figures))
        .layer(from_fn_with_state(Observer::new(state), observe::request))
}

fn site_router(site: Site, state: &AppState) -> Router {
    registry::router(site, state)
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { Problem::new(Code::MethodNotAllowed) })
        .with_state(state.clone())
}
