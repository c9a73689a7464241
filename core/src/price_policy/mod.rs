//! Prices that move with demand: which policy a ticket type has, the job that lives by it, and the switches that end it.
//!
//! ```text
//! version added ─▶ simulated ─▶ on ──its time comes──▶ start ─▶ ahead | behind | bounds ─▶ … ─▶ stopped
//! ```
//! Invariants:
//! * A version never changes. One that was not simulated cannot be switched on.
//! * What moves a price is told sums over everybody ([`Market`](crate::pricing::dynamic::Market)): nothing here reads who buys.
//! * The price that moves is the price of the type's own row, which the stock transaction reads: it makes holds as ever, a hold keeps its
//!   price, and a group of holds sees one price.
//! * Each move is a point, written in the transaction of the move, and nobody can change or delete one.
//! * A type with price tiers, or whose price buyers name, has no policy that is on, and while one is on nobody else sets the price.
//!
//! Not here: where a price goes ([`pricing::dynamic`](crate::pricing::dynamic)), and what buyers are told (crate `api`).

mod add;
mod find;
mod move_price;
mod point;
mod policy;
mod simulate;
mod start;
mod stop;
mod store;

pub use add::{AddPolicyError, add_policy};
pub use find::{list_points, list_policies, list_simulations, list_sources};
pub use move_price::{FindMoving, MOVE_PRICE_JOB, MoveError, MovePriceJob, move_price};
pub use point::{Point, PointCause};
pub use policy::{CurvePoint, MAX_CURVE, MAX_VERSIONS, PolicyFault, PolicyTerms, PricePolicy};
pub use simulate::{RunMove, SimulateError, SimulatedRun, Source, simulate_policy};
pub use start::{StartPolicyError, start_policy};
pub use stop::{PriceAfter, StopPolicyError, stop_all, stop_policy};
pub(crate) use store::{find_moving, has_policy};
