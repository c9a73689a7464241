//! Calls an order off and gives the money back.

use axum::response::Response;
use bilten_billing::refunds::{self, CancelOrderError};
use bilten_branding::texts;
use bilten_kernel::OrderKind;
use bilten_tenancy::permissions::Permission;

use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

/// `POST /manage/orders/{id}/cancellation`.
pub(super) async fn create(
    PathId(id): PathId<OrderKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_order(&mut tx, Permission::OrderCancel, id).await?;
    match refunds::cancel_order(&console, &mut tx, id).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_saying(&urls::order(id), texts::FLASH_ORDER_CANCELLED))
        }
        Err(CancelOrderError::WrongState) => Ok(redirect_saying(&urls::order(id), texts::FLASH_TOO_LATE)),
        Err(CancelOrderError::NotFound) => Err(Problem::not_found()),
        Err(CancelOrderError::Db(error)) => Err(error.into()),
    }
}
