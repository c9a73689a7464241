//! The tenants: list, one of them, provisioning, and closing and opening their shops.

mod create;
mod index;
mod resume;
mod show;
mod suspend;
pub(super) mod visits;

use axum::extract::FromRequestParts;
use bilten_branding::views::platform::TenantStatus as Shown;
use bilten_kernel::{HostName, TenantId};
use bilten_tenancy::{directory::TenantStatus, lifecycle::StatusError};
use http::request::Parts;

use crate::http::{
    AppState,
    problem::{Code, Problem},
    registry::{Access, Face, Repeat, Route},
};

/// Zone in which operators read times; they work for tenants everywhere.
pub(super) const ZONE: &str = "Etc/UTC";

pub(super) fn routes() -> Vec<Route> {
    let id: &'static [(&str, &str)] = &[("id", "tenant")];
    let both: &'static [(&str, &str)] = &[("id", "tenant"), ("visit", "visit")];
    let (face, access) = (Face::Platform, Access::Operator);
    vec![
        Route::get("/", face, access, index::index),
        Route::post("/tenants", face, access, create::create).repeats(Repeat::State),
        Route::get("/tenants/{id}", face, access, show::show).ids(id),
        Route::post("/tenants/{id}/suspension", face, access, suspend::suspend)
            .ids(id)
            .repeats(Repeat::State),
        Route::post("/tenants/{id}/resumption", face, access, resume::resume)
            .ids(id)
            .repeats(Repeat::State),
        Route::post("/tenants/{id}/visits", face, access, visits::ask)
            .ids(id)
            .repeats(Repeat::State),
        Route::post("/tenants/{id}/visits/{visit}/begin", face, access, visits::begin)
            .ids(both)
            .repeats(Repeat::State),
        Route::post("/tenants/{id}/visits/{visit}/end", face, access, visits::end)
            .ids(both)
            .repeats(Repeat::State),
    ]
}

/// The tenant that the path names; a malformed id is one that nobody has.
struct PathTenant(TenantId);

impl FromRequestParts<AppState> for PathTenant {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let path = axum::extract::Path::<String>::from_request_parts(parts, state).await;
        let axum::extract::Path(text) = path.map_err(|_| Problem::not_found())?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}

pub(super) fn url(id: TenantId) -> String {
    format!("/tenants/{id}")
}

fn shop_url(state: &AppState, host: &HostName) -> String {
    format!("{}/", state.config.http.origin(host))
}

const fn shown(status: TenantStatus) -> Shown {
    match status {
        TenantStatus::Active => Shown::Active,
        TenantStatus::Suspended => Shown::Suspended,
    }
}

fn refused(error: StatusError) -> Problem {
    match error {
        StatusError::WrongState | StatusError::HostTaken => Problem::new(Code::Conflict),
        StatusError::Db(error) => error.into(),
    }
}
