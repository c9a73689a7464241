//! Tables, bars and figures that reports of both consoles are made of.

use bilten_kernel::Money;
use serde::Serialize;

use super::{Moment, Percent, Text, Tone, sample};
use crate::texts;

/// A table of a report.
#[derive(Debug, Clone, Serialize)]
pub struct ReportTable {
    /// Name of the section in the page, unique on it.
    pub id: String,
    /// What it shows.
    pub title: Text,
    /// A sentence about it.
    pub lead: Option<Text>,
    /// Its columns.
    pub columns: Vec<ReportColumn>,
    /// Its rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<ReportCell>>,
    /// The sum; empty when there is none.
    pub foot: Vec<ReportCell>,
    /// What is said when there is no row.
    pub empty: Text,
    /// Where more rows are.
    pub next_url: Option<String>,
}

/// A column.
#[derive(Debug, Clone, Serialize)]
pub struct ReportColumn {
    /// Its head.
    pub text: Text,
    /// Whether it holds numbers.
    pub is_number: bool,
}

/// A cell.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReportCell {
    /// Nothing.
    Empty,
    /// Words as people wrote them.
    Words {
        /// The words.
        text: String,
        /// What opens from here.
        url: Option<String>,
    },
    /// Words of ours.
    Label {
        /// The words.
        text: Text,
        /// What opens from here.
        url: Option<String>,
    },
    /// An amount.
    Money {
        /// How much.
        amount: Money,
        /// What it is made of.
        url: Option<String>,
    },
    /// A number.
    Count {
        /// How many.
        count: i64,
    },
    /// A share in per cent.
    Share {
        /// How much.
        share: Percent,
    },
    /// A day, or several.
    Days {
        /// The first.
        first: Moment,
        /// The last, of several.
        last: Option<Moment>,
    },
    /// An instant.
    At {
        /// When.
        at: Moment,
    },
    /// A state.
    State {
        /// Its name.
        text: Text,
        /// How it is meant.
        tone: Tone,
    },
}

/// Bars of amounts of one currency. The table beside them says the same.
#[derive(Debug, Clone, Serialize)]
pub struct BarChart {
    /// Name of the figure in the page, unique on it.
    pub id: String,
    /// What it shows.
    pub title: Text,
    /// Its bars, in order.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    /// Words of ours for it.
    pub text: Option<Text>,
    /// Words as people wrote them.
    pub label: String,
    /// The month that it is about.
    pub month: Option<Moment>,
    /// How much.
    pub amount: Money,
    /// Where it begins, in thousandths of the width.
    pub start: i64,
    /// How long it is, in thousandths of the width.
    pub length: i64,
    /// Whether it takes away.
    pub is_below: bool,
}

/// A figure that stands alone.
#[derive(Debug, Clone, Serialize)]
pub struct FigureCard {
    /// What it is.
    pub text: Text,
    /// How much.
    pub amount: Option<Money>,
    /// Or other words.
    pub words: Option<Text>,
    /// A sentence below it.
    pub note: Option<Text>,
    /// The day that it is about.
    pub on: Option<Moment>,
    /// What it is made of.
    pub url: Option<String>,
}

/// A page of a set of pages.
#[derive(Debug, Clone, Serialize)]
pub struct Tab {
    /// Its name.
    pub text: Text,
    /// Where it is.
    pub url: String,
    /// Whether it is shown now.
    pub is_current: bool,
}

/// Whether the money is where the books say it is.
#[derive(Debug, Clone, Serialize)]
pub struct ProofCard {
    /// How it stands.
    pub tone: Tone,
    /// The verdict.
    pub text: Text,
    /// When it was looked at; never when nothing happened yet.
    pub at: Option<Moment>,
    /// What provider, books and orders say, by provider and currency.
    pub funds: Vec<FundsLine>,
    /// All comparisons that were made: what, what the books say, what the other side says, and whether they agree.
    pub checks: Vec<CheckLine>,
}

/// One provider and currency.
#[derive(Debug, Clone, Serialize)]
pub struct FundsLine {
    /// Provider.
    pub provider: String,
    /// What the provider says lies with it; not known of providers that are not asked.
    pub provider_says: Option<Money>,
    /// What the books say.
    pub books_say: Money,
    /// How much of it is the platform's.
    pub platform_part: Money,
    /// What the orders say that are not paid out.
    pub lots_say: Money,
    /// Whether all agree.
    pub is_same: bool,
}

/// A comparison.
#[derive(Debug, Clone, Serialize)]
pub struct CheckLine {
    /// What was compared: one of `PROOF_CHECK_*`.
    pub text: Text,
    /// What the books say: an amount, or a count.
    pub books: String,
    /// What the other side says.
    pub is: String,
    /// Whether they agree.
    pub is_same: bool,
}

/// A table with a cell of every kind.
pub(super) fn sample_table(id: &str) -> ReportTable {
    let column = |text: &str, is_number| ReportColumn {
        text: Text::new(text),
        is_number,
    };
    ReportTable {
        id: id.to_owned(),
        title: Text::new(texts::REPORT_PAYOUTS),
        lead: Some(Text::new(texts::REPORT_PAYOUTS_LEAD)),
        columns: vec![
            column(texts::REPORT_COL_WHEN, false),
            column(texts::REPORT_COL_STATE, false),
            column(texts::REPORT_COL_EVENT, false),
            column(texts::REPORT_COL_ORDERS, true),
            column(texts::REPORT_COL_AMOUNT, true),
        ],
        rows: sample_rows(),
        foot: vec![
            ReportCell::Label {
                text: Text::new(texts::REPORT_SUM),
                url: None,
            },
            ReportCell::Empty,
            ReportCell::Empty,
            ReportCell::Count { count: 1_204 },
            ReportCell::Money {
                amount: sample::nok(12_345_500),
                url: None,
            },
        ],
        empty: Text::new(texts::REPORT_PAYOUTS_NONE),
        next_url: Some("?after=x".to_owned()),
    }
}

/// A cell of every kind.
fn sample_rows() -> Vec<Vec<ReportCell>> {
    vec![
        vec![
            ReportCell::At {
                at: sample::moment("2026-11-22T17:14:02Z"),
            },
            ReportCell::State {
                text: Text::new(texts::PAYOUT_STATE_PAID),
                tone: Tone::Positive,
            },
            ReportCell::Words {
                text: "Nordlys <Festival>".to_owned(),
                url: Some("/manage/events/evt_1".to_owned()),
            },
            ReportCell::Count { count: 1_204 },
            ReportCell::Money {
                amount: sample::nok(12_345_600),
                url: Some("/manage/finance/payouts/out_1".to_owned()),
            },
        ],
        vec![
            ReportCell::Days {
                first: sample::moment("2026-11-22T00:00:00Z"),
                last: None,
            },
            ReportCell::Empty,
            ReportCell::Empty,
            ReportCell::Share {
                share: Percent::of_bp(1_250),
            },
            ReportCell::Empty,
        ],
        vec![
            ReportCell::Days {
                first: sample::moment("2026-11-22T00:00:00Z"),
                last: Some(sample::moment("2026-11-28T00:00:00Z")),
            },
            ReportCell::State {
                text: Text::new(texts::PAYOUT_STATE_FAILED),
                tone: Tone::Critical,
            },
            ReportCell::Label {
                text: Text::new(texts::REPORT_NO_EVENT),
                url: None,
            },
            ReportCell::Count { count: 0 },
            ReportCell::Money {
                amount: sample::nok(-100),
                url: None,
            },
        ],
    ]
}

/// Bars on both sides.
pub(super) fn sample_bars(id: &str) -> BarChart {
    let bar = |minor: i64, start, length| Bar {
        text: (minor < 0).then(|| Text::new(texts::FINANCE_RETURNED)),
        label: if minor < 0 {
            String::new()
        } else {
            "Festival & <more>".to_owned()
        },
        month: None,
        amount: sample::nok(minor),
        start,
        length,
        is_below: minor < 0,
    };
    BarChart {
        id: id.to_owned(),
        title: Text::new(texts::REPORT_CALENDAR),
        bars: vec![
            bar(9_000_000, 250, 750),
            bar(-3_000_000, 0, 250),
            Bar {
                month: Some(sample::moment("2026-11-01T00:00:00Z")),
                ..bar(1_000_000, 250, 83)
            },
        ],
    }
}

/// A proof that holds, or one that does not.
pub(super) fn sample_proof(is_sound: bool) -> ProofCard {
    ProofCard {
        tone: if is_sound { Tone::Positive } else { Tone::Critical },
        text: Text::new(if is_sound { texts::PROOF_SOUND } else { texts::PROOF_OFF }),
        at: is_sound.then(|| sample::moment("2026-11-22T17:14:02Z")),
        funds: vec![FundsLine {
            provider: "sandbox".to_owned(),
            provider_says: is_sound.then(|| sample::nok(1_000_000)),
            books_say: sample::nok(1_000_000),
            platform_part: sample::nok(20_000),
            lots_say: sample::nok(980_000),
            is_same: is_sound,
        }],
        checks: vec![CheckLine {
            text: Text::new(texts::PROOF_CHECK_REFUNDS),
            books: "0".to_owned(),
            is: if is_sound { "0" } else { "100" }.to_owned(),
            is_same: is_sound,
        }],
    }
}
