//! Keeps abuse away from payments (docs/adr/0021).
//!
//! Card testers try stolen cards where a try is cheap. They are told by speed: too many declines or cards of one buyer, or
//! of one network; and where they come from everywhere at once, by the share of tries that banks refuse.
//!
//! ```text
//! decline ──▶ counters, marks ──▶ rules ──▶ review | 3-D Secure | challenge | block
//!         └─▶ sample of the newest tries ──▶ breakers ──▶ alert | open: challenge for all
//! ```
//! * [`rule`]: rules are data, with bounds for what a tenant may change and a trial mode.
//! * [`engine`], [`breaker`], [`trust`]: pure decisions.
//! * `assess`: looks at a payment before it begins; `record`: counts declines.
//!
//! Invariants:
//! * A first try of somebody whom nothing is known of asks the database nothing more: counters are written by declines, and
//!   read for second tries and for those whom this process remembers.
//! * Whoever is counted is a keyed hash. No address, network, cookie or card is kept.
//! * The buyer is never told which rule bit, and a decline says the same whatever the bank said.
//! * Work counts for one try of one cart. Who runs no script waits instead.
//!
//! Not here: how often forms may be sent (`api`), who waits for a sale (`core::waiting_room`).

pub mod approvals;
pub(crate) mod assess;
pub mod breaker;
pub mod engine;
mod hot;
mod payer;
pub(crate) mod record;
pub mod rule;
mod settings;
mod store;
mod tidy;
pub mod trust;

use std::fmt;

use bilten_core::{
    MasterKey,
    waiting_room::{Challenge, Device, ProofOfWork},
};
use bilten_kernel::{AttemptId, CartId, Ctx, Email, EventId, OrderId, Timestamp};
use bilten_tenancy::TenantTx;

pub use assess::WAIT;
pub use payer::{Hashed, Payer, PayerKeys};
pub use settings::{SetRuleError, alerts, decisions_of, list_rules, set_rule};
pub use store::{Decided, Tripped};
pub use tidy::TidyRisk;

use self::{hot::Hot, payer::Hasher};
use crate::attempts::store as attempts;

/// Size of the work before a try: about a second on a telephone, and a core's time for whoever tries thousands.
const WORK_LEVEL: u32 = 2;
const WORK_PURPOSE: &str = "payment work";

/// Why a payment does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The buyer must do some work, or wait.
    Challenged {
        /// Seconds to wait instead of working.
        wait_s: i64,
    },
    /// The buyer is stopped for a while.
    Blocked {
        /// Seconds after which trying again makes sense.
        for_s: i64,
    },
}

/// Judges payments; cheap to clone, one per process.
#[derive(Clone)]
pub struct Risk {
    master: MasterKey,
    work: ProofOfWork,
    hot: Hot,
}

impl fmt::Debug for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Risk(…)")
    }
}

impl Risk {
    /// Makes a judge who remembers nobody.
    pub fn new(master: MasterKey) -> Self {
        Self {
            work: ProofOfWork::new(master.clone(), WORK_PURPOSE),
            master,
            hot: Hot::new(),
        }
    }

    /// The root of the keys that it hashes with.
    pub(crate) const fn master(&self) -> &MasterKey {
        &self.master
    }

    fn hasher(&self, ctx: &Ctx) -> Hasher {
        Hasher::new(&self.master, ctx)
    }

    /// Hashes what an attempt keeps of its payer.
    pub(crate) fn keys(&self, ctx: &Ctx, payer: &Payer) -> PayerKeys {
        if *payer == Payer::default() {
            return PayerKeys::default();
        }
        self.hasher(ctx).keys(payer)
    }

    /// Tells from memory whether a payment is to be looked at before it begins.
    pub(crate) fn suspects(&self, ctx: &Ctx, (payer, mail): (PayerKeys, &Email), event: EventId) -> bool {
        self.hot.is_warm(ctx.now()) && self.remembers(ctx, (payer, self.hasher(ctx).mail(mail)), Some(event))
    }

    fn remembers(&self, ctx: &Ctx, (payer, mail): (PayerKeys, Hashed), event: Option<EventId>) -> bool {
        let now = ctx.now();
        let keys = [Some(mail), payer.device, payer.network];
        self.hot.is_open(ctx.tenant, event, now) || keys.into_iter().flatten().any(|key| self.hot.has_subject(key, now))
    }

    fn note_subject(&self, subject: Hashed, until: Timestamp) {
        self.hot.note_subject(subject, until);
    }

    fn note_open(&self, ctx: &Ctx, tripped: &Tripped) {
        self.hot.note_open((ctx.tenant, tripped.event), tripped.breaker.until());
    }

    fn may_look(&self, ctx: &Ctx) -> bool {
        self.hot.may_look(ctx.tenant, ctx.now())
    }

    /// Sets the work that the next try of an order costs its buyer. Nobody else pays the cart, so that it takes the place of
    /// the browser to which work is bound elsewhere.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_work(
        &self,
        ctx: &Ctx,
        tx: &mut TenantTx,
        (cart, order): (CartId, OrderId),
    ) -> Result<Challenge, bilten_tenancy::DbError> {
        let latest = attempts::find_latest(tx, order).await?.map(|attempt| attempt.id);
        let secret = u64::from_be_bytes(ctx.random());
        let subject = (assess::next_try(cart, latest), &holder(cart));
        Ok(self.work.set(ctx.tenant, subject, (WORK_LEVEL, secret), ctx.now()))
    }

    fn check_work(&self, ctx: &Ctx, (cart, latest): (CartId, Option<AttemptId>), payer: &Payer) -> bool {
        let subject = (assess::next_try(cart, latest), &holder(cart));
        payer
            .work()
            .is_some_and(|work| self.work.check(ctx.tenant, subject, work, ctx.now()).is_ok())
    }
}

fn holder(cart: CartId) -> Device {
    Device::from_random(cart.uuid().into_bytes())
}
