//! `GET /manage/login/sso/{id}/saml`: the browser comes for the answer of a SAML provider.
//!
//! The provider's form was posted from another site (`webhooks::saml`), so that this is where the browser proves that it is the
//! one that asked: its cookies come along, because this is a page of ours that it was led to by a GET.

use axum::{extract::State, response::Response};
use bilten_kernel::{SsoAttemptId, SsoConnectionId, SsoConnectionKind};
use bilten_sso::{
    Check,
    connections::{self, Connection, Kind},
    oidc::{Failure, Trace},
    saml::AuthnRequest,
    saml_peers::{self, Peer},
    sign_in::{self, Attempt, FinishError, Finished, Pending},
};
use http::HeaderMap;
use serde::Deserialize;
use url::Url;

use super::{
    browser,
    callback::{Brought, Stopped, take_in, tell, turn_away, welcome},
    count, said,
};
use crate::{
    http::{
        AppState,
        auth::session_token,
        device::AskingBrowser,
        extract::{ClientIp, Params, TenantCtx},
        ids::PathId,
        problem::Problem,
        shell::Shell,
    },
    organizer::urls,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Query {
    /// Leads to an answer that passed every check.
    code: String,
    /// Names an attempt that did not.
    failed: String,
}

/// Where the browser is sent to ask the provider.
pub(super) fn request_url(
    state: &AppState,
    ctx: &TenantCtx,
    (connection, peer): (&Connection, &Peer),
    token: &str,
) -> Result<Url, Failure> {
    let acs_url = format!(
        "{}{}",
        state.config.http.origin(&ctx.tenant.primary_host),
        urls::saml_acs(connection.id)
    );
    let request = AuthnRequest {
        state: token,
        sso_url: &peer.provider.sso_url,
        entity_id: &connection.client_id,
        acs_url: &acs_url,
        authn_context: peer.provider.authn_context.as_deref(),
        now: ctx.now(),
    };
    request.url().ok_or_else(|| Failure::new(Check::Address))
}

pub(super) async fn show(
    State(state): State<AppState>,
    ctx: TenantCtx,
    (PathId(id), shell): (PathId<SsoConnectionKind>, Shell),
    (client, headers, AskingBrowser(device)): (ClientIp, HeaderMap, AskingBrowser),
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    count(&state, &ctx, client)?;
    let mut tx = state.db.begin(&ctx).await?;
    let connection = connections::find(&mut tx, id).await?;
    let connection = connection
        .filter(|found| found.kind == Kind::Saml)
        .ok_or_else(Problem::not_found)?;
    if let Ok(attempt) = query.failed.parse::<SsoAttemptId>() {
        let found = sign_in::find_recent(&mut tx, &ctx, (id, attempt)).await?;
        tx.commit().await?;
        let found = found.ok_or_else(Problem::not_found)?;
        let check = Check::ALL
            .iter()
            .copied()
            .find(|check| found.failed.as_deref() == Some(check.name()));
        let said = said(&connection, check.unwrap_or(Check::State), &attempt.to_string());
        return tell(&state, &ctx, (id, shell), (&found.purpose, said, None)).await;
    }
    tx.commit().await?;
    let brought = Brought {
        browser: browser::read(&state.config.http, &headers),
        session: session_token(&state.config.http, &headers),
        device,
    };
    match come_for(&state, &ctx, &connection, (&query.code, &brought)).await? {
        Ok((finished, pending)) => Ok(welcome(&state, id, finished, &pending)),
        Err(stopped) => turn_away(&state, &ctx, (&connection, shell), stopped, Trace::new()).await,
    }
}

/// Everything in one transaction: where it is refused nothing was taken, except that a log-in which was taken up in the right
/// browser is over.
async fn come_for(
    state: &AppState,
    ctx: &TenantCtx,
    connection: &Connection,
    (code, brought): (&str, &Brought),
) -> Result<Result<(Finished, Pending), Stopped>, Problem> {
    let stop = |pending, check| {
        let failure = Failure::new(check);
        Ok(Err(Stopped { pending, failure }))
    };
    let mut tx = state.db.begin(ctx).await?;
    let Some(waiting) = saml_peers::look(&mut tx, ctx, connection.id, code).await? else {
        tx.commit().await?;
        return stop(None, Check::State);
    };
    let pending = match take_in(&mut tx, ctx, connection.id, (&waiting.state, brought)).await? {
        Ok(pending) => pending,
        Err(check) => {
            tx.rollback().await?;
            return stop(None, check);
        }
    };
    saml_peers::drop_answer(&mut tx, code).await?;
    tx.commit().await?;
    if waiting.revision != connection.revision {
        return stop(Some(pending), Check::ConnectionState);
    }
    let mut tx = state.db.begin(ctx).await?;
    match sign_in::finish(&mut tx, ctx, connection, (&pending, &waiting.person), &brought.device).await {
        Ok(finished) => {
            record(&mut tx, ctx, connection.id, (&finished, &pending)).await?;
            tx.commit().await?;
            Ok(Ok((finished, pending)))
        }
        Err(FinishError::Refused(check)) => {
            tx.rollback().await?;
            stop(Some(pending), check)
        }
        Err(FinishError::Db(error)) => Err(error.into()),
    }
}

async fn record(
    tx: &mut bilten_tenancy::TenantTx,
    ctx: &TenantCtx,
    connection: SsoConnectionId,
    (finished, pending): (&Finished, &Pending),
) -> Result<(), Problem> {
    let account = match finished {
        Finished::LoggedIn(account, _) | Finished::Tested(account) | Finished::Linked(account) => *account,
    };
    let attempt = Attempt {
        connection,
        purpose: pending.purpose.name(),
        failed: None,
        account: Some(account),
        trace: &Trace::new(),
    };
    sign_in::record(tx, ctx, &attempt).await?;
    Ok(())
}
