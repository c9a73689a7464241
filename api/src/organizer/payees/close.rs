//! `POST /manage/payees/{id}/closure`: nothing new is sold through the account.

use axum::response::Response;
use bilten_billing::payees::{self, PayeeKind};
use bilten_branding::texts;

use super::{permit, refused, told};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem},
    organizer::{Nothing, console::Console},
};

pub(super) async fn create(
    PathId(id): PathId<PayeeKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    match payees::close(&console, &mut tx, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(told(texts::FLASH_PAYEE_CLOSED))
        }
        Err(error) => refused(error),
    }
}
