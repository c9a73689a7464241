//! `GET /tenants/{id}`.

use std::collections::HashMap;

use axum::{extract::State, response::Response};
use bilten_branding::{
    texts,
    views::{
        Moment, Section, Text,
        platform::{HistoryRow, HostRow, TenantDetailView},
    },
};
use bilten_kernel::{Ctx, OperatorId, TenantId};
use bilten_sso::operators;
use bilten_tenancy::directory::{self, HistoryEntry, TenantStatus};

use super::{PathTenant, ZONE, shop_url, shown, url, visits};
use crate::http::{AppState, extract::PlatformCtx, problem::Problem, shell::Shell};

pub(super) async fn show(
    State(state): State<AppState>,
    PlatformCtx(ctx): PlatformCtx,
    PathTenant(id): PathTenant,
    shell: Shell,
) -> Result<Response, Problem> {
    let view = view(&state, &ctx, id, None).await?;
    shell.at(Section::Tenants).flash_arg("name", &view.name).html(&view)
}

/// Fills the page; with a form that was sent and refused, if there is one.
pub(super) async fn view(
    state: &AppState,
    ctx: &Ctx,
    id: TenantId,
    typed: Option<visits::Typed>,
) -> Result<TenantDetailView, Problem> {
    let detail = directory::find_detail(&state.platform, id).await?;
    let detail = detail.ok_or_else(Problem::not_found)?;
    let acted: Vec<OperatorId> = detail.history.iter().filter_map(|entry| entry.operator).collect();
    let mut tx = state.platform.begin().await?;
    let emails = operators::find_emails(&mut tx, &acted).await?;
    tx.commit().await?;
    let tenant = &detail.entry;
    let is_active = tenant.status == TenantStatus::Active;
    Ok(TenantDetailView {
        name: tenant.name.clone(),
        slug: tenant.slug.to_string(),
        id: id.to_string(),
        status: shown(tenant.status),
        created: Moment::new(tenant.created_at, ZONE),
        hosts: detail
            .hosts
            .iter()
            .map(|(host, primary)| HostRow {
                host: host.clone(),
                primary: *primary,
            })
            .collect(),
        shop_url: shop_url(state, &tenant.primary_host),
        suspend_action: is_active.then(|| format!("{}/suspension", url(id))),
        resume_action: (!is_active).then(|| format!("{}/resumption", url(id))),
        history: detail.history.iter().filter_map(|entry| line(entry, &emails)).collect(),
        enter: visits::panel(state, ctx, id, typed).await?,
        list_url: "/".to_owned(),
    })
}

fn line(entry: &HistoryEntry, emails: &HashMap<OperatorId, String>) -> Option<HistoryRow> {
    let text = match entry.action.as_str() {
        "tenant.provisioned" => texts::HISTORY_PROVISIONED,
        "tenant.suspended" => texts::HISTORY_SUSPENDED,
        "tenant.resumed" => texts::HISTORY_RESUMED,
        "visit.asked" => texts::HISTORY_VISIT_ASKED,
        "visit.begun" => texts::HISTORY_VISIT_BEGUN,
        _ => return None,
    };
    let email = entry.operator.and_then(|operator| emails.get(&operator));
    Some(HistoryRow {
        at: Moment::new(entry.at, ZONE),
        text: Text::new(text),
        actor: email.cloned().unwrap_or_else(|| "system".to_owned()),
        reason: entry.reason.clone(),
    })
}
