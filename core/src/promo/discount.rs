//! What a promo code takes off.

use bilten_kernel::{Currency, Money, MoneyError};

use crate::pricing::{CodeKind, Cut};

/// The whole price in hundredths of a per cent.
pub const WHOLE_BP: i32 = 10_000;

/// Discount, in whole minor units; on each ticket unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// A share of the price in hundredths of a per cent, 1 to 10,000. Of each ticket, what is taken off is rounded to the nearest
    /// minor unit, halves up: in favour of the buyer.
    Share(i32),
    /// An amount in minor units, more than nothing; a ticket that costs less is free.
    Amount(i64),
    /// A price in minor units, which may be nothing; a ticket that costs less is not reduced.
    Price(i64),
    /// An amount in minor units off the order, more than nothing; divided over the tickets.
    Order(i64),
    /// Nothing is taken off: the code unlocks tickets, or frees them of fees.
    Nothing,
}

impl Discount {
    /// Returns what is taken off the price of a ticket by itself, in minor units: from nothing to all of it.
    pub fn off(self, price_minor: i64) -> i64 {
        let off = match self {
            Self::Share(bp) => {
                let (whole, half) = (i64::from(WHOLE_BP), i64::from(WHOLE_BP / 2));
                // Prices end at 100,000,000: nothing overflows.
                price_minor.saturating_mul(i64::from(bp)).saturating_add(half) / whole
            }
            Self::Amount(minor) => minor,
            Self::Price(minor) => price_minor.saturating_sub(minor),
            Self::Order(_) | Self::Nothing => 0,
        };
        off.clamp(0, price_minor.max(0))
    }

    /// Tells whether each ticket has its own, whatever else is in the cart.
    pub(crate) const fn is_per_ticket(self) -> bool {
        matches!(self, Self::Share(_) | Self::Amount(_) | Self::Price(_))
    }

    /// Tells the pricing engine.
    pub(crate) const fn kind(self) -> Option<CodeKind> {
        match self {
            Self::Share(bp) => Some(CodeKind::PerTicket(Cut::Percent(bp))),
            Self::Amount(minor) => Some(CodeKind::PerTicket(Cut::Fixed(minor))),
            Self::Price(minor) => Some(CodeKind::PerTicket(Cut::SetPrice(minor))),
            Self::Order(minor) => Some(CodeKind::PerOrder(minor)),
            Self::Nothing => None,
        }
    }

    /// Tells whether it makes sense.
    pub(super) const fn is_sound(self) -> bool {
        match self {
            Self::Share(bp) => bp >= 1 && bp <= WHOLE_BP,
            Self::Amount(minor) | Self::Order(minor) => minor >= 1 && minor <= crate::catalog::MAX_PRICE_MINOR,
            Self::Nothing => true,
            Self::Price(minor) => minor >= 0 && minor <= crate::catalog::MAX_PRICE_MINOR,
        }
    }
}

/// Sums up what was taken off tickets, of which number, price and full price are given.
///
/// # Errors
/// The sum overflows.
pub(crate) fn taken_off(
    currency: Currency,
    mut lines: impl Iterator<Item = (u32, Money, Option<Money>)>,
) -> Result<Money, MoneyError> {
    lines.try_fold(Money::zero(currency), |sum, (quantity, price, full)| {
        let off = full.unwrap_or(price).checked_sub(price)?;
        sum.checked_add(off.checked_mul(quantity)?)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::MAX_PRICE_MINOR;

    #[test]
    fn shares_are_rounded_to_the_nearest_minor_unit_and_halves_up() {
        for (bp, price, off) in [
            (1_000, 25_000, 2_500),
            (1_500, 9_990, 1_499), // 1498.5
            (3_333, 100, 33),
            (5_000, 1, 1), // half a unit
            (4_999, 1, 0),
            (1, 4_999, 0),
            (1, 5_000, 1),
            (10_000, 129_000, 129_000),
            (10_000, 0, 0),
        ] {
            assert_eq!(Discount::Share(bp).off(price), off, "{bp} of {price}");
        }
    }

    #[test]
    fn an_amount_takes_no_more_than_the_price() {
        assert_eq!(Discount::Amount(500).off(1_200), 500);
        assert_eq!(Discount::Amount(500).off(300), 300);
        assert_eq!(Discount::Amount(500).off(0), 0);
    }

    #[test]
    fn a_price_is_what_is_left_unless_less_was_asked_for_before() {
        assert_eq!(Discount::Price(500).off(1_200), 700);
        assert_eq!(Discount::Price(500).off(300), 0);
        assert_eq!(Discount::Price(0).off(1_200), 1_200);
        assert!(Discount::Price(0).is_sound() && !Discount::Price(-1).is_sound());
    }

    proptest! {
        #[test]
        fn what_is_left_lies_between_nothing_and_the_price_and_is_right_to_half_a_unit(
            price in 0..=MAX_PRICE_MINOR,
            bp in 1..=WHOLE_BP,
        ) {
            let off = Discount::Share(bp).off(price);
            prop_assert!((0..=price).contains(&off));
            // |off − price · bp / 10,000| ≤ ½, and exactly ½ only above.
            let error = i128::from(off) * 10_000 - i128::from(price) * i128::from(bp);
            prop_assert!(-5_000 < error && error <= 5_000);
        }

        #[test]
        fn a_larger_share_never_takes_less_off(price in 0..=MAX_PRICE_MINOR, bp in 1..WHOLE_BP) {
            prop_assert!(Discount::Share(bp).off(price) <= Discount::Share(bp + 1).off(price));
        }
    }
}
