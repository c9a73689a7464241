//! The page of one's own entry, and the way off the list.

use axum::{
    extract::{Path, State},
    response::Response,
};
use bilten_branding::texts;
use bilten_core::{
    catalog,
    waitlist::{self, LeaveError, Parting},
};
use bilten_kernel::WaitlistEntryId;

use super::view;
use crate::{
    http::{
        AppState,
        extract::PlainForm,
        problem::Problem,
        shell::{redirect, redirect_saying},
    },
    storefront::{shop::Shop, urls},
};

/// `GET /waiting-list/{entry_token}`.
pub async fn show(Path(token): Path<String>, shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    let id = entry_id(&state, &shop, &token)?;
    let mut tx = state.shop_db.begin(&shop).await?;
    let found = waitlist::find(&shop, &mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let event = catalog::find_event(&shop, &mut tx, found.entry.event).await?;
    tx.commit().await?;
    let event = event.ok_or_else(Problem::not_found)?;
    let cart = found
        .entry
        .hold
        .map(|hold| state.links.cart(shop.tenant.ctx.tenant, hold));
    shop.html(&view::entry(&event.event, &found, (&token, cart.as_deref())))
}

/// `POST /waiting-list/{entry_token}/departure`: leaves the list, or gives offered places back; sent twice it changes
/// nothing more.
pub async fn leave(
    Path(token): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
    PlainForm(_): PlainForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let id = entry_id(&state, &shop, &token)?;
    let page = urls::waitlist_entry(&token);
    let mut tx = state.shop_db.begin(&shop).await?;
    let parting = waitlist::leave(&shop, &mut tx, id).await;
    let said = match parting {
        Ok(Parting::Left) => texts::FLASH_WAITLIST_LEFT,
        Ok(Parting::Declined) => texts::FLASH_WAITLIST_DECLINED,
        Ok(Parting::Before) => return Ok(redirect(&page)),
        Err(LeaveError::BeingPaid) => return Ok(redirect_saying(&page, texts::FLASH_WAITLIST_BEING_PAID)),
        Err(LeaveError::NotFound) => return Err(Problem::not_found()),
        Err(LeaveError::Db(error)) => return Err(error.into()),
    };
    tx.commit().await?;
    Ok(redirect_saying(&page, said))
}

fn entry_id(state: &AppState, shop: &Shop, token: &str) -> Result<WaitlistEntryId, Problem> {
    let id = state.links.read_waitlist_entry(shop.tenant.ctx.tenant, token);
    id.ok_or_else(Problem::not_found)
}
