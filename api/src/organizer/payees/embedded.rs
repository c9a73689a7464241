//! The provider's pages inside one of ours.

use axum::{
    Json,
    response::{IntoResponse as _, Redirect, Response},
};
use bilten_billing::{
    payees::{self, PayeeError, PayeeKind, PayeeState, Profile},
    stripe,
};
use bilten_branding::views::{Section, console::EmbeddedView};
use serde::Serialize;

use super::{PAGE, permit, permit_first, url};
use crate::{
    http::{
        extract::CsrfForm,
        headers,
        ids::PathId,
        problem::{Code, Problem},
    },
    organizer::{Nothing, console::Console},
};

/// What the provider's script asks for; it is told to the page that shows it, and kept nowhere.
#[derive(Serialize)]
struct Session {
    client_secret: String,
}

/// `GET /manage/payees/{id}/embedded`. Without script there is the way to the provider's own pages.
pub(super) async fn show(PathId(id): PathId<PayeeKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let payee = payees::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    let is_over = payee.state == PayeeState::Closed || payee.account.is_none();
    let (Some(settings), false, stripe::NAME) =
        (console.state.config.stripe.as_ref(), is_over, payee.provider.as_str())
    else {
        return Ok(Redirect::to(PAGE).into_response());
    };
    let nonce = console.random_uuid().simple().to_string();
    let view = EmbeddedView {
        back_url: PAGE.to_owned(),
        hosted_url: url(id, "onboarding"),
        done_url: url(id, "return"),
        session_action: url(id, "onboarding-session"),
        publishable_key: settings.publishable_key.clone(),
        script_url: headers::STRIPE_CONNECT_SCRIPT.to_owned(),
        is_onboarding: payee.state != PayeeState::Active,
        is_self_managed: payee.profile == Profile::SelfManaged,
        nonce: nonce.clone(),
    };
    let mut response = console.html(Section::Payees, &view)?;
    headers::let_connect_in(&mut response, &nonce);
    Ok(response)
}

/// `POST /manage/payees/{id}/onboarding-session`: a session for the script, which asks again when it is over.
pub(super) async fn create(
    PathId(id): PathId<PayeeKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    permit_first(&console).await?;
    match payees::onboarding_session(&console.state.payees, &console, id).await {
        Ok(secret) => Ok(Json(Session {
            client_secret: secret.expose().clone(),
        })
        .into_response()),
        Err(PayeeError::NotFound) => Err(Problem::not_found()),
        Err(PayeeError::NoAnswer) => Err(Problem::new(Code::ProviderUnavailable)),
        Err(PayeeError::WrongState) => Err(Problem::new(Code::PayeeState)),
        Err(PayeeError::Refused | PayeeError::UnknownProvider) => Err(Problem::new(Code::PayeeRefused)),
        Err(PayeeError::Db(error)) => Err(error.into()),
    }
}
