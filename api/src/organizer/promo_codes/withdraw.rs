//! Withdraws a promo code.

use axum::{extract::Path, response::Response};
use bilten_branding::texts;
use bilten_core::promo;
use bilten_kernel::{EventId, PromoCodeId};
use bilten_tenancy::permissions::Permission;

use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

/// `POST /manage/events/{id}/promo-codes/{promo}/withdrawal`.
pub(super) async fn create(
    Path((event, code)): Path<(String, String)>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let event: EventId = event.parse().map_err(|_| Problem::not_found())?;
    let code: PromoCodeId = code.parse().map_err(|_| Problem::not_found())?;
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::CodeManage, event).await?;
    promo::withdraw_promo(&console, &mut tx, event, code).await?;
    tx.commit().await?;
    Ok(redirect_saying(&urls::event(event), texts::FLASH_PROMO_WITHDRAWN))
}
