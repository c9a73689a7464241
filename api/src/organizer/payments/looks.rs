//! `POST /manage/payments/{id}/looks`: has the provider asked again.

use axum::response::Response;
use bilten_billing::quarantine::{self, Looked};
use bilten_branding::texts;
use bilten_kernel::AttemptKind;

use super::{permit, refused, told};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem},
    organizer::{Nothing, console::Console},
};

pub(super) async fn create(
    PathId(id): PathId<AttemptKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    permit(&console).await?;
    match quarantine::look_again(&console.state.checkout, &console, id).await {
        Ok(Looked::Fits(_)) => Ok(told(texts::FLASH_PAYMENT_FITS)),
        Ok(Looked::StillOdd) => Ok(told(texts::FLASH_PAYMENT_STILL_ODD)),
        Ok(Looked::NoAnswer) => Ok(told(texts::FLASH_PAYMENT_NO_ANSWER)),
        Err(error) => refused(error),
    }
}
