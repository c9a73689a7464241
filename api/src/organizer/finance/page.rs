//! What the reports about money have in common: tabs, files, the frame of their pages.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        Moment, Section, Text,
        console::{FinanceFilter, FinanceReportView},
        report::{BarChart, FigureCard, ProofCard, Tab},
    },
};
use bilten_kernel::{Money, Timestamp, ZoneName};
use bilten_tenancy::{TenantTx, audit};

use crate::{
    http::problem::Problem,
    organizer::{console::Console, urls},
    report::{self, Form, Table},
};

/// A report, to be shown or taken out.
pub(super) struct Report {
    /// Key of its tab, which is also that of its title's page.
    pub tab: &'static str,
    /// Key of its title.
    pub title: &'static str,
    /// Key of the sentence below it.
    pub lead: &'static str,
    /// Name of the one thing that is shown.
    pub subject: Option<String>,
    /// Key of the page that it opened from, and its address.
    pub back: Option<(&'static str, String)>,
    /// The span.
    pub filter: Option<FinanceFilter>,
    /// When it was drawn up.
    pub as_of: Option<Timestamp>,
    /// Whether the money is where the books say it is.
    pub proof: Option<ProofCard>,
    /// What must be known beside the figures.
    pub warnings: Vec<Text>,
    /// Figures that stand alone.
    pub cards: Vec<FigureCard>,
    /// Bars.
    pub charts: Vec<BarChart>,
    /// Tables; the first one is the CSV file.
    pub tables: Vec<Table>,
    /// Name of its files.
    pub file: String,
    /// Addresses of the files: CSV and workbook.
    pub files: (String, String),
}

impl Report {
    /// An empty report.
    pub fn new(tab: &'static str, title: &'static str, lead: &'static str, file: impl Into<String>) -> Self {
        Self {
            tab,
            title,
            lead,
            subject: None,
            back: None,
            filter: None,
            as_of: None,
            proof: None,
            warnings: Vec::new(),
            cards: Vec::new(),
            charts: Vec::new(),
            tables: Vec::new(),
            file: file.into(),
            files: (String::new(), String::new()),
        }
    }

    /// Answers with the page, or with a file.
    pub fn answer(self, console: Console, form: Form, zone: &ZoneName) -> Result<Response, Problem> {
        if form != Form::Page {
            return report::file(form, &self.file, &self.tables, zone);
        }
        let view = FinanceReportView {
            title: Text::new(self.title),
            lead: Text::new(self.lead),
            subject: self.subject,
            tabs: tabs(Some(self.tab)),
            back: self.back.map(|(text, url)| Tab {
                text: Text::new(text),
                url,
                is_current: false,
            }),
            filter: self.filter,
            as_of: self.as_of.map(|at| Moment::new(at, zone.as_str())),
            proof: self.proof,
            warnings: self.warnings,
            cards: self.cards,
            charts: self.charts,
            tables: self.tables.iter().map(|table| report::table(table, zone)).collect(),
            csv_url: self.files.0,
            xlsx_url: self.files.1,
        };
        console.html(Section::Finance, &view)
    }
}

/// Pages about money.
pub(super) fn tabs(current: Option<&str>) -> Vec<Tab> {
    let tabs = [
        (texts::FINANCE_TAB_STATEMENT, urls::FINANCE),
        (texts::FINANCE_TAB_PAYOUTS, urls::FINANCE_PAYOUTS),
        (texts::FINANCE_TAB_DISPUTES, urls::FINANCE_DISPUTES),
        (texts::FINANCE_TAB_EVENTS, urls::FINANCE_EVENTS),
        (texts::FINANCE_TAB_FEES, urls::FINANCE_FEES),
        (texts::FINANCE_TAB_TAXES, urls::FINANCE_TAXES),
        (texts::FINANCE_TAB_LIABILITIES, urls::FINANCE_LIABILITIES),
    ];
    tabs.into_iter()
        .map(|(text, url)| Tab {
            text: Text::new(text),
            url: url.to_owned(),
            is_current: current == Some(text),
        })
        .collect()
}

/// Writes down that figures are taken out.
pub(super) async fn note(console: &Console, tx: &mut TenantTx, form: Form, what: &str) -> Result<(), Problem> {
    if form != Form::Page {
        let entry = audit::Entry {
            action: "finance.exported",
            object: what.to_owned(),
            details: serde_json::json!({}),
        };
        audit::record(tx, console, entry).await?;
    }
    Ok(())
}

/// A figure that stands alone.
pub(super) fn card(text: &str, amount: Money, note: Option<Text>) -> FigureCard {
    FigureCard {
        text: Text::new(text),
        amount: Some(amount),
        words: None,
        note,
        on: None,
        url: None,
    }
}

/// Words that stand where other cards have a figure.
pub(super) fn words_card(text: &str, words: Text, note: Option<Text>) -> FigureCard {
    FigureCard {
        text: Text::new(text),
        amount: None,
        words: Some(words),
        note,
        on: None,
        url: None,
    }
}

/// Sums amounts up by currency, in the order in which currencies appear.
pub(super) fn sums(amounts: impl Iterator<Item = Money>) -> Result<Vec<Money>, Problem> {
    let mut sums: Vec<Money> = Vec::new();
    for amount in amounts {
        match sums.iter_mut().find(|sum| sum.currency == amount.currency) {
            Some(sum) => *sum = sum.checked_add(amount).map_err(Problem::internal)?,
            None => sums.push(amount),
        }
    }
    Ok(sums)
}

/// The same amount with the other sign.
pub(super) const fn minus(amount: Money) -> Money {
    Money::new(-amount.minor, amount.currency)
}
