//! Calls to the provider, between transactions.

use std::sync::Arc;

use bilten_kernel::Ctx;

use super::{Checkout, PayError, PayOrder};
use crate::{
    attempts::{Attempt, AttemptState, store},
    provider::{
        ConfirmPayment, CreatePayment, Method, OperationKey, Outcome, PaymentAt, PaymentRef, Provider, ReturnTo,
        Snapshot, Why,
    },
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
    cmd: &PayOrder<'_>,
) -> Result<Outcome<Snapshot>, PayError> {
    let provider = known_provider(app, &attempt.provider)?;
    let return_to = cmd.return_to.clone();
    if attempt.method == Method::Embedded && cmd.token.is_none() {
        // Who comes without what the provider's form left can move no money.
        return Ok(Outcome::NotSent(Why::Refused));
    }
    if provider.caps().confirms_on_create {
        return Ok(provider.create(ctx, &call(attempt, return_to, true)).await);
    }
    let at = match attempt.at() {
        Some(at) => at,
        None => match provider.create(ctx, &call(attempt, return_to.clone(), false)).await {
            Outcome::Done(made) | Outcome::Pending(made) | Outcome::Action(made, _) => {
                note_payment(app, ctx, attempt, &made).await?;
                PaymentAt {
                    account: attempt.account.clone(),
                    payment: made.payment,
                }
            }
            other => return Ok(other),
        },
    };
    let confirm = ConfirmPayment {
        key: OperationKey::confirm(attempt.id),
        at,
        token: cmd.token.clone(),
        return_to,
    };
    Ok(provider.confirm(ctx, &confirm).await)
}

/// Asks how the attempt's payment stands, without moving money. A payment whose reference we never learned is found by
/// sending its creation again, unconfirmed.
pub(crate) async fn ask(app: &Checkout, ctx: &Ctx, attempt: &Attempt) -> Result<Outcome<Snapshot>, PayError> {
    let provider = known_provider(app, &attempt.provider)?;
    Ok(match attempt.at() {
        Some(at) => provider.fetch_payment(ctx, &at).await,
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
    let at = PaymentAt {
        account: attempt.account.clone(),
        payment: payment.clone(),
    };
    Ok(provider.void(ctx, &at, &OperationKey::void(attempt.id)).await)
}

fn call(attempt: &Attempt, return_to: Option<ReturnTo>, confirm: bool) -> CreatePayment {
    CreatePayment {
        key: OperationKey::create(attempt.id),
        attempt: attempt.id,
        amount: attempt.amount,
        method: attempt.method,
        account: attempt.account.clone(),
        fee: attempt.fee,
        return_to,
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
