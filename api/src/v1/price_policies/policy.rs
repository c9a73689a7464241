//! A price policy in the API.

use bilten_core::price_policy::{self, CurvePoint, PolicyTerms};
use bilten_kernel::ZoneName;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::problem::{Code, Problem},
    v1::time,
};

/// What should be sold so long before the event.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct CurveStep {
    /// Hours before the event begins.
    hours_before: u32,
    /// What should be sold, in hundredths of a per cent of the places.
    sold_bp: i32,
}

/// How the price of a ticket type may move. Amounts are minor units of the list, without fees.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct PricePolicyTerms {
    /// It never costs less; above nothing.
    floor_minor: i64,
    /// It never costs more.
    ceiling_minor: i64,
    /// Where it begins.
    start_minor: i64,
    /// It moves by this.
    step_minor: i64,
    /// It stays at least so many seconds: 900 or more.
    min_interval_s: u32,
    /// All moves of 24 hours together are no more than this.
    max_daily_move_minor: i64,
    /// What should be sold when, the longest time before the event first; 1 to 20 points.
    curve: Vec<CurveStep>,
    /// It moves when the sale is off the curve by more than this, in hundredths of a per cent of the places.
    tolerance_bp: i32,
    /// It stays from so many seconds before the event.
    freeze_s: u32,
    /// Nothing moves before; buyers are told until then. RFC 3339, or a local time in the event's zone.
    starts_at: String,
    /// What buyers are told beside the range, 300 characters at most.
    #[serde(default)]
    notice: String,
}

impl PricePolicyTerms {
    /// Says what it means.
    ///
    /// # Errors
    /// A time or the notice is refused.
    pub(super) fn meant(self, zone: &ZoneName) -> Result<PolicyTerms, Problem> {
        let point = |step: CurveStep| CurvePoint {
            hours_before: step.hours_before,
            sold_bp: step.sold_bp,
        };
        Ok(PolicyTerms {
            floor: self.floor_minor,
            ceiling: self.ceiling_minor,
            start: self.start_minor,
            step: self.step_minor,
            min_interval: SignedDuration::from_secs(i64::from(self.min_interval_s)),
            max_daily_move: self.max_daily_move_minor,
            curve: self.curve.into_iter().map(point).collect(),
            tolerance_bp: self.tolerance_bp,
            freeze: SignedDuration::from_secs(i64::from(self.freeze_s)),
            starts_at: time::read("terms.starts_at", &self.starts_at, zone)?,
            notice: self
                .notice
                .parse()
                .map_err(|error| Problem::field("terms.notice", error))?,
        })
    }
}

impl From<PolicyTerms> for PricePolicyTerms {
    fn from(terms: PolicyTerms) -> Self {
        let step = |point: &CurvePoint| CurveStep {
            hours_before: point.hours_before,
            sold_bp: point.sold_bp,
        };
        let seconds = |span: SignedDuration| u32::try_from(span.as_secs()).unwrap_or(u32::MAX);
        Self {
            floor_minor: terms.floor,
            ceiling_minor: terms.ceiling,
            start_minor: terms.start,
            step_minor: terms.step,
            min_interval_s: seconds(terms.min_interval),
            max_daily_move_minor: terms.max_daily_move,
            curve: terms.curve.iter().map(step).collect(),
            tolerance_bp: terms.tolerance_bp,
            freeze_s: seconds(terms.freeze),
            starts_at: terms.starts_at.to_string(),
            notice: terms.notice.to_string(),
        }
    }
}

/// A version of the policy that moves the price of a ticket type. It never changes; a change is another version.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct PricePolicy {
    /// Whose price it moves.
    #[schema(example = "tty_06h08v3qj1w517evdqmt88z9t4")]
    ticket_type_id: String,
    /// Version, from 1 for each ticket type.
    version: i32,
    /// Whether it is the one that is on.
    is_on: bool,
    /// What it says.
    terms: PricePolicyTerms,
    /// When it was made (RFC 3339).
    created_at: String,
}

impl PricePolicy {
    pub(super) fn new(policy: price_policy::PricePolicy, on: Option<i32>) -> Self {
        Self {
            ticket_type_id: policy.ticket_type.to_string(),
            version: policy.version,
            is_on: on == Some(policy.version),
            terms: policy.terms.into(),
            created_at: policy.created_at.to_string(),
        }
    }
}

/// What a version would have done to a sale. It says what would have moved, not who would have bought.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct PriceSimulation {
    /// Version of the policy.
    version: i32,
    /// Number of the run, from 1 for each version.
    number: i32,
    /// Ticket type whose sale it ran along.
    source_ticket_type_id: String,
    /// Tickets of that sale.
    tickets: i64,
    /// What they would have brought, in minor units of the list.
    revenue_minor: i64,
    /// What they would have brought at the price of the beginning.
    fixed_revenue_minor: i64,
    /// The moves, in their order.
    moves: Vec<SimulatedMove>,
}

/// A move that there would have been.
#[derive(Debug, Serialize, ToSchema)]
struct SimulatedMove {
    /// When (RFC 3339).
    at: String,
    /// Price from then on, in minor units of the list.
    price_minor: i64,
    /// `ahead`, `behind` or `bounds`.
    cause: String,
}

impl From<price_policy::SimulatedRun> for PriceSimulation {
    fn from(run: price_policy::SimulatedRun) -> Self {
        let moves = run.moves.into_iter().map(|step| SimulatedMove {
            at: step.at.to_string(),
            price_minor: step.price,
            cause: step.cause,
        });
        Self {
            version: run.version,
            number: run.number,
            source_ticket_type_id: run.source.to_string(),
            tickets: run.tickets,
            revenue_minor: run.revenue,
            fixed_revenue_minor: run.fixed_revenue,
            moves: moves.collect(),
        }
    }
}

/// Says that a field is refused, and why.
pub(super) fn refuse(field: &str, why: &impl ToString) -> Problem {
    Problem::new(Code::InvalidField)
        .param(field.to_owned())
        .detail(why.to_string())
}
