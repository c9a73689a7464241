//! `GET /events/{id}/promo-codes`.

use axum::{Json, extract::State};
use bilten_core::{catalog, promo};
use bilten_kernel::EventKind;

use super::PromoCode;
use crate::{
    http::{
        AppState,
        extract::{Params, TenantCtx},
        ids::PathId,
        problem::Problem,
    },
    v1::paging::{List, ListName, PageWish},
};

/// List the promo codes of an event with the count of their uses, the latest first, page by page.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/promo-codes", tag = "Events", operation_id = "list_promo_codes",
    params(
        ("id" = String, Path, description = "Id of the event."),
        ("limit" = Option<u32>, Query, description = "Items of a page, 1 to 100; 25 when missing."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.")
    ),
    responses((status = 200, description = "A page of promo codes.", body = List<PromoCode>))
)]
pub(in crate::v1) async fn list(
    PathId(id): PathId<EventKind>,
    State(state): State<AppState>,
    ctx: TenantCtx,
    Params(wish): Params<PageWish>,
) -> Result<Json<List<PromoCode>>, Problem> {
    let name = ListName::new("promo-codes", &id);
    let before = name.read(&state, &ctx, wish.cursor.as_deref())?;
    let limit = wish.limit()?;
    let mut tx = state.db.begin(&ctx).await?;
    let status = catalog::find_status(&mut tx, id).await?;
    status.ok_or_else(Problem::not_found)?;
    let page = promo::list_promos(&mut tx, id, before, limit).await?;
    tx.commit().await?;
    let rows = page.rows.into_iter().map(PromoCode::from).collect();
    Ok(Json(name.page(&state, ctx.ctx.tenant, rows, page.next)))
}
