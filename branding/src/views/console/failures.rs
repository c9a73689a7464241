//! What could not be done, and where it is mended.

use serde::Serialize;

use crate::{
    texts,
    views::{Moment, Text, View, sample},
};

/// `GET /manage/failures`.
#[derive(Debug, Clone, Serialize)]
pub struct FailuresView {
    /// The failures, newest first.
    pub rows: Vec<FailureRow>,
    /// Back to the first page.
    pub home_url: String,
}

/// Work that was given up.
#[derive(Debug, Clone, Serialize)]
pub struct FailureRow {
    /// What was to be done: one of `FAILURE_*`.
    pub what: Text,
    /// Why it failed, as the other side said it.
    pub why: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up.
    pub at: Moment,
    /// The order it belongs to.
    pub order_url: Option<String>,
}

impl View for FailuresView {
    const TEMPLATE: &'static str = "console/failures.html";

    fn samples() -> Vec<Self> {
        let row = |what, why: &str, order: bool| FailureRow {
            what: Text::new(what),
            why: why.to_owned(),
            attempts: 10,
            at: sample::moment("2026-11-22T09:12:00Z"),
            order_url: order.then(|| "/manage/orders/ord_0".to_owned()),
        };
        let view = |rows| Self {
            rows,
            home_url: "/manage".to_owned(),
        };
        vec![
            view(vec![
                row(texts::FAILURE_MAIL, "550 no such mailbox <ada@example.org>", true),
                row(texts::FAILURE_PAYMENT, "the provider did not answer", false),
            ]),
            view(Vec::new()),
        ]
    }
}
