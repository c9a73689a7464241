//! A price that moves with demand, with the moves of its last days.

use anyhow::Context as _;
use bilten_core::{
    catalog::EventDetail,
    price_policy::{self, CurvePoint, PolicyTerms},
};
use bilten_kernel::Timestamp;
use jiff::SignedDuration;

use super::{ctx, plan::MovingPlan, shops::Shop};
use crate::http::AppState;

/// How long ago the price began to move.
const BEGAN: SignedDuration = SignedDuration::from_hours(4 * 24);

/// Switches on what is not on yet.
pub async fn ensure(state: &AppState, shops: &[Shop], now: Timestamp) -> anyhow::Result<()> {
    for shop in shops {
        for plan in shop.plan.moving {
            let event = shop.events.iter().find(|found| found.event.name.as_str() == plan.event);
            let event = event.context("the demo has no such event")?;
            move_price(state, (shop, event), plan, now).await?;
        }
    }
    Ok(())
}

async fn move_price(
    state: &AppState,
    (shop, event): (&Shop, &EventDetail),
    plan: &MovingPlan,
    now: Timestamp,
) -> anyhow::Result<()> {
    let kind = event
        .ticket_types
        .iter()
        .find(|kind| kind.terms.name.as_str() == plan.ticket);
    let kind = kind.context("the demo has no such ticket type")?;
    let what = (event.event.id, kind.id);
    let began = now - BEGAN;
    let point = |(days, per_cent): &(u32, i32)| CurvePoint {
        hours_before: days * 24,
        sold_bp: per_cent * 100,
    };
    let terms = PolicyTerms {
        floor: plan.floor,
        ceiling: plan.ceiling,
        start: kind.price.minor,
        step: plan.step,
        min_interval: SignedDuration::from_hours(6),
        max_daily_move: plan.step * 2,
        curve: plan.curve.iter().map(point).collect(),
        tolerance_bp: 300,
        freeze: SignedDuration::from_hours(48),
        starts_at: began,
        notice: plan.notice.parse()?,
    };
    let first = ctx(state, shop.tenant, began, 0x9a1c);
    let mut tx = state.db.begin(&first).await?;
    if !price_policy::list_policies(&mut tx, event.event.id).await?.is_empty() {
        return Ok(());
    }
    let version = price_policy::add_policy(&first, &mut tx, what, terms).await?.version;
    price_policy::simulate_policy(&first, &mut tx, what, (version, kind.id)).await?;
    price_policy::start_policy(&first, &mut tx, what, version).await?;
    tx.commit().await?;
    // As the worker would have looked, four times a day.
    let mut at = began;
    let mut seed = 0x9b00;
    while at < now {
        let look = ctx(state, shop.tenant, at, seed);
        let mut tx = state.db.begin(&look).await?;
        price_policy::move_price(&look, &mut tx, what).await?;
        tx.commit().await?;
        at += SignedDuration::from_hours(6);
        seed += 1;
    }
    Ok(())
}
