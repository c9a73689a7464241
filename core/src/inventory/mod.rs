//! Everything scarce: pools of places and the holds on them.
//!
//! ```text
//! held ──pin──▶ pinned ──convert──▶ converted
//!  │  ◀─unpin──   │ begin_cancel
//!  │              ▼
//!  └──release─▶ released ◀──release── cancelling ──convert──▶ converted   (cancelling ──keep──▶ pinned)
//! ```
//! Invariants: `held + sold <= capacity` in every pool, by a CHECK; a hold's lines never change;
//! a pinned hold never expires by the clock, and none is pinned after [`HOLD_MAX_AGE`]; a hold is converted or released
//! once.
//!
//! Holds of one event are made by [`Engine`], which collects requests while the transaction
//! before them commits and serves them in one set-based transaction; each requester gets his own
//! answer. Expiry is decided by time: the engine reclaims expired holds when stock is short, and
//! [`sweep`] only tidies, one event a transaction. Prices, orders and payments are not here.

mod add_ons;
mod batch;
mod decide;
mod engine;
mod extras;
mod hold;
mod lifecycle;
mod offer;
mod offers;
mod persons;
mod prices;
mod promo;
mod promo_facts;
mod seats;
mod slot;
pub(crate) mod store;
mod sweep;

pub use add_ons::AddOnRefused;
pub use bilten_tenancy::groups::GroupLimits as EngineLimits;
pub use decide::{EventFacts, PoolFacts, Stock, TierFacts, TypeFacts};
pub use engine::Engine;
pub use extras::Extras;
pub use hold::{Hold, HoldError, HoldLine, HoldRequest, HoldState, NotOnSale};
pub use lifecycle::{
    Converted, HoldGone, abandon, begin_cancel, convert, convert_many, disown, extend, find, keep, lock, lock_many,
    pin, pin_many, release, return_part, sell_many, unpin,
};
pub use persons::{Identity, IdentityKind, LimitReached, PersonClaim, claim_persons};
pub use promo::PromoRefused;
pub use promo_facts::{CODES, MAX_CODES, PromoFacts, PromoUse};
pub use slot::{Slot, convert_slot, find_slot, lock_slot, open_slot};
pub use sweep::{SWEEP_JOB, SweepHolds, SweepHoldsJob, sweep};

use jiff::SignedDuration;

/// How long a hold lives unless it is pinned or extended.
pub const HOLD_TTL: SignedDuration = SignedDuration::from_mins(15);
/// How long one cart may keep its stock in all, however often it is extended or its payment declined. A payment that
/// begins before then is still seen to its end.
pub const HOLD_MAX_AGE: SignedDuration = SignedDuration::from_mins(60);
/// Lines of one cart.
pub const MAX_LINES: usize = 20;
/// Tickets of one cart.
pub const MAX_TICKETS: u32 = 200;
