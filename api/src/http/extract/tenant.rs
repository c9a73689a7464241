//! The context of a request, inside a tenant or on the platform's host.

use std::{ops::Deref, sync::Arc};

use axum::extract::FromRequestParts;
use bilten_kernel::Ctx;
use bilten_tenancy::directory::TenantEntry;
use http::request::Parts;

use crate::http::{AppState, auth::platform_ctx, problem::Problem};

/// Context of the request, with the actor that the gate found; derefs to [`Ctx`].
#[derive(Debug, Clone)]
pub struct TenantCtx {
    /// What use cases need.
    pub ctx: Ctx,
    /// The tenant as the directory knows it.
    pub tenant: Arc<TenantEntry>,
}

impl Deref for TenantCtx {
    type Target = Ctx;

    fn deref(&self) -> &Ctx {
        &self.ctx
    }
}

impl<S: Send + Sync> FromRequestParts<S> for TenantCtx {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let ctx = parts.extensions.get::<Ctx>().cloned();
        let tenant = parts.extensions.get::<Arc<TenantEntry>>().cloned();
        match (ctx, tenant) {
            (Some(ctx), Some(tenant)) => Ok(Self { ctx, tenant }),
            // A route of a tenant's face is mounted on tenant hosts alone.
            _ => Err(Problem::not_found()),
        }
    }
}

/// Context of a request to the platform's host; it names no tenant.
#[derive(Debug, Clone)]
pub struct PlatformCtx(pub Ctx);

impl FromRequestParts<AppState> for PlatformCtx {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let known = parts.extensions.get::<Ctx>().cloned();
        Ok(Self(known.unwrap_or_else(|| platform_ctx(state, &parts.extensions))))
    }
}
