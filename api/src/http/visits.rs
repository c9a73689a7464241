//! An operator of the platform on a visit: his session on the tenant's host has a cookie of its own, so that whoever is no
//! visitor pays nothing for it.
//!
//! The visit is looked up in the tenant's transaction and the operator's own session on the platform's side, at each request.
//! What is opened and what is refused stands in the tenant's record.

use std::sync::Arc;

use axum::extract::Request;
use axum_extra::extract::{CookieJar, cookie::Cookie};
use bilten_branding::views::VisitBanner;
use bilten_kernel::{AccountId, Actor, Ctx, Timestamp, VisitPower};
use bilten_sso::{
    SessionToken,
    factors::Standing,
    visits::{self, Ended, RunningVisit, desk},
};
use bilten_tenancy::{
    TenantTx,
    audit::{self, Entry},
    permissions::{self, Denied, Permission, Scope},
};
use http::HeaderMap;
use serde_json::json;

use super::{AppState, auth::host_cookie, extract::StaffSession, problem::Problem, registry::RouteInfo};
use crate::config::HttpConfig;

/// Where an operator leaves.
pub const LEAVE_URL: &str = "/manage/visit/end";

/// A request that carries the cookie of a visit.
pub(super) struct Knock {
    token: SessionToken,
    ctx: Ctx,
    is_open: bool,
    what: String,
}

impl Knock {
    /// Reads the cookie; whoever has none is no visitor.
    pub(super) fn of(state: &AppState, request: &Request) -> Option<Self> {
        let token = visit_token(&state.config.http, request.headers())?;
        let info = request.extensions().get::<Arc<RouteInfo>>();
        Some(Self {
            token,
            ctx: request.extensions().get::<Ctx>()?.clone(),
            is_open: info.is_some_and(|info| info.is_open_on_visits),
            what: format!("{} {}", request.method(), request.uri().path()),
        })
    }
}

/// Finds the visit and asks whether it may open the route.
pub(super) async fn enter(
    state: &AppState,
    knock: Knock,
    permission: Option<Permission>,
) -> Result<Option<(Ctx, StaffSession)>, Problem> {
    let Knock {
        token,
        ctx,
        is_open,
        what,
    } = knock;
    let mut tx = state.db.begin(&ctx).await?;
    let Some(found) = visits::find_running(&mut tx, &ctx, &token).await? else {
        return Ok(None);
    };
    let ctx = ctx.with_actor(Actor::Visiting(found.visit));
    if !is_logged_in(state, &found, ctx.now()).await? {
        visits::end_if_running(&mut tx, &ctx, found.visit.id, Ended::LogOut).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let asked = match permission {
        Some(permission) => permissions::require(&mut tx, &ctx, permission, Scope::Anywhere)
            .await
            .map(drop),
        None if is_open => Ok(()),
        // What belongs to a member of the staff himself is not there for anybody else.
        None => Err(Denied::Hidden),
    };
    note(&mut tx, &ctx, (&found, asked.is_ok()), what).await?;
    let rights = permissions::rights(&mut tx, &ctx).await?;
    tx.commit().await?;
    asked?;
    let session = StaffSession {
        account: AccountId::from_uuid(uuid::Uuid::nil()),
        name: found.operator_name.clone(),
        email: found.operator_name.clone(),
        csrf: found.csrf.clone(),
        rights,
        proved_at: ctx.now(),
        has_factor: false,
        standing: Standing::Fine,
        token,
        visit: Some(Arc::new(found)),
    };
    Ok(Some((ctx, session)))
}

async fn is_logged_in(state: &AppState, found: &RunningVisit, now: Timestamp) -> Result<bool, Problem> {
    let mut tx = state.platform.begin().await?;
    let is_alive = desk::is_session_alive(&mut tx, found.operator_session, now).await?;
    tx.commit().await?;
    Ok(is_alive)
}

/// Writes down what is opened, without its query: that may hold what somebody typed.
async fn note(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (found, is_opened): (&RunningVisit, bool),
    what: String,
) -> Result<(), Problem> {
    let entry = Entry {
        action: if is_opened {
            "visit.page_opened"
        } else {
            "visit.page_refused"
        },
        object: found.visit.id.to_string(),
        details: json!({ "page": what }),
    };
    Ok(audit::record(tx, ctx, entry).await?)
}

/// Fills the banner that stands on every page of a visit.
pub(super) fn banner(found: &RunningVisit, now: Timestamp) -> VisitBanner {
    let seconds = found.ends_at.duration_since(now).as_secs().max(0);
    VisitBanner {
        operator: found.operator_name.clone(),
        reason: found.reason.clone(),
        minutes: u32::try_from((seconds + 59) / 60).unwrap_or(u32::MAX),
        powers: found.visit.powers.iter().map(VisitPower::name).collect(),
        leave_action: LEAVE_URL.to_owned(),
        csrf: found.csrf.expose().clone(),
    }
}

/// Makes the cookie of a visit.
pub fn visit_cookie(config: &HttpConfig, token: &SessionToken) -> Cookie<'static> {
    host_cookie(config, (name(config), token.expose().clone()))
}

/// Makes the cookie that removes it.
pub fn no_visit_cookie(config: &HttpConfig) -> Cookie<'static> {
    let mut cookie = host_cookie(config, (name(config), String::new()));
    cookie.make_removal();
    cookie
}

fn visit_token(config: &HttpConfig, headers: &HeaderMap) -> Option<SessionToken> {
    let jar = CookieJar::from_headers(headers);
    SessionToken::parse(jar.get(name(config))?.value())
}

fn name(config: &HttpConfig) -> &'static str {
    if config.is_plain() { "visit" } else { "__Host-visit" }
}
