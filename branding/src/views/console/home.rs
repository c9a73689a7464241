//! What needs you now, and how today sells.

use bilten_kernel::Money;
use serde::Serialize;

use super::{EventRow, OrderRow, events, orders};
use crate::{
    texts,
    views::{Moment, Text, Tone, View, sample},
};

/// `GET /manage`.
#[derive(Debug, Clone, Serialize)]
pub struct HomeView {
    /// Now, in the tenant's zone.
    pub today: Moment,
    /// Things that wait for a person, most urgent first; empty is good news.
    pub todos: Vec<Todo>,
    /// Today's sales beside those of the same weekday a week ago.
    pub sales: SalesChart,
    /// Sales of the last 30 days beside those of the 30 before.
    pub trend: SalesChart,
    /// The next events.
    pub upcoming: Vec<EventRow>,
    /// The latest orders.
    pub orders: Vec<OrderRow>,
    /// Where all events are.
    pub events_url: String,
    /// Where all orders are.
    pub orders_url: String,
    /// Where a new event is made, if allowed.
    pub new_event_url: Option<String>,
}

/// Something that waits for a person.
#[derive(Debug, Clone, Serialize)]
pub struct Todo {
    /// How urgent.
    pub tone: Tone,
    /// What it is: one of `TODO_*`.
    pub text: Text,
    /// Where it is done.
    pub url: String,
}

/// Sales over a span, beside an earlier span of the same length.
#[derive(Debug, Clone, Serialize)]
pub struct SalesChart {
    /// Sum of the span so far.
    pub total: Money,
    /// Sum of the earlier span up to the same point.
    pub before: Money,
    /// Change against the earlier span in per cent, if that was not zero.
    pub change_percent: Option<i64>,
    /// Tickets sold in the span.
    pub tickets: u32,
    /// Orders paid in the span.
    pub orders: u32,
    /// Running sums, one per hour or day.
    pub points: Vec<SalesPoint>,
}

/// A point of a sales chart.
#[derive(Debug, Clone, Serialize)]
pub struct SalesPoint {
    /// Short label, such as `14` or `21 Nov`.
    pub label: String,
    /// Amount in this step; `None` for the future.
    pub now: Option<Money>,
    /// Amount in the same step of the earlier span.
    pub before: Money,
}

/// Sales of a sample day.
pub(super) fn sample_chart() -> SalesChart {
    let shape: [i64; 24] = [
        2, 1, 0, 0, 0, 1, 3, 6, 9, 12, 14, 11, 13, 10, 9, 12, 16, 21, 26, 30, 27, 18, 9, 4,
    ];
    let points = shape.iter().enumerate().map(|(hour, weight)| SalesPoint {
        label: format!("{hour:02}"),
        now: (hour < 18).then(|| sample::nok(weight * 148_000 + i64::from(hour % 3 == 1) * 90_000)),
        before: sample::nok(weight * 121_000),
    });
    SalesChart {
        total: sample::nok(21_204_000),
        before: sample::nok(17_182_000),
        change_percent: Some(23),
        tickets: 164,
        orders: 71,
        points: points.collect(),
    }
}

impl View for HomeView {
    const TEMPLATE: &'static str = "console/home.html";

    fn samples() -> Vec<Self> {
        let view = |todos: Vec<Todo>| Self {
            today: sample::moment("2026-11-22T17:20:00Z"),
            todos,
            sales: sample_chart(),
            trend: sample_chart(),
            upcoming: events::sample_rows(),
            orders: orders::sample_rows(),
            events_url: "/manage/events".to_owned(),
            orders_url: "/manage/orders".to_owned(),
            new_event_url: Some("/manage/events/new".to_owned()),
        };
        let todo = |tone, text, url: &str| Todo {
            tone,
            text,
            url: url.to_owned(),
        };
        let mut calm = view(Vec::new());
        calm.upcoming.clear();
        calm.orders.clear();
        vec![
            view(vec![
                todo(
                    Tone::Critical,
                    Text::new(texts::TODO_PAYMENT_CONFLICTS).with("count", 1_u32),
                    "/manage/orders?state=payment_conflict",
                ),
                todo(
                    Tone::Caution,
                    Text::new(texts::TODO_ALMOST_SOLD_OUT)
                        .with("event", "Polar Sessions")
                        .with("percent", 94_u32),
                    "/manage/events/evt_1",
                ),
                todo(
                    Tone::Info,
                    Text::new(texts::TODO_DRAFTS).with("count", 2_u32),
                    "/manage/events?status=draft",
                ),
            ]),
            calm,
        ]
    }
}
