//! Splits what is kept over tickets.

use bilten_kernel::{Money, MoneyError};

/// Splits a sum by prices, so that the parts make up the whole and no part is more than its price. The sum must not be
/// more than all prices together.
///
/// # Errors
/// A sum overflows.
pub(super) fn by_price(kept: Money, prices: &[Money]) -> Result<Vec<Money>, MoneyError> {
    let whole: i128 = prices.iter().map(|price| i128::from(price.minor)).sum();
    let (mut seen, mut given) = (0_i128, 0_i128);
    prices
        .iter()
        .map(|price| {
            seen += i128::from(price.minor);
            // Rounding the running sum down leaves each part at most one unit from its share, and the last sum exact.
            let until = if whole == 0 {
                0
            } else {
                i128::from(kept.minor) * seen / whole
            };
            let part = i64::try_from(until - given).map_err(|_| MoneyError::Overflow)?;
            given = until;
            Ok(Money::new(part, kept.currency))
        })
        .collect()
}

/// The share of `whole` that belongs to `part` of `all`, rounded down. All of it where the part is all.
pub(super) fn in_proportion(whole: i64, part: i64, all: i64) -> i64 {
    if all <= 0 || part >= all {
        return whole;
    }
    let share = i128::from(whole) * i128::from(part.max(0)) / i128::from(all);
    i64::try_from(share).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// 71
        #[test]
        fn what_is_given_back_of_a_fee_with_all_refunds_is_the_whole_fee(
            cuts in prop::collection::vec(1_i64..5_000, 1..20), rate in 0_i64..=10_000,
        ) {
            let all: i64 = cuts.iter().sum();
            let fee = all * rate / 10_000;
            let (mut back, mut given) = (0, 0);
            for cut in cuts {
                back += cut;
                let part = in_proportion(fee, back, all) - given;
                prop_assert!((0..=cut).contains(&part), "{part} of {cut}");
                given += part;
            }
            prop_assert_eq!(given, fee);
        }

        #[test]
        fn parts_make_up_the_whole_and_none_is_more_than_its_price(
            prices in prop::collection::vec(0_i64..=1_000_000, 1..40),
            share in 0_i128..=10_000,
        ) {
            let nok = "NOK".parse().unwrap();
            let whole: i64 = prices.iter().sum();
            let kept = i64::try_from(i128::from(whole) * share / 10_000).unwrap();
            let prices: Vec<Money> = prices.into_iter().map(|minor| Money::new(minor, nok)).collect();
            let parts = by_price(Money::new(kept, nok), &prices).unwrap();
            prop_assert_eq!(parts.iter().map(|part| part.minor).sum::<i64>(), kept);
            for (part, price) in parts.iter().zip(&prices) {
                prop_assert!((0..=price.minor).contains(&part.minor), "{} of {}", part.minor, price.minor);
            }
        }
    }
}
