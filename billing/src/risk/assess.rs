//! Looks at a payment before it begins.

use std::collections::BTreeMap;

use bilten_core::orders::Order;
use bilten_kernel::{AttemptId, CartId, Ctx, EventId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;
use uuid::Uuid;

use super::{
    Refusal, Risk,
    breaker::Level,
    engine::{self, BUCKET, Decision, Fact, bucket_of},
    payer::{Hashed, Payer, PayerKeys},
    rule::{self, Action, LONGEST_WINDOW, Metric, Subject},
    store::{self, NewDecision},
};

/// Who cannot work, because his browser runs no script, waits for so long.
pub const WAIT: SignedDuration = SignedDuration::from_mins(2);
/// Reason of the work that an open breaker sets.
const BREAKER: &str = "breaker-open";
/// Who is stopped is told to come back after the window of the rules that stop.
const BLOCKED_FOR: SignedDuration = SignedDuration::from_mins(15);

/// Payment that is about to begin.
pub(crate) struct Asking<'a> {
    /// Its order.
    pub order: &'a Order,
    /// The order's last try.
    pub latest: Option<AttemptId>,
    /// From where it comes.
    pub payer: &'a Payer,
    /// The buyer can be sent to his bank.
    pub can_redirect: bool,
}

/// What was found, to be kept at the end of the transaction, after all that others wait for.
pub(crate) struct Assessed {
    cart: CartId,
    subjects: Vec<Hashed>,
    decision: Decision,
    refusal: Option<Refusal>,
    can_redirect: bool,
}

impl Assessed {
    /// Why the payment does not begin.
    pub const fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }

    /// The bank is to make sure who pays.
    pub fn asks_three_d_secure(&self) -> bool {
        self.can_redirect && self.decision.asks_for(Action::ThreeDSecure)
    }
}

/// Judges a payment if there is a reason to: the order was tried before, or this process remembers somebody. Without one,
/// nothing is asked and there is nothing to keep.
pub(crate) async fn assess(
    tx: &mut TenantTx,
    ctx: &Ctx,
    risk: &Risk,
    asking: &Asking<'_>,
) -> Result<Option<Assessed>, DbError> {
    let order = asking.order;
    let is_first = asking.latest.is_none();
    let hasher = risk.hasher(ctx);
    let keys = hasher.keys(asking.payer);
    let mail = hasher.mail(&order.buyer_email);
    // Whoever has stolen cards buys gift cards: these payments are always looked at.
    if is_first && order.event.is_some() && !risk.remembers(ctx, (keys, mail), order.event) {
        return Ok(None);
    }
    let subjects = subjects(hasher.cart(order.cart), keys, mail);
    let facts = list_facts(tx, &subjects, ctx.now()).await?;
    let rules = rule::rules_with(&store::list_overrides(tx).await?);
    let mut decision = engine::decide(&rules, &facts, ctx.now());
    if is_open(tx, ctx, risk, order.event).await? {
        decision.add(Action::Challenge, BREAKER);
    }
    let refusal = if decision.asks_for(Action::Block) {
        Some(Refusal::Blocked {
            for_s: BLOCKED_FOR.as_secs(),
        })
    } else if decision.asks_for(Action::Challenge) && !has_paid(tx, ctx, risk, asking).await? {
        Some(Refusal::Challenged { wait_s: WAIT.as_secs() })
    } else {
        None
    };
    Ok(Some(Assessed {
        cart: order.cart,
        subjects: subjects.into_keys().collect(),
        decision,
        refusal,
        can_redirect: asking.can_redirect,
    }))
}

/// Keeps what was found, and counts a try that goes on.
pub(crate) async fn note(tx: &mut TenantTx, ctx: &Ctx, assessed: &Assessed) -> Result<(), DbError> {
    let decision = &assessed.decision;
    let sides = [
        (&decision.actions, &decision.reasons, false),
        (&decision.shadow_actions, &decision.shadow_reasons, true),
    ];
    for (actions, reasons, is_shadow) in sides {
        for action in actions {
            let is_waiting = matches!(assessed.refusal, Some(Refusal::Challenged { .. }));
            let new = NewDecision {
                cart: assessed.cart,
                action: *action,
                is_shadow,
                reasons: reasons.iter().copied().collect(),
                is_waiting: is_waiting && *action == Action::Challenge && !is_shadow,
            };
            store::save_decision(tx, ctx, &new).await?;
            let shadow = if is_shadow { "yes" } else { "no" };
            metrics::counter!("payment_decisions_total", "action" => action.name(), "shadow" => shadow).increment(1);
            tracing::info!(cart = %assessed.cart, action = action.name(), is_shadow, ?reasons, "a payment did not simply go on");
        }
    }
    if assessed.refusal.is_none() {
        store::count(tx, ctx, &assessed.subjects, Metric::Attempts).await?;
    }
    Ok(())
}

/// Everybody of whom something is counted.
pub(super) fn subjects(cart: Hashed, keys: PayerKeys, mail: Hashed) -> BTreeMap<Hashed, Subject> {
    let known = [
        (Some(cart), Subject::Cart),
        (Some(mail), Subject::Mail),
        (keys.device, Subject::Device),
        (keys.network, Subject::Network),
    ];
    known
        .into_iter()
        .filter_map(|(key, subject)| Some((key?, subject)))
        .collect()
}

/// Reads what was counted within the longest window.
pub(super) async fn list_facts(
    tx: &mut TenantTx,
    subjects: &BTreeMap<Hashed, Subject>,
    now: Timestamp,
) -> Result<Vec<Fact>, DbError> {
    store::list_facts(tx, subjects, bucket_of(now) - LONGEST_WINDOW - BUCKET).await
}

/// Tells whether everybody works first, and remembers it.
async fn is_open(tx: &mut TenantTx, ctx: &Ctx, risk: &Risk, event: Option<EventId>) -> Result<bool, DbError> {
    let tripped = store::list_tripped_of(tx, event, ctx.now()).await?;
    let open = tripped
        .iter()
        .filter(|tripped| tripped.breaker.level(ctx.now()) == Level::Open);
    let mut is_open = false;
    for tripped in open {
        risk.note_open(ctx, tripped);
        is_open = true;
    }
    Ok(is_open)
}

/// Tells whether the buyer did the work that was set for this try, or waited for as long instead.
async fn has_paid(tx: &mut TenantTx, ctx: &Ctx, risk: &Risk, asking: &Asking<'_>) -> Result<bool, DbError> {
    let cart = asking.order.cart;
    if risk.check_work(ctx, (cart, asking.latest), asking.payer) {
        return Ok(true);
    }
    let since = store::waits_from(tx, cart).await?;
    Ok(since.is_some_and(|since| since + WAIT <= ctx.now()))
}

/// What work is set for: the next try after the last one, so that it counts once.
pub(super) fn next_try(cart: CartId, latest: Option<AttemptId>) -> Uuid {
    latest.map_or(cart.uuid(), AttemptId::uuid)
}
