//! `GET /manage/orders?q=&state=&event=&cursor=`.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        Choice, Section, Text,
        console::{OrderListView, WaitingPayments},
    },
};
use bilten_core::{
    catalog::{EventFilter, Listing},
    orders::OrderState,
    reports::{self, EventSummary, OrderFilter},
};
use bilten_kernel::EventId;
use bilten_tenancy::{DbError, TenantTx, permissions::Permission};
use serde::Deserialize;

use crate::{
    http::{
        extract::Params,
        problem::{Code, Problem},
    },
    organizer::{console::Console, figures, payments, urls},
};

/// Orders on one page.
const PAGE: u32 = 50;
/// Events offered for filtering.
const EVENTS: u32 = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Query {
    q: String,
    state: String,
    event: String,
    cursor: String,
}

pub(super) async fn show(console: Console, Params(query): Params<Query>) -> Result<Response, Problem> {
    let event: Option<EventId> = query.event.parse().ok();
    let state = OrderState::from_name(&query.state).map(OrderState::name);
    let filter = OrderFilter {
        event,
        state: state.map(str::to_owned),
        text: Some(query.q.clone()),
    };
    let after = (!query.cursor.is_empty())
        .then(|| query.cursor.parse())
        .transpose()
        .map_err(|_| Problem::new(Code::InvalidCursor))?;
    let reach = console.reach(Permission::OrderReadPii);
    let all = EventFilter {
        listing: Listing::All,
        reach: reach.clone(),
        ..EventFilter::default()
    };
    let mut tx = console.begin().await?;
    let page = reports::list_orders(&mut tx, &filter, &reach, after, PAGE).await?;
    let events = reports::list_event_summaries(&console, &mut tx, &all, None, EVENTS).await?;
    let waiting = waiting(&console, &mut tx).await?;
    tx.commit().await?;
    let next = page.next.map(|cursor| cursor.to_string());
    let view = OrderListView {
        events: events.rows.iter().map(|row| choice(row, event)).collect(),
        rows: page.rows.iter().map(figures::order_row).collect(),
        next_url: next.map(|cursor| {
            let event = event.map(|id| id.to_string()).unwrap_or_default();
            let pairs = [
                ("q", query.q.as_str()),
                ("state", state.unwrap_or_default()),
                ("event", event.as_str()),
                ("cursor", cursor.as_str()),
            ];
            urls::with_query(urls::ORDERS, &pairs)
        }),
        state: state.unwrap_or_default().to_owned(),
        waiting,
        q: query.q,
    };
    console.html(Section::Orders, &view)
}

async fn waiting(console: &Console, tx: &mut TenantTx) -> Result<Option<WaitingPayments>, DbError> {
    if !payments::may_decide(console) {
        return Ok(None);
    }
    let count = payments::count_waiting(console, tx).await?;
    Ok((count > 0).then(|| WaitingPayments {
        text: Text::new(texts::TODO_PAYMENTS_WAITING).with("count", count),
        url: urls::PAYMENTS.to_owned(),
    }))
}

fn choice(row: &EventSummary, chosen: Option<EventId>) -> Choice {
    let event = &row.detail.event;
    Choice::new(event.id.to_string(), event.name.to_string(), Some(event.id) == chosen)
}
