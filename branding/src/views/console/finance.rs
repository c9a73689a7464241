//! What the books say: the statement of a span, and the transactions behind a figure.

use bilten_kernel::Money;
use serde::Serialize;

use super::{SalesChart, finance_report::sample_tabs, home};
use crate::{
    texts,
    views::{
        Choice, FieldErrors, Moment, Percent, Text, View,
        report::{self, ProofCard, Tab},
        sample,
    },
};

/// `GET /manage/finance`.
#[derive(Debug, Clone, Serialize)]
pub struct FinanceView {
    /// Pages about money.
    pub tabs: Vec<Tab>,
    /// The span and event that are shown.
    pub filter: FinanceFilter,
    /// Whether the money is where the books say it is.
    pub funds: ProofCard,
    /// One statement for each currency; none when nothing happened.
    pub statements: Vec<StatementView>,
    /// Sales of the last 30 days.
    pub chart: SalesChart,
    /// Whether the books agree, and what was looked at.
    pub proof: Text,
    /// Whether they do.
    pub is_proven: bool,
    /// All transactions of the span.
    pub journal_url: String,
    /// The same as a file (RFC 4180).
    pub csv_url: String,
    /// The statement and its transactions as a workbook.
    pub xlsx_url: String,
}

/// The span that a report is about.
#[derive(Debug, Clone, Serialize)]
pub struct FinanceFilter {
    /// Where the form is sent to.
    pub action: String,
    /// First day, as forms take it.
    pub from: String,
    /// Last day.
    pub until: String,
    /// Spans that people ask for, with their addresses.
    pub spans: Vec<SpanLink>,
    /// Events to choose from.
    pub events: Vec<Choice>,
    /// What is wrong.
    pub errors: FieldErrors,
}

/// A span by its name.
#[derive(Debug, Clone, Serialize)]
pub struct SpanLink {
    /// Name: one of `FINANCE_SPAN_*`.
    pub text: Text,
    /// Where it is.
    pub url: String,
    /// Whether it is shown now.
    pub is_current: bool,
}

/// The statement of one currency.
#[derive(Debug, Clone, Serialize)]
pub struct StatementView {
    /// Code of the currency.
    pub currency: String,
    /// What was earned.
    pub earned: Vec<FigureLine>,
    /// What is left.
    pub net: Money,
    /// Taxes owed for the span.
    pub taxes: Vec<TaxFigure>,
    /// With the providers before.
    pub opening: Money,
    /// What moved there.
    pub moved: Vec<FigureLine>,
    /// With the providers after.
    pub closing: Money,
}

/// A figure that opens to what it is made of.
#[derive(Debug, Clone, Serialize)]
pub struct FigureLine {
    /// What it is: one of `FINANCE_*`.
    pub text: Text,
    /// How much; below zero takes away.
    pub amount: Money,
    /// The transactions behind it.
    pub url: String,
    /// A part of the line above it.
    pub is_part: bool,
}

/// Tax of a code and rate.
#[derive(Debug, Clone, Serialize)]
pub struct TaxFigure {
    /// Jurisdiction or scheme.
    pub code: String,
    /// Rate.
    pub rate: Percent,
    /// How much.
    pub amount: Money,
}

/// `GET /manage/finance/journal`.
#[derive(Debug, Clone, Serialize)]
pub struct JournalView {
    /// Which figure is opened.
    pub title: Text,
    /// First and last day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// Back to the statement.
    pub finance_url: String,
    /// What the postings of the figure make up, by currency; nothing where no figure is opened.
    pub sums: Vec<Money>,
    /// The transactions, the latest first.
    pub entries: Vec<JournalEntry>,
    /// Where older ones are.
    pub next_url: Option<String>,
}

/// A transaction of the books.
#[derive(Debug, Clone, Serialize)]
pub struct JournalEntry {
    /// When it counts.
    pub at: Moment,
    /// What happened: one of `LEDGER_*`.
    pub kind: Text,
    /// What it is the consequence of.
    pub key: String,
    /// The order it belongs to.
    pub order_url: Option<String>,
    /// Its postings.
    pub lines: Vec<JournalLine>,
}

/// A posting.
#[derive(Debug, Clone, Serialize)]
pub struct JournalLine {
    /// Whose book, `tenant` or `platform`.
    pub book: String,
    /// Number of the account in the chart.
    pub code: i16,
    /// Name of the account, and what it is kept apart by.
    pub account: String,
    /// Whether the figure is made up of it.
    pub is_part: bool,
    /// Debit, if it is one.
    pub debit: Option<Money>,
    /// Credit, if it is one.
    pub credit: Option<Money>,
}

pub(super) fn sample_filter(errors: FieldErrors) -> FinanceFilter {
    FinanceFilter {
        action: "/manage/finance".to_owned(),
        from: "2026-11-01".to_owned(),
        until: "2026-11-30".to_owned(),
        spans: [
            texts::FINANCE_SPAN_MONTH,
            texts::FINANCE_SPAN_LAST_MONTH,
            texts::FINANCE_SPAN_YEAR,
        ]
        .into_iter()
        .map(|text| SpanLink {
            text: Text::new(text),
            url: "/manage/finance?from=2026-11-01&until=2026-11-30".to_owned(),
            is_current: text == texts::FINANCE_SPAN_MONTH,
        })
        .collect(),
        events: vec![Choice {
            value: "evt_0".to_owned(),
            label: "Nordlys <Festival> 2027".to_owned(),
            selected: true,
        }],
        errors,
    }
}

fn sample_statement() -> StatementView {
    let line = |text, minor, is_part| FigureLine {
        text: Text::new(text),
        amount: sample::nok(minor),
        url: "/manage/finance/journal?kind=sale".to_owned(),
        is_part,
    };
    StatementView {
        currency: "NOK".to_owned(),
        earned: vec![
            line(texts::FINANCE_GROSS, 12_380_000, false),
            line(texts::FINANCE_TICKETS, 9_600_000, true),
            line(texts::FINANCE_SERVICE_FEES, 304_000, true),
            line(texts::FINANCE_SALES_TAX, 2_476_000, true),
            line(texts::FINANCE_RETURNED, -498_000, false),
            line(texts::FINANCE_KEPT, 25_000, false),
            line(texts::FINANCE_PLATFORM_FEES, -247_600, false),
        ],
        net: sample::nok(11_659_400),
        taxes: vec![
            TaxFigure {
                code: "NO".to_owned(),
                rate: Percent::of_bp(2_500),
                amount: sample::nok(2_100_000),
            },
            TaxFigure {
                code: "NO".to_owned(),
                rate: Percent::of_bp(1_200),
                amount: sample::nok(276_000),
            },
        ],
        opening: sample::nok(4_200_000),
        moved: vec![
            line(texts::LEDGER_SALE, 12_132_400, false),
            line(texts::LEDGER_REFUND_SETTLED, -473_000, false),
        ],
        closing: sample::nok(15_859_400),
    }
}

impl View for FinanceView {
    const TEMPLATE: &'static str = "console/finance.html";

    fn samples() -> Vec<Self> {
        let statement = sample_statement();
        let view = |statements: Vec<StatementView>, is_proven, errors| Self {
            tabs: sample_tabs(),
            filter: sample_filter(errors),
            funds: report::sample_proof(is_proven),
            statements,
            chart: home::sample_chart(),
            proof: Text::new(if is_proven {
                texts::FINANCE_PROVEN
            } else {
                texts::FINANCE_NOT_PROVEN
            })
            .with("faults", 2_i64),
            is_proven,
            journal_url: "/manage/finance/journal".to_owned(),
            csv_url: "/manage/finance/journal.csv".to_owned(),
            xlsx_url: "/manage/finance/statement.xlsx".to_owned(),
        };
        let error = FieldErrors::none().with("from", Text::new(texts::FIELD_DATE_INVALID));
        vec![
            view(vec![statement], true, FieldErrors::none()),
            view(Vec::new(), false, error),
        ]
    }
}

impl View for JournalView {
    const TEMPLATE: &'static str = "console/journal.html";

    fn samples() -> Vec<Self> {
        let line = |book: &str, code, account: &str, minor: i64| JournalLine {
            book: book.to_owned(),
            code,
            account: account.to_owned(),
            is_part: book == "tenant" && code == 2_100,
            debit: (minor > 0).then(|| sample::nok(minor)),
            credit: (minor < 0).then(|| sample::nok(-minor)),
        };
        let full = Self {
            title: Text::new(texts::FINANCE_GROSS),
            sums: vec![sample::nok(199_200)],
            from: "2026-11-01".to_owned(),
            until: "2026-11-30".to_owned(),
            finance_url: "/manage/finance".to_owned(),
            entries: vec![JournalEntry {
                at: sample::moment("2026-11-22T17:14:02Z"),
                kind: Text::new(texts::LEDGER_SALE),
                key: "ord_06h08v3qj1w517evdqmt88z9t4".to_owned(),
                order_url: Some("/manage/orders/ord_1".to_owned()),
                lines: vec![
                    line("tenant", 1100, "psp_pending <sandbox>", 244_000),
                    line("tenant", 5100, "platform_fee_expense", 5_000),
                    line("tenant", 2100, "ticket_deferred", -199_200),
                    line("tenant", 2110, "tax_payable NO 25 %", -49_800),
                    line("platform", 1100, "psp_pending", 5_000),
                    line("platform", 4200, "platform_fee_revenue", -5_000),
                ],
            }],
            next_url: Some("/manage/finance/journal?after=x".to_owned()),
        };
        let all = Self {
            sums: Vec::new(),
            ..full.clone()
        };
        vec![full, all]
    }
}
