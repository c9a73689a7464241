//! Everything between a connection and a handler: server, middleware, registry of routes,
//! extractors, and the one place where failures become answers.
//!
//! Order of a request (`stack`): `pages` (answers what is in memory) → `observe` (request id, log, metrics) → `headers`
//! (security) → compression → `site` (host → tenant) → `render` (problems become pages or JSON) → panic and time limits →
//! router → `gate` (suspension, origin, log-in, permission) → handler.
//! Not here: what a page shows (`storefront`, `organizer`, …) and any business decision.

pub mod assets;
pub mod auth;
pub mod device;
mod duty;
mod error_page;
pub mod extract;
pub mod figures;
mod fresh;
mod gate;
pub mod headers;
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
mod stack;
mod state;
mod to_the_end;
pub mod visitors;
pub mod visits;

pub use auth::step_cookie;
use axum::{Router, middleware::from_fn_with_state};
pub use duty::FACTOR;
pub use fresh::CONFIRMATION;
pub use headers::{FramedByOurselves, policy_with_style};
use metrics_exporter_prometheus::PrometheusHandle;
pub use network::Network;
pub use site::{LOCALE_COOKIE, Resolved};
pub use state::{AppState, Services, SsoServices};
pub use to_the_end::to_the_end;

use self::{observe::Observer, pages::Front, registry::Site, stack::Stack};

/// Builds the whole application.
pub fn app(state: AppState) -> Router {
    Router::new().fallback_service(Front::new(Stack::new(&state), state))
}

/// Builds the application of the listener that no visitor reaches: figures and probes.
pub fn backstage(state: AppState, figures: PrometheusHandle) -> Router {
    registry::router(Site::Ops, &state)
        .with_state(state.clone())
        .merge(metrics::app(figures))
        .layer(from_fn_with_state(Observer::new(state), observe::layer))
}
