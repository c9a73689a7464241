//! The service fee by price: rows as typed, and bands as understood.

use bilten_branding::{
    texts,
    views::{FieldErrors, Text, console::FeeBandRow},
};
use bilten_core::{
    catalog::MAX_PRICE_MINOR,
    pricing::{FeeBand, MAX_FEE_BP},
};
use bilten_kernel::{Currency, Money};

use crate::organizer::prices;

/// Rows that the form has at most.
pub(super) const MAX_ROWS: usize = 8;

/// Puts a field of the form into its row; tells whether it was one of a row.
pub(super) fn set(rows: &mut Vec<FeeBandRow>, (field, n): (&str, usize), value: &str) -> bool {
    if !field.starts_with("fee_") || n >= MAX_ROWS {
        return false;
    }
    if rows.len() <= n {
        rows.resize_with(n + 1, FeeBandRow::default);
    }
    let Some(row) = rows.get_mut(n) else { return false };
    let to = match field {
        "fee_from" => &mut row.from,
        "fee_fixed" => &mut row.fixed,
        "fee_percent" => &mut row.percent,
        "fee_min" => &mut row.min,
        "fee_max" => &mut row.max,
        _ => return false,
    };
    value.clone_into(to);
    true
}

/// The rows of bands. A first band in which nothing is taken has none.
pub(super) fn rows(bands: &[FeeBand], currency: Currency) -> Vec<FeeBandRow> {
    let amount = |minor: i64| prices::write(Money::new(minor, currency));
    let or_nothing = |minor: i64| if minor > 0 { amount(minor) } else { String::new() };
    let row = |band: &FeeBand| FeeBandRow {
        from: or_nothing(band.from),
        fixed: or_nothing(band.fixed),
        percent: if band.rate_bp > 0 {
            prices::write_hundredths(i64::from(band.rate_bp))
        } else {
            String::new()
        },
        min: band.min.map(amount).unwrap_or_default(),
        max: band.max.map(amount).unwrap_or_default(),
    };
    let is_something = |(at, band): &(usize, &FeeBand)| *at > 0 || **band != FeeBand::default();
    let bands = bands.iter().enumerate().filter(is_something);
    bands.map(|(_, band)| row(band)).collect()
}

/// Understands the rows, the lowest price first; tells what is wrong beside the row. No row, or rows of nothing, are no bands.
pub(super) fn read(rows: &[FeeBandRow], currency: Currency, errors: &mut FieldErrors) -> Vec<FeeBand> {
    let mut bands: Vec<FeeBand> = Vec::new();
    for (n, row) in rows.iter().enumerate().filter(|(_, row)| !is_blank(row)) {
        let found = read_row(row, currency).and_then(|band| {
            let is_twice = bands.iter().any(|other| other.from == band.from);
            if is_twice {
                Err(texts::FIELD_FEE_FROM_TWICE)
            } else {
                Ok(band)
            }
        });
        match found {
            Ok(band) => bands.push(band),
            Err(wrong) => errors.push(&format!("fee_{n}"), Text::new(wrong)),
        }
    }
    bands.sort_by_key(|band| band.from);
    if bands.first().is_some_and(|band| band.from > 0) {
        bands.insert(0, FeeBand::default());
    }
    let is_taken = |band: &FeeBand| band.fixed > 0 || band.rate_bp > 0 || band.min.is_some_and(|min| min > 0);
    if bands.iter().any(is_taken) { bands } else { Vec::new() }
}

fn is_blank(row: &FeeBandRow) -> bool {
    [&row.from, &row.fixed, &row.percent, &row.min, &row.max]
        .into_iter()
        .all(|text| text.trim().is_empty())
}

fn read_row(row: &FeeBandRow, currency: Currency) -> Result<FeeBand, &'static str> {
    let amount = |text: &str| match text.trim() {
        "" => Ok(None),
        text => prices::read(text, currency)
            .filter(|minor| *minor <= MAX_PRICE_MINOR)
            .map(Some)
            .ok_or(texts::FIELD_PRICE_INVALID),
    };
    let (min, max) = (amount(&row.min)?, amount(&row.max)?);
    if max.is_some_and(|max| max < min.unwrap_or(0)) {
        return Err(texts::FIELD_FEE_BOUNDS);
    }
    Ok(FeeBand {
        from: amount(&row.from)?.unwrap_or(0),
        fixed: amount(&row.fixed)?.unwrap_or(0),
        rate_bp: read_share(&row.percent).ok_or(texts::FIELD_FEE_PERCENT_INVALID)?,
        min,
        max,
    })
}

fn read_share(text: &str) -> Option<i32> {
    match text.trim() {
        "" => Some(0),
        text => {
            let bp = i32::try_from(prices::read_hundredths(text)?).ok()?;
            (bp <= MAX_FEE_BP).then_some(bp)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: [&str; 5]) -> FeeBandRow {
        let mut rows = Vec::new();
        let names = ["fee_from", "fee_fixed", "fee_percent", "fee_min", "fee_max"];
        for (name, value) in names.into_iter().zip(fields) {
            assert!(set(&mut rows, (name, 0), value));
        }
        rows.remove(0)
    }

    fn read_all(rows: &[[&str; 5]]) -> (Vec<FeeBand>, FieldErrors) {
        let mut errors = FieldErrors::none();
        let rows: Vec<FeeBandRow> = rows.iter().map(|fields| row(*fields)).collect();
        let bands = read(&rows, "NOK".parse().unwrap(), &mut errors);
        (bands, errors)
    }

    #[test]
    fn rows_become_bands_in_the_order_of_their_prices_and_rows_again() {
        let typed = [
            ["", "", "", "", ""],
            ["500", "", "4", "", "60"],
            ["100", "5", "3,5", "10", ""],
        ];
        let (bands, errors) = read_all(&typed);
        assert!(errors.is_empty());
        let told: Vec<_> = bands
            .iter()
            .map(|b| (b.from, b.fixed, b.rate_bp, b.min, b.max))
            .collect();
        assert_eq!(
            told,
            [
                (0, 0, 0, None, None),
                (10_000, 500, 350, Some(1_000), None),
                (50_000, 0, 400, None, Some(6_000)),
            ]
        );
        let again = rows(&bands, "NOK".parse().unwrap());
        assert_eq!(
            again,
            [row(["100", "5", "3.5", "10", ""]), row(["500", "", "4", "", "60"])]
        );
        assert_eq!(read(&again, "NOK".parse().unwrap(), &mut FieldErrors::none()), bands);
    }

    #[test]
    fn rows_of_nothing_are_no_fee() {
        assert_eq!(read_all(&[]).0, []);
        assert_eq!(read_all(&[["", "0", "0", "", ""]]).0, []);
        assert_eq!(read_all(&[["", "", "", "", "5"]]).0, [], "a bound of nothing");
        assert_eq!(read_all(&[["", "", "", "5", ""]]).0.len(), 1, "the least is a fee");
    }

    #[test]
    fn what_makes_no_sense_is_told_at_its_row() {
        for (rows, at) in [
            ([["", "ten", "", "", ""], [""; 5]], "fee_0"),
            ([["", "", "51", "", ""], [""; 5]], "fee_0"),
            ([["", "", "5", "9", "8"], [""; 5]], "fee_0"),
            ([["", "1", "", "", ""], ["0", "2", "", "", ""]], "fee_1"),
            ([["-1", "1", "", "", ""], [""; 5]], "fee_0"),
        ] {
            let (_, errors) = read_all(&rows);
            let told = serde_json::to_value(&errors).unwrap();
            assert!(told.get(at).is_some(), "{rows:?}: {told}");
        }
        assert!(!set(&mut Vec::new(), ("fee_max", MAX_ROWS), "1"));
        assert!(!set(&mut Vec::new(), ("fee_other", 0), "1"));
    }
}
