//! `GET /manage/sso/{id}/test`: whoever sets the connection up logs in through it, to see whether it works.
//!
//! A link, as every way to a provider is (see `session::sso::start`).

use axum::response::Response;
use bilten_branding::texts;
use bilten_kernel::SsoConnectionKind;
use bilten_sso::sign_in::Purpose;
use http::HeaderMap;

use super::permit;
use crate::{
    http::{ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{
        console::Console,
        session::sso::{AnyLine, record_failure, send_away},
        urls,
    },
};

pub(super) async fn start(
    PathId(id): PathId<SsoConnectionKind>,
    console: Console,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    tx.commit().await?;
    let state = &console.state;
    let line = AnyLine::find(state, &console, id).await?;
    // What the provider said before may be what is being mended.
    if let AnyLine::Oidc(line) = &line {
        state.sso.oidc.forget(&line.client).await;
    }
    let purpose = Purpose::Test(console.session.account);
    match send_away(state, &console.tenant, &line, (purpose, None), &headers).await? {
        Ok(response) => Ok(response),
        Err(failure) => {
            record_failure(state, &console, (&line, "test"), &failure).await?;
            Ok(redirect_saying(&urls::sso(id), texts::FLASH_SSO_TEST_FAILED))
        }
    }
}
