//! The two entries: pay an order, and look how its payment stands.

use bilten_core::{
    inventory::{self, HoldState},
    orders::{self, OrderState},
};
use bilten_kernel::{Ctx, OrderId};
use bilten_tenancy::{DbError, TenantTx};

use super::{
    Checkout, PayError, PayOrder, PayStatus, Paying,
    begin::{self, Begun},
    settle::settle,
    submit::{ask, known_provider, submit},
    till::Placed,
};
use crate::{
    attempts::{Attempt, AttemptState, store},
    payees,
    provider::{DeclineCode, Outcome, PaymentStatus, Snapshot},
};

/// Pays an order, or takes up its payment where it stopped. Sent twice, from two tabs, or after the payment, it
/// returns the same order.
///
/// # Errors
/// See [`PayError`]; none of them leaves money without an attempt that the reconciler follows.
pub async fn pay(app: &Checkout, ctx: &Ctx, cmd: PayOrder<'_>) -> Result<Paying, PayError> {
    let provider = known_provider(app, cmd.provider)?;
    let payee = if provider.caps().needs_account {
        Some(
            payees::find_open(&app.db, ctx, provider.name())
                .await?
                .ok_or(PayError::PayeeClosed)?,
        )
    } else {
        None
    };
    let begun = match app.till.place(ctx, &cmd, (provider.caps(), payee.as_ref())).await? {
        Placed::Free(order) => {
            return Ok(Paying {
                order,
                status: PayStatus::Paid,
            });
        }
        Placed::Fresh(attempt) => Begun::Fresh(*attempt),
        Placed::Odd => begin::begin(app, ctx, &cmd, (provider.as_ref(), payee.as_ref())).await?,
    };
    match begun {
        Begun::Fresh(attempt) => {
            let outcome = submit(app, ctx, &attempt, &cmd).await?;
            settle(app, ctx, &attempt, outcome, cmd.key).await
        }
        Begun::Live { attempt, may_send } => resume(app, ctx, &attempt, may_send, &cmd).await,
        Begun::Settled(order) => look(app, ctx, order).await,
        Begun::Refused(refusal) => Err(PayError::Refused(refusal)),
        Begun::Changed(order) => Err(changed(app, ctx, order).await?),
    }
}

/// What is to be paid now that the gift card has less.
async fn changed(app: &Checkout, ctx: &Ctx, order: OrderId) -> Result<PayError, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let order = orders::find(&mut tx, order).await?.ok_or(PayError::NotFound)?;
    Ok(PayError::QuoteChanged { total: order.to_pay() })
}

/// Tells how an order's payment stands; asks the provider while it is open. The way back from a provider's page leads
/// here: what its address says is not believed.
///
/// # Errors
/// There is no such order, or the database failed.
pub async fn look(app: &Checkout, ctx: &Ctx, order: OrderId) -> Result<Paying, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let (paying, attempt) = status(&mut tx, order).await?;
    let Some(attempt) = attempt.filter(|a| a.state.is_live() && a.quarantine.is_none()) else {
        return Ok(paying);
    };
    store::touch(&mut tx, ctx, attempt.id).await?;
    tx.commit().await?;
    let outcome = ask(app, ctx, &attempt).await?;
    settle(app, ctx, &attempt, outcome, None).await
}

/// Tells whether the attempt may still be sent: its hold is pinned by it, and not being called off.
pub(super) async fn may_send(tx: &mut TenantTx, attempt: &Attempt) -> Result<bool, DbError> {
    let hold = inventory::find_slot(tx, attempt.hold).await?;
    Ok(hold.is_some_and(|hold| hold.state == HoldState::Pinned(attempt.id)))
}

pub(super) fn is_unconfirmed(outcome: &Outcome<Snapshot>) -> bool {
    matches!(
        outcome,
        Outcome::Done(Snapshot {
            status: PaymentStatus::Unconfirmed,
            ..
        })
    )
}

/// Goes on with an attempt that is under way.
async fn resume(
    app: &Checkout,
    ctx: &Ctx,
    attempt: &Attempt,
    may_send: bool,
    cmd: &PayOrder<'_>,
) -> Result<Paying, PayError> {
    let outcome = ask(app, ctx, attempt).await?;
    let outcome = if is_unconfirmed(&outcome) && may_send {
        submit(app, ctx, attempt, cmd).await?
    } else {
        outcome
    };
    settle(app, ctx, attempt, outcome, cmd.key).await
}

/// Reads how an order stands, with its youngest attempt.
pub(super) async fn status(tx: &mut TenantTx, order: OrderId) -> Result<(Paying, Option<Attempt>), PayError> {
    // The attempt first: when it has succeeded by then, the order that is read after it is paid.
    let attempt = store::find_latest(tx, order).await?;
    let found = orders::find(tx, order).await?.ok_or(PayError::NotFound)?;
    let status = match found.state {
        OrderState::Paid => PayStatus::Paid,
        OrderState::AwaitingFunds => PayStatus::AwaitingFunds,
        OrderState::PaymentConflict => PayStatus::Conflict,
        OrderState::Expired if attempt.as_ref().is_some_and(is_last_failure) => PayStatus::Exhausted,
        OrderState::Expired | OrderState::Cancelled | OrderState::Refunded => PayStatus::Closed,
        OrderState::Quoted | OrderState::AwaitingPayment => attempt.as_ref().map_or(PayStatus::Open, of_attempt),
    };
    Ok((Paying { order, status }, attempt))
}

fn is_last_failure(attempt: &Attempt) -> bool {
    attempt.state == AttemptState::Failed && attempt.is_last()
}

fn of_attempt(attempt: &Attempt) -> PayStatus {
    match (attempt.state, &attempt.action_url) {
        (AttemptState::ActionRequired, Some(url)) => PayStatus::Redirect(url.clone()),
        (
            AttemptState::Created | AttemptState::Confirming | AttemptState::ActionRequired | AttemptState::Succeeded,
            _,
        ) => PayStatus::Confirming,
        (AttemptState::Processing, _) => PayStatus::AwaitingFunds,
        (AttemptState::Failed, _) => {
            PayStatus::Declined(DeclineCode::new(attempt.decline_code.as_deref().unwrap_or_default()))
        }
        (AttemptState::Canceled, _) => PayStatus::Open,
    }
}
