//! `POST /sandbox/{payment}`: carries out a choice, then shows the next step or sends the buyer back to the shop.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use bilten_billing::sandbox::{self, BookState, Choice};
use serde::Deserialize;

use super::{refused, require_open, view};
use crate::http::{
    AppState,
    extract::{PlainForm, TenantCtx},
    problem::{Code, Problem},
    shell::Shell,
};

#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    outcome: String,
}

pub(super) async fn create(
    State(state): State<AppState>,
    tenant: TenantCtx,
    shell: Shell,
    Path(payment): Path<String>,
    PlainForm(form): PlainForm<Chosen>,
) -> Result<Response, Problem> {
    require_open(&state).map_err(|_| Problem::not_found())?;
    let payment = payment.parse().map_err(|_| Problem::not_found())?;
    let choice = Choice::from_name(&form.outcome).ok_or_else(|| Problem::new(Code::InvalidField).param("outcome"))?;
    let page = sandbox::choose(&state.sandbox, &tenant, payment, choice)
        .await
        .map_err(refused)?;
    match page.state {
        BookState::Challenge => {
            let settings = state.settings.get(&tenant).await?;
            shell.html(&view(&settings.name, &page))
        }
        BookState::RequiresConfirmation
        | BookState::RequiresAction
        | BookState::Processing
        | BookState::Succeeded
        | BookState::Failed
        | BookState::Canceled => Ok(Redirect::to(&page.return_path).into_response()),
    }
}
