//! Sends a refund to its provider, and takes the answer in.

use async_trait::async_trait;
use bilten_core::orders::{self, MoveError};
use bilten_kernel::{Ctx, RefundId};
use bilten_tenancy::{
    DbError, audit,
    jobs::{Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;

use super::store::{self, Refund, RefundState};
use crate::{
    attempts::{self, Attempt},
    checkout::{Checkout, PayError, known_provider},
    ledger,
    notices::{self, Notice, What},
    payees,
    provider::{DeclineCode, OperationKey, Outcome, RefundPayment, RefundSnapshot, RefundStatus, Retry},
};

/// Kind of the job that sends a refund.
pub const SUBMIT_JOB: &str = "billing.refund";
/// Why a refund was refused whose account has left.
const GONE: &str = "account_gone";
/// Wait before a refund whose answer is open is sent again under its key.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(20);

/// Sends a refund, again if need be; tells where it stands then.
///
/// # Errors
/// The database failed, or the provider is not set up.
pub async fn submit(app: &Checkout, ctx: &Ctx, id: RefundId) -> Result<RefundState, PayError> {
    let Some((refund, attempt)) = begin(app, ctx, id).await? else {
        return Ok(RefundState::Failed);
    };
    if matches!(refund.state, RefundState::Succeeded | RefundState::Failed) {
        return Ok(refund.state);
    }
    let Some(at) = attempt.at() else {
        return take_in(app, ctx, &refund, Outcome::Unknown).await;
    };
    let provider = known_provider(app, &attempt.provider)?;
    let call = RefundPayment {
        key: OperationKey::refund(id),
        at,
        amount: refund.amount,
        returns_fee: !refund.fee_returned.is_zero(),
    };
    let outcome = provider.refund(ctx, &call).await;
    let place = (attempt.provider.as_str(), attempt.account.as_ref());
    if payees::has_left(&app.db, ctx, place, &outcome).await? {
        let gone = Outcome::Declined(DeclineCode::new(GONE), Retry::Never);
        return take_in(app, ctx, &refund, gone).await;
    }
    take_in(app, ctx, &refund, outcome).await
}

/// Writes down that the refund is about to be sent.
async fn begin(app: &Checkout, ctx: &Ctx, id: RefundId) -> Result<Option<(Refund, Attempt)>, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let Some(refund) = store::lock(&mut tx, id).await? else {
        return Ok(None);
    };
    let Some(attempt) = attempts::store::find(&mut tx, refund.attempt).await? else {
        return Ok(None);
    };
    store::set_state(&mut tx, ctx, id, RefundState::Submitting, None).await?;
    attempts::store::note_sent(&mut tx, ctx, attempt.id, "refund", &OperationKey::refund(id)).await?;
    tx.commit().await?;
    Ok(Some((refund, attempt)))
}

async fn take_in(
    app: &Checkout,
    ctx: &Ctx,
    refund: &Refund,
    outcome: Outcome<RefundSnapshot>,
) -> Result<RefundState, PayError> {
    let label = outcome.label();
    let is_gone = matches!(&outcome, Outcome::Declined(code, _) if code.as_str() == GONE);
    let (state, name) = match outcome {
        Outcome::Done(told) | Outcome::Pending(told) | Outcome::Action(told, _) => match told.status {
            RefundStatus::Pending => (RefundState::Pending, Some(told.refund)),
            RefundStatus::Succeeded => (RefundState::Succeeded, Some(told.refund)),
            RefundStatus::Failed => (RefundState::Failed, Some(told.refund)),
        },
        Outcome::Declined(..) => (RefundState::Failed, None),
        Outcome::NotSent(_) | Outcome::Unknown => (RefundState::Submitting, None),
    };
    let mut tx = app.db.begin(ctx).await?;
    let before = store::lock(&mut tx, refund.id).await?.map_or(refund.state, |r| r.state);
    store::set_state(&mut tx, ctx, refund.id, state, name.as_deref()).await?;
    attempts::store::settle_operations(&mut tx, ctx, refund.attempt, label).await?;
    let is_end = matches!(state, RefundState::Succeeded | RefundState::Failed);
    if is_end && before != state {
        ledger::book_refund_end(&mut tx, ctx, refund, (before, state))
            .await
            .map_err(DbError::from)?;
        if state == RefundState::Succeeded {
            match orders::set_refunded(ctx, &mut tx, refund.order).await {
                // The order was refunded with its cancellation, or another attempt paid it.
                Ok(()) | Err(MoveError::WrongState) => {}
                Err(MoveError::Db(error)) => return Err(error.into()),
            }
        } else {
            tracing::error!(refund = %refund.id, order = %refund.order, "a refund was refused");
            if is_gone {
                let notice = Notice::of_order(refund.id.to_string(), What::RefundByHand, refund.order, refund.amount);
                notices::publish(&mut tx, ctx, &notice).await?;
            }
        }
        let entry = audit::Entry {
            action: "refund.ended",
            object: refund.id.to_string(),
            details: json!({ "state": state.name() }),
        };
        audit::record(&mut tx, ctx, entry).await?;
    }
    tx.commit().await?;
    Ok(state)
}

#[derive(Deserialize)]
struct Payload {
    refund: RefundId,
}

/// Sends refunds that were requested.
#[derive(Debug, Clone)]
pub struct SubmitRefund(pub Checkout);

#[async_trait]
impl JobHandler for SubmitRefund {
    fn kind(&self) -> &'static str {
        SUBMIT_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            return JobOutcome::Fail("payload is malformed".to_owned());
        };
        match submit(&self.0, ctx, payload.refund).await {
            Ok(RefundState::Succeeded | RefundState::Failed) => JobOutcome::Done,
            // The sweep goes on with it when this job has been tried too often.
            Ok(RefundState::Requested | RefundState::Submitting | RefundState::Pending) => {
                JobOutcome::Retry(AGAIN_AFTER, "the refund's answer is open".to_owned())
            }
            Err(error) => JobOutcome::Retry(AGAIN_AFTER, error.to_string()),
        }
    }
}
