//! `POST /manage/gift-cards/{id}/earnings`.

use axum::response::Response;
use bilten_billing::gift_cards::{self, EarnError};
use bilten_branding::texts;
use bilten_kernel::GiftCardKind;
use bilten_tenancy::permissions::{self, Permission, Scope};

use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

/// Takes what is left on a card that nobody can spend any more as earned.
pub(super) async fn create(
    PathId(id): PathId<GiftCardKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, Permission::OrderCancel, Scope::Tenant).await?;
    let said = match gift_cards::earn(&console, &mut tx, id).await {
        Ok(_) => texts::FLASH_GIFT_EARNED,
        Err(EarnError::Open | EarnError::Nothing) => texts::FLASH_GIFT_NOTHING_TO_EARN,
        Err(EarnError::NotFound) => return Err(Problem::not_found()),
        Err(EarnError::Db(error)) => return Err(error.into()),
    };
    tx.commit().await?;
    Ok(redirect_saying(urls::GIFT_CARDS, said))
}
