//! The way to the provider's pages and back.

use axum::response::{IntoResponse as _, Redirect, Response};
use bilten_billing::payees::{self, OnboardingReturn, PayeeId, PayeeKind};
use bilten_branding::texts;

use super::{permit_first, refused, told, url};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem},
    organizer::{Nothing, console::Console},
};

/// `GET /manage/payees/{id}/onboarding`: leads to the provider with a link of its own for each visit. The provider sends
/// those here again whose link is too old.
pub(super) async fn leave(PathId(id): PathId<PayeeKind>, console: Console) -> Result<Response, Problem> {
    permit_first(&console).await?;
    let origin = console.state.config.http.origin(&console.tenant.tenant.primary_host);
    let back = OnboardingReturn {
        done: format!("{origin}{}", url(id, "return")),
        again: format!("{origin}{}", url(id, "onboarding")),
    };
    match payees::onboarding_link(&console.state.payees, &console, id, &back).await {
        Ok(link) => Ok(Redirect::to(link.expose()).into_response()),
        Err(error) => refused(error),
    }
}

/// `GET /manage/payees/{id}/return`: coming back proves nothing, so the provider is asked.
pub(super) async fn come_back(PathId(id): PathId<PayeeKind>, console: Console) -> Result<Response, Problem> {
    ask(id, &console).await
}

/// `POST /manage/payees/{id}/refreshes`.
pub(super) async fn refresh(
    PathId(id): PathId<PayeeKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    ask(id, &console).await
}

async fn ask(id: PayeeId, console: &Console) -> Result<Response, Problem> {
    permit_first(console).await?;
    match payees::refresh(&console.state.payees, console, id).await {
        Ok(_) => Ok(told(texts::FLASH_PAYEE_REFRESHED)),
        Err(error) => refused(error),
    }
}
