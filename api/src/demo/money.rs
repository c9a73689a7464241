//! What becomes of the money: days pass, buyers contest, banks decide, payouts go and come back.
//!
//! The past is gone through in steps of two days, each with the same look after the money that a running shop gets every hour.

use anyhow::Context as _;
use bilten_billing::{
    attempts,
    payouts::{self, PayoutId, PayoutState},
    sandbox,
};
use bilten_core::{
    catalog::EventDetail,
    promo::{self, AddPromoError, Discount, NewPromo},
};
use bilten_kernel::{Ctx, Timestamp};
use jiff::SignedDuration;

use super::{
    buyers::Bought,
    ctx,
    plan::{ContestPlan, PromoPlan},
    shops::Shop,
};
use crate::http::AppState;

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Days before the day of seeding when the first look is taken.
const FIRST_LOOK: i64 = 42;
/// Days between two looks.
const STEP: usize = 2;
/// Payouts that a shop of the demo has at most.
const PAYOUTS: i64 = 20;
/// Carts that one code is good for.
const USES: i64 = 500;
/// Days that buyers wait at least until they contest.
const TRUST_DAYS: i64 = 2;

/// Gives an event its promo codes, unless it has them.
pub(super) async fn ensure_promos(
    state: &AppState,
    ctx: &Ctx,
    detail: &EventDetail,
    promos: &[PromoPlan],
) -> anyhow::Result<()> {
    let of_event = promos.iter().filter(|promo| promo.event == detail.event.name.as_str());
    for plan in of_event {
        let new = NewPromo {
            code: plan.code.parse()?,
            discount: Discount::Share(plan.share_bp),
            rules: bilten_core::promo::PromoRules::default(),
            uses: USES,
            ticket_types: Vec::new(),
            starts_at: None,
            ends_at: None,
        };
        let mut tx = state.db.begin(ctx).await?;
        match promo::add_promo(ctx, &mut tx, detail.event.id, new).await {
            Ok(_) => tx.commit().await?,
            Err(AddPromoError::Taken) => tx.rollback().await?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Goes through the weeks up to now.
pub(super) async fn pass(
    state: &AppState,
    shop: &Shop,
    bought: &[Bought],
    now: Timestamp,
    seed: u64,
) -> anyhow::Result<()> {
    let mut is_bounced = !shop.plan.money.is_bounced;
    let mut last = i64::MAX;
    for ago in (0..=FIRST_LOOK).rev().step_by(STEP) {
        let at = |ago: i64, salt: u64| {
            let salt = seed.wrapping_mul(10_000).wrapping_add(ago.unsigned_abs() * 8 + salt);
            ctx(state, shop.tenant, now - DAY * day(ago), salt ^ 0x000b_00c5)
        };
        for contest in shop.plan.money.contests {
            if (ago..last).contains(&contest.opened) {
                contest_one(state, &at(contest.opened, 1), shop, (contest, bought)).await?;
            }
            if let Some((day, is_won)) = contest.verdict
                && (ago..last).contains(&day)
            {
                decide(state, &at(day, 2), shop, (contest, bought, is_won)).await?;
            }
        }
        let look = at(ago, 3);
        payouts::tend(&state.checkout, &look).await?;
        if let Some(sent) = send(state, &look).await?
            && !is_bounced
        {
            is_bounced = sandbox::return_payout(&state.sandbox, &look, sent).await?;
        }
        last = ago;
    }
    Ok(())
}

fn day(ago: i64) -> i32 {
    i32::try_from(ago).unwrap_or(0)
}

/// Sends what was made in this look; returns the last one that is on its way.
async fn send(state: &AppState, ctx: &Ctx) -> anyhow::Result<Option<PayoutId>> {
    let mut tx = state.db.begin(ctx).await?;
    let known = payouts::list_payouts(&mut tx, PAYOUTS).await?;
    tx.commit().await?;
    let mut sent = None;
    for payout in known.iter().filter(|payout| payout.state == PayoutState::Reserved) {
        if payouts::send(&state.checkout, ctx, payout.id).await? == PayoutState::InTransit {
            sent = Some(payout.id);
        }
    }
    Ok(sent)
}

/// Orders of the event that were bought long enough before, in the order of their purchase.
fn candidates<'a>(
    ctx: &'a Ctx,
    shop: &'a Shop,
    (contest, bought): (&'a ContestPlan, &'a [Bought]),
) -> impl Iterator<Item = &'a Bought> {
    let before = ctx.now() - DAY * day(TRUST_DAYS);
    bought.iter().filter(move |order| {
        let plan = &shop.plan.events[order.purchase.event];
        plan.name == contest.event && order.purchase.at < before
    })
}

/// The first buyer whose payment has something left contests it.
async fn contest_one(state: &AppState, ctx: &Ctx, shop: &Shop, what: (&ContestPlan, &[Bought])) -> anyhow::Result<()> {
    for order in candidates(ctx, shop, what) {
        let Some(payment) = payment(state, ctx, order).await? else {
            continue;
        };
        if sandbox::open_dispute(&state.sandbox, ctx, payment).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// The bank decides the first contest that is open.
async fn decide(
    state: &AppState,
    ctx: &Ctx,
    shop: &Shop,
    (contest, bought, is_won): (&ContestPlan, &[Bought], bool),
) -> anyhow::Result<()> {
    for order in candidates(ctx, shop, (contest, bought)) {
        let Some(payment) = payment(state, ctx, order).await? else {
            continue;
        };
        if sandbox::close_dispute(&state.sandbox, ctx, payment, is_won).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Payment of an order; none of a free one.
async fn payment(state: &AppState, ctx: &Ctx, order: &Bought) -> anyhow::Result<Option<sandbox::SandboxPaymentId>> {
    let mut tx = state.db.begin(ctx).await?;
    let payment = attempts::find_payment(&mut tx, order.order).await?;
    tx.commit().await?;
    let parse = |payment: bilten_billing::provider::PaymentRef| payment.as_str().parse().ok();
    payment
        .map(|payment| parse(payment).context("a payment of the sandbox has another name"))
        .transpose()
}
