//! `GET` and `POST /manage/visit`, `POST /manage/visit/end`: an operator comes in with a code that the platform's console gave
//! him, and leaves.
//!
//! Coming in is a form on the tenant's own host, so that whatever looks at addresses in advance does not use the code up.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use bilten_branding::{texts, views::console::VisitDoorView};
use bilten_sso::{
    SessionToken,
    visits::{self, ArriveError, Ended},
};
use serde::Deserialize;

use super::decide::come_back;
use crate::{
    http::{
        AppState,
        extract::{CsrfForm, Params, PlainForm, TenantCtx},
        problem::Problem,
        shell::{Shell, redirect, redirect_saying},
        visits::{no_visit_cookie, visit_cookie},
    },
    organizer::{Nothing, console::Console, urls},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Code {
    code: String,
}

pub(super) async fn show(shell: Shell, Params(query): Params<Code>) -> Result<Response, Problem> {
    let code = SessionToken::parse(&query.code);
    shell.html(&VisitDoorView {
        action: urls::VISIT_DOOR.to_owned(),
        code: code.map(|code| code.expose().clone()),
    })
}

pub(super) async fn open(
    State(state): State<AppState>,
    ctx: TenantCtx,
    PlainForm(form): PlainForm<Code>,
) -> Result<Response, Problem> {
    let dead = || Ok(redirect_saying(urls::VISIT_DOOR, texts::FLASH_REFUSED_VISIT_CODE));
    let Some(code) = SessionToken::parse(&form.code) else {
        return dead();
    };
    let mut tx = state.db.begin(&ctx).await?;
    match visits::arrive(&mut tx, &ctx, &code).await {
        Ok(arrival) => {
            tx.commit().await?;
            let cookie = visit_cookie(&state.config.http, &arrival.token);
            Ok((CookieJar::new().add(cookie), redirect(urls::HOME)).into_response())
        }
        Err(ArriveError::Dead) => dead(),
        Err(ArriveError::Db(error)) => Err(error.into()),
    }
}

pub(super) async fn leave(console: Console, CsrfForm(Nothing {}): CsrfForm<Nothing>) -> Result<Response, Problem> {
    let Some(visit) = &console.session.visit else {
        return Ok(redirect(urls::HOME));
    };
    let id = visit.visit.id;
    let mut tx = console.begin().await?;
    visits::end_if_running(&mut tx, &console, id, Ended::Operator).await?;
    tx.commit().await?;
    come_back(&console, id).await?;
    let http = &console.state.config.http;
    let back = format!(
        "{}/tenants/{}",
        http.origin(&http.platform_host()),
        console.tenant.ctx.tenant
    );
    Ok((CookieJar::new().add(no_visit_cookie(http)), redirect(&back)).into_response())
}
