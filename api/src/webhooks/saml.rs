//! What SAML providers send, and what they read of us:
//! `GET /sso/{id}/saml/metadata`, `POST /sso/{id}/saml/acs`, `GET` and `POST /sso/{id}/saml/slo`.
//!
//! A form that a provider has the browser post comes from another site, without cookies. So the answer is checked here and kept
//! under a one-time code, and the browser is led to a page of ours, which asks for its cookie (`organizer::session::sso::saml`).
//! `RelayState` is never read where somebody logs in: where to go afterwards was noted when the log-in began.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse as _, Response},
};
use bilten_kernel::{SsoAttemptId, SsoConnectionId, SsoConnectionKind};
use bilten_sso::{
    Check,
    connections::{self, Connection, Kind},
    oidc::{Failure, Trace},
    saml::{self, Answer, Expected, LogoutExpected, LogoutRequest},
    saml_peers::{self, Peer},
    sign_in::{self, Attempt, FinishError},
};
use bilten_tenancy::TenantTx;
use data_encoding::BASE64URL_NOPAD;
use http::{StatusCode, header::CONTENT_TYPE};
use serde::Deserialize;
use url::form_urlencoded;

use crate::{
    http::{
        AppState,
        extract::{ClientIp, PlainForm, TenantCtx},
        ids::PathId,
        problem::{Code, Problem},
        shell::redirect,
    },
    organizer::urls,
};

/// Longest `RelayState` that goes back to a provider (Bindings §3.4.3).
const MAX_RELAY_STATE: usize = 80;

#[derive(Deserialize)]
pub(super) struct AnswerForm {
    #[serde(rename = "SAMLResponse", default)]
    response: String,
}

#[derive(Deserialize)]
pub(super) struct LogoutForm {
    #[serde(rename = "SAMLRequest", default)]
    request: String,
    #[serde(rename = "RelayState")]
    relay_state: Option<String>,
}

/// A connection with its provider, and the addresses of ours that belong to it.
struct Line {
    connection: Connection,
    peer: Peer,
    origin: String,
}

impl Line {
    async fn find(state: &AppState, ctx: &TenantCtx, id: SsoConnectionId, client: ClientIp) -> Result<Self, Problem> {
        if let Some(network) = client.network() {
            state.visitors.count_form(ctx.tenant.id, network)?;
        }
        let mut tx = state.db.begin(ctx).await?;
        let connection = connections::find(&mut tx, id)
            .await?
            .filter(|found| found.kind == Kind::Saml);
        let peer = saml_peers::find(&mut tx, id).await?;
        tx.commit().await?;
        Ok(Self {
            connection: connection.ok_or_else(Problem::not_found)?,
            peer: peer.ok_or_else(Problem::not_found)?,
            origin: state.config.http.origin(&ctx.tenant.primary_host),
        })
    }

    fn url(&self, path: impl Fn(SsoConnectionId) -> String) -> String {
        format!("{}{}", self.origin, path(self.connection.id))
    }
}

pub(super) async fn metadata(
    State(state): State<AppState>,
    PathId(id): PathId<SsoConnectionKind>,
    ctx: TenantCtx,
    client: ClientIp,
) -> Result<Response, Problem> {
    let line = Line::find(&state, &ctx, id, client).await?;
    let entity_id = &line.connection.client_id;
    let body = saml::service_metadata(entity_id, &line.url(urls::saml_acs), &line.url(urls::saml_slo));
    Ok(([(CONTENT_TYPE, "application/samlmetadata+xml")], body).into_response())
}

pub(super) async fn answer(
    State(state): State<AppState>,
    PathId(id): PathId<SsoConnectionKind>,
    ctx: TenantCtx,
    client: ClientIp,
    PlainForm(form): PlainForm<AnswerForm>,
) -> Result<Response, Problem> {
    let line = Line::find(&state, &ctx, id, client).await?;
    let mut trace = Trace::new();
    let acs_url = line.url(urls::saml_acs);
    let expected = Expected {
        issuer: &line.connection.issuer,
        entity_id: &line.connection.client_id,
        acs_url: &acs_url,
        certificates: &line.peer.provider.certificates,
        authn_context: line.peer.provider.authn_context.as_deref(),
        now: ctx.now(),
    };
    let read = Answer::read(&form.response, &expected, &mut trace);
    let mut tx = state.db.begin(&ctx).await?;
    let kept = match read {
        Ok(answer) => keep(&mut tx, &ctx, &line.connection, answer).await?,
        Err(failure) => Err(failure),
    };
    let (name, value) = match kept {
        Ok(code) => ("code", code),
        Err(failure) => (
            "failed",
            refuse(&mut tx, &ctx, (id, &form.response), (&failure, trace))
                .await?
                .to_string(),
        ),
    };
    tx.commit().await?;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair(name, &value)
        .finish();
    Ok(redirect(&format!("{}?{query}", urls::saml_answer(id))))
}

/// Keeps an answer to a request that waits, once.
async fn keep(
    tx: &mut TenantTx,
    ctx: &TenantCtx,
    connection: &Connection,
    answer: Answer,
) -> Result<Result<String, Failure>, Problem> {
    let token = answer.state.clone();
    if saml_peers::is_answered(tx, &token).await? {
        return Ok(Err(Failure::new(Check::Replay)));
    }
    if sign_in::waits(tx, ctx, connection.id, &token).await?.is_none() {
        return Ok(Err(Failure::new(Check::SamlInResponseTo)));
    }
    let person = saml_peers::person(&connection.issuer, &connection.claims, answer);
    let at = (connection.id, connection.revision);
    let code = saml_peers::keep(tx, ctx, at, (&token, &person)).await?;
    Ok(code.ok_or_else(|| Failure::new(Check::Replay)))
}

/// Writes down what failed, under what the log-in that it claims to answer was begun for.
async fn refuse(
    tx: &mut TenantTx,
    ctx: &TenantCtx,
    (connection, posted): (SsoConnectionId, &str),
    (failure, mut trace): (&Failure, Trace),
) -> Result<SsoAttemptId, Problem> {
    let pending = match saml::claimed_state(posted) {
        Some(token) => sign_in::waits(tx, ctx, connection, &token).await?,
        None => None,
    };
    if !failure.detail.is_empty() {
        trace.note("found", &failure.detail);
    }
    let attempt = Attempt {
        connection,
        purpose: pending.map_or("log_in", |pending| pending.purpose.name()),
        failed: Some(failure.check),
        account: None,
        trace: &trace,
    };
    Ok(sign_in::record(tx, ctx, &attempt).await?)
}

pub(super) async fn log_out_by_query(
    State(state): State<AppState>,
    PathId(id): PathId<SsoConnectionKind>,
    ctx: TenantCtx,
    client: ClientIp,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let line = Line::find(&state, &ctx, id, client).await?;
    let query = query.unwrap_or_default();
    let slo_url = line.url(urls::saml_slo);
    let read = LogoutRequest::from_query(&query, &expected(&line, &slo_url, &ctx));
    let relay_state = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "RelayState");
    let relay_state = relay_state.map(|(_, value)| value.into_owned());
    obey(&state, &ctx, &line, (read, relay_state)).await
}

pub(super) async fn log_out_by_form(
    State(state): State<AppState>,
    PathId(id): PathId<SsoConnectionKind>,
    ctx: TenantCtx,
    client: ClientIp,
    PlainForm(form): PlainForm<LogoutForm>,
) -> Result<Response, Problem> {
    let line = Line::find(&state, &ctx, id, client).await?;
    let slo_url = line.url(urls::saml_slo);
    let read = LogoutRequest::from_form(&form.request, &expected(&line, &slo_url, &ctx));
    obey(&state, &ctx, &line, (read, form.relay_state)).await
}

fn expected<'a>(line: &'a Line, slo_url: &'a str, ctx: &TenantCtx) -> LogoutExpected<'a> {
    LogoutExpected {
        issuer: &line.connection.issuer,
        slo_url,
        certificates: &line.peer.provider.certificates,
        now: ctx.now(),
    }
}

/// Ends the sessions and answers, by redirect where the provider has an address for it.
async fn obey(
    state: &AppState,
    ctx: &TenantCtx,
    line: &Line,
    (read, relay_state): (Result<LogoutRequest, Check>, Option<String>),
) -> Result<Response, Problem> {
    let id = line.connection.id;
    let mut trace = Trace::new();
    let mut tx = state.db.begin(ctx).await?;
    let outcome = match read {
        Ok(request) => match sign_in::log_out_saml(&mut tx, ctx, id, &request).await {
            Ok(ended) => {
                trace.note("sessions_ended", ended.to_string());
                Ok(request)
            }
            Err(FinishError::Refused(check)) => Err(check),
            Err(FinishError::Db(error)) => return Err(error.into()),
        },
        Err(check) => Err(check),
    };
    let attempt = Attempt {
        connection: id,
        purpose: "logout",
        failed: outcome.as_ref().err().copied(),
        account: None,
        trace: &trace,
    };
    sign_in::record(&mut tx, ctx, &attempt).await?;
    tx.commit().await?;
    let Ok(request) = outcome else {
        return Err(Problem::new(Code::MalformedRequest));
    };
    let name = BASE64URL_NOPAD.encode(&ctx.random::<16>());
    let relay_state = relay_state.filter(|state| state.len() <= MAX_RELAY_STATE);
    let to = line.peer.provider.slo_url.as_deref().and_then(|to| {
        let ours = (line.connection.client_id.as_str(), &request, name.as_str());
        saml::logout_response_url(to, ours, relay_state.as_deref(), ctx.now())
    });
    Ok(to.map_or_else(|| StatusCode::OK.into_response(), |to| redirect(to.as_str())))
}
