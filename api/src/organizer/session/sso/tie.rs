//! `GET /manage/login/sso/{id}/tie`: somebody who is logged in ties his account to his identity at the provider.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use bilten_branding::texts;
use bilten_kernel::SsoConnectionKind;
use http::HeaderMap;

use super::{AnyLine, Purpose, record_failure, send_away};
use crate::{
    http::{
        AppState,
        extract::{StaffSession, TenantCtx},
        ids::PathId,
        problem::Problem,
        shell::redirect_saying,
    },
    organizer::urls,
};

pub(super) async fn start(
    State(state): State<AppState>,
    PathId(id): PathId<SsoConnectionKind>,
    ctx: TenantCtx,
    session: StaffSession,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let line = AnyLine::find(&state, &ctx, id).await?;
    if !line.is_offered() {
        return Err(Problem::not_found());
    }
    let purpose = Purpose::Link(session.account);
    match send_away(&state, &ctx, &line, (purpose, None), &headers).await? {
        Ok(response) => Ok(response),
        Err(failure) => {
            record_failure(&state, &ctx, (&line, "link"), &failure).await?;
            Ok(redirect_saying(urls::HOME, texts::FLASH_SSO_NOT_TIED).into_response())
        }
    }
}
