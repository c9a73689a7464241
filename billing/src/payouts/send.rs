//! Sends payouts to their providers, and takes in what becomes of them.

use async_trait::async_trait;
use bilten_kernel::Ctx;
use bilten_tenancy::{
    DbError, TenantTx, audit,
    jobs::{self, Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;

use super::{
    PayoutId, gate,
    store::{self, PayoutRow},
};
use crate::{
    checkout::{Checkout, PayError, known_provider},
    ledger::{
        self, Kind, PostError,
        templates::{self, PayoutFacts},
    },
    provider::{OperationKey, Outcome, PayoutSnapshot, PayoutStatus, SendMoney},
    watch,
};

/// Kind of the job that sends a payout and asks after it.
pub const SEND_JOB: &str = "billing.payout";
/// Wait before a payout that is under way is asked after.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// Where a payout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PayoutState {
    /// Decided; its lots are taken.
    Reserved,
    /// Sent, or about to be.
    Submitting,
    /// On its way.
    InTransit,
    /// In the bank.
    Paid,
    /// It came back; its lots are free again.
    Failed,
}

impl PayoutState {
    const ALL: [Self; 5] = [
        Self::Reserved,
        Self::Submitting,
        Self::InTransit,
        Self::Paid,
        Self::Failed,
    ];

    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Submitting => "submitting",
            Self::InTransit => "in_transit",
            Self::Paid => "paid",
            Self::Failed => "failed",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Sends a payout, or asks after it; tells where it stands then. A payout that was paid may still come back.
///
/// # Errors
/// The database failed, or the provider is not set up.
pub async fn send(app: &Checkout, ctx: &Ctx, id: PayoutId) -> Result<PayoutState, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let payout = store::lock_payout(&mut tx, id).await?.ok_or(PayError::NotFound)?;
    if payout.state == PayoutState::Failed {
        return Ok(payout.state);
    }
    if payout.state == PayoutState::Reserved {
        if !watch::lets_money_go(&mut tx).await? || gate::rests(&mut tx, ctx, &payout).await? {
            return Ok(payout.state);
        }
        store::set_payout_state(&mut tx, ctx, id, (PayoutState::Submitting, None)).await?;
    }
    tx.commit().await?;
    let provider = known_provider(app, &payout.provider)?;
    let call = SendMoney {
        key: OperationKey::payout(id),
        amount: payout.amount,
        account: payout.account.clone(),
        known: payout.reference.clone(),
        decided_at: payout.created_at,
    };
    let told = match provider.send_money(ctx, &call).await {
        Outcome::Done(told) | Outcome::Pending(told) | Outcome::Action(told, _) => told,
        Outcome::Declined(code, _) => PayoutSnapshot {
            payout: String::new(),
            status: PayoutStatus::Failed(code.as_str().to_owned()),
            trace: None,
        },
        Outcome::NotSent(_) | Outcome::Unknown => return Ok(PayoutState::Submitting),
    };
    let mut tx = app.db.begin(ctx).await?;
    let state = take_in(&mut tx, ctx, id, &told).await.map_err(DbError::from)?;
    tx.commit().await?;
    Ok(state)
}

/// Takes the provider's word in. Booked is what is new: sent money arrives, or comes back.
async fn take_in(tx: &mut TenantTx, ctx: &Ctx, id: PayoutId, told: &PayoutSnapshot) -> Result<PayoutState, PostError> {
    let known = store::lock_payout(tx, id).await?.ok_or(PostError::NotFound)?;
    let state = match told.status {
        PayoutStatus::InTransit => PayoutState::InTransit,
        PayoutStatus::Paid => PayoutState::Paid,
        PayoutStatus::Failed(_) => PayoutState::Failed,
    };
    let is_news = match known.state {
        PayoutState::Reserved | PayoutState::Submitting => true,
        PayoutState::InTransit => state != PayoutState::InTransit,
        PayoutState::Paid => state == PayoutState::Failed,
        PayoutState::Failed => false,
    };
    if !is_news {
        return Ok(known.state);
    }
    store::set_payout_state(tx, ctx, id, (state, Some(told))).await?;
    book(tx, ctx, &known, state).await?;
    let entry = audit::Entry {
        action: "payout.moved",
        object: id.to_string(),
        details: json!({ "state": state.name() }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(state)
}

async fn book(tx: &mut TenantTx, ctx: &Ctx, payout: &PayoutRow, state: PayoutState) -> Result<(), PostError> {
    let facts = PayoutFacts {
        key: payout.id.to_string(),
        at: ctx.now(),
        book: ledger::find_book(tx, payout.book).await?,
        provider: payout.provider.clone(),
        amount: payout.amount,
    };
    match state {
        PayoutState::Reserved | PayoutState::Submitting | PayoutState::InTransit => {}
        PayoutState::Paid => {
            ledger::post(tx, ctx, &templates::payout_paid(&facts)?).await?;
            store::settle_lots(tx, ctx, payout.id).await?;
        }
        PayoutState::Failed => {
            if payout.state == PayoutState::Paid {
                // The bank sent it back.
                ledger::reverse(tx, ctx, Kind::PayoutPaid, &payout.id.to_string()).await?;
            }
            ledger::post(tx, ctx, &templates::payout_failed(&facts)?).await?;
            store::free_lots(tx, ctx, payout.id).await?;
            tracing::error!(payout = %payout.id, "a payout came back");
        }
    }
    Ok(())
}

/// Has a payout sent, or asked after, after the commit.
pub(crate) async fn request_send(tx: &mut TenantTx, ctx: &Ctx, id: PayoutId) -> Result<(), DbError> {
    let job = jobs::NewJob {
        kind: SEND_JOB,
        payload: json!({ "payout": id }),
        run_at: ctx.now(),
        unique_key: Some(&id.to_string()),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}

#[derive(Deserialize)]
struct Payload {
    payout: PayoutId,
}

/// Sends payouts that were made, and asks after them until they have arrived or come back.
#[derive(Debug, Clone)]
pub struct SendPayout(pub Checkout);

#[async_trait]
impl JobHandler for SendPayout {
    fn kind(&self) -> &'static str {
        SEND_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            return JobOutcome::Fail("payload is malformed".to_owned());
        };
        match send(&self.0, ctx, payload.payout).await {
            Ok(PayoutState::Paid | PayoutState::Failed) => JobOutcome::Done,
            // The hourly look goes on with it when this job has been tried too often.
            Ok(PayoutState::Reserved | PayoutState::Submitting | PayoutState::InTransit) => {
                JobOutcome::Retry(AGAIN_AFTER, "the payout is on its way".to_owned())
            }
            Err(error) => JobOutcome::Retry(AGAIN_AFTER, error.to_string()),
        }
    }
}
