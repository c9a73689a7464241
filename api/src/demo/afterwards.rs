//! What happens after the purchases: people change their minds, an event is called off, doors open.

use bilten_billing::refunds::{self, Claim, TakeBack, TakeBackError};
use bilten_core::{
    catalog,
    check_in::{self, AdmitTicket, ScanInput},
    tickets::{self, TicketState},
};
use bilten_kernel::{Ctx, RefundId, Timestamp};
use jiff::SignedDuration;

use super::{buyers::Bought, ctx, dice::Dice, plan::Fate, shops::Shop};
use crate::http::AppState;

/// One order in so many is given back.
const RETURNED_ONE_IN: u64 = 45;
/// One order in so many loses a single ticket.
const THINNED_ONE_IN: u64 = 38;
/// What is kept of such a ticket now and then, in minor units.
const KEPT: i64 = 5_000;
/// Time until the money is back.
const BACK_AFTER: SignedDuration = SignedDuration::from_mins(4);
/// Percentage of ticket holders who come.
const SHOW_UP: u64 = 93;
/// Gates and how many of ten people use each.
const GATES: [(&str, u64); 2] = [("North gate", 6), ("South gate", 4)];

/// Lets it happen.
pub async fn happen(state: &AppState, shop: &Shop, bought: &[Bought], now: Timestamp, seed: u64) -> anyhow::Result<()> {
    let dice = Dice::new(seed.wrapping_add(77));
    for (index, plan) in shop.plan.events.iter().enumerate() {
        let orders: Vec<&Bought> = bought.iter().filter(|order| order.purchase.event == index).collect();
        match plan.fate {
            Fate::Draft => {}
            Fate::OnSale { .. } => give_back_some(state, shop, &orders, &dice, now).await?,
            Fate::TookPlace { .. } => {
                give_back_some(state, shop, &orders, &dice, shop.events[index].event.starts_at).await?;
                open_doors(state, shop, index, &orders, &dice).await?;
            }
            Fate::Cancelled { ago, .. } => {
                let at = now - SignedDuration::from_hours(24 * ago);
                call_off(state, shop, index, &orders, at).await?;
            }
        }
    }
    Ok(())
}

async fn give_back_some(
    state: &AppState,
    shop: &Shop,
    orders: &[&Bought],
    dice: &Dice,
    until: Timestamp,
) -> anyhow::Result<()> {
    for order in orders {
        let at = order.purchase.at + SignedDuration::from_hours(26);
        let (is_whole, is_part) = (dice.below(RETURNED_ONE_IN) == 0, dice.below(THINNED_ONE_IN) == 0);
        if at >= until {
            continue;
        }
        let ctx = ctx(state, shop.tenant, at, order.purchase.seed ^ 0xabcd);
        if is_whole {
            cancel(state, &ctx, order).await?;
        } else if is_part {
            let keep_minor = if dice.happens(40) { KEPT } else { 0 };
            thin(state, &ctx, order, keep_minor).await?;
        }
    }
    Ok(())
}

/// Takes one of several tickets back.
async fn thin(state: &AppState, ctx: &Ctx, order: &Bought, keep_minor: i64) -> anyhow::Result<()> {
    let mut tx = state.db.begin(ctx).await?;
    let held = tickets::list_for_order(&mut tx, order.order).await?;
    if held.len() < 2 {
        return Ok(());
    }
    let wish = TakeBack {
        order: order.order,
        tickets: &[held[0].id],
        claim: Claim::Staff { keep_minor },
        reason: "One of the party is ill.",
        credit: None,
    };
    match refunds::take_back(ctx, &mut tx, &wish).await {
        Ok(back) => {
            tx.commit().await?;
            send_back(state, order, ctx, &back.refunds).await
        }
        // It cost less than would be kept, or an earlier run took it back.
        Err(TakeBackError::Kept { .. } | TakeBackError::UnknownTicket | TakeBackError::WrongState) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The money goes back at once, so that it is in the books of its day.
async fn send_back(state: &AppState, order: &Bought, now: &Ctx, refunds: &[RefundId]) -> anyhow::Result<()> {
    let later = ctx(state, now.tenant, now.now() + BACK_AFTER, order.purchase.seed ^ 0xbac4);
    for refund in refunds {
        refunds::submit(&state.checkout, &later, *refund).await?;
    }
    Ok(())
}

async fn call_off(
    state: &AppState,
    shop: &Shop,
    index: usize,
    orders: &[&Bought],
    at: Timestamp,
) -> anyhow::Result<()> {
    let event = shop.events[index].event.id;
    let begin = ctx(state, shop.tenant, at, 0xca11 + u64::try_from(index)?);
    let mut tx = state.db.begin(&begin).await?;
    match catalog::cancel_event(&begin, &mut tx, event).await {
        Ok(_) | Err(catalog::CancelEventError::WrongStatus(_)) => tx.commit().await?,
        Err(error) => return Err(error.into()),
    }
    for (order, minutes) in orders.iter().zip(5_i64..) {
        let at = at + SignedDuration::from_mins(minutes);
        cancel(state, &ctx(state, shop.tenant, at, order.purchase.seed ^ 0xabcd), order).await?;
    }
    Ok(())
}

async fn cancel(state: &AppState, ctx: &Ctx, order: &Bought) -> anyhow::Result<()> {
    let mut tx = state.db.begin(ctx).await?;
    let cancelled = refunds::cancel_order(ctx, &mut tx, order.order).await?;
    tx.commit().await?;
    send_back(state, order, ctx, &cancelled.refunds).await
}

/// Admits most of those who have tickets, in the ninety minutes around the begin.
async fn open_doors(
    state: &AppState,
    shop: &Shop,
    index: usize,
    orders: &[&Bought],
    dice: &Dice,
) -> anyhow::Result<()> {
    let event = &shop.events[index].event;
    for order in orders {
        if !dice.happens(SHOW_UP) {
            continue;
        }
        let minutes = i64::try_from(dice.below(90))?;
        let at = event.starts_at + SignedDuration::from_mins(minutes - 60);
        let ctx = ctx(state, shop.tenant, at, order.purchase.seed ^ 0xd00);
        let gate = GATES[dice.pick(&GATES.map(|(_, share)| share)).unwrap_or(0)].0;
        let mut tx = state.db.begin(&ctx).await?;
        for ticket in tickets::list_for_order(&mut tx, order.order).await? {
            if ticket.state == TicketState::Issued {
                let code = state.tickets.code(shop.tenant, ticket.key_id, ticket.id, ticket.event);
                let wish = AdmitTicket {
                    input: ScanInput::Code(&code),
                    event: Some(event.id),
                    gate,
                    key: None,
                };
                // Refusals are fine: an earlier run may have admitted him.
                let _ = check_in::admit(&ctx, &mut tx, wish).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}
