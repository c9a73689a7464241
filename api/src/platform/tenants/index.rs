//! `GET /` on the platform's host.

use axum::{extract::State, response::Response};
use bilten_branding::{
    Theme,
    views::{
        Choice, FieldErrors, Moment, Section,
        platform::{ProvisionForm, TenantListView, TenantRow},
    },
};
use bilten_kernel::TenantId;
use bilten_tenancy::directory::{self, TenantEntry};
use serde::Deserialize;

use super::{ZONE, shop_url, shown, url};
use crate::http::{
    AppState,
    extract::Params,
    problem::{Code, Problem},
    shell::Shell,
};

const PAGE: u32 = 50;

#[derive(Default, Deserialize)]
pub(super) struct Query {
    cursor: Option<String>,
}

pub(super) async fn index(
    State(state): State<AppState>,
    shell: Shell,
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    let before = query.cursor.map(|cursor| cursor.parse::<TenantId>()).transpose();
    let before = before.map_err(|_| Problem::new(Code::InvalidCursor))?;
    let view = list(&state, before, Typed::default(), FieldErrors::none()).await?;
    shell.at(Section::Tenants).html(&view)
}

/// What was typed into the form, to be shown again.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) owner_email: String,
    pub(super) theme: String,
}

/// Fills the page; the form stands on it.
pub(super) async fn list(
    state: &AppState,
    before: Option<TenantId>,
    typed: Typed,
    errors: FieldErrors,
) -> Result<TenantListView, Problem> {
    let page = directory::list_page(&state.platform, before, PAGE).await?;
    let themes = Theme::PRESETS.into_iter().chain(["neutral"]);
    Ok(TenantListView {
        rows: page.rows.iter().map(|tenant| row(state, tenant)).collect(),
        provision: ProvisionForm {
            action: "/tenants".to_owned(),
            themes: themes
                .map(|theme| Choice::new(theme, theme, theme == typed.theme))
                .collect(),
            name: typed.name,
            slug: typed.slug,
            owner_email: typed.owner_email,
            errors,
            base_domain: state.config.http.base_domain.to_string(),
        },
        next_url: page.next.map(|last| format!("/?cursor={last}")),
    })
}

fn row(state: &AppState, tenant: &TenantEntry) -> TenantRow {
    TenantRow {
        url: url(tenant.id),
        name: tenant.name.clone(),
        slug: tenant.slug.to_string(),
        host: tenant.primary_host.to_string(),
        shop_url: shop_url(state, &tenant.primary_host),
        status: shown(tenant.status),
        created: Moment::new(tenant.created_at, ZONE),
    }
}
