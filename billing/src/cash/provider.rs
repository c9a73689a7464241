//! The cash box behind the port.

use async_trait::async_trait;
use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx};

use super::{
    Cash, CashPaymentId, NAME,
    store::{self, Payment, State},
};
use crate::provider::{
    Caps, ConfirmPayment, CreatePayment, DeclineCode, HeaderLookup, Method, OperationKey, Outcome, PaymentAt, Provider,
    RawEvent, RefundPayment, RefundSnapshot, RefundStatus, Retry, SignatureError, Snapshot, Why,
};

#[async_trait]
impl Provider for Cash {
    fn name(&self) -> &'static str {
        NAME
    }

    fn caps(&self) -> Caps {
        Caps {
            confirms_on_create: true,
            needs_account: false,
        }
    }

    async fn create(&self, ctx: &Ctx, call: &CreatePayment) -> Outcome<Snapshot> {
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        if call.method != Method::Instant {
            // There is no page on which a buyer could pay.
            return match store::lock_by_key(&mut tx, &call.key).await {
                Ok(None) => Outcome::NotSent(Why::Refused),
                Ok(Some(_)) => Outcome::NotSent(Why::KeyReused),
                Err(error) => lost(&error),
            };
        }
        let entered = match enter(&mut tx, ctx, call).await {
            Ok(entered) => entered,
            Err(error) => return lost(&error),
        };
        match (entered, tx.commit().await) {
            (_, Err(_)) => Outcome::Unknown,
            (Some(payment), Ok(())) => Outcome::Done(payment.snapshot()),
            (None, Ok(())) => Outcome::NotSent(Why::KeyReused),
        }
    }

    async fn confirm(&self, ctx: &Ctx, call: &ConfirmPayment) -> Outcome<Snapshot> {
        self.change(ctx, &call.at, State::Taken).await
    }

    async fn void(&self, ctx: &Ctx, at: &PaymentAt, _key: &OperationKey) -> Outcome<Snapshot> {
        self.change(ctx, at, State::Void).await
    }

    async fn refund(&self, ctx: &Ctx, call: &RefundPayment) -> Outcome<RefundSnapshot> {
        let Ok(id) = call.at.payment.as_str().parse::<CashPaymentId>() else {
            return Outcome::NotSent(Why::NotFound);
        };
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        let outcome = match refund(&mut tx, ctx, id, call).await {
            Ok(outcome) => outcome,
            Err(error) => return lost(&error),
        };
        if tx.commit().await.is_err() {
            return Outcome::Unknown;
        }
        outcome
    }

    async fn fetch_payment(&self, ctx: &Ctx, at: &PaymentAt) -> Outcome<Snapshot> {
        let Ok(id) = at.payment.as_str().parse::<CashPaymentId>() else {
            return Outcome::NotSent(Why::NotFound);
        };
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        match store::lock(&mut tx, id).await {
            Ok(Some(payment)) => Outcome::Done(payment.snapshot()),
            Ok(None) => Outcome::NotSent(Why::NotFound),
            Err(error) => lost(&error),
        }
    }

    /// Nobody sends notices about cash.
    fn verify(&self, _: &Ctx, _: &dyn HeaderLookup, _: &[u8]) -> Result<RawEvent, SignatureError> {
        Err(SignatureError::Malformed)
    }
}

impl Cash {
    async fn change(&self, ctx: &Ctx, at: &PaymentAt, to: State) -> Outcome<Snapshot> {
        let Ok(id) = at.payment.as_str().parse::<CashPaymentId>() else {
            return Outcome::NotSent(Why::NotFound);
        };
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        let mut payment = match store::lock(&mut tx, id).await {
            Ok(Some(payment)) => payment,
            Ok(None) => return Outcome::NotSent(Why::NotFound),
            Err(error) => return lost(&error),
        };
        // What was taken, or called off, stays so.
        if payment.state == State::Asked {
            payment.state = to;
            if let Err(error) = store::save(&mut tx, ctx, &payment).await {
                return lost(&error);
            }
        }
        match tx.commit().await {
            Ok(()) => Outcome::Done(payment.snapshot()),
            Err(_) => Outcome::Unknown,
        }
    }
}

/// Enters a payment, or finds the one with its key; none when the key stands for something else.
async fn enter(tx: &mut TenantTx, ctx: &Ctx, call: &CreatePayment) -> Result<Option<Payment>, DbError> {
    let state = if call.confirm { State::Taken } else { State::Asked };
    store::insert(tx, ctx, ctx.new_id(), call, state).await?;
    let Some(mut payment) = store::lock_by_key(tx, &call.key).await? else {
        return Ok(None);
    };
    if payment.params_hash != call.params_hash() {
        return Ok(None);
    }
    if call.confirm && payment.state == State::Asked {
        payment.state = State::Taken;
        store::save(tx, ctx, &payment).await?;
    }
    Ok(Some(payment))
}

async fn refund(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: CashPaymentId,
    call: &RefundPayment,
) -> Result<Outcome<RefundSnapshot>, DbError> {
    let Some(mut payment) = store::lock(tx, id).await? else {
        return Ok(Outcome::NotSent(Why::NotFound));
    };
    let told = |refund: String, is_handed_out| {
        let status = if is_handed_out {
            RefundStatus::Succeeded
        } else {
            RefundStatus::Pending
        };
        let told = RefundSnapshot {
            refund,
            status,
            amount: call.amount,
        };
        match status {
            RefundStatus::Pending => Outcome::Pending(told),
            RefundStatus::Succeeded | RefundStatus::Failed => Outcome::Done(told),
        }
    };
    if let Some(known) = store::find_refund(tx, &call.key).await? {
        let is_same = known.amount_minor == call.amount.minor;
        return Ok(if is_same {
            told(known.name, known.is_handed_out)
        } else {
            Outcome::NotSent(Why::KeyReused)
        });
    }
    let left = payment.amount.minor - payment.refunded_minor;
    let fits = call.amount.currency == payment.amount.currency && (1..=left).contains(&call.amount.minor);
    if payment.state != State::Taken || !fits {
        return Ok(Outcome::Declined(DeclineCode::new("not_refundable"), Retry::Never));
    }
    payment.refunded_minor += call.amount.minor;
    store::save(tx, ctx, &payment).await?;
    let name = store::insert_refund(tx, ctx, id, call).await?;
    Ok(told(name, false))
}

fn lost<T>(error: &DbError) -> Outcome<T> {
    tracing::warn!(%error, "the cash box lost an answer");
    Outcome::Unknown
}
