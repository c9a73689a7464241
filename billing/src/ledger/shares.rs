//! Shares an amount out in proportion.

use std::cmp::Reverse;

use bilten_kernel::MoneyError;

/// Shares `amount` out by weights: parts sum to it, none is more than a unit off its proportion or more than its weight
/// while the amount is no more than all weights; largest remainders first, the earlier of two that are equal.
///
/// # Errors
/// The amount is below nothing, more than all weights together, or a weight is below nothing.
pub(super) fn apportion(amount: i64, weights: &[i64]) -> Result<Vec<i64>, MoneyError> {
    let all: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    let whole = i128::from(amount);
    if whole < 0 || whole > all || weights.iter().any(|weight| *weight < 0) {
        return Err(MoneyError::Overflow);
    }
    if whole == 0 {
        return Ok(vec![0; weights.len()]);
    }
    let product = |weight: &i64| i128::from(*weight) * whole;
    let mut parts: Vec<i128> = weights.iter().map(|weight| product(weight) / all).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|at| Reverse(product(&weights[*at]) % all));
    let left = usize::try_from(whole - parts.iter().sum::<i128>()).unwrap_or(0);
    for at in by_remainder.into_iter().take(left) {
        parts[at] += 1;
    }
    let fits = |part| i64::try_from(part).map_err(|_| MoneyError::Overflow);
    parts.into_iter().map(fits).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shares_are_exact_fair_and_independent_of_equal_neighbours(
            weights in prop::collection::vec(0_i64..=i64::MAX / 16, 1..16), draw in 0_u64..=u64::MAX,
        ) {
            let all: i64 = weights.iter().sum();
            let amount = i64::try_from((u128::from(draw) * (u128::from(all.unsigned_abs()) + 1)) >> 64).unwrap();
            let parts = apportion(amount, &weights).unwrap();
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            for (part, weight) in parts.iter().zip(&weights) {
                let exact = i128::from(*weight) * i128::from(amount);
                let off = (i128::from(*part) * i128::from(all) - exact).abs();
                prop_assert!(off <= i128::from(all), "more than a unit off");
                prop_assert!(*part <= *weight);
            }
            // Equal weights are served in their order, whatever stands between them.
            for (at, weight) in weights.iter().enumerate() {
                let next = weights.iter().enumerate().skip(at + 1).find(|(_, other)| *other == weight);
                if let Some((next, _)) = next {
                    prop_assert!((0..=1).contains(&(parts[at] - parts[next])));
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_shared_out_is_refused() {
        assert_eq!(apportion(0, &[]), Ok(vec![]));
        assert_eq!(apportion(3, &[1, 1, 1]), Ok(vec![1, 1, 1]));
        assert_eq!(apportion(2, &[1, 1, 1]), Ok(vec![1, 1, 0]));
        for (amount, weights) in [(1, &[][..]), (1, &[0]), (4, &[1, 2]), (-1, &[3]), (1, &[-1, 3])] {
            assert_eq!(apportion(amount, weights), Err(MoneyError::Overflow));
        }
    }
}
