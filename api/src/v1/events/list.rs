//! `GET /events`.

use axum::{Json, extract::State};
use bilten_core::catalog::{self, EventFilter, EventStatus, Listing};
use serde::{Deserialize, Serialize};

use super::Event;
use crate::{
    http::{
        AppState,
        extract::{Params, TenantCtx},
        problem::{Code, Problem},
    },
    v1::paging::{List, ListName, PageWish},
};

/// Which events are wanted.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct Query {
    #[serde(skip_serializing)]
    cursor: Option<String>,
    #[serde(skip_serializing)]
    limit: Option<String>,
    status: Option<String>,
    q: Option<String>,
}

/// List events, page by page.
#[utoipa::path(
    get, path = "/api/v1/events", tag = "Events", operation_id = "list_events",
    params(
        ("status" = Option<String>, Query, description = "`draft`, `published`, `ended` or `cancelled`."),
        ("q" = Option<String>, Query, description = "Part of the name or summary."),
        ("limit" = Option<u32>, Query, description = "Items of a page, 1 to 100; 25 when missing."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.")
    ),
    responses((status = 200, description = "A page of events.", body = List<Event>))
)]
pub(in crate::v1) async fn list(
    State(state): State<AppState>,
    ctx: TenantCtx,
    Params(query): Params<Query>,
) -> Result<Json<List<Event>>, Problem> {
    let name = ListName::new("events", &query);
    let wish = PageWish {
        cursor: query.cursor,
        limit: query.limit,
    };
    let after = name.read(&state, &ctx, wish.cursor.as_deref())?;
    let filter = EventFilter {
        listing: listing(query.status.as_deref())?,
        text: query.q,
        ..EventFilter::default()
    };
    let mut tx = state.db.begin(&ctx).await?;
    let page = catalog::list_events(&ctx, &mut tx, &filter, after, wish.limit()?).await?;
    tx.commit().await?;
    let events = page.events.iter().map(|event| Event::new(event, ctx.now())).collect();
    Ok(Json(name.page(&state, ctx.ctx.tenant, events, page.next)))
}

fn listing(status: Option<&str>) -> Result<Listing, Problem> {
    let Some(status) = status else { return Ok(Listing::All) };
    let known = EventStatus::parse(status).map(Listing::Status);
    known.ok_or_else(|| {
        Problem::new(Code::MalformedQuery)
            .param("status")
            .detail("There is no such status.")
    })
}
