//! `GET /orders`.

use axum::{Json, extract::State};
use bilten_core::{
    orders::OrderState,
    reports::{self, OrderFilter},
};
use bilten_kernel::EventId;
use bilten_tenancy::permissions::{self, Permission};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        AppState,
        extract::{Params, TenantCtx},
        problem::{Code, Problem},
    },
    v1::paging::{List, ListName, PageWish},
};

/// Which orders are wanted.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct Query {
    #[serde(skip_serializing)]
    cursor: Option<String>,
    #[serde(skip_serializing)]
    limit: Option<String>,
    event_id: Option<String>,
    state: Option<String>,
    q: Option<String>,
}

/// An order in a list; ask for it by its id to see the tickets.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct OrderSummary {
    /// Identifies the order.
    id: String,
    /// Short code for people.
    code: String,
    /// State of the order.
    state: String,
    /// Event of the tickets.
    event_id: Option<String>,
    /// Name of the event.
    event_name: Option<String>,
    /// Buyer's mail address.
    buyer_email: String,
    /// Buyer's name.
    buyer_name: String,
    /// Number of tickets.
    ticket_count: i64,
    /// Sum of all prices, in minor units.
    total_minor: i64,
    /// Currency of all prices (ISO 4217).
    currency: &'static str,
    /// When the buyer gave his details (RFC 3339).
    created_at: String,
}

/// List orders, the newest first, page by page.
#[utoipa::path(
    get, path = "/api/v1/orders", tag = "Orders", operation_id = "list_orders",
    params(
        ("event_id" = Option<String>, Query, description = "Only of this event."),
        ("state" = Option<String>, Query, description = "Only in this state, such as `paid`."),
        ("q" = Option<String>, Query, description = "Code, or part of the buyer's name or mail address."),
        ("limit" = Option<u32>, Query, description = "Items of a page, 1 to 100; 25 when missing."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.")
    ),
    responses(
        (status = 200, description = "A page of orders.", body = List<OrderSummary>),
        (status = 404, description = "`event_id` is no id of an event.")
    )
)]
pub(in crate::v1) async fn list(
    State(state): State<AppState>,
    ctx: TenantCtx,
    Params(query): Params<Query>,
) -> Result<Json<List<OrderSummary>>, Problem> {
    let name = ListName::new("orders", &query);
    let wish = PageWish {
        cursor: query.cursor,
        limit: query.limit,
    };
    let after = name.read(&state, &ctx, wish.cursor.as_deref())?;
    let filter = OrderFilter {
        event: event(query.event_id)?,
        state: order_state(query.state)?,
        text: query.q,
    };
    let mut tx = state.db.begin(&ctx).await?;
    let reach = permissions::rights(&mut tx, &ctx).await?.reach(Permission::OrderRead);
    let page = reports::list_orders(&mut tx, &filter, &reach, after, wish.limit()?).await?;
    tx.commit().await?;
    let rows = page.rows.into_iter().map(OrderSummary::from).collect();
    Ok(Json(name.page(&state, ctx.ctx.tenant, rows, page.next)))
}

fn event(id: Option<String>) -> Result<Option<EventId>, Problem> {
    id.map(|id| id.parse().map_err(|_| Problem::not_found().param("event_id")))
        .transpose()
}

fn order_state(name: Option<String>) -> Result<Option<String>, Problem> {
    let Some(name) = name else { return Ok(None) };
    match OrderState::from_name(&name) {
        Some(_) => Ok(Some(name)),
        None => Err(Problem::new(Code::MalformedQuery)
            .param("state")
            .detail("There is no such state.")),
    }
}

impl From<reports::OrderLine> for OrderSummary {
    fn from(row: reports::OrderLine) -> Self {
        Self {
            id: row.id.to_string(),
            code: row.code,
            state: row.state,
            event_id: row.event.map(|event| event.to_string()),
            event_name: row.event_name,
            buyer_email: row.buyer_email,
            buyer_name: row.buyer_name,
            ticket_count: row.tickets,
            total_minor: row.total.minor,
            currency: row.total.currency.code(),
            created_at: row.created_at.to_string(),
        }
    }
}
