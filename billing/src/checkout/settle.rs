//! Takes a provider's answer in: one transaction for the news and all that follows from it.

use bilten_core::{
    catalog::{self, EventStatus},
    inventory::{self, HoldGone, HoldState},
    orders::{self, CancelError, CompleteError, Completed, MoveError, OrderState},
};
use bilten_kernel::{Ctx, EventId};
use bilten_tenancy::{
    DbError, Retry, TenantTx, audit,
    idempotency::{self, OwnedKey},
};
use serde_json::json;

use super::{ASK_AGAIN_AFTER, Checkout, PayError, PayStatus, Paying, RETRY_WINDOW, pay};
use crate::{
    attempts::{Attempt, AttemptState, store},
    gift_cards, ledger,
    provider::{NextAction, Outcome, PaymentStatus, Snapshot},
    reconcile, refunds,
    risk::record,
};

/// What becomes of money that came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Money {
    /// It pays the order, if stock is there.
    PaysOrder,
    /// It goes back.
    GoesBack,
}

/// Takes an answer in and tells how the order stands after it.
pub(crate) async fn settle(
    app: &Checkout,
    ctx: &Ctx,
    attempt: &Attempt,
    outcome: Outcome<Snapshot>,
    key: Option<idempotency::Key<'_>>,
) -> Result<Paying, PayError> {
    let label = outcome.label();
    metrics::counter!("payment_answers_total", "provider" => attempt.provider.clone(), "outcome" => label).increment(1);
    if let Outcome::Done(snapshot) = &outcome
        && snapshot.status == PaymentStatus::Succeeded
        && app.till.settle(ctx, attempt, snapshot, key.map(OwnedKey::from)).await
    {
        let (order, status) = (attempt.order, PayStatus::Paid);
        return Ok(Paying { order, status });
    }
    let mut retry = Retry::new("checkout.settle");
    let mut money = Money::PaysOrder;
    loop {
        match settle_with(app, ctx, attempt, &outcome, key, money).await {
            Ok(Some(paying)) => return Ok(paying),
            // The stock is gone or the order ended: nothing of the first try was kept.
            Ok(None) if money == Money::PaysOrder => money = Money::GoesBack,
            Ok(None) => return Err(PayError::Quarantined),
            Err(error) if retry.again(error.db()).await => {}
            Err(error) => return Err(error),
        }
    }
}

/// One try; nothing is kept when money cannot pay the order.
async fn settle_with(
    app: &Checkout,
    ctx: &Ctx,
    attempt: &Attempt,
    outcome: &Outcome<Snapshot>,
    key: Option<idempotency::Key<'_>>,
    money: Money,
) -> Result<Option<Paying>, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let mut known = store::lock(&mut tx, attempt.id).await?.ok_or(PayError::NotFound)?;
    let before = known.state;
    let is_sane = known.quarantine.is_none() && read(&mut known, outcome);
    store::save(&mut tx, ctx, &known).await?;
    store::settle_operations(&mut tx, ctx, known.id, outcome.label()).await?;
    if !is_sane {
        put_aside(&mut tx, ctx, &known).await?;
        tx.commit().await?;
        return Err(PayError::Quarantined);
    }
    if known.is_unknown {
        reconcile::request(&mut tx, ctx, ctx.now() + ASK_AGAIN_AFTER, &known.id.to_string()).await?;
    }
    if let Some(key) = key {
        if matches!(outcome, Outcome::NotSent(_)) {
            idempotency::lapse(&mut tx, ctx, key).await?;
        } else {
            idempotency::complete(&mut tx, key, known.order.uuid()).await?;
        }
    }
    // Last, because it takes the rows that everybody wants.
    let is_news = known.state > before;
    if is_news && !follow(app, &mut tx, ctx, (&known, money)).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    let declined = if is_news && known.state == AttemptState::Failed {
        let card = outcome.as_snapshot().and_then(|snapshot| snapshot.card.as_ref());
        record::count_decline(&mut tx, ctx, &app.risk, (&known, card)).await?
    } else {
        None
    };
    let is_paid = is_news && known.state == AttemptState::Succeeded && money == Money::PaysOrder;
    let paying = if is_paid {
        Paying {
            order: known.order,
            status: PayStatus::Paid,
        }
    } else {
        let (paying, _) = pay::status(&mut tx, known.order).await?;
        let unsent = unsent(&mut tx, &known, outcome).await?;
        Paying {
            status: unsent.unwrap_or(paying.status),
            ..paying
        }
    };
    tx.commit().await?;
    if let Some(declined) = &declined {
        record::follow(app, ctx, declined).await;
    }
    Ok(Some(paying))
}

/// Tells how it stands with a payment of which nothing was sent that could move money: only the answer at hand knows.
async fn unsent(
    tx: &mut TenantTx,
    attempt: &Attempt,
    outcome: &Outcome<Snapshot>,
) -> Result<Option<PayStatus>, DbError> {
    let status = if matches!(outcome, Outcome::NotSent(_)) {
        PayStatus::Unavailable
    } else if pay::is_unconfirmed(outcome) {
        PayStatus::Unsent
    } else {
        return Ok(None);
    };
    let is_early = matches!(attempt.state, AttemptState::Created | AttemptState::Confirming);
    Ok((is_early && pay::may_send(tx, attempt).await?).then_some(status))
}

/// Reads an answer into the attempt; tells whether it fits.
fn read(attempt: &mut Attempt, outcome: &Outcome<Snapshot>) -> bool {
    let snapshot = match outcome {
        Outcome::Done(snapshot) | Outcome::Pending(snapshot) | Outcome::Action(snapshot, _) => snapshot,
        Outcome::Declined(code, _) => {
            attempt.is_unknown = false;
            if attempt.state < AttemptState::Failed {
                attempt.state = AttemptState::Failed;
                attempt.decline_code = Some(code.as_str().to_owned());
            }
            return true;
        }
        // Nothing new is known; the attempt stays live and is asked about again.
        Outcome::NotSent(_) => return true,
        Outcome::Unknown => {
            attempt.is_unknown = attempt.state.is_live();
            return true;
        }
    };
    match attempt.reduce(snapshot) {
        Ok(reduced) => {
            attempt.is_unknown = false;
            attempt.state = reduced.state;
            attempt.payment = Some(snapshot.payment.clone());
            if let (Some(NextAction::Redirect(to)), AttemptState::ActionRequired) =
                (&snapshot.next_action, reduced.state)
            {
                attempt.action_url = Some(to.clone());
            }
            if let Some(code) = &snapshot.decline {
                attempt.decline_code = Some(code.as_str().to_owned());
            }
            true
        }
        Err(why) => {
            attempt.quarantine = Some(why.to_string());
            false
        }
    }
}

/// Does what follows from an attempt's new state; false when money came that cannot pay the order.
async fn follow(
    app: &Checkout,
    tx: &mut TenantTx,
    ctx: &Ctx,
    (attempt, money): (&Attempt, Money),
) -> Result<bool, PayError> {
    match attempt.state {
        AttemptState::Succeeded if money == Money::PaysOrder => pay_order(app, tx, ctx, attempt).await,
        AttemptState::Succeeded => {
            tracing::warn!(attempt = %attempt.id, order = %attempt.order, "money came without stock and goes back");
            return_money(tx, ctx, attempt, attempt.amount, "payment_conflict").await?;
            Ok(true)
        }
        AttemptState::Failed | AttemptState::Canceled => end_without_money(tx, ctx, attempt).await.map(|()| true),
        AttemptState::Processing => await_funds(tx, ctx, attempt).await.map(|()| true),
        AttemptState::Created | AttemptState::Confirming | AttemptState::ActionRequired => Ok(true),
    }
}

async fn pay_order(app: &Checkout, tx: &mut TenantTx, ctx: &Ctx, attempt: &Attempt) -> Result<bool, PayError> {
    let order = orders::lock(tx, attempt.order).await?.ok_or(PayError::NotFound)?;
    if order.state == OrderState::Cancelled || is_called_off(tx, attempt.event).await? {
        return Ok(false);
    }
    // Money of a try that was given up may come late, after a gift card was chosen for the order or taken away: it is not the sum
    // that is to be paid now. The card comes before the stock, as by everybody.
    if order.state != OrderState::Paid
        && (order.to_pay() != attempt.amount || !gift_cards::spend(tx, ctx, &order, attempt.id).await?)
    {
        return Ok(false);
    }
    match orders::complete(ctx, tx, attempt.order).await {
        Ok(Completed::Now) => {
            if order.event.is_none() {
                gift_cards::make_sold(&app.cards, ctx, tx, &order).await?;
            }
            ledger::book_sale(tx, ctx, attempt.order, &attempt.provider)
                .await
                .map_err(DbError::from)?;
            Ok(true)
        }
        // Another attempt paid it: this money is too much.
        Ok(Completed::Before) | Err(CompleteError::NoStock | CompleteError::WrongState) => Ok(false),
        Err(CompleteError::Db(error)) => Err(error.into()),
    }
}

/// Money that cannot pay the order: stock that is still ours goes free, the order says so, a refund is on its way.
pub(crate) async fn return_money(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: &Attempt,
    taken: bilten_kernel::Money,
    reason: &str,
) -> Result<(), PayError> {
    gift_cards::release(tx, ctx, attempt.id).await?;
    let hold = inventory::find_slot(tx, attempt.hold).await?;
    match hold.map(|hold| hold.state) {
        Some(HoldState::Pinned(by)) if by == attempt.id => {
            gone_is_fine(inventory::begin_cancel(tx, attempt.hold).await)?;
            gone_is_fine(inventory::release(tx, ctx, attempt.hold).await)?;
        }
        Some(HoldState::Cancelling(by)) if by == attempt.id => {
            gone_is_fine(inventory::release(tx, ctx, attempt.hold).await)?;
        }
        Some(
            HoldState::Held
            | HoldState::Pinned(_)
            | HoldState::Cancelling(_)
            | HoldState::Converted
            | HoldState::Released,
        )
        | None => {}
    }
    match orders::set_payment_conflict(ctx, tx, attempt.order).await {
        // An order that another attempt paid stays paid.
        Ok(()) | Err(MoveError::WrongState) => {}
        Err(MoveError::Db(error)) => return Err(error.into()),
    }
    ledger::book_money_without_sale(tx, ctx, attempt, taken)
        .await
        .map_err(DbError::from)?;
    let why = refunds::Why {
        reason,
        ticket_return: None,
        made_of: None,
    };
    refunds::request(tx, ctx, attempt, refunds::Sum::AllOf(taken), why).await?;
    Ok(())
}

/// The payment is dead: a hold that was being called off is released, another goes back to the buyer.
pub(crate) async fn end_without_money(tx: &mut TenantTx, ctx: &Ctx, attempt: &Attempt) -> Result<(), PayError> {
    gift_cards::release(tx, ctx, attempt.id).await?;
    let hold = inventory::find_slot(tx, attempt.hold).await?;
    match hold.map(|hold| hold.state) {
        Some(HoldState::Cancelling(by)) if by == attempt.id => close(tx, ctx, attempt).await?,
        Some(HoldState::Pinned(by)) if by == attempt.id => hand_back(tx, ctx, attempt).await?,
        Some(
            HoldState::Held
            | HoldState::Pinned(_)
            | HoldState::Cancelling(_)
            | HoldState::Converted
            | HoldState::Released,
        )
        | None => {}
    }
    let entry = audit::Entry {
        action: "payment.ended",
        object: attempt.id.to_string(),
        details: json!({ "state": attempt.state.name(), "code": attempt.decline_code }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(())
}

/// Gives the hold back to the buyer for another try; after the last try, or the hold's whole time, it goes free at once.
async fn hand_back(tx: &mut TenantTx, ctx: &Ctx, attempt: &Attempt) -> Result<(), PayError> {
    let until = match inventory::unpin(tx, attempt.hold, attempt.id, ctx.now() + RETRY_WINDOW).await {
        Ok(until) => until,
        Err(HoldGone::Gone | HoldGone::NoStock) => return Ok(()),
        Err(HoldGone::Db(error)) => return Err(error.into()),
    };
    if attempt.is_last() || until <= ctx.now() {
        return close(tx, ctx, attempt).await;
    }
    match orders::set_quoted(ctx, tx, attempt.order).await {
        Ok(()) | Err(MoveError::WrongState) => Ok(()),
        Err(MoveError::Db(error)) => Err(error.into()),
    }
}

/// Ends the order of a dead payment, and frees its stock.
async fn close(tx: &mut TenantTx, ctx: &Ctx, attempt: &Attempt) -> Result<(), PayError> {
    let end = if is_called_off(tx, attempt.event).await? {
        OrderState::Cancelled
    } else {
        OrderState::Expired
    };
    match orders::close_unpaid(ctx, tx, attempt.order, end).await {
        Ok(()) | Err(CancelError::WrongState) => Ok(()),
        Err(CancelError::Db(error)) => Err(error.into()),
    }
}

async fn await_funds(tx: &mut TenantTx, ctx: &Ctx, attempt: &Attempt) -> Result<(), PayError> {
    gone_is_fine(inventory::keep(tx, attempt.hold, attempt.id).await)?;
    match orders::set_awaiting_funds(ctx, tx, attempt.order).await {
        Ok(()) | Err(MoveError::WrongState) => Ok(()),
        Err(MoveError::Db(error)) => Err(error.into()),
    }
}

/// A payment that does not match waits for a person; its stock stays where it is.
async fn put_aside(tx: &mut TenantTx, ctx: &Ctx, attempt: &Attempt) -> Result<(), PayError> {
    let why = attempt.quarantine.as_deref().unwrap_or_default();
    tracing::error!(attempt = %attempt.id, order = %attempt.order, why, "payment does not match its attempt");
    let entry = audit::Entry {
        action: "payment.quarantined",
        object: attempt.id.to_string(),
        details: json!({ "why": why }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(())
}

/// An order without an event cannot be called off.
pub(super) async fn is_called_off(tx: &mut TenantTx, event: Option<EventId>) -> Result<bool, DbError> {
    let Some(event) = event else { return Ok(false) };
    Ok(catalog::find_status(tx, event).await? == Some(EventStatus::Cancelled))
}

fn gone_is_fine(result: Result<(), HoldGone>) -> Result<(), DbError> {
    match result {
        Ok(()) | Err(HoldGone::Gone | HoldGone::NoStock) => Ok(()),
        Err(HoldGone::Db(error)) => Err(error),
    }
}
