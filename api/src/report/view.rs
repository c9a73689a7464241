//! Tables and bars as pages show them.

use bilten_branding::views::{
    Moment, Percent, Text,
    report::{Bar, BarChart, ReportCell, ReportColumn, ReportTable},
};
use bilten_kernel::{Money, Timestamp, ZoneName};
use jiff::{civil::Date, tz::TimeZone};

use super::{Cell, Table};

/// Thousandths of a bar's width.
const WIDTH: i128 = 1_000;

/// A table of a page; columns that only files have are left out.
pub fn table(table: &Table, zone: &ZoneName) -> ReportTable {
    let has_some = |at: usize| {
        let mut cells = table.rows.iter().filter_map(|cells| cells.get(at));
        cells.any(|cell| !matches!(cell, Cell::Money(amount, _) if amount.is_zero()))
    };
    let columns = table.columns.iter().enumerate();
    let is_shown: Vec<bool> = columns
        .map(|(at, column)| column.text.is_some() && (!column.is_optional || has_some(at)))
        .collect();
    let shown = |cells: &[Cell]| -> Vec<ReportCell> {
        let pairs = cells.iter().zip(&is_shown);
        pairs
            .filter(|(_, is_shown)| **is_shown)
            .map(|(c, _)| cell(c, zone))
            .collect()
    };
    ReportTable {
        id: table.name.to_owned(),
        title: Text::new(table.title),
        lead: table.lead.map(Text::new),
        columns: table
            .columns
            .iter()
            .zip(&is_shown)
            .filter(|(_, is_shown)| **is_shown)
            .filter_map(|(column, _)| {
                Some(ReportColumn {
                    text: Text::new(column.text?),
                    is_number: column.is_number,
                })
            })
            .collect(),
        rows: table.rows.iter().map(|cells| shown(cells)).collect(),
        foot: shown(&table.foot),
        empty: Text::new(table.empty),
        next_url: table.next_url.clone(),
    }
}

fn cell(cell: &Cell, zone: &ZoneName) -> ReportCell {
    match cell.clone() {
        Cell::Empty => ReportCell::Empty,
        Cell::Words(text, url) => ReportCell::Words { text, url },
        Cell::Label(text, _) => ReportCell::Label { text, url: None },
        Cell::Money(amount, url) => ReportCell::Money { amount, url },
        Cell::Count(count) => ReportCell::Count { count },
        Cell::Share(bp) => ReportCell::Share { share: Percent { bp } },
        Cell::Days(first, last) => ReportCell::Days {
            first: day(first),
            last: (first != last).then(|| day(last)),
        },
        Cell::At(at) => ReportCell::At {
            at: Moment::new(at, zone.as_str()),
        },
        Cell::State(text, _, tone) => ReportCell::State { text, tone },
    }
}

/// A day as a moment of its own, so that it is the same everywhere.
pub fn day(date: Date) -> Moment {
    let begin = date.to_zoned(TimeZone::UTC);
    Moment::new(begin.map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp()), "UTC")
}

/// What a bar is called.
#[derive(Debug, Clone)]
pub enum BarName {
    /// Words of ours.
    Ours(Text),
    /// Words as people wrote them.
    Words(String),
    /// The month of a day.
    Month(Date),
}

/// Bars of amounts of one currency, all on one scale with nought in it; none when there are fewer than two.
pub fn bars(id: &str, title: &str, amounts: Vec<(BarName, Money)>) -> Option<BarChart> {
    if amounts.len() < 2 || amounts.iter().all(|(_, amount)| amount.is_zero()) {
        return None;
    }
    let minors = || amounts.iter().map(|(_, amount)| i128::from(amount.minor));
    let (low, high) = (minors().min().unwrap_or(0).min(0), minors().max().unwrap_or(0).max(0));
    let scale = |minor: i128| -> i64 {
        let share = (minor - low) * WIDTH / (high - low).max(1);
        i64::try_from(share).unwrap_or(0)
    };
    let nought = scale(0);
    let bars = amounts
        .into_iter()
        .map(|(name, amount)| {
            let (text, label, month) = match name {
                BarName::Ours(text) => (Some(text), String::new(), None),
                BarName::Words(label) => (None, label, None),
                BarName::Month(date) => (None, String::new(), Some(day(date))),
            };
            let end = scale(i128::from(amount.minor));
            Bar {
                text,
                label,
                month,
                amount,
                start: end.min(nought),
                length: (end - nought).abs(),
                is_below: amount.minor < 0,
            }
        })
        .collect();
    Some(BarChart {
        id: id.to_owned(),
        title: Text::new(title),
        bars,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_share_one_scale_and_stand_on_nought() {
        let nok = |minor| Money::new(minor, "NOK".parse().unwrap());
        let of = |minors: &[i64]| {
            let amounts = minors
                .iter()
                .map(|minor| (BarName::Words(String::new()), nok(*minor)))
                .collect();
            let chart = bars("x", "x", amounts)?;
            Some(chart.bars.iter().map(|bar| (bar.start, bar.length)).collect::<Vec<_>>())
        };
        assert_eq!(of(&[300, -100]), Some(vec![(250, 750), (0, 250)]));
        assert_eq!(of(&[100, 50, 0]), Some(vec![(0, 1_000), (0, 500), (0, 0)]));
        assert_eq!(of(&[-100, -50]), Some(vec![(0, 1_000), (500, 500)]));
        assert_eq!(of(&[i64::MAX, i64::MIN]).map(|bars| bars.len()), Some(2));
        assert_eq!((of(&[5]), of(&[0, 0])), (None, None));
    }
}
