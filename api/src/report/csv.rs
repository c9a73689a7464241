//! A table as CSV. Amounts are plain numbers in whole units with a point, so that they can be added up.

use bilten_kernel::{Money, ZoneName};

use super::stream::harmless;
use super::{Cell, Table, days, moment};
use crate::organizer::prices;

pub(super) fn write(table: Option<&Table>, zone: &ZoneName) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let Some(table) = table else {
        return writer.into_inner().expect("writing to memory cannot fail");
    };
    let head = table.columns.iter().map(|column| column.name);
    let rows = table.rows.iter().map(|cells| cells.iter().map(|c| cell(c, zone)));
    writer.write_record(head).expect("writing to memory cannot fail");
    for row in rows {
        writer
            .write_record(row)
            .expect("writing to memory cannot fail and all rows have as many cells");
    }
    writer.into_inner().expect("writing to memory cannot fail")
}

fn cell(cell: &Cell, zone: &ZoneName) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Words(text, _) | Cell::Label(_, text) | Cell::State(_, text, _) => harmless(text),
        Cell::Money(amount, _) => self::amount(*amount),
        Cell::Count(count) => count.to_string(),
        Cell::Share(bp) => prices::write_hundredths(*bp),
        Cell::Days(first, last) => days(*first, *last),
        Cell::At(at) => moment(*at, zone),
    }
}

/// An amount in whole units, with a minus for credits.
pub(super) fn amount(amount: Money) -> String {
    let size = prices::write(Money::new(amount.minor.abs(), amount.currency));
    if amount.minor < 0 { format!("-{size}") } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Column;

    #[test]
    fn amounts_of_any_currency_survive_the_round_trip() {
        for (currency, minors) in [
            ("JPY", [0, 1, -12_345]),
            ("NOK", [0, 1, -12_345]),
            ("KWD", [0, 1, -12_345]),
        ] {
            let rows = minors
                .iter()
                .map(|minor| {
                    vec![
                        Cell::money(Money::new(*minor, currency.parse().unwrap())),
                        Cell::words("=1,\"x\""),
                    ]
                })
                .collect();
            let table = Table {
                name: "t",
                title: "x",
                lead: None,
                empty: "x",
                columns: vec![Column::number("amount", "x"), Column::file("words")],
                rows,
                foot: Vec::new(),
                next_url: None,
            };
            let bytes = write(Some(&table), &"Europe/Oslo".parse().unwrap());
            let text = std::str::from_utf8(&bytes).unwrap().trim_start_matches('\u{feff}');
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            assert_eq!(reader.headers().unwrap(), vec!["amount", "words"]);
            let read: Vec<i64> = reader
                .records()
                .map(|record| {
                    let record = record.unwrap();
                    assert!(record[1].ends_with("=1,\"x\"") && !record[1].starts_with('='));
                    let (whole, rest) = record[0].split_once('.').unwrap_or((&record[0], ""));
                    let digits: usize = currency
                        .parse::<bilten_kernel::Currency>()
                        .unwrap()
                        .exponent()
                        .try_into()
                        .unwrap();
                    format!("{whole}{rest:0<digits$}").parse().unwrap()
                })
                .collect();
            assert_eq!(read, minors, "{currency}");
        }
    }
}
