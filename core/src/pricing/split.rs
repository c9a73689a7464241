//! Splits amounts so that the parts are the whole.

use super::PricingError;

/// Splits an amount by weights (largest remainder; ties go to the larger weight, then to the earlier part). A negative amount
/// splits like its opposite. Where no weight is positive, all weights count the same.
///
/// # Errors
/// A weight is negative, there are no parts for an amount, or a part does not fit.
pub fn split(amount: i64, weights: &[i64]) -> Result<Vec<i64>, PricingError> {
    if weights.iter().any(|weight| *weight < 0) || (weights.is_empty() && amount != 0) {
        return Err(PricingError::Overflow);
    }
    let mut weights: Vec<i128> = weights.iter().map(|weight| i128::from(*weight)).collect();
    if weights.iter().all(|weight| *weight == 0) {
        weights.fill(1);
    }
    let total: i128 = weights.iter().sum();
    let whole = i128::from(amount.unsigned_abs());
    let shares: Vec<i128> = weights.iter().map(|weight| whole * weight).collect();
    let mut parts: Vec<i128> = shares.iter().map(|share| share / total.max(1)).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|at| (-(shares[*at] % total.max(1)), -weights[*at], *at));
    // Fewer units than parts are left over, so that each gets one at most.
    let left = usize::try_from(whole - parts.iter().sum::<i128>()).map_err(|_| PricingError::Overflow)?;
    for at in order.into_iter().take(left) {
        parts[at] += 1;
    }
    let sign = i128::from(amount.signum());
    parts
        .into_iter()
        .map(|part| i64::try_from(part * sign).map_err(|_| PricingError::Overflow))
        .collect()
}

/// Returns the part of one of `count` that share an amount equally: the first ones get the units that are left over.
pub(super) fn equal_part(amount: i64, count: u32, nth: u32) -> i64 {
    let count = i64::from(count.max(1));
    let sign = amount.signum();
    let whole = amount.saturating_abs();
    let extra = i64::from(i64::from(nth) < whole % count);
    sign * (whole / count + extra)
}

/// Splits components that together make a whole among `count` equals; returns what the one at `nth` gets of each. The parts of
/// each component sum to it, and no part of a component that is not negative is negative: running sums are split, and
/// the parts are their differences.
pub(super) fn equal_parts(components: &[i64], count: u32, nth: u32) -> Vec<i64> {
    let mut sum = 0_i64;
    let mut before = 0;
    let part = |component: &i64| {
        sum = sum.saturating_add(*component);
        let now = equal_part(sum, count, nth);
        let part = now - before;
        before = now;
        part
    };
    components.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_remainders_get_the_units_that_are_left_over() {
        assert_eq!(split(100, &[1, 1, 1]).unwrap(), [34, 33, 33]);
        assert_eq!(split(-100, &[1, 1, 1]).unwrap(), [-34, -33, -33]);
        assert_eq!(split(10, &[1, 3, 0]).unwrap(), [2, 8, 0]);
        assert_eq!(split(5, &[0, 0]).unwrap(), [3, 2]);
        assert_eq!(split(0, &[]).unwrap(), [0; 0]);
        assert!(split(1, &[]).is_err() && split(1, &[-1, 2]).is_err());
        // A seven hundredth of a unit, as when a fee of 1.00 is split over 700 tickets.
        assert_eq!(split(100, &vec![1; 700]).unwrap().iter().sum::<i64>(), 100);
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole_and_are_right_to_one_unit(
            amount in -1_000_000_000_i64..1_000_000_000,
            weights in proptest::collection::vec(0_i64..1_000_000, 1..40),
        ) {
            let parts = split(amount, &weights).unwrap();
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            let total: i64 = weights.iter().sum();
            if total > 0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    let error = i128::from(*part) * i128::from(total) - i128::from(amount) * i128::from(*weight);
                    prop_assert!(error.abs() < i128::from(total));
                }
            }
        }

        #[test]
        fn components_of_equals_sum_up_both_ways_and_are_never_negative(
            components in proptest::collection::vec(0_i64..100_000, 1..6),
            count in 1_u32..60,
        ) {
            let rows: Vec<Vec<i64>> = (0..count).map(|nth| equal_parts(&components, count, nth)).collect();
            for (at, component) in components.iter().enumerate() {
                prop_assert_eq!(rows.iter().map(|row| row[at]).sum::<i64>(), *component);
            }
            let whole: i64 = components.iter().sum();
            for (nth, row) in (0..count).zip(&rows) {
                prop_assert!(row.iter().all(|part| *part >= 0));
                prop_assert_eq!(row.iter().sum::<i64>(), equal_part(whole, count, nth));
            }
        }
    }
}
