//! Tables as the sheets of a workbook.

use bilten_kernel::{Money, ZoneName};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{Cell, Table, csv, days, moment};
use crate::organizer::prices;

pub(super) fn write(tables: &[Table], zone: &ZoneName) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    for table in tables {
        let sheet = book.add_worksheet();
        sheet.set_name(table.name)?;
        fill(sheet, table, zone)?;
    }
    book.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, table: &Table, zone: &ZoneName) -> Result<(), XlsxError> {
    let head = Format::new().set_bold();
    for (at, column) in (0_u16..).zip(&table.columns) {
        sheet.write_with_format(0, at, column.name, &head)?;
        sheet.set_column_width(at, 18)?;
    }
    for (row, cells) in (1_u32..).zip(&table.rows) {
        for (at, cell) in (0_u16..).zip(cells) {
            // Text cells are no formulas, whatever they begin with.
            match cell {
                Cell::Empty => {}
                Cell::Words(text, _) | Cell::Label(_, text) | Cell::State(_, text, _) => {
                    sheet.write_string(row, at, text)?;
                }
                Cell::Count(count) => write_number(sheet, (row, at), &count.to_string(), "#,##0")?,
                Cell::Share(bp) => write_number(sheet, (row, at), &prices::write_hundredths(*bp), "0.00")?,
                Cell::Days(first, last) => {
                    sheet.write_string(row, at, days(*first, *last))?;
                }
                Cell::Money(amount, _) => write_number(sheet, (row, at), &csv::amount(*amount), &digits(*amount))?,
                Cell::At(when) => {
                    sheet.write_string(row, at, moment(*when, zone))?;
                }
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn write_number(sheet: &mut Worksheet, (row, at): (u32, u16), text: &str, format: &str) -> Result<(), XlsxError> {
    match text.parse::<f64>() {
        Ok(number) => sheet.write_with_format(row, at, number, &Format::new().set_num_format(format))?,
        Err(_) => sheet.write_string(row, at, text)?,
    };
    Ok(())
}

fn digits(amount: Money) -> String {
    match usize::try_from(amount.currency.exponent()).unwrap_or(0) {
        0 => "#,##0".to_owned(),
        digits => format!("#,##0.{}", "0".repeat(digits)),
    }
}
