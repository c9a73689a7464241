//! `GET /manage/events/{id}/preview`: the event's page as buyers will see it, shown in a frame
//! beside the form that makes it.

use axum::response::Response;
use bilten_core::catalog;
use bilten_kernel::EventKind;
use bilten_tenancy::permissions::Permission;

use crate::{
    http::{FramedByOurselves, ids::PathId, problem::Problem},
    organizer::console::Console,
    storefront::{events::view, shop::Shop, urls as shop_urls},
};

pub(super) async fn show(PathId(id): PathId<EventKind>, console: Console, shop: Shop) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::EventUpdate, id).await?;
    let found = catalog::find_event(&console, &mut tx, id).await?;
    tx.commit().await?;
    let mut detail = found.ok_or_else(Problem::not_found)?;
    detail.ticket_types.retain(|ticket_type| !ticket_type.terms.is_hidden);
    let shop = shop.as_seen_by_buyers();
    let share_url = shop.absolute(&shop_urls::event(&detail.event.slug));
    let mut page = view::page(&detail, share_url, console.now());
    page.preview = true;
    let mut response = shop.html(&page)?;
    response.extensions_mut().insert(FramedByOurselves);
    Ok(response)
}
