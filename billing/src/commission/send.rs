//! Sends settlements, and takes in what becomes of them.

use async_trait::async_trait;
use bilten_kernel::Ctx;
use bilten_tenancy::{
    DbError, TenantTx, audit,
    jobs::{self, Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;

use super::{Settlement, SettlementId, SettlementState, store};
use crate::{
    checkout::{Checkout, PayError, known_provider},
    ledger::{
        self, Book, Kind, PostError,
        templates::{self, CommissionFacts},
    },
    provider::{OperationKey, Outcome, SendTransfer, TransferSnapshot},
    watch,
};

/// Kind of the job that sends a settlement.
pub const SEND_JOB: &str = "billing.commission";
/// Wait after the first try that failed; it doubles, up to a day.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(10);
const DOUBLINGS: u32 = 8;
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);
/// How long after it was sent a transfer is asked after: whoever reverses one does so soon.
const ASKED_FOR: SignedDuration = SignedDuration::from_hours(24 * 60);
/// Settlements that one look takes up.
const BATCH: i64 = 20;

/// Sends a settlement, or asks after one that was sent; tells where it stands then.
///
/// # Errors
/// The database failed, or the provider is not set up.
pub async fn send(app: &Checkout, ctx: &Ctx, id: SettlementId) -> Result<SettlementState, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let settlement = store::lock(&mut tx, id).await?.ok_or(PayError::NotFound)?;
    match settlement.state {
        SettlementState::Reversed => return Ok(settlement.state),
        SettlementState::Owed if !watch::lets_money_go(&mut tx).await? => {
            // It is looked at again by the hour.
            return Ok(settlement.state);
        }
        SettlementState::Owed => store::set_submitting(&mut tx, ctx, id).await?,
        SettlementState::Submitting | SettlementState::Sent => {}
    }
    tx.commit().await?;
    let provider = known_provider(app, &settlement.provider)?;
    if settlement.account.is_none() && provider.caps().needs_account {
        return failed(app, ctx, &settlement, "no_account").await;
    }
    let call = SendTransfer {
        key: OperationKey::transfer(id),
        group: id.to_string(),
        account: settlement.account.clone(),
        amount: settlement.amount,
        known: settlement.reference.clone(),
    };
    match provider.transfer(ctx, &call).await {
        Outcome::Done(told) | Outcome::Pending(told) | Outcome::Action(told, _) => {
            let mut tx = app.db.begin(ctx).await?;
            let state = take_in(&mut tx, ctx, id, &told).await.map_err(DbError::from)?;
            tx.commit().await?;
            Ok(state)
        }
        Outcome::Declined(code, _) => failed(app, ctx, &settlement, code.as_str()).await,
        Outcome::NotSent(_) | Outcome::Unknown => failed(app, ctx, &settlement, "no_answer").await,
    }
}

/// Writes down why it did not go, and when it is tried again.
async fn failed(app: &Checkout, ctx: &Ctx, settlement: &Settlement, why: &str) -> Result<SettlementState, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let next_at = ctx.now() + wait(settlement.tries);
    store::set_failed(&mut tx, ctx, settlement.id, (why, next_at)).await?;
    tx.commit().await?;
    tracing::warn!(settlement = %settlement.id, why, tries = settlement.tries + 1, "a transfer did not go; it is tried again");
    Ok(settlement.state)
}

fn wait(tries: u32) -> SignedDuration {
    let doubled = FIRST_WAIT
        .checked_mul(1_i32 << tries.min(DOUBLINGS))
        .unwrap_or(LONGEST_WAIT);
    doubled.min(LONGEST_WAIT)
}

/// Takes the provider's word in, and books what is new.
async fn take_in(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: SettlementId,
    told: &TransferSnapshot,
) -> Result<SettlementState, PostError> {
    let known = store::lock(tx, id).await?.ok_or(PostError::NotFound)?;
    let mut state = known.state;
    if matches!(state, SettlementState::Owed | SettlementState::Submitting) {
        ledger::post(tx, ctx, &templates::commission_paid(&facts(ctx, &known))?).await?;
        state = SettlementState::Sent;
    }
    if state == SettlementState::Sent && told.reversal.is_some() {
        ledger::reverse(tx, ctx, Kind::CommissionPaid, &id.to_string()).await?;
        tracing::error!(settlement = %id, "a transfer was reversed");
        state = SettlementState::Reversed;
    }
    if state != known.state {
        store::set_told(tx, ctx, id, (state, told)).await?;
        let entry = audit::Entry {
            action: "commission.moved",
            object: id.to_string(),
            details: json!({ "state": state.name(), "transfer": told.transfer }),
        };
        audit::record(tx, ctx, entry).await?;
    }
    Ok(state)
}

fn facts(ctx: &Ctx, settlement: &Settlement) -> CommissionFacts {
    CommissionFacts {
        key: settlement.id.to_string(),
        order: settlement.as_order(),
        at: ctx.now(),
        book: Book::Tenant,
        provider: settlement.provider.clone(),
        amount: settlement.amount,
        given: settlement.given,
    }
}

/// Finds a settlement by the provider's name of its transfer, or of its reversal.
pub(crate) async fn find_at_provider(
    tx: &mut TenantTx,
    provider: &str,
    reference: &str,
) -> Result<Option<Settlement>, DbError> {
    store::find_by_reference(tx, provider, reference).await
}

/// Has a settlement sent after the commit.
pub(super) async fn request_send(tx: &mut TenantTx, ctx: &Ctx, id: SettlementId) -> Result<(), DbError> {
    let job = jobs::NewJob {
        kind: SEND_JOB,
        payload: json!({ "settlement": id }),
        run_at: ctx.now(),
        unique_key: Some(&id.to_string()),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}

/// Has everything sent that is to be tried again by now, and asked after what was sent lately.
pub(crate) async fn request_open(tx: &mut TenantTx, ctx: &Ctx) -> Result<(), DbError> {
    for id in store::list_to_try(tx, (ctx.now(), ctx.now() - ASKED_FOR), BATCH).await? {
        request_send(tx, ctx, id).await?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct Payload {
    settlement: SettlementId,
}

/// Sends settlements. What does not go is taken up again by the hourly look after the tenant's money.
#[derive(Debug, Clone)]
pub struct SendCommission(pub Checkout);

#[async_trait]
impl JobHandler for SendCommission {
    fn kind(&self) -> &'static str {
        SEND_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            return JobOutcome::Fail("payload is malformed".to_owned());
        };
        match send(&self.0, ctx, payload.settlement).await {
            Ok(_) => JobOutcome::Done,
            Err(error) => JobOutcome::Retry(FIRST_WAIT, error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_ever_further_apart_and_never_more_than_a_day() {
        assert_eq!(wait(0), FIRST_WAIT);
        assert_eq!(wait(3), SignedDuration::from_mins(80));
        for tries in [8, 9, 1_000_000] {
            assert_eq!(wait(tries), LONGEST_WAIT);
        }
    }
}
