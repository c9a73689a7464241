//! `GET /events/{id}/waiting-list`.

use axum::{Json, extract::State};
use bilten_core::{
    catalog,
    waitlist::{self, EntryFilter, EntryLine},
};
use bilten_kernel::EventKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        AppState,
        extract::{Params, TenantCtx},
        ids::PathId,
        problem::{Code, Problem},
    },
    v1::paging::{List, ListName, PageWish},
};

/// Which entries are wanted.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct Query {
    #[serde(skip_serializing)]
    cursor: Option<String>,
    #[serde(skip_serializing)]
    limit: Option<String>,
    state: Option<String>,
}

/// Somebody on a waiting list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct WaitlistEntry {
    /// Identifies the entry.
    id: String,
    /// `waiting`, `offered`, `accepted`, `declined`, `lapsed`, `left` or `closed`.
    state: &'static str,
    /// Place in the list, from 1; missing unless it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<i64>,
    /// Tickets wanted.
    party_size: u32,
    /// Fewest tickets that are worth an offer; as many as `party_size` when the party stays together.
    min_party_size: u32,
    /// Names of the ticket types of which any will do.
    ticket_types: Vec<String>,
    /// Mail address.
    email: String,
    /// Name.
    name: String,
    /// When the entry was made (RFC 3339).
    joined_at: String,
    /// Until when the offered tickets are held, or were; missing before there is an offer (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    offer_until: Option<String>,
}

/// List who waits for tickets of an event, in the order of joining, page by page.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/waiting-list", tag = "Events", operation_id = "list_waiting_list",
    params(
        ("id" = String, Path, description = "Id of the event."),
        ("state" = Option<String>, Query, description = "`open` (who waits or has an offer; when missing) or `all`."),
        ("limit" = Option<u32>, Query, description = "Items of a page, 1 to 100; 25 when missing."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.")
    ),
    responses((status = 200, description = "A page of entries.", body = List<WaitlistEntry>))
)]
pub(in crate::v1) async fn list(
    PathId(id): PathId<EventKind>,
    State(state): State<AppState>,
    ctx: TenantCtx,
    Params(query): Params<Query>,
) -> Result<Json<List<WaitlistEntry>>, Problem> {
    let name = ListName::new("waiting-list", &(id, &query));
    let wish = PageWish {
        cursor: query.cursor,
        limit: query.limit,
    };
    let after = name.read(&state, &ctx, wish.cursor.as_deref())?;
    let filter = filter(query.state.as_deref())?;
    let limit = wish.limit()?;
    let mut tx = state.db.begin(&ctx).await?;
    let status = catalog::find_status(&mut tx, id).await?;
    status.ok_or_else(Problem::not_found)?;
    let page = waitlist::list(&ctx, &mut tx, id, (filter, after), limit).await?;
    tx.commit().await?;
    let rows = page.rows.into_iter().map(WaitlistEntry::from).collect();
    Ok(Json(name.page(&state, ctx.ctx.tenant, rows, page.next)))
}

fn filter(state: Option<&str>) -> Result<EntryFilter, Problem> {
    match state {
        None | Some("open") => Ok(EntryFilter::Open),
        Some("all") => Ok(EntryFilter::All),
        Some(_) => Err(Problem::new(Code::MalformedQuery)
            .param("state")
            .detail("There is no such state.")),
    }
}

impl From<EntryLine> for WaitlistEntry {
    fn from(line: EntryLine) -> Self {
        let entry = line.entry;
        Self {
            id: entry.id.to_string(),
            state: entry.state.name(),
            position: line.position,
            party_size: entry.party.size(),
            min_party_size: entry.party.least(),
            ticket_types: line.types,
            email: entry.email.to_string(),
            name: entry.name.to_string(),
            joined_at: entry.joined_at.to_string(),
            offer_until: entry.offer_until.map(|at| at.to_string()),
        }
    }
}
