//! `GET /manage/events?q=&status=&cursor=`.

use axum::response::Response;
use bilten_branding::views::{Section, console::EventListView};
use bilten_core::{
    catalog::{EventFilter, EventStatus, Listing},
    reports,
};
use bilten_tenancy::permissions::Permission;
use serde::Deserialize;

use crate::{
    http::{
        extract::Params,
        problem::{Code, Problem},
    },
    organizer::{console::Console, figures, urls},
};

/// Events on one page.
const PAGE: u32 = 30;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Query {
    q: String,
    status: String,
    cursor: String,
}

pub(super) async fn show(console: Console, Params(query): Params<Query>) -> Result<Response, Problem> {
    let status = EventStatus::parse(&query.status);
    let filter = EventFilter {
        listing: status.map_or(Listing::All, Listing::Status),
        text: Some(query.q.clone()),
        reach: console.reach(Permission::ReportRead),
        ..EventFilter::default()
    };
    let after = (!query.cursor.is_empty())
        .then(|| query.cursor.parse())
        .transpose()
        .map_err(|_| Problem::new(Code::InvalidCursor))?;
    let mut tx = console.begin().await?;
    let page = reports::list_event_summaries(&console, &mut tx, &filter, after, PAGE).await?;
    tx.commit().await?;
    let next = page.next.map(|cursor| cursor.to_string());
    let status = status.map_or("", EventStatus::name);
    let view = EventListView {
        rows: page
            .rows
            .iter()
            .map(|row| figures::event_row(row, console.now()))
            .collect(),
        new_event_url: console.may(Permission::EventCreate).then(|| urls::NEW_EVENT.to_owned()),
        next_url: next.map(|cursor| {
            let pairs = [("q", query.q.as_str()), ("status", status), ("cursor", cursor.as_str())];
            urls::with_query(urls::EVENTS, &pairs)
        }),
        status: status.to_owned(),
        q: query.q,
    };
    console.html(Section::Events, &view)
}
