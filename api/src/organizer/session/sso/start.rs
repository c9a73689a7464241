//! `GET /manage/login/sso/{id}`: sends the browser to the identity provider.
//!
//! A link and no form: policies of pages forbid that a form's answer leads to another site. It notes that a log-in began, which
//! harms nobody: it lets nobody in and is forgotten after ten minutes.

use axum::{extract::State, response::Response};
use bilten_kernel::{Ctx, SsoConnectionKind};
use bilten_sso::{
    Check,
    oidc::{self, Failure, Trace},
};
use http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;

use super::{AnyLine, Begin, Purpose, browser, callback_url, count, elsewhere, refuse, saml, sign_in};
use crate::{
    http::{
        AppState,
        auth::local_path,
        extract::{ClientIp, Params, TenantCtx},
        ids::PathId,
        problem::Problem,
        shell::{Shell, redirect},
    },
    organizer::session,
};

#[derive(Deserialize)]
pub(super) struct Query {
    next: Option<String>,
    /// Providers that begin a log-in themselves name their issuer (Core §4).
    iss: Option<String>,
}

/// What a stranger asks with.
pub(super) struct Asked {
    client: ClientIp,
    headers: HeaderMap,
    uri: Uri,
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Asked
where
    ClientIp: axum::extract::FromRequestParts<S>,
{
    type Rejection = <ClientIp as axum::extract::FromRequestParts<S>>::Rejection;

    async fn from_request_parts(parts: &mut http::request::Parts, state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self {
            client: ClientIp::from_request_parts(parts, state).await?,
            headers: parts.headers.clone(),
            uri: parts.uri.clone(),
        })
    }
}

pub(super) async fn start(
    State(state): State<AppState>,
    ctx: TenantCtx,
    (PathId(id), shell): (PathId<SsoConnectionKind>, Shell),
    Params(query): Params<Query>,
    asked: Asked,
) -> Result<Response, Problem> {
    count(&state, &ctx, asked.client)?;
    let line = AnyLine::find(&state, &ctx, id).await?;
    if !line.is_offered() || query.iss.is_some_and(|issuer| issuer != line.connection().issuer) {
        return Err(Problem::not_found());
    }
    let path = asked
        .uri
        .path_and_query()
        .map_or("/manage/login", http::uri::PathAndQuery::as_str);
    if let Some(response) = elsewhere(&state, &ctx.tenant, (&asked.headers, path)) {
        return Ok(response);
    }
    let next = query.next.filter(|next| local_path(next, "/manage"));
    match send_away(&state, &ctx, &line, (Purpose::LogIn, next.as_deref()), &asked.headers).await? {
        Ok(response) => Ok(response),
        Err(failure) => {
            let said = refuse(&state, &ctx, (line.connection(), "log_in"), (&failure, Trace::new())).await?;
            let mut view = session::view(&state, &ctx, ("", next)).await?;
            view.error = Some(said);
            shell.html_with(StatusCode::BAD_GATEWAY, &view)
        }
    }
}

/// Notes the log-in and answers with the way to the provider, or names the check that failed.
pub(in crate::organizer) async fn send_away(
    state: &AppState,
    ctx: &TenantCtx,
    line: &AnyLine,
    (purpose, next): (Purpose, Option<&str>),
    headers: &HeaderMap,
) -> Result<Result<Response, Failure>, Problem> {
    let config = &state.config.http;
    let provider = match line {
        AnyLine::Saml(..) => None,
        AnyLine::Oidc(line) => match state.sso.oidc.provider(&line.client).await {
            Ok(provider) => Some((provider, &line.client)),
            Err(failure) => return Ok(Err(failure)),
        },
    };
    // One secret serves several tabs: what is derived from it differs with each log-in.
    let browser = browser::read(config, headers).unwrap_or_else(|| fresh(ctx));
    let mut tx = state.db.begin(ctx).await?;
    let begin = Begin {
        connection: line.connection().id,
        purpose,
        browser: &browser,
        next,
    };
    let token = sign_in::begin(&mut tx, ctx, &begin).await?;
    tx.commit().await?;
    let to = match (line, provider) {
        (AnyLine::Saml(connection, peer), _) => saml::request_url(state, ctx, (connection, peer), &token),
        (AnyLine::Oidc(line), Some((provider, client))) => {
            let back = callback_url(state, &ctx.tenant, line.connection.id);
            oidc::authorization_url(&provider.metadata, client, &back, &browser.proofs(&token))
        }
        (AnyLine::Oidc(_), None) => Err(Failure::new(Check::Discovery)),
    };
    Ok(to.map(|to| {
        let mut response = redirect(to.as_str());
        browser::keep(&mut response, config, &browser);
        response
    }))
}

fn fresh(ctx: &Ctx) -> sign_in::Browser {
    sign_in::Browser::from_random(ctx.random())
}
