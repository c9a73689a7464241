//! Amounts of money in minor units of one currency; checked arithmetic only.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Currency of ISO 4217.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Three-letter code, such as `NOK`.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Number of decimal digits of the minor unit: 2 for NOK, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        let known = iso_currency::Currency::from_code(code).ok_or(MoneyError::UnknownCurrency)?;
        // Funds and metals have no minor unit and cannot be paid with.
        known.exponent().map(|_| Self(known)).ok_or(MoneyError::UnknownCurrency)
    }
}
impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(code: String) -> Result<Self, MoneyError> {
        code.parse()
    }
}
impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Amount in minor units (øre, cents) of one currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Money {
    /// Signed number of minor units.
    pub minor: i64,
    /// Currency of the amount.
    pub currency: Currency,
}

/// Says why an amount could not be computed or parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// No payable currency has this code.
    #[error("unknown currency")]
    UnknownCurrency,
    /// Two amounts of different currencies met.
    #[error("amounts are in different currencies")]
    CurrencyMismatch,
    /// The result does not fit in 64 bits.
    #[error("amount is too large")]
    Overflow,
}

impl Money {
    /// Makes an amount from minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in the given currency.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Tells whether the amount is nought.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Adds two amounts of the same currency.
    ///
    /// # Errors
    /// Currencies differ, or the sum overflows.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// Subtracts an amount of the same currency.
    ///
    /// # Errors
    /// Currencies differ, or the difference overflows.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// Multiplies a unit price by a quantity.
    ///
    /// # Errors
    /// The product overflows.
    pub fn checked_mul(self, quantity: u32) -> Result<Self, MoneyError> {
        let minor = self
            .minor
            .checked_mul(i64::from(quantity))
            .ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// Splits the amount by weights so that the parts sum to the whole (largest remainder;
    /// ties go to the earlier part). Negative amounts split like their opposite.
    ///
    /// # Errors
    /// No weight is positive, or a product overflows.
    pub fn split(self, weights: &[u32]) -> Result<Vec<Self>, MoneyError> {
        let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        if total == 0 {
            return Err(MoneyError::Overflow);
        }
        let sign: i128 = if self.minor < 0 { -1 } else { 1 };
        let whole = i128::from(self.minor) * sign;
        let mut parts: Vec<i128> = weights.iter().map(|w| whole * i128::from(*w) / total).collect();
        let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
        by_remainder.sort_by_key(|i| std::cmp::Reverse(whole * i128::from(weights[*i]) % total));
        let mut left = whole - parts.iter().sum::<i128>();
        for index in by_remainder {
            if left == 0 {
                break;
            }
            parts[index] += 1;
            left -= 1;
        }
        parts
            .into_iter()
            .map(|part| i64::try_from(part * sign).map_err(|_| MoneyError::Overflow))
            .map(|minor| minor.map(|m| Self::new(m, self.currency)))
            .collect()
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nok(minor: i64) -> Money {
        Money::new(minor, "NOK".parse().unwrap())
    }

    #[test]
    fn parts_sum_to_the_whole() {
        for minor in [-1001, -1, 0, 1, 2, 100, 101, i64::MAX] {
            let parts = nok(minor).split(&[1, 1, 1, 0, 7]).unwrap();
            assert_eq!(
                parts.iter().map(|p| i128::from(p.minor)).sum::<i128>(),
                i128::from(minor)
            );
            assert_eq!(parts[3].minor, 0);
        }
    }

    #[test]
    fn currencies_never_mix() {
        let jpy = Money::new(5, "JPY".parse().unwrap());
        assert_eq!(nok(1).checked_add(jpy), Err(MoneyError::CurrencyMismatch));
        assert_eq!("XAU".parse::<Currency>(), Err(MoneyError::UnknownCurrency));
        assert_eq!((jpy.currency.exponent(), nok(1).currency.exponent()), (0, 2));
    }

    #[test]
    fn overflow_is_an_error() {
        assert_eq!(nok(i64::MAX).checked_add(nok(1)), Err(MoneyError::Overflow));
        assert_eq!(nok(i64::MAX).checked_mul(2), Err(MoneyError::Overflow));
        assert_eq!(nok(i64::MIN).checked_sub(nok(1)), Err(MoneyError::Overflow));
        assert_eq!(nok(3).split(&[0]), Err(MoneyError::Overflow));
    }
}
