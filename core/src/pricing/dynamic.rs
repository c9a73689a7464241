//! Prices that move with demand: how the next price follows from the sale, and what a policy would have done to a past sale.
//!
//! Nothing is dynamic unless an item of the catalogue has a [`PricePoint`](super::PricePoint), which only a policy that is on
//! makes. What a policy looks at is [`Market`]: sums over everybody. There is no place in it for anything about a buyer.

use bilten_kernel::Timestamp;
use jiff::SignedDuration;

use super::{PricingError, RuleRef, exact::Exact};

/// How a price may move.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Which one, in which version.
    pub rule: RuleRef,
    /// Nothing moves while it is off.
    pub is_on: bool,
    /// It never costs less.
    pub floor: i64,
    /// It never costs more.
    pub ceiling: i64,
    /// Where it begins.
    pub start: i64,
    /// It moves by this, in minor units, more than nothing.
    pub step: i64,
    /// It stays at least so long.
    pub min_interval: SignedDuration,
    /// All moves of one day together are no more than this.
    pub max_daily_move: i64,
    /// What should be sold, in hundredths of a per cent of the places, so long before the event; the longest time first.
    pub curve: Vec<(SignedDuration, i32)>,
    /// It moves when the sale is off the curve by more than this, in hundredths of a per cent of the places.
    pub tolerance_bp: i32,
    /// It stays from so long before the event.
    pub freeze: SignedDuration,
}

/// How the sale stands.
#[derive(Debug, Clone, Copy)]
pub struct Market {
    /// Price now.
    pub price: i64,
    /// When it moved last.
    pub moved_at: Option<Timestamp>,
    /// All its moves in the 24 hours before, whatever their direction.
    pub moved_today: i64,
    /// Tickets sold.
    pub sold: i64,
    /// Places.
    pub capacity: i64,
    /// How much the page is asked for, in hundredths of a per cent of what is usual; 10,000 is usual.
    pub interest_bp: i32,
    /// When the event begins.
    pub starts_at: Timestamp,
    /// Now.
    pub now: Timestamp,
}

/// Why a price moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// More is sold than the curve says.
    Ahead,
    /// Less is sold than the curve says, and nobody is about to change that.
    Behind,
    /// It was outside its bounds.
    Bounds,
}

/// A move, to be written down as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The price from now on.
    pub price: i64,
    /// Why.
    pub cause: Cause,
}

impl Policy {
    /// Tells whether the policy makes sense.
    pub fn is_sound(&self) -> bool {
        let is_falling = self
            .curve
            .windows(2)
            .all(|pair| pair[0].0 > pair[1].0 && pair[0].1 <= pair[1].1);
        0 <= self.floor
            && self.floor <= self.start
            && self.start <= self.ceiling
            && self.step > 0
            && self.max_daily_move >= 0
            && self.tolerance_bp >= 0
            && is_falling
    }

    /// Says what should be sold so long before the event: between two points of the curve, in proportion.
    ///
    /// # Errors
    /// An amount overflows.
    pub fn expected_bp(&self, before: SignedDuration) -> Result<Exact, PricingError> {
        let later = self.curve.iter().position(|(time, _)| *time <= before);
        let point = |at: usize| self.curve.get(at).copied();
        match (
            later.and_then(|at| at.checked_sub(1)).and_then(point),
            later.and_then(point),
        ) {
            (Some((far, low)), Some((near, high))) => {
                let part = Exact::try_new((far - before).as_nanos(), (far - near).as_nanos().max(1))?;
                let rise = Exact::whole(i64::from(high) - i64::from(low)).times(part)?;
                Exact::whole(i64::from(low)).plus(rise)
            }
            (None, Some((_, first))) => Ok(Exact::whole(i64::from(first))),
            (_, None) => Ok(Exact::whole(self.curve.last().map_or(0, |(_, last)| i64::from(*last)))),
        }
    }

    /// Says where the price goes; `None` when it stays.
    ///
    /// # Errors
    /// An amount overflows.
    pub fn next_price(&self, market: &Market) -> Result<Option<Move>, PricingError> {
        let before = market.starts_at.duration_since(market.now);
        if !self.is_on || before <= self.freeze {
            return Ok(None);
        }
        let bounded = market.price.clamp(self.floor, self.ceiling);
        if bounded != market.price {
            let cause = Cause::Bounds;
            return Ok(Some(Move { price: bounded, cause }));
        }
        let rests = market
            .moved_at
            .is_some_and(|at| market.now.duration_since(at) < self.min_interval);
        if rests || market.capacity <= 0 {
            return Ok(None);
        }
        let sold = Exact::try_new(i128::from(market.sold) * 10_000, i128::from(market.capacity))?;
        let ahead = sold.minus(self.expected_bp(before)?)?;
        let tolerance = Exact::whole(i64::from(self.tolerance_bp));
        let cause = if ahead > tolerance {
            Cause::Ahead
        } else if ahead < Exact::ZERO.minus(tolerance)? && market.interest_bp <= 10_000 {
            Cause::Behind
        } else {
            return Ok(None);
        };
        let room = (self.max_daily_move - market.moved_today).max(0);
        let step = self.step.min(room);
        let price = if cause == Cause::Ahead {
            market.price + step
        } else {
            market.price - step
        };
        let price = price.clamp(self.floor, self.ceiling);
        Ok((price != market.price).then_some(Move { price, cause }))
    }
}

/// What a policy would have done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Simulation {
    /// When the price would have moved, where to, and why.
    pub moves: Vec<(Timestamp, Move)>,
    /// What the same tickets would have brought, in minor units.
    pub revenue: i64,
    /// What they would have brought at the price of the beginning.
    pub fixed_revenue: i64,
}

/// Lets a policy run along a past sale, which is given by instants and numbers of tickets in their order. It says what would
/// have moved, not who would have bought: people who see another price do other things.
///
/// # Errors
/// An amount overflows.
pub fn simulate(
    policy: &Policy,
    sales: &[(Timestamp, i64)],
    (capacity, starts_at): (i64, Timestamp),
) -> Result<Simulation, PricingError> {
    let mut done = Simulation::default();
    let (mut price, mut sold) = (policy.start, 0_i64);
    for (now, quantity) in sales {
        let day = |at: &Timestamp| now.duration_since(*at) < SignedDuration::from_hours(24);
        let mut from = policy.start;
        let mut moved_today = 0;
        for (at, step) in &done.moves {
            moved_today += if day(at) { (step.price - from).abs() } else { 0 };
            from = step.price;
        }
        let market = Market {
            price,
            moved_at: done.moves.last().map(|(at, _)| *at),
            moved_today,
            sold,
            capacity,
            interest_bp: 10_000,
            starts_at,
            now: *now,
        };
        if let Some(step) = policy.next_price(&market)? {
            price = step.price;
            done.moves.push((*now, step));
        }
        sold = sold.checked_add(*quantity).ok_or(PricingError::Overflow)?;
        let brought = |price: i64| price.checked_mul(*quantity).ok_or(PricingError::Overflow);
        done.revenue = done
            .revenue
            .checked_add(brought(price)?)
            .ok_or(PricingError::Overflow)?;
        done.fixed_revenue = done
            .fixed_revenue
            .checked_add(brought(policy.start)?)
            .ok_or(PricingError::Overflow)?;
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn policy() -> Policy {
        Policy {
            rule: RuleRef::numbered(1, 1),
            is_on: true,
            floor: 40_000,
            ceiling: 60_000,
            start: 50_000,
            step: 1_000,
            min_interval: SignedDuration::from_hours(6),
            max_daily_move: 3_000,
            curve: vec![
                (SignedDuration::from_hours(30 * 24), 0),
                (SignedDuration::from_hours(10 * 24), 5_000),
                (SignedDuration::ZERO, 10_000),
            ],
            tolerance_bp: 500,
            freeze: SignedDuration::from_hours(3),
        }
    }

    fn market(sold: i64, hours_left: i64) -> Market {
        let starts_at: Timestamp = "2026-08-01T18:00:00Z".parse().unwrap();
        Market {
            price: 50_000,
            moved_at: None,
            moved_today: 0,
            sold,
            capacity: 1_000,
            interest_bp: 10_000,
            starts_at,
            now: starts_at - SignedDuration::from_hours(hours_left),
        }
    }

    fn next(policy: &Policy, market: &Market) -> Option<i64> {
        policy.next_price(market).unwrap().map(|step| step.price)
    }

    #[test]
    fn the_price_follows_the_curve() {
        // Twenty days before, a quarter should be sold.
        assert_eq!(
            policy().expected_bp(SignedDuration::from_hours(480)).unwrap(),
            Exact::whole(2_500)
        );
        assert_eq!(
            policy().expected_bp(SignedDuration::from_hours(9_999)).unwrap(),
            Exact::ZERO
        );
        assert_eq!(next(&policy(), &market(250, 480)), None);
        assert_eq!(next(&policy(), &market(300, 480)), None);
        assert_eq!(next(&policy(), &market(301, 480)), Some(51_000));
        assert_eq!(next(&policy(), &market(199, 480)), Some(49_000));
        // Many look at the page: it does not fall.
        let looked_at = Market {
            interest_bp: 15_000,
            ..market(199, 480)
        };
        assert_eq!(next(&policy(), &looked_at), None);
    }

    #[test]
    fn it_rests_freezes_and_ends_somewhere() {
        let moved = |hours, today, price| Market {
            moved_at: Some(market(0, 480).now - SignedDuration::from_hours(hours)),
            moved_today: today,
            price,
            ..market(900, 480)
        };
        assert_eq!(next(&policy(), &moved(5, 0, 50_000)), None);
        assert_eq!(next(&policy(), &moved(6, 0, 50_000)), Some(51_000));
        assert_eq!(next(&policy(), &moved(6, 2_500, 50_000)), Some(50_500));
        assert_eq!(next(&policy(), &moved(6, 3_000, 50_000)), None);
        assert_eq!(next(&policy(), &moved(6, 0, 59_500)), Some(60_000));
        assert_eq!(next(&policy(), &moved(6, 0, 60_000)), None);
        assert_eq!(next(&policy(), &moved(6, 0, 70_000)), Some(60_000));
        assert_eq!(next(&policy(), &market(0, 3)), None);
        let off = Policy {
            is_on: false,
            ..policy()
        };
        assert_eq!(next(&off, &moved(6, 0, 70_000)), None);
        assert!(policy().is_sound());
        assert!(!Policy { start: 1, ..policy() }.is_sound());
    }

    proptest! {
        #[test]
        fn a_simulated_sale_stays_within_its_bounds(
            gaps in proptest::collection::vec((0_i64..40, 0_i64..30), 1..80),
        ) {
            let policy = policy();
            let starts_at = market(0, 0).starts_at;
            let mut at = starts_at - SignedDuration::from_hours(30 * 24);
            let sales: Vec<(Timestamp, i64)> = gaps
                .into_iter()
                .map(|(hours, quantity)| {
                    at += SignedDuration::from_hours(hours);
                    (at, quantity)
                })
                .collect();
            let done = simulate(&policy, &sales, (1_000, starts_at)).unwrap();
            prop_assert_eq!(&done, &simulate(&policy, &sales, (1_000, starts_at)).unwrap());
            let mut from = policy.start;
            for (number, (at, step)) in done.moves.iter().enumerate() {
                prop_assert!((policy.floor..=policy.ceiling).contains(&step.price));
                prop_assert!((step.price - from).abs() <= policy.step);
                from = step.price;
                if let Some((next, _)) = done.moves.get(number + 1) {
                    prop_assert!(next.duration_since(*at) >= policy.min_interval);
                }
                prop_assert!(starts_at.duration_since(*at) > policy.freeze);
            }
        }
    }
}
