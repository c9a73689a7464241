//! Reports beside the statement: payouts, contests, events, fees, what is owed.

use serde::Serialize;

use super::FinanceFilter;
use crate::{
    texts,
    views::{
        FieldErrors, Moment, Text, View,
        report::{self, BarChart, FigureCard, ProofCard, ReportTable, Tab},
        sample,
    },
};

/// `GET /manage/finance/{payouts,disputes,events,fees,liabilities}` and what opens from there.
#[derive(Debug, Clone, Serialize)]
pub struct FinanceReportView {
    /// What it is.
    pub title: Text,
    /// A sentence about it.
    pub lead: Text,
    /// Name of the one thing that is shown.
    pub subject: Option<String>,
    /// Pages about money.
    pub tabs: Vec<Tab>,
    /// Where it opened from.
    pub back: Option<Tab>,
    /// The span that is shown, where it is about one.
    pub filter: Option<FinanceFilter>,
    /// When it was drawn up, where it is about the present.
    pub as_of: Option<Moment>,
    /// Whether the money is where the books say it is.
    pub proof: Option<ProofCard>,
    /// What must be known beside the figures.
    pub warnings: Vec<Text>,
    /// Figures that stand alone.
    pub cards: Vec<FigureCard>,
    /// Bars.
    pub charts: Vec<BarChart>,
    /// The tables.
    pub tables: Vec<ReportTable>,
    /// The first table as a file.
    pub csv_url: String,
    /// All tables as a workbook.
    pub xlsx_url: String,
}

pub(super) fn sample_tabs() -> Vec<Tab> {
    [texts::FINANCE_TAB_STATEMENT, texts::FINANCE_TAB_PAYOUTS]
        .into_iter()
        .map(|text| Tab {
            text: Text::new(text),
            url: "/manage/finance".to_owned(),
            is_current: text == texts::FINANCE_TAB_PAYOUTS,
        })
        .collect()
}

impl View for FinanceReportView {
    const TEMPLATE: &'static str = "console/finance_report.html";

    fn samples() -> Vec<Self> {
        let full = Self {
            title: Text::new(texts::REPORT_PAYOUTS),
            lead: Text::new(texts::REPORT_PAYOUTS_LEAD),
            subject: Some("out_1 <x>".to_owned()),
            tabs: sample_tabs(),
            back: sample_tabs().pop(),
            filter: Some(super::finance::sample_filter(FieldErrors::none())),
            as_of: Some(sample::moment("2026-11-22T17:14:02Z")),
            proof: Some(report::sample_proof(true)),
            warnings: vec![Text::new(texts::PROOF_OFF)],
            cards: vec![FigureCard {
                text: Text::new(texts::REPORT_NEXT_PAYOUT),
                amount: Some(sample::nok(123_400)),
                words: None,
                note: Some(Text::new(texts::REPORT_NOTHING_NEXT)),
                on: Some(sample::moment("2026-11-22T00:00:00Z")),
                url: Some("/manage/finance/payouts".to_owned()),
            }],
            charts: vec![report::sample_bars("bars")],
            tables: vec![report::sample_table("one"), report::sample_table("two")],
            csv_url: "/manage/finance/payouts.csv".to_owned(),
            xlsx_url: "/manage/finance/payouts.xlsx".to_owned(),
        };
        let mut bare = full.clone();
        bare.subject = None;
        bare.filter = None;
        bare.proof = Some(report::sample_proof(false));
        bare.cards[0].amount = None;
        bare.cards[0].on = None;
        bare.cards[0].words = Some(Text::new(texts::REPORT_NOTHING_NEXT));
        bare.tables[0].rows.clear();
        bare.tables[0].foot.clear();
        bare.tables[1].next_url = None;
        bare.warnings.clear();
        bare.charts.clear();
        vec![full, bare]
    }
}
