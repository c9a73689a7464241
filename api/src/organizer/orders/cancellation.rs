//! Calls an order off and gives the money back.

use axum::response::Response;
use bilten_billing::refunds::{self, CancelOrderError};
use bilten_branding::texts;
use bilten_kernel::OrderKind;
use bilten_tenancy::{Retry, permissions::Permission};

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
    let mut retry = Retry::new("order.cancel");
    loop {
        let mut tx = console.begin().await?;
        console.permit_order(&mut tx, Permission::OrderCancel, id).await?;
        let said = match refunds::cancel_order(&console, &mut tx, id).await {
            Ok(_) => {
                tx.commit().await?;
                texts::FLASH_ORDER_CANCELLED
            }
            Err(CancelOrderError::WrongState) => texts::FLASH_TOO_LATE,
            Err(CancelOrderError::NotFound) => return Err(Problem::not_found()),
            Err(CancelOrderError::Total(error)) => return Err(Problem::internal(error)),
            Err(CancelOrderError::Db(error)) if retry.again(Some(&error)).await => continue,
            Err(CancelOrderError::Db(error)) => return Err(error.into()),
        };
        return Ok(redirect_saying(&urls::order(id), said));
    }
}
