//! What a policy says.

use bilten_kernel::{EventId, TicketTypeId, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::{
    catalog::{Line, MAX_PRICE_MINOR},
    pricing::{RuleRef, dynamic::Policy},
};

/// Versions that a ticket type may have.
pub const MAX_VERSIONS: usize = 50;
/// Points that a curve may have.
pub const MAX_CURVE: usize = 20;
/// A price stays at least so long.
const SHORTEST_INTERVAL: SignedDuration = SignedDuration::from_mins(15);
/// Longest time that a policy may name.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);
/// The whole, in hundredths of a per cent.
const WHOLE_BP: i32 = 10_000;

/// What should be sold so long before the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Hours before the event begins.
    pub hours_before: u32,
    /// What should be sold, in hundredths of a per cent of the places.
    pub sold_bp: i32,
}

/// How a price may move. Amounts are minor units of the list, without fees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyTerms {
    /// It never costs less.
    pub floor: i64,
    /// It never costs more.
    pub ceiling: i64,
    /// Where it begins.
    pub start: i64,
    /// It moves by this.
    pub step: i64,
    /// It stays at least so long.
    pub min_interval: SignedDuration,
    /// All moves of 24 hours together are no more than this.
    pub max_daily_move: i64,
    /// What should be sold when, the longest time before the event first.
    pub curve: Vec<CurvePoint>,
    /// It moves when the sale is off the curve by more than this, in hundredths of a per cent of the places.
    pub tolerance_bp: i32,
    /// It stays from so long before the event.
    pub freeze: SignedDuration,
    /// Nothing moves before.
    pub starts_at: Timestamp,
    /// What buyers are told beside the range.
    pub notice: Line<0, 300>,
}

/// Why a policy makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// Floor, start and ceiling are not in this order, or a price is absurd.
    #[error(
        "the floor must be above nothing, the start between floor and ceiling, the ceiling at most 100,000,000 minor units"
    )]
    Bounds,
    /// The step moves nothing.
    #[error("the step must be above nothing")]
    Step,
    /// The price could move too often.
    #[error("a price must stay for 15 minutes to 90 days")]
    Interval,
    /// A day allows no move.
    #[error("the moves of a day must be above nothing")]
    Daily,
    /// The curve falls, or has too many points or none.
    #[error(
        "the curve must have 1 to 20 points that rise towards the event, each between 0 and 10,000 hundredths of a per cent"
    )]
    Curve,
    /// The tolerance is no share.
    #[error("the tolerance must lie between 0 and 10,000 hundredths of a per cent")]
    Tolerance,
    /// The price stays for too long before the event.
    #[error("the price must stay from 0 hours to 90 days before the event")]
    Freeze,
}

impl PolicyTerms {
    /// Checks that the terms make sense.
    ///
    /// # Errors
    /// See [`PolicyFault`].
    pub fn check(&self) -> Result<(), PolicyFault> {
        let faults = [
            (
                self.floor > 0
                    && self.floor <= self.start
                    && self.start <= self.ceiling
                    && self.ceiling <= MAX_PRICE_MINOR,
                PolicyFault::Bounds,
            ),
            (self.step > 0, PolicyFault::Step),
            (
                (SHORTEST_INTERVAL..=LONGEST).contains(&self.min_interval),
                PolicyFault::Interval,
            ),
            (self.max_daily_move > 0, PolicyFault::Daily),
            (
                (1..=MAX_CURVE).contains(&self.curve.len())
                    && self.curve.iter().all(|point| (0..=WHOLE_BP).contains(&point.sold_bp)),
                PolicyFault::Curve,
            ),
            ((0..=WHOLE_BP).contains(&self.tolerance_bp), PolicyFault::Tolerance),
            (
                (SignedDuration::ZERO..=LONGEST).contains(&self.freeze),
                PolicyFault::Freeze,
            ),
            // What is left is the order of the curve.
            (self.engine(RuleRef::numbered(0, 0)).is_sound(), PolicyFault::Curve),
        ];
        faults
            .into_iter()
            .find(|(is_sound, _)| !is_sound)
            .map_or(Ok(()), |(_, fault)| Err(fault))
    }

    fn engine(&self, rule: RuleRef) -> Policy {
        let point = |point: &CurvePoint| {
            let before = SignedDuration::from_hours(i64::from(point.hours_before));
            (before, point.sold_bp)
        };
        Policy {
            rule,
            is_on: true,
            floor: self.floor,
            ceiling: self.ceiling,
            start: self.start,
            step: self.step,
            min_interval: self.min_interval,
            max_daily_move: self.max_daily_move,
            curve: self.curve.iter().map(point).collect(),
            tolerance_bp: self.tolerance_bp,
            freeze: self.freeze,
        }
    }
}

/// A version of the policy of a ticket type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricePolicy {
    /// Event of the type.
    pub event: EventId,
    /// Whose price it moves.
    pub ticket_type: TicketTypeId,
    /// Version, from 1.
    pub version: i32,
    /// What it says.
    pub terms: PolicyTerms,
    /// Who made it.
    pub actor: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl PricePolicy {
    /// As the engine wants it, switched on.
    pub(super) fn engine(&self) -> Policy {
        self.terms.engine(RuleRef {
            id: self.ticket_type.uuid(),
            version: u32::try_from(self.version).unwrap_or(0),
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn terms() -> PolicyTerms {
        let point = |hours_before, sold_bp| CurvePoint { hours_before, sold_bp };
        PolicyTerms {
            floor: 8_000,
            ceiling: 15_000,
            start: 10_000,
            step: 500,
            min_interval: SignedDuration::from_hours(6),
            max_daily_move: 1_000,
            curve: vec![point(720, 0), point(240, 5_000), point(0, 10_000)],
            tolerance_bp: 500,
            freeze: SignedDuration::from_hours(3),
            starts_at: "2026-06-01T00:00:00Z".parse().unwrap(),
            notice: Line::default(),
        }
    }

    #[test]
    fn policies_that_make_no_sense_are_told() {
        let fault = |change: fn(&mut PolicyTerms)| {
            let mut terms = terms();
            change(&mut terms);
            terms.check().err()
        };
        assert_eq!(fault(|_| {}), None);
        assert_eq!(fault(|t| t.floor = 0), Some(PolicyFault::Bounds));
        assert_eq!(fault(|t| t.start = 15_001), Some(PolicyFault::Bounds));
        assert_eq!(fault(|t| t.ceiling = MAX_PRICE_MINOR + 1), Some(PolicyFault::Bounds));
        assert_eq!(fault(|t| t.step = 0), Some(PolicyFault::Step));
        assert_eq!(
            fault(|t| t.min_interval = SignedDuration::from_mins(14)),
            Some(PolicyFault::Interval)
        );
        assert_eq!(fault(|t| t.max_daily_move = 0), Some(PolicyFault::Daily));
        assert_eq!(fault(|t| t.curve.clear()), Some(PolicyFault::Curve));
        assert_eq!(fault(|t| t.curve.reverse()), Some(PolicyFault::Curve));
        assert_eq!(fault(|t| t.curve[2].sold_bp = 10_001), Some(PolicyFault::Curve));
        assert_eq!(fault(|t| t.tolerance_bp = -1), Some(PolicyFault::Tolerance));
        assert_eq!(
            fault(|t| t.freeze = SignedDuration::from_hours(-1)),
            Some(PolicyFault::Freeze)
        );
    }
}
