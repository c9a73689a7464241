//! Asks again where a register did not answer a buyer.

use async_trait::async_trait;
use bilten_core::{
    orders::{self, OrderState},
    pricing::Finding,
};
use bilten_kernel::{Ctx, OrderId};
use bilten_tenancy::{
    DbError, TenantTx,
    jobs::{self, Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{Asker, VatChecks, correction, store};

/// Kind of the job.
const RECHECK_JOB: &str = "billing.recheck_vat_id";
/// Wait before the first try; a register that is down is seldom back at once.
const FIRST_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// Wait while the order is not paid.
const UNPAID_AFTER: SignedDuration = SignedDuration::from_mins(20);

#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    order: OrderId,
    check: Uuid,
}

/// Has the number of an order asked about again, with the order's transaction.
///
/// # Errors
/// The database refused.
pub async fn queue_recheck(ctx: &Ctx, tx: &mut TenantTx, order: OrderId, check: Uuid) -> Result<(), DbError> {
    let key = order.to_string();
    let job = jobs::NewJob {
        kind: RECHECK_JOB,
        payload: json!(Payload { order, check }),
        run_at: ctx.now() + FIRST_AFTER,
        unique_key: Some(&key),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}

/// Does the job.
#[derive(Debug, Clone)]
pub struct Recheck(pub VatChecks);

#[async_trait]
impl JobHandler for Recheck {
    fn kind(&self) -> &'static str {
        RECHECK_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            return JobOutcome::Fail("the payload cannot be read".to_owned());
        };
        match recheck(&self.0, ctx, &payload).await {
            Ok(Rechecked::Done) => JobOutcome::Done,
            Ok(Rechecked::NoAnswer) => JobOutcome::Retry(job.back_off().max(FIRST_AFTER), "no answer yet".to_owned()),
            Ok(Rechecked::Unpaid) => JobOutcome::Retry(UNPAID_AFTER, "the order is not paid".to_owned()),
            Err(error) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}

enum Rechecked {
    Done,
    NoAnswer,
    Unpaid,
}

async fn recheck(checks: &VatChecks, ctx: &Ctx, asked: &Payload) -> Result<Rechecked, DbError> {
    let mut tx = checks.db.begin(ctx).await?;
    let evidence = store::find(&mut tx, asked.check).await?;
    let order = orders::find(&mut tx, asked.order).await?;
    tx.commit().await?;
    let (Some(evidence), Some(order)) = (evidence, order) else {
        return Ok(Rechecked::Done);
    };
    // He may have told something else since, or another answer may have come.
    let is_still_asked = order
        .buyer_tax
        .as_ref()
        .is_some_and(|told| told.finding == Finding::Unavailable && told.vat_id.as_ref() == Some(&evidence.number));
    match order.state {
        _ if !is_still_asked => return Ok(Rechecked::Done),
        OrderState::Expired | OrderState::Cancelled | OrderState::Refunded => return Ok(Rechecked::Done),
        OrderState::Quoted | OrderState::AwaitingPayment | OrderState::AwaitingFunds | OrderState::PaymentConflict => {
            return Ok(Rechecked::Unpaid);
        }
        OrderState::Paid => {}
    }
    let found = checks.ask(ctx, &evidence.number, Asker::Job).await?;
    let Some(check) = found.check else {
        return Ok(Rechecked::Done);
    };
    match found.finding {
        Finding::Unavailable => return Ok(Rechecked::NoAnswer),
        Finding::Invalid | Finding::NotAsked => return Ok(Rechecked::Done),
        Finding::Valid => {}
    }
    let mut tx = checks.db.begin(ctx).await?;
    let tax = correction::tax_taken(&mut tx, &order).await?;
    if tax.minor > 0 && store::insert_correction(&mut tx, ctx, (order.id, check), tax).await? {
        correction::note(ctx, &mut tx, order.id, "tax_correction.found").await?;
    }
    tx.commit().await?;
    Ok(Rechecked::Done)
}
