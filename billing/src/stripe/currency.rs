//! Stripe's smallest units are not everywhere those of ISO 4217 (docs.stripe.com/currencies).

use bilten_kernel::{Currency, Money};

/// Currencies of which Stripe counts whole units.
const WHOLE: [&str; 15] = [
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
];
/// Currencies of which Stripe counts thousandths, and takes only tens of them.
const THOUSANDTHS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// Decimals that Stripe counts in. All that is not listed has two: also ISK and UGX, which have no minor unit any more,
/// and HUF and TWD, which are charged in hundredths and paid out in whole units.
fn exponent(currency: Currency) -> u32 {
    let code = currency.code();
    if WHOLE.contains(&code) {
        0
    } else if THOUSANDTHS.contains(&code) {
        3
    } else {
        2
    }
}

/// Writes an amount as Stripe counts it; none when Stripe cannot charge it exactly.
pub fn to_stripe(amount: Money) -> Option<i64> {
    let (ours, theirs) = (amount.currency.exponent(), exponent(amount.currency));
    let units = rescale(amount.minor, ours, theirs)?;
    let is_chargeable = theirs != 3 || units % 10 == 0;
    is_chargeable.then_some(units)
}

/// Reads an amount that Stripe told. One that our units cannot express becomes nought, which matches no payment.
pub fn from_stripe(units: i64, currency: Currency) -> Money {
    let minor = rescale(units, exponent(currency), currency.exponent());
    Money::new(minor.unwrap_or(0), currency)
}

fn rescale(units: i64, from: u32, to: u32) -> Option<i64> {
    if to >= from {
        return units.checked_mul(10_i64.checked_pow(to - from)?);
    }
    let divisor = 10_i64.checked_pow(from - to)?;
    (units % divisor == 0).then_some(units / divisor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, code.parse().unwrap())
    }

    #[test]
    fn amounts_are_written_as_stripe_counts_them() {
        for (minor, code, stripe) in [
            (1_234, "EUR", Some(1_234)),
            (500, "JPY", Some(500)),
            (500, "ISK", Some(50_000)),
            (500, "UGX", Some(50_000)),
            (123_400, "HUF", Some(123_400)),
            (123_450, "TWD", Some(123_450)),
            (5_120, "KWD", Some(5_120)),
            (5_124, "KWD", None),
            (12_300, "MGA", Some(123)),
            (12_345, "MGA", None),
            (7, "CLP", Some(7)),
        ] {
            assert_eq!(to_stripe(money(minor, code)), stripe, "{minor} {code}");
        }
    }

    #[test]
    fn what_stripe_told_reads_back_or_matches_nothing() {
        for (minor, code) in [
            (1_234, "EUR"),
            (500, "ISK"),
            (9, "JPY"),
            (5_120, "TND"),
            (12_300, "MGA"),
            (1, "NOK"),
        ] {
            let asked = money(minor, code);
            assert_eq!(from_stripe(to_stripe(asked).unwrap(), asked.currency), asked);
        }
        assert_eq!(from_stripe(9_950, "ISK".parse().unwrap()).minor, 0);
        assert_eq!(from_stripe(i64::MAX, "MGA".parse().unwrap()).minor, 0);
    }

    #[test]
    fn every_currency_either_converts_both_ways_or_is_refused() {
        for code in [
            "EUR", "USD", "NOK", "JPY", "ISK", "UGX", "KWD", "TND", "MGA", "HUF", "TWD", "XOF", "IQD", "LYD",
        ] {
            for minor in [1, 9, 10, 100, 1_000, 99_999, 123_456_789] {
                let asked = money(minor, code);
                if let Some(units) = to_stripe(asked) {
                    assert_eq!(from_stripe(units, asked.currency), asked, "{asked:?}");
                }
            }
        }
    }
}
