//! Fees: what is taken for a ticket or an order, and how a fee that is a share of what the buyer pays is passed on to him.

use bilten_kernel::{Currency, Timestamp};
use serde::{Deserialize, Serialize};

use super::{PricingError, RuleRef, exact::Exact, exact::WHOLE_BP};

/// Highest share that a fee may take, in hundredths of a per cent.
pub const MAX_FEE_BP: i32 = 5_000;
/// Price bands of one rule at most.
pub const MAX_BANDS: usize = 20;

/// Who bears a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    /// The buyer, on top of the price.
    Buyer,
    /// Whoever is paid for the tickets, out of the price.
    Payee,
    /// The buyer bears this share, in hundredths of a per cent.
    Split(i32),
}

impl Payer {
    fn buyers_share(self) -> Exact {
        match self {
            Self::Buyer => Exact::ONE,
            Self::Payee => Exact::ZERO,
            Self::Split(bp) => Exact::basis_points(bp),
        }
    }
}

/// What a fee is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeBasis {
    /// Each ticket.
    PerTicket,
    /// The order.
    PerOrder,
}

/// Amount that a share is a share of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeBase {
    /// With tax.
    #[default]
    Gross,
    /// Without tax.
    Net,
}

/// Amounts of a fee for prices from one up to the next band.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeBand {
    /// Lowest base of the band, in minor units.
    pub from: i64,
    /// Fixed part in minor units.
    pub fixed: i64,
    /// Share of the base in hundredths of a per cent.
    pub rate_bp: i32,
    /// The fee is no less, in minor units.
    pub min: Option<i64>,
    /// The fee is no more, in minor units.
    pub max: Option<i64>,
}

/// Rule by which a fee is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeRule {
    /// Which rule, in which version.
    pub rule: RuleRef,
    /// Who bears it.
    pub payer: Payer,
    /// What it is taken for.
    pub basis: FeeBasis,
    /// What its share is a share of.
    pub base: FeeBase,
    /// Whether nothing is taken for what is free.
    pub is_paid_only: bool,
    /// Currency of its amounts; it is not taken in others. `None`, where it has no amounts, for all.
    pub currency: Option<Currency>,
    /// Not taken before.
    pub from: Option<Timestamp>,
    /// Not taken from then on.
    pub to: Option<Timestamp>,
    /// Amounts by price, the lowest band first; never none, and the first begins at nought.
    pub bands: Vec<FeeBand>,
}

/// All fees of a sale.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeSchedule {
    /// Version, which is kept with the order.
    pub version: i32,
    /// Fees of the organizer; all that are in force are taken, of the price before fees.
    pub organizer: Vec<FeeRule>,
    /// Fees of the platform; the first that is in force for a basis is taken, of everything that the buyer pays.
    pub platform: Vec<FeeRule>,
    /// What the tenant keeps when another organizer is paid; as for the platform, and never passed on.
    pub commission: Vec<FeeRule>,
}

/// A fee as it is taken, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fee {
    /// All of it.
    pub total: i64,
    /// What of it the buyer pays on top.
    pub on_top: i64,
}

impl FeeRule {
    /// Tells whether the rule makes sense.
    pub fn is_sound(&self) -> bool {
        let is_band_sound = |band: &FeeBand| {
            let bounds = (band.min.unwrap_or(0), band.max.unwrap_or(i64::MAX));
            band.from >= 0
                && band.fixed >= 0
                && (0..=MAX_FEE_BP).contains(&band.rate_bp)
                && 0 <= bounds.0
                && bounds.0 <= bounds.1
        };
        let are_ordered = self.bands.windows(2).all(|pair| pair[0].from < pair[1].from);
        let is_split_sound = !matches!(self.payer, Payer::Split(bp) if !(0..=10_000).contains(&bp));
        (1..=MAX_BANDS).contains(&self.bands.len())
            && self.bands.first().is_some_and(|band| band.from == 0)
            && self.bands.iter().all(is_band_sound)
            && are_ordered
            && is_split_sound
    }

    /// Tells whether the rule is in force.
    pub fn is_in_force(&self, currency: Currency, now: Timestamp) -> bool {
        self.currency.is_none_or(|own| own == currency)
            && self.from.is_none_or(|from| from <= now)
            && self.to.is_none_or(|to| now < to)
    }

    /// The fee on a base, in minor units.
    ///
    /// # Errors
    /// An amount overflows.
    pub fn on(&self, base: Exact) -> Result<i64, PricingError> {
        self.amount(base, Exact::ONE)
    }

    /// What the buyer bears of the fee on a base that does not grow by it.
    ///
    /// # Errors
    /// An amount overflows.
    pub(super) fn buyers_part_on(&self, base: Exact) -> Result<i64, PricingError> {
        self.amount(base, self.payer.buyers_share())
    }

    fn amount(&self, base: Exact, share: Exact) -> Result<i64, PricingError> {
        if self.is_paid_only && base <= Exact::ZERO {
            return Ok(0);
        }
        let Some(band) = self.bands.iter().rev().find(|band| Exact::whole(band.from) <= base) else {
            return Ok(0);
        };
        let plain = Exact::whole(band.fixed).plus(Exact::basis_points(band.rate_bp).times(base)?)?;
        band.clamp(plain).times(share)?.round()
    }

    /// Takes the fee where its share is one of everything that the buyer pays, the part of the fee that he bears included.
    /// `paid` is what he pays without it; `weight` turns what he pays into the base of the fee.
    ///
    /// What is passed on is the smallest `p` with `p ≥ fee(paid + p)`, so that nobody is short and the buyer pays no unit too
    /// much. Within a band `p ≥ round(f + r·(t + p))` holds just when `p > (f + r·t − ½) / (1 − r)`: that is the answer, without a search.
    ///
    /// # Errors
    /// An amount overflows, or the fee takes all of what is added.
    pub fn passed_on(&self, paid: i64, weight: Exact) -> Result<Fee, PricingError> {
        if self.is_paid_only && paid <= 0 {
            return Ok(Fee::default());
        }
        let on_top = if self.payer == Payer::Payee {
            0
        } else {
            self.least_on_top(paid, weight)?
        };
        let paid = paid.checked_add(on_top).ok_or(PricingError::Overflow)?;
        let total = self.on(Exact::whole(paid).times(weight)?)?;
        Ok(Fee { total, on_top })
    }

    fn least_on_top(&self, paid: i64, weight: Exact) -> Result<i64, PricingError> {
        for (at, band) in self.bands.iter().enumerate() {
            let next = self.bands.get(at + 1).map(|next| next.from);
            if let Some(found) = self.least_in_band(paid, weight, (*band, next))? {
                return Ok(found);
            }
        }
        // The last band has no end.
        Err(PricingError::Overflow)
    }

    /// The smallest part for which what is paid falls into the band and the fee of the band is covered.
    fn least_in_band(
        &self,
        paid: i64,
        weight: Exact,
        (band, next): (FeeBand, Option<i64>),
    ) -> Result<Option<i64>, PricingError> {
        // Smallest p with weight · (paid + p) ≥ bound.
        let reaches = |bound: i64| -> Result<i64, PricingError> {
            let over = Exact::whole(bound).by(weight)?.minus(Exact::whole(paid))?;
            let floor = over.floor()?;
            Ok(if Exact::whole(floor) == over { floor } else { floor + 1 })
        };
        let share = self.payer.buyers_share();
        let rate = Exact::basis_points(band.rate_bp).times(weight)?.times(share)?;
        let fixed = Exact::whole(band.fixed).times(share)?;
        let half = Exact::try_new(1, 2)?;
        let slack = Exact::ONE.minus(rate)?;
        if slack <= Exact::ZERO {
            return Err(PricingError::Overflow);
        }
        let bound = fixed.plus(rate.times(Exact::whole(paid))?)?.minus(half)?.by(slack)?;
        let plain = bound.floor()? + 1;
        let max = match band.max {
            Some(max) => Exact::whole(max).times(share)?.round()?,
            None => i64::MAX,
        };
        let min = Exact::whole(band.min.unwrap_or(0)).times(share)?.round()?;
        let least = plain.min(max).max(min).max(reaches(band.from)?).max(0);
        let ends = next.map(reaches).transpose()?;
        Ok(ends.is_none_or(|end| least < end).then_some(least))
    }
}

impl FeeBand {
    fn clamp(&self, fee: Exact) -> Exact {
        let fee = self.max.map_or(fee, |max| fee.least(Exact::whole(max)));
        fee.most(Exact::whole(self.min.unwrap_or(0)))
    }
}

const _: () = assert!(WHOLE_BP == 10_000);

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn rule(payer: Payer, bands: Vec<FeeBand>) -> FeeRule {
        FeeRule {
            rule: RuleRef::numbered(1, 1),
            payer,
            basis: FeeBasis::PerTicket,
            base: FeeBase::Gross,
            is_paid_only: true,
            currency: None,
            from: None,
            to: None,
            bands,
        }
    }

    fn band(from: i64, fixed: i64, rate_bp: i32) -> FeeBand {
        FeeBand {
            from,
            fixed,
            rate_bp,
            ..FeeBand::default()
        }
    }

    #[test]
    fn a_fee_is_taken_by_band_and_between_its_bounds() {
        let rule = rule(
            Payer::Payee,
            vec![
                band(0, 0, 0),
                FeeBand {
                    min: Some(150),
                    max: Some(900),
                    ..band(1_000, 50, 300)
                },
            ],
        );
        assert!(rule.is_sound());
        for (base, fee) in [
            (0, 0),
            (999, 0),
            (1_000, 150),
            (5_000, 200),
            (5_016, 200),
            (5_017, 201),
            (90_000, 900),
        ] {
            assert_eq!(rule.on(Exact::whole(base)).unwrap(), fee, "{base}");
        }
    }

    #[test]
    fn what_is_passed_on_covers_the_fee_on_itself() {
        // 3 % and 1.50 of what the buyer pays for a price of 100.00: 4.64, of which the fee is 4.64.
        let fee = rule(Payer::Buyer, vec![band(0, 150, 300)])
            .passed_on(10_000, Exact::ONE)
            .unwrap();
        assert_eq!((fee.on_top, fee.total), (464, 464));
        let fee = rule(Payer::Payee, vec![band(0, 150, 300)])
            .passed_on(10_000, Exact::ONE)
            .unwrap();
        assert_eq!((fee.on_top, fee.total), (0, 450));
        let fee = rule(Payer::Split(5_000), vec![band(0, 150, 300)])
            .passed_on(10_000, Exact::ONE)
            .unwrap();
        assert_eq!((fee.on_top, fee.total), (228, 457));
        // Free tickets cost nothing, unless the rule says otherwise.
        let mut all = rule(Payer::Buyer, vec![band(0, 150, 300)]);
        assert_eq!(all.passed_on(0, Exact::ONE).unwrap(), Fee::default());
        all.is_paid_only = false;
        assert_eq!(all.passed_on(0, Exact::ONE).unwrap().on_top, 155);
    }

    #[test]
    fn rules_that_make_no_sense_are_told() {
        for bands in [
            vec![],
            vec![band(1, 0, 0)],
            vec![band(0, 0, 0), band(0, 1, 0)],
            vec![band(0, -1, 0)],
            vec![band(0, 0, MAX_FEE_BP + 1)],
            vec![FeeBand {
                min: Some(2),
                max: Some(1),
                ..band(0, 0, 0)
            }],
        ] {
            assert!(!rule(Payer::Buyer, bands).is_sound());
        }
        assert!(!rule(Payer::Split(10_001), vec![band(0, 0, 0)]).is_sound());
    }

    fn bands() -> impl Strategy<Value = Vec<FeeBand>> {
        let one = (
            1_i64..3_000,
            0_i64..300,
            0_i32..=1_500,
            proptest::option::of(0_i64..200),
            proptest::option::of(200_i64..900),
        );
        proptest::collection::vec(one, 1..5).prop_map(|bands| {
            let mut from = 0;
            let band = |(step, fixed, rate_bp, min, max)| {
                let band = FeeBand {
                    from,
                    fixed,
                    rate_bp,
                    min,
                    max,
                };
                from += step;
                band
            };
            bands.into_iter().map(band).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Against a search that begins at nothing and knows no formula.
        #[test]
        fn no_smaller_part_covers_the_fee(
            bands in bands(),
            paid in 0_i64..9_000,
            share in prop_oneof![Just(10_000), 0_i32..=10_000],
            (over, under) in prop_oneof![Just((1, 1)), Just((100, 119)), Just((5, 4))],
        ) {
            let rule = rule(Payer::Split(share), bands);
            prop_assume!(rule.is_sound() && paid > 0);
            let weight = Exact::try_new(over, under).unwrap();
            let covers = |p: i64| {
                let base = Exact::whole(paid + p).times(weight).unwrap();
                rule.buyers_part_on(base).unwrap() <= p
            };
            let fee = rule.passed_on(paid, weight).unwrap();
            prop_assert_eq!(Some(fee.on_top), (0..20_000).find(|p| covers(*p)));
            prop_assert!(fee.total >= 0);
        }

        /// The formula of the textbooks, `(f + r·t) / (1 − r)` rounded, is a part that covers itself; ours is that or one less.
        #[test]
        fn the_part_is_a_fixed_point(fixed in 0_i64..1_000, rate_bp in 0_i32..=1_500, paid in 1_i64..100_000_000) {
            let rule = rule(Payer::Buyer, vec![band(0, fixed, rate_bp)]);
            let fee = rule.passed_on(paid, Exact::ONE).unwrap();
            prop_assert_eq!(fee.on_top, fee.total);
            let rate = Exact::basis_points(rate_bp);
            let over = Exact::whole(fixed).plus(rate.times(Exact::whole(paid)).unwrap()).unwrap();
            let textbook = over.by(Exact::ONE.minus(rate).unwrap()).unwrap().round().unwrap();
            prop_assert!((textbook - fee.on_top).abs() <= 1, "{} and {}", textbook, fee.on_top);
        }
    }
}
