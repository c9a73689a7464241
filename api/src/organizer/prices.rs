//! Prices as people type them.

use bilten_kernel::{Currency, Money};

/// Reads a price such as `1290`, `1 290,50` or `1290.50`; `None` when it is none or too fine for
/// the currency.
pub fn read(text: &str, currency: Currency) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((&text, ""));
    let digits = usize::try_from(currency.exponent()).ok()?;
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || fraction.len() > digits || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<digits$}").parse().ok()
}

/// Writes a price the way [`read`] takes it; whole amounts without decimals.
pub fn write(price: Money) -> String {
    let digits = usize::try_from(price.currency.exponent()).unwrap_or(0);
    let minor = format!("{:0>width$}", price.minor, width = digits + 1);
    let (whole, fraction) = minor.split_at(minor.len() - digits);
    if fraction.bytes().all(|b| b == b'0') {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_as_people_type_them() {
        let nok: Currency = "NOK".parse().unwrap();
        let jpy: Currency = "JPY".parse().unwrap();
        for (text, currency, minor) in [
            ("1290", nok, Some(129_000)),
            ("1 290,50", nok, Some(129_050)),
            ("0.5", nok, Some(50)),
            ("0", nok, Some(0)),
            ("1290.505", nok, None),
            ("-1", nok, None),
            ("", nok, None),
            ("1e3", nok, None),
            ("1.290,00", nok, None),
            ("9999999999999", nok, None),
            ("500", jpy, Some(500)),
            ("500.0", jpy, None),
        ] {
            assert_eq!(read(text, currency), minor, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for code in ["NOK", "JPY", "KWD"] {
            let currency: Currency = code.parse().unwrap();
            for minor in [0, 5, 50, 1_290, 129_000] {
                assert_eq!(
                    read(&write(Money::new(minor, currency)), currency),
                    Some(minor),
                    "{code} {minor}"
                );
            }
        }
    }
}
