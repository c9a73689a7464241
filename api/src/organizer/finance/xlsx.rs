//! `GET /manage/finance/statement.xlsx`: the statement and its transactions, as a workbook (ECMA-376).

use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use bilten_billing::{
    finance::{self, Entry, EntryFilter, Statement},
    ledger::Kind,
};
use bilten_kernel::{Money, ZoneName};
use bilten_tenancy::audit::{self, Entry as AuditEntry};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{
    csv, permit,
    show::draw_up,
    span::{Asked, Days},
};
use crate::{http::problem::Problem, organizer::console::Console};

/// Transactions of one workbook; a longer journal is had as CSV.
const MAX_ENTRIES: i64 = 20_000;
const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Column of the amount in the journal.
const AMOUNT: usize = 9;

pub(super) async fn show(Query(asked): Query<Asked>, console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let zone = settings.time_zone.zone();
    let days = Days::read(&asked, console.now(), &zone).unwrap_or_else(|(days, _)| days);
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let told = draw_up(&mut tx, &days, (console.now(), &zone)).await?;
    let filter = EntryFilter {
        span: days.span(&zone),
        kinds: Vec::new(),
        codes: Vec::new(),
    };
    let entries = finance::list_entries(&mut tx, &filter, None, MAX_ENTRIES).await?;
    let entry = AuditEntry {
        action: "finance.exported",
        object: format!("{}/{}", days.first, days.last),
        details: serde_json::json!({ "entries": entries.len() }),
    };
    audit::record(&mut tx, &console, entry).await?;
    tx.commit().await?;
    let statements: Vec<Statement> = told.into_iter().map(|told| told.statement).collect();
    let file = write(&statements, &entries, (&days, &settings.time_zone)).map_err(Problem::internal)?;
    let name = format!("attachment; filename=\"statement-{}-{}.xlsx\"", days.first, days.last);
    let headers = [(CONTENT_TYPE, MEDIA_TYPE.to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, file).into_response())
}

fn write(statements: &[Statement], entries: &[Entry], (days, zone): (&Days, &ZoneName)) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Statement")?;
    sheet.write(0, 0, format!("{} – {}", days.first, days.last))?;
    let mut row = 2;
    for told in statements {
        row = statement(sheet, row, told)? + 2;
    }
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 16)?;
    let journal = book.add_worksheet();
    journal.set_name("Journal")?;
    let head = Format::new().set_bold();
    for (at, name) in (0_u16..).zip(csv::HEAD) {
        journal.write_with_format(0, at, name, &head)?;
    }
    let lines = entries.iter().flat_map(|entry| csv::rows(entry, zone));
    for (row, cells) in (1_u32..).zip(lines) {
        for (at, cell) in (0_u16..).zip(&cells) {
            // Text cells are no formulas, whatever they begin with.
            match cell.parse::<f64>().ok().filter(|_| usize::from(at) == AMOUNT) {
                Some(number) => journal.write(row, at, number)?,
                None => journal.write(row, at, cell)?,
            };
        }
    }
    journal.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}

/// Writes a statement from a row on; returns its last row.
fn statement(sheet: &mut Worksheet, first: u32, told: &Statement) -> Result<u32, XlsxError> {
    let digits = usize::try_from(told.currency.exponent()).unwrap_or(0);
    let format = if digits == 0 {
        "#,##0".to_owned()
    } else {
        format!("#,##0.{}", "0".repeat(digits))
    };
    let (number, bold) = (Format::new().set_num_format(&format), Format::new().set_bold());
    let minus = |amount: Money| Money::new(-amount.minor, amount.currency);
    let mut lines = vec![
        ("Sales".to_owned(), told.gross),
        ("  Tickets".to_owned(), told.tickets),
        ("  Service fees".to_owned(), told.service_fees),
        ("  Tax".to_owned(), told.sales_tax),
        ("Given back".to_owned(), minus(told.returned)),
        ("Kept of returns".to_owned(), told.kept),
        ("Fees of the platform".to_owned(), minus(told.platform_fees)),
        ("Fees of providers".to_owned(), minus(told.provider_fees)),
        ("Fees of disputes".to_owned(), minus(told.dispute_fees)),
        ("Lost in contests".to_owned(), minus(told.disputes)),
        ("Left".to_owned(), told.net),
        ("With the providers before".to_owned(), told.opening),
    ];
    lines.extend(
        told.moved
            .iter()
            .map(|line| (format!("  {}", Kind::name(line.kind)), line.amount)),
    );
    lines.push(("With the providers after".to_owned(), told.closing));
    lines.extend(told.taxes.iter().map(|tax| {
        let rate = format!("Tax {} {}.{:02} %", tax.code, tax.rate_bp / 100, tax.rate_bp % 100);
        (rate, tax.amount)
    }));
    sheet.write_with_format(first, 0, told.currency.code(), &bold)?;
    let mut row = first;
    for (name, amount) in lines {
        row += 1;
        sheet.write(row, 0, name)?;
        let text = csv::amount(amount);
        match text.parse::<f64>() {
            Ok(value) => sheet.write_with_format(row, 1, value, &number)?,
            Err(_) => sheet.write(row, 1, text)?,
        };
    }
    Ok(row)
}
