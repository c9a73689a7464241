//! Notes that cash was handed back.

use axum::response::Response;
use bilten_billing::cash::{self, HandOutError};
use bilten_branding::texts;
use bilten_kernel::OrderKind;
use bilten_tenancy::permissions::Permission;

use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

/// `POST /manage/orders/{id}/hand-outs`.
pub(super) async fn create(
    PathId(id): PathId<OrderKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_order(&mut tx, Permission::CashTake, id).await?;
    let said = match cash::hand_out(&console, &mut tx, id).await {
        Ok(_) => texts::FLASH_CASH_HANDED_OUT,
        Err(HandOutError::NotDue) => texts::FLASH_TOO_LATE,
        Err(HandOutError::Db(error)) => return Err(error.into()),
        Err(error @ HandOutError::Money(_)) => return Err(Problem::internal(error)),
    };
    tx.commit().await?;
    Ok(redirect_saying(&urls::order(id), said))
}
