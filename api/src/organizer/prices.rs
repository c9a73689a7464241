//! Prices as people type them.

use bilten_kernel::{Currency, Money};

/// Reads a price such as `1290`, `1 290,50` or `1290.50`; `None` when it is none or too fine for
/// the currency.
pub fn read(text: &str, currency: Currency) -> Option<i64> {
    read_fixed(text, usize::try_from(currency.exponent()).ok()?)
}

/// Reads a number with up to two decimals, such as a percentage, in hundredths.
pub fn read_hundredths(text: &str) -> Option<i64> {
    read_fixed(text.trim().trim_end_matches('%'), 2)
}

/// Writes hundredths the way [`read_hundredths`] takes them, without decimals that say nothing.
pub fn write_hundredths(hundredths: i64) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    let text = format!("{whole}.{rest:02}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn read_fixed(text: &str, digits: usize) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((&text, ""));
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
    fn percentages_are_read_as_people_type_them_and_written_short() {
        for (text, hundredths, written) in [
            ("15", Some(1_500), "15"),
            ("12,5 %", Some(1_250), "12.5"),
            ("0.01%", Some(1), "0.01"),
            ("100", Some(10_000), "100"),
            ("0.005", None, ""),
            ("-5", None, ""),
            ("%", None, ""),
        ] {
            assert_eq!(read_hundredths(text), hundredths, "{text}");
            if let Some(hundredths) = hundredths {
                assert_eq!(write_hundredths(hundredths), written);
            }
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
