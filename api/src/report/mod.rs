//! Tables of reports: one model that becomes a table of a page, a CSV file and a sheet of a workbook.
//!
//! Not here: what a report says (`organizer::finance`, `platform::money`).

mod csv;
pub mod stream;
mod view;
mod xlsx;

use axum::response::{IntoResponse, Response};
use bilten_branding::views::{Text, Tone};
use bilten_kernel::{Money, Timestamp, ZoneName};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use jiff::civil::Date;

use crate::http::problem::Problem;
pub use view::{BarName, bars, day, table};

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name in files, the same in every language.
    pub name: &'static str,
    /// Key of its head on pages; none when only files have it.
    pub text: Option<&'static str>,
    /// Whether it holds numbers.
    pub is_number: bool,
    /// Whether pages leave it out when nothing but zeros is in it.
    pub is_optional: bool,
}

impl Column {
    /// A column of words.
    pub const fn words(name: &'static str, text: &'static str) -> Self {
        Self {
            name,
            text: Some(text),
            is_number: false,
            is_optional: false,
        }
    }

    /// A column of numbers or amounts.
    pub const fn number(name: &'static str, text: &'static str) -> Self {
        Self {
            name,
            text: Some(text),
            is_number: true,
            is_optional: false,
        }
    }

    /// A column of amounts that pages leave out when all of them are nothing.
    pub const fn optional(name: &'static str, text: &'static str) -> Self {
        Self {
            is_optional: true,
            ..Self::number(name, text)
        }
    }

    /// A column that only files have.
    pub const fn file(name: &'static str) -> Self {
        Self {
            name,
            text: None,
            is_number: false,
            is_optional: false,
        }
    }
}

/// A cell.
#[derive(Debug, Clone)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words as people wrote them, or ids, and what opens from there.
    Words(String, Option<String>),
    /// Words of ours, and the same for files.
    Label(Text, String),
    /// An amount, and what it is made of.
    Money(Money, Option<String>),
    /// A number.
    Count(i64),
    /// A share in hundredths of a per cent.
    Share(i64),
    /// A day, or the first and the last of several.
    Days(Date, Date),
    /// An instant.
    At(Timestamp),
    /// A state, the same for files, and how it is meant.
    State(Text, String, Tone),
}

impl Cell {
    /// Words without a link.
    pub fn words(text: impl Into<String>) -> Self {
        Self::Words(text.into(), None)
    }

    /// An amount without a link.
    pub const fn money(amount: Money) -> Self {
        Self::Money(amount, None)
    }
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name in files and addresses.
    pub name: &'static str,
    /// Key of its title.
    pub title: &'static str,
    /// Key of a sentence about it.
    pub lead: Option<&'static str>,
    /// Key of what is said when it is empty.
    pub empty: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// The sums, on pages alone; empty when there are none.
    pub foot: Vec<Cell>,
    /// Where more rows are.
    pub next_url: Option<String>,
}

/// How a report is had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As a page.
    Page,
    /// Its first table as CSV (RFC 4180).
    Csv,
    /// Its tables as a workbook (ECMA-376).
    Xlsx,
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Answers with the tables as a file.
///
/// # Errors
/// The workbook cannot be written.
pub fn file(form: Form, name: &str, tables: &[Table], zone: &ZoneName) -> Result<Response, Problem> {
    let (ending, kind, body) = match form {
        Form::Xlsx => ("xlsx", XLSX, xlsx::write(tables, zone).map_err(Problem::internal)?),
        Form::Csv | Form::Page => ("csv", "text/csv; charset=utf-8", csv::write(tables.first(), zone)),
    };
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{ending}\"")),
    ];
    Ok((headers, body).into_response())
}

/// Days in files: one, or an interval (ISO 8601).
fn days(first: Date, last: Date) -> String {
    if first == last {
        first.to_string()
    } else {
        format!("{first}/{last}")
    }
}

/// An instant in files: local time to the second.
fn moment(at: Timestamp, zone: &ZoneName) -> String {
    at.to_zoned(zone.zone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
