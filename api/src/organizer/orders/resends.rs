//! Sends the tickets of an order again.

use axum::response::Response;
use bilten_branding::texts;
use bilten_kernel::OrderKind;
use bilten_tenancy::{
    audit::{self, Entry},
    permissions::Permission,
};

use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
    subscribers,
};

/// `POST /manage/orders/{id}/resends`. The job itself looks whether the order still has tickets.
pub(super) async fn create(
    PathId(id): PathId<OrderKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_order(&mut tx, Permission::OrderResend, id).await?;
    subscribers::enqueue_resend(&console, &mut tx, id).await?;
    let entry = Entry {
        action: "order.resent",
        object: id.to_string(),
        details: serde_json::json!({}),
    };
    audit::record(&mut tx, &console, entry).await?;
    tx.commit().await?;
    Ok(redirect_saying(&urls::order(id), texts::FLASH_MAIL_SENT))
}
