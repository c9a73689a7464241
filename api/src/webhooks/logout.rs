//! `POST /sso/{id}/back-channel-logout`: an identity provider says that a session or a person is out
//! (OpenID Connect Back-Channel Logout 1.0 §2.5).

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use bilten_kernel::SsoConnectionKind;
use bilten_sso::{
    connections::{self, Kind},
    oidc::{Failure, Trace},
    sign_in::{self, Attempt, FinishError},
};
use http::StatusCode;
use serde::Deserialize;

use crate::http::{
    AppState,
    extract::{ClientIp, PlainForm, TenantCtx},
    ids::PathId,
    problem::{Code, Problem},
};

#[derive(Deserialize)]
pub(super) struct Form {
    logout_token: String,
}

pub(super) async fn obey(
    State(state): State<AppState>,
    PathId(id): PathId<SsoConnectionKind>,
    ctx: TenantCtx,
    client_ip: ClientIp,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    if let Some(network) = client_ip.network() {
        state.visitors.count_form(ctx.tenant.id, network)?;
    }
    let mut tx = state.db.begin(&ctx).await?;
    let connection = connections::find(&mut tx, id).await?;
    tx.commit().await?;
    let connection = connection
        .filter(|found| found.kind == Kind::Oidc)
        .ok_or_else(Problem::not_found)?;
    let client = connection
        .client(&state.sso.seal, ctx.tenant.id)
        .map_err(Problem::internal)?;
    let mut trace = Trace::new();
    let read = state
        .sso
        .oidc
        .read_logout(&client, (&form.logout_token, ctx.now()), &mut trace)
        .await;
    let mut tx = state.db.begin(&ctx).await?;
    let outcome = match read {
        Ok(token) => match sign_in::log_out(&mut tx, &ctx, id, &token).await {
            Ok(ended) => {
                trace.note("sessions_ended", ended.to_string());
                Ok(())
            }
            Err(FinishError::Refused(check)) => Err(Failure::new(check)),
            Err(FinishError::Db(error)) => return Err(error.into()),
        },
        Err(failure) => Err(failure),
    };
    if let Err(failure) = &outcome
        && !failure.detail.is_empty()
    {
        trace.note("found", &failure.detail);
    }
    let attempt = Attempt {
        connection: id,
        purpose: "logout",
        failed: outcome.as_ref().err().map(|failure| failure.check),
        account: None,
        trace: &trace,
    };
    sign_in::record(&mut tx, &ctx, &attempt).await?;
    tx.commit().await?;
    match outcome {
        Ok(()) => Ok(StatusCode::OK.into_response()),
        Err(_) => Err(Problem::new(Code::MalformedRequest)),
    }
}
