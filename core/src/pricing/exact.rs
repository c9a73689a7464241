//! Exact fractions: what a price is between two roundings.

use std::cmp::Ordering;

use super::PricingError;

/// The whole in hundredths of a per cent.
pub const WHOLE_BP: i64 = 10_000;

/// Fraction in lowest terms; the denominator is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact {
    over: i128,
    under: i128,
}

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self { over: 0, under: 1 };
    /// One.
    pub const ONE: Self = Self { over: 1, under: 1 };

    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Self {
            over: i128::from(number),
            under: 1,
        }
    }

    /// A share in hundredths of a per cent.
    pub fn basis_points(bp: i32) -> Self {
        Self::reduced(i128::from(bp), i128::from(WHOLE_BP)).unwrap_or(Self::ZERO)
    }

    /// `over / under`.
    ///
    /// # Errors
    /// The divisor is nought, or the fraction is too large.
    pub fn try_new(over: i128, under: i128) -> Result<Self, PricingError> {
        Self::reduced(over, under).ok_or(PricingError::Overflow)
    }

    fn reduced(over: i128, under: i128) -> Option<Self> {
        if under == 0 {
            return None;
        }
        let divisor = divisor(over, under)?;
        let sign = under.signum();
        Some(Self {
            over: over.checked_div(divisor)?.checked_mul(sign)?,
            under: under.checked_div(divisor)?.checked_mul(sign)?,
        })
    }

    /// Sum.
    ///
    /// # Errors
    /// The result is too large.
    pub fn plus(self, other: Self) -> Result<Self, PricingError> {
        let sum = || {
            // Over the least common denominator, so that rates with large ones can be added.
            let shared = divisor(self.under, other.under)?;
            let (left, right) = (other.under.checked_div(shared)?, self.under.checked_div(shared)?);
            let over = self
                .over
                .checked_mul(left)?
                .checked_add(other.over.checked_mul(right)?)?;
            Self::reduced(over, self.under.checked_mul(left)?)
        };
        sum().ok_or(PricingError::Overflow)
    }

    /// Difference.
    ///
    /// # Errors
    /// The result is too large.
    pub fn minus(self, other: Self) -> Result<Self, PricingError> {
        let over = other.over.checked_neg().ok_or(PricingError::Overflow)?;
        self.plus(Self { over, ..other })
    }

    /// Product.
    ///
    /// # Errors
    /// The result is too large.
    pub fn times(self, other: Self) -> Result<Self, PricingError> {
        let product = || {
            // What both sides share goes first: only the result has to fit.
            let (one, two) = (divisor(self.over, other.under)?, divisor(other.over, self.under)?);
            let over = self.over.checked_div(one)?.checked_mul(other.over.checked_div(two)?)?;
            Self::reduced(
                over,
                self.under
                    .checked_div(two)?
                    .checked_mul(other.under.checked_div(one)?)?,
            )
        };
        product().ok_or(PricingError::Overflow)
    }

    /// Quotient.
    ///
    /// # Errors
    /// The divisor is nought, or the result is too large.
    pub fn by(self, other: Self) -> Result<Self, PricingError> {
        let inverse = Self::try_new(other.under, other.over)?;
        self.times(inverse)
    }

    /// The largest whole number that is not above it.
    ///
    /// # Errors
    /// It does not fit in 64 bits.
    pub fn floor(self) -> Result<i64, PricingError> {
        i64::try_from(self.over.div_euclid(self.under)).map_err(|_| PricingError::Overflow)
    }

    /// The nearest whole number, halves away from nought, so that what goes back mirrors what was paid.
    ///
    /// # Errors
    /// It does not fit in 64 bits.
    pub fn round(self) -> Result<i64, PricingError> {
        let size = Self {
            over: self.over.checked_abs().ok_or(PricingError::Overflow)?,
            under: self.under,
        };
        let rounded = size.plus(Self { over: 1, under: 2 })?.floor()?;
        if self.over < 0 { Ok(-rounded) } else { Ok(rounded) }
    }

    /// The smaller of the two.
    #[must_use]
    pub fn least(self, other: Self) -> Self {
        if self < other { self } else { other }
    }

    /// The larger of the two.
    #[must_use]
    pub fn most(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        // Whole parts first, so that large numbers are never multiplied for the common case.
        let floors = (self.over.div_euclid(self.under), other.over.div_euclid(other.under));
        floors.0.cmp(&floors.1).then_with(|| {
            let rests = (self.over.rem_euclid(self.under), other.over.rem_euclid(other.under));
            let left = rests.0.saturating_mul(other.under);
            left.cmp(&rests.1.saturating_mul(self.under))
        })
    }
}

fn divisor(a: i128, b: i128) -> Option<i128> {
    i128::try_from(gcd(a.unsigned_abs(), b.unsigned_abs())).ok()
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(over: i128, under: i128) -> Exact {
        Exact::try_new(over, under).unwrap()
    }

    #[test]
    fn halves_are_rounded_away_from_nought() {
        for (over, under, rounded, floor) in [
            (1, 2, 1, 0),
            (-1, 2, -1, -1),
            (3, 2, 2, 1),
            (-3, 2, -2, -2),
            (49, 100, 0, 0),
            (-49, 100, 0, -1),
            (7, -2, -4, -4),
            (0, 5, 0, 0),
        ] {
            assert_eq!(exact(over, under).round().unwrap(), rounded, "{over}/{under}");
            assert_eq!(exact(over, under).floor().unwrap(), floor, "{over}/{under}");
        }
    }

    #[test]
    fn fractions_add_up_and_compare() {
        let third = exact(1, 3);
        assert_eq!(third.plus(third).unwrap().plus(third).unwrap(), Exact::ONE);
        assert_eq!(third.minus(third).unwrap(), Exact::ZERO);
        assert_eq!(exact(2, 3).by(exact(4, 9)).unwrap(), exact(3, 2));
        assert!(exact(-1, 3) < Exact::ZERO && exact(-1, 2) < exact(-1, 3) && exact(10, 3) > Exact::whole(3));
        assert_eq!(Exact::basis_points(2_500), exact(1, 4));
        assert!(Exact::try_new(1, 0).is_err());
        assert!(exact(i128::MAX, 1).times(Exact::whole(2)).is_err());
    }

    #[test]
    fn only_the_result_has_to_fit() {
        // A share of a net base over three rates: twenty digits above and below.
        let large = exact(12_345_678_901_234_567_891, 98_765_432_109_876_543_211);
        assert_eq!(large.by(large).unwrap(), Exact::ONE);
        assert_eq!(large.minus(large).unwrap(), Exact::ZERO);
        let rest = Exact::ONE.minus(large).unwrap();
        assert_eq!(large.by(rest).unwrap().times(rest).unwrap(), large);
        assert_eq!(large.plus(rest).unwrap(), Exact::ONE);
    }
}
