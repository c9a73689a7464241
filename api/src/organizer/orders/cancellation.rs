//! Calls an order off and gives the money back; a large amount waits for a second person.

use axum::response::Response;
use bilten_billing::{
    refunds::CancelOrderError,
    risk::approvals::{self, AskError, Asked},
};
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
        let said = match approvals::cancel_or_ask(&console, &mut tx, id).await {
            Ok(asked) => {
                tx.commit().await?;
                match asked {
                    Asked::Cancelled => texts::FLASH_ORDER_CANCELLED,
                    Asked::Waiting => texts::FLASH_APPROVAL_ASKED,
                    Asked::WaitingBefore => texts::FLASH_APPROVAL_WAITS,
                }
            }
            Err(AskError::Cancel(CancelOrderError::WrongState)) => texts::FLASH_TOO_LATE,
            Err(AskError::Cancel(CancelOrderError::NotFound)) => return Err(Problem::not_found()),
            Err(AskError::Db(error) | AskError::Cancel(CancelOrderError::Db(error))) => {
                if retry.again(Some(&error)).await {
                    continue;
                }
                return Err(error.into());
            }
            Err(AskError::Cancel(CancelOrderError::Total(error))) => return Err(Problem::internal(error)),
        };
        return Ok(redirect_saying(&urls::order(id), said));
    }
}
