//! `GET /gift-cards`.

use axum::{Json, extract::State};
use bilten_billing::gift_cards;
use bilten_kernel::GiftCardId;
use bilten_tenancy::permissions::{self, Permission, Scope};

use super::GiftCard;
use crate::{
    http::{
        AppState,
        extract::{Params, TenantCtx},
        problem::Problem,
    },
    v1::paging::{List, ListName, PageWish},
};

/// List the gift cards of the shop, the latest first, page by page. Codes are not in it: nobody can look them up.
#[utoipa::path(
    get, path = "/api/v1/gift-cards", tag = "Gift cards", operation_id = "list_gift_cards",
    params(
        ("limit" = Option<u32>, Query, description = "Items of a page, 1 to 100; 25 when missing."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.")
    ),
    responses((status = 200, description = "A page of gift cards.", body = List<GiftCard>))
)]
pub(in crate::v1) async fn list(
    State(state): State<AppState>,
    ctx: TenantCtx,
    Params(wish): Params<PageWish>,
) -> Result<Json<List<GiftCard>>, Problem> {
    let name = ListName::new("gift-cards", &());
    let before: Option<GiftCardId> = name.read(&state, &ctx, wish.cursor.as_deref())?;
    let limit = wish.limit()?;
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::OrderRead, Scope::Tenant).await?;
    // One more than wanted tells whether another page follows.
    let mut cards = gift_cards::list_some(&mut tx, before, i64::from(limit) + 1).await?;
    tx.commit().await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = cards.len() > wanted;
    cards.truncate(wanted);
    let next = cards.last().filter(|_| has_more).map(|card| card.id);
    let rows = cards.iter().map(|card| GiftCard::new(card, ctx.ctx.now())).collect();
    Ok(Json(name.page(&state, ctx.ctx.tenant, rows, next)))
}
