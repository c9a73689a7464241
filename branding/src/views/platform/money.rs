//! Money of all tenants.

use serde::Serialize;

use crate::{
    texts,
    views::{
        Text, Tone, View,
        report::{self, BarChart, ReportTable, Tab},
    },
};

/// `GET /money` on the platform's host.
#[derive(Debug, Clone, Serialize)]
pub struct MoneyView {
    /// A sentence about it.
    pub lead: Text,
    /// Spans to choose from.
    pub periods: Vec<Tab>,
    /// How the verdict is meant.
    pub tone: Tone,
    /// Whether somebody must look.
    pub verdict: Text,
    /// Bars.
    pub charts: Vec<BarChart>,
    /// Tables.
    pub tables: Vec<ReportTable>,
}

impl View for MoneyView {
    const TEMPLATE: &'static str = "platform/money.html";

    fn samples() -> Vec<Self> {
        [Tone::Positive, Tone::Critical]
            .into_iter()
            .map(|tone| Self {
                lead: Text::new(texts::MONEY_LEAD),
                periods: vec![Tab {
                    text: Text::new(texts::MONEY_PERIOD_MONTH),
                    url: "/money".to_owned(),
                    is_current: true,
                }],
                tone,
                verdict: Text::new(if tone == Tone::Positive {
                    texts::MONEY_SOUND
                } else {
                    texts::MONEY_OFF
                })
                .with("tenants", 3_i64)
                .with("off", 1_i64),
                charts: vec![report::sample_bars("volume")],
                tables: vec![report::sample_table("watch")],
            })
            .collect()
    }
}
