//! `POST /manage/payments/{id}/refunds`: gives back whatever the provider took.

use axum::response::Response;
use bilten_billing::quarantine::{self, GivenBack};
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
    match quarantine::give_back(&console.state.checkout, &console, id).await {
        Ok(GivenBack::OnItsWay) => Ok(told(texts::FLASH_PAYMENT_GOES_BACK)),
        Ok(GivenBack::NothingTaken) => Ok(told(texts::FLASH_PAYMENT_ENDED)),
        Ok(GivenBack::NotYet) => Ok(told(texts::FLASH_PAYMENT_NO_ANSWER)),
        Ok(GivenBack::NotOurs) => Ok(told(texts::FLASH_PAYMENT_NOT_OURS)),
        Err(error) => refused(error),
    }
}
