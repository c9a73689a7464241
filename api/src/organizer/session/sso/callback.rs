//! `GET /manage/login/sso/{id}/callback`: the browser comes back from the identity provider.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use bilten_branding::{texts, views::Text};
use bilten_kernel::{SsoConnectionId, SsoConnectionKind};
use bilten_sso::{
    Check, SessionToken,
    connections::Connection,
    oidc::{self, Failure, Trace},
    sessions,
    sign_in::{self, Attempt, Browser, FinishError, Finished, Pending, Purpose},
};
use bilten_tenancy::TenantTx;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::{Line, browser, callback_url, count, refuse};
use crate::{
    http::{
        AppState,
        auth::{session_cookie, session_token},
        device::AskingBrowser,
        extract::{ClientIp, Params, TenantCtx},
        ids::PathId,
        problem::Problem,
        shell::{Shell, redirect, redirect_saying},
    },
    organizer::{session, urls},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    state: String,
    code: String,
    iss: Option<String>,
    error: Option<String>,
}

/// What the browser brought, beside the answer.
pub(super) struct Brought {
    pub browser: Option<Browser>,
    pub session: Option<SessionToken>,
    pub device: bilten_sso::login::Browser,
}

/// How far it came: what for, once that is known.
pub(super) struct Stopped {
    pub pending: Option<Pending>,
    pub failure: Failure,
}

pub(super) async fn show(
    State(state): State<AppState>,
    ctx: TenantCtx,
    (PathId(id), shell): (PathId<SsoConnectionKind>, Shell),
    (ClientIp(network), headers, AskingBrowser(device)): (ClientIp, HeaderMap, AskingBrowser),
    Params(answer): Params<Answer>,
) -> Result<Response, Problem> {
    count(&state, &ctx, ClientIp(network))?;
    let line = Line::find(&state, &ctx, id).await?;
    let brought = Brought {
        browser: browser::read(&state.config.http, &headers),
        session: session_token(&state.config.http, &headers),
        device,
    };
    let mut trace = Trace::new();
    match come_back(&state, &ctx, &line, (&answer, &brought), &mut trace).await? {
        Ok((finished, pending)) => Ok(welcome(&state, id, finished, &pending)),
        Err(stopped) => turn_away(&state, &ctx, (&line.connection, shell), stopped, trace).await,
    }
}

async fn come_back(
    state: &AppState,
    ctx: &TenantCtx,
    line: &Line,
    (answer, brought): (&Answer, &Brought),
    trace: &mut Trace,
) -> Result<Result<(Finished, Pending), Stopped>, Problem> {
    let pending = match take(state, ctx, line, (answer, brought)).await? {
        Ok(pending) => pending,
        Err(check) => {
            return Ok(Err(Stopped {
                pending: None,
                failure: Failure::new(check),
            }));
        }
    };
    let stop = |failure| {
        Ok(Err(Stopped {
            pending: Some(pending.clone()),
            failure,
        }))
    };
    let (browser, token) = (brought.browser.as_ref(), answer.state.as_str());
    let Some(proofs) = browser.map(|browser| browser.proofs(token)) else {
        return stop(Failure::new(Check::Browser));
    };
    if let Err(failure) = check_answer(state, line, answer, trace).await {
        return stop(failure);
    }
    let back = callback_url(state, &ctx.tenant, line.connection.id);
    let redeemed = oidc::Answer {
        code: &answer.code,
        redirect_uri: &back,
        now: ctx.now(),
    };
    let person = match state.sso.oidc.redeem(&line.client, (redeemed, &proofs), trace).await {
        Ok(person) => person,
        Err(failure) => return stop(failure),
    };
    let mut tx = state.db.begin(ctx).await?;
    let finished = sign_in::finish(&mut tx, ctx, &line.connection, (&pending, &person), &brought.device).await;
    match finished {
        Ok(finished) => {
            let account = match &finished {
                Finished::LoggedIn(account, _) | Finished::Tested(account) | Finished::Linked(account) => *account,
            };
            let attempt = Attempt {
                connection: line.connection.id,
                purpose: pending.purpose.name(),
                failed: None,
                account: Some(account),
                trace,
            };
            sign_in::record(&mut tx, ctx, &attempt).await?;
            tx.commit().await?;
            Ok(Ok((finished, pending)))
        }
        Err(FinishError::Refused(check)) => {
            tx.rollback().await?;
            stop(Failure::new(check))
        }
        Err(FinishError::Db(error)) => Err(error.into()),
    }
}

/// Takes the log-in up, in the browser that began it; who tests or ties must still be who he was.
async fn take(
    state: &AppState,
    ctx: &TenantCtx,
    line: &Line,
    (answer, brought): (&Answer, &Brought),
) -> Result<Result<Pending, Check>, Problem> {
    let mut tx = state.db.begin(ctx).await?;
    let taken = take_in(&mut tx, ctx, line.connection.id, (&answer.state, brought)).await?;
    tx.commit().await?;
    Ok(taken)
}

/// The same inside a transaction that does more.
pub(super) async fn take_in(
    tx: &mut TenantTx,
    ctx: &TenantCtx,
    id: SsoConnectionId,
    (state, brought): (&str, &Brought),
) -> Result<Result<Pending, Check>, Problem> {
    let browser = brought.browser.as_ref();
    let taken = sign_in::take(tx, ctx, id, (state, browser)).await?;
    let wanted = taken.as_ref().ok().and_then(|pending| pending.purpose.account());
    let taken = match (wanted, &brought.session) {
        (None, _) => taken,
        (Some(account), Some(token)) => {
            let found = sessions::find(tx, ctx, token).await?;
            let is_same = found.is_some_and(|session| session.account == account);
            if is_same { taken } else { Err(Check::Session) }
        }
        (Some(_), None) => Err(Check::Session),
    };
    Ok(taken)
}

/// RFC 9207: the answer is of the provider that was asked, also when it is an error.
async fn check_answer(state: &AppState, line: &Line, answer: &Answer, trace: &mut Trace) -> Result<(), Failure> {
    let provider = state.sso.oidc.provider(&line.client).await?;
    match &answer.iss {
        Some(issuer) if issuer != &line.client.issuer => {
            return Err(Failure::with(Check::ResponseIssuer, issuer.clone()));
        }
        None if provider.metadata.authorization_response_iss_parameter_supported => {
            return Err(Failure::new(Check::ResponseIssuer));
        }
        _ => {}
    }
    if let Some(error) = &answer.error {
        let is_plain = |c: &char| c.is_ascii_lowercase() || *c == '_';
        trace.note(
            "answer.error",
            error.chars().filter(is_plain).take(60).collect::<String>(),
        );
        return Err(Failure::new(Check::ProviderError));
    }
    if answer.code.is_empty() {
        return Err(Failure::new(Check::Code));
    }
    Ok(())
}

pub(super) fn welcome(state: &AppState, id: SsoConnectionId, finished: Finished, pending: &Pending) -> Response {
    match finished {
        Finished::LoggedIn(_, session) => {
            let cookie = session_cookie(&state.config.http, &session.token);
            let to = pending.next.as_deref().unwrap_or(urls::HOME);
            (CookieJar::new().add(cookie), redirect(to)).into_response()
        }
        Finished::Tested(_) => redirect_saying(&urls::sso(id), texts::FLASH_SSO_TESTED),
        Finished::Linked(_) => redirect_saying(pending.next.as_deref().unwrap_or(urls::HOME), texts::FLASH_SSO_TIED),
    }
}

pub(super) async fn turn_away(
    state: &AppState,
    ctx: &TenantCtx,
    (connection, shell): (&Connection, Shell),
    stopped: Stopped,
    trace: Trace,
) -> Result<Response, Problem> {
    let purpose = stopped
        .pending
        .as_ref()
        .map_or(Purpose::LogIn, |pending| pending.purpose);
    let said = refuse(state, ctx, (connection, purpose.name()), (&stopped.failure, trace)).await?;
    // After the password the account is tied, and the next log-in needs none.
    let next = if stopped.failure.check == Check::NotTied {
        Some(urls::sso_tie(connection.id))
    } else {
        stopped.pending.and_then(|pending| pending.next)
    };
    tell(state, ctx, (connection.id, shell), (purpose.name(), said, next)).await
}

/// Tells of a failure where the log-in began.
pub(super) async fn tell(
    state: &AppState,
    ctx: &TenantCtx,
    (id, shell): (SsoConnectionId, Shell),
    (purpose, said, next): (&str, Text, Option<String>),
) -> Result<Response, Problem> {
    match purpose {
        "test" => Ok(redirect_saying(&urls::sso(id), texts::FLASH_SSO_TEST_FAILED)),
        "link" => Ok(redirect_saying(urls::HOME, texts::FLASH_SSO_NOT_TIED)),
        _ => {
            let mut view = session::view(state, ctx, ("", next)).await?;
            view.error = Some(said);
            shell.html_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
    }
}
