//! Calls to the provider, between transactions.

use std::sync::Arc;

use bilten_kernel::Ctx;

use super::{Checkout, PayError};
use crate::{
    attempts::{Attempt, AttemptState, store},
    provider::{CreatePayment, OperationKey, Outcome, PaymentRef, Provider, ReturnTo, Snapshot},
};

/// Finds the provider that an attempt was made with.
pub(crate) fn known_provider(app: &Checkout, name: &str) -> Result<Arc<dyn Provider>, PayError> {
    app.providers.find(name).ok_or(PayError::MethodUnavailable)
}

/// Sends the attempt's payment on its way. May be called again for the same attempt.
pub(super) async fn submit(
    app: &Checkout,
    ctx: &Ctx,
    attempt: &Attempt,
    return_to: Option<ReturnTo>,
) -> Result<Outcome<Snapshot>, PayError> {
    let provider = known_provider(app, &attempt.provider)?;
    if provider.caps().confirms_on_create {
        return Ok(provider.create(ctx, &call(attempt, return_to, true)).await);
    }
    let payment = match &attempt.payment {
        Some(payment) => payment.clone(),
        None => match provider.create(ctx, &call(attempt, return_to, false)).await {
            Outcome::Done(made) | Outcome::Pending(made) | Outcome::Action(made, _) => {
                note_payment(app, ctx, attempt, &made).await?;
                made.payment
            }
            other => return Ok(other),
        },
    };
    Ok(provider
        .confirm(ctx, &payment, &OperationKey::confirm(attempt.id))
        .await)
}

/// Asks how the attempt's payment stands, without moving money. A payment whose reference we never learned is found by
/// sending its creation again, unconfirmed.
pub(crate) async fn ask(app: &Checkout, ctx: &Ctx, attempt: &Attempt) -> Result<Outcome<Snapshot>, PayError> {
    let provider = known_provider(app, &attempt.provider)?;
    Ok(match &attempt.payment {
        Some(payment) => provider.fetch_payment(ctx, payment).await,
        None => provider.create(ctx, &call(attempt, None, false)).await,
    })
}

/// Kills the payment unless money has moved.
pub(crate) async fn void(
    app: &Checkout,
    ctx: &Ctx,
    attempt: &Attempt,
    payment: &PaymentRef,
) -> Result<Outcome<Snapshot>, PayError> {
    let provider = known_provider(app, &attempt.provider)?;
    Ok(provider.void(ctx, payment, &OperationKey::void(attempt.id)).await)
}

fn call(attempt: &Attempt, return_to: Option<ReturnTo>, confirm: bool) -> CreatePayment {
    CreatePayment {
        key: OperationKey::create(attempt.id),
        attempt: attempt.id,
        amount: attempt.amount,
        method: attempt.method,
        return_to,
        request_three_d_secure: attempt.asks_three_d_secure,
        confirm,
    }
}

/// Records the payment's reference before the call that lets money move; needed where creating and confirming are two.
async fn note_payment(app: &Checkout, ctx: &Ctx, attempt: &Attempt, made: &Snapshot) -> Result<(), PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let mut known = store::lock(&mut tx, attempt.id).await?.ok_or(PayError::NotFound)?;
    if known.reduce(made).is_err() {
        // Nothing is confirmed; the sweep finds the mismatch and puts the attempt aside.
        return Err(PayError::Quarantined);
    }
    known.payment = Some(made.payment.clone());
    known.state = known.state.max(AttemptState::Confirming);
    store::save(&mut tx, ctx, &known).await?;
    store::settle_operations(&mut tx, ctx, attempt.id, "done").await?;
    store::note_sent(&mut tx, ctx, attempt.id, "confirm", &OperationKey::confirm(attempt.id)).await?;
    tx.commit().await?;
    Ok(())
}
