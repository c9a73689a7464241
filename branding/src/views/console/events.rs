//! All events of the tenant.

use bilten_kernel::Money;
use serde::Serialize;

use crate::views::{Moment, View, sample};

/// `GET /manage/events?q=&status=&cursor=`.
#[derive(Debug, Clone, Serialize)]
pub struct EventListView {
    /// Words searched for.
    pub q: String,
    /// `""`, `draft`, `published`, `ended` or `cancelled`.
    pub status: String,
    /// The events.
    pub rows: Vec<EventRow>,
    /// Where a new event is made, if allowed.
    pub new_event_url: Option<String>,
    /// Address of the next page.
    pub next_url: Option<String>,
}

/// An event in a list.
#[derive(Debug, Clone, Serialize)]
pub struct EventRow {
    /// Address of its page in the console.
    pub url: String,
    /// Title.
    pub title: String,
    /// Begin.
    pub starts: Moment,
    /// Name of the venue.
    pub venue: String,
    /// Its state.
    pub status: EventStatus,
    /// Tickets sold.
    pub sold: u32,
    /// Tickets there are.
    pub capacity: u32,
    /// Share sold in per cent, 0 to 100.
    pub percent: u32,
    /// What has been paid.
    pub revenue: Option<Money>,
    /// Address of the artwork.
    pub artwork_url: String,
}

/// State of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventStatus {
    /// Not public yet.
    Draft,
    /// Public.
    Published,
    /// Has taken place.
    Ended,
    /// Was cancelled.
    Cancelled,
}

/// Four events, one per state.
pub(super) fn sample_rows() -> Vec<EventRow> {
    let rows = [
        (
            "Nordlys Festival 2027",
            "2027-02-12T17:00:00Z",
            "Tryvann Winter Park",
            EventStatus::Published,
            3_412,
            5_000,
            68,
        ),
        (
            "Polar Sessions",
            "2027-03-06T18:00:00Z",
            "Blå",
            EventStatus::Published,
            376,
            400,
            94,
        ),
        (
            "Summer Warm-up",
            "2027-06-05T16:00:00Z",
            "Vulkan Arena",
            EventStatus::Draft,
            0,
            1_200,
            0,
        ),
        (
            "Midnight Choir",
            "2026-10-28T18:30:00Z",
            "Tøyen Church",
            EventStatus::Ended,
            420,
            420,
            100,
        ),
        (
            "Solstice Rave",
            "2026-12-21T21:00:00Z",
            "Vulkan Arena",
            EventStatus::Cancelled,
            210,
            900,
            23,
        ),
    ];
    rows.into_iter()
        .enumerate()
        .map(
            |(index, (title, starts, venue, status, sold, capacity, percent))| EventRow {
                url: format!("/manage/events/evt_{index}"),
                title: title.to_owned(),
                starts: sample::moment(starts),
                venue: venue.to_owned(),
                status,
                sold,
                capacity,
                percent,
                revenue: (sold > 0).then(|| sample::nok(i64::from(sold) * 118_000)),
                artwork_url: format!("/media/artwork/sample-{index}.svg"),
            },
        )
        .collect()
}

impl View for EventListView {
    const TEMPLATE: &'static str = "console/events.html";

    fn samples() -> Vec<Self> {
        let view = |rows, q: &str| Self {
            q: q.to_owned(),
            status: String::new(),
            rows,
            new_event_url: Some("/manage/events/new".to_owned()),
            next_url: Some("/manage/events?cursor=abc".to_owned()),
        };
        let mut empty = view(Vec::new(), "");
        empty.next_url = None;
        let mut nothing = empty.clone();
        nothing.q.push_str("xyz");
        vec![view(sample_rows(), ""), empty, nothing]
    }
}
