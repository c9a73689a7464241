//! `POST /manage/gift-cards/{id}/stop`.

use axum::response::Response;
use bilten_billing::gift_cards;
use bilten_branding::texts;
use bilten_kernel::GiftCardKind;
use bilten_tenancy::permissions::{self, Permission, Scope};

use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

/// Stops a card: nothing is taken from it from then on.
pub(super) async fn create(
    PathId(id): PathId<GiftCardKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, Permission::OrderCancel, Scope::Tenant).await?;
    if !gift_cards::stop(&console, &mut tx, id).await? {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(redirect_saying(urls::GIFT_CARDS, texts::FLASH_GIFT_STOPPED))
}
