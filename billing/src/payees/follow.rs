//! Keeps a payee as its provider tells it: asks after each notice, and takes in what is told.

use async_trait::async_trait;
use bilten_kernel::Ctx;
use bilten_tenancy::{
    DbError, TenantTx, audit,
    jobs::{self, Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    PayeeAccount, PayeeError, PayeeId, PayeeState, Payees, RestWhy, Standing, answered, close, rests, store, wallets,
};
use crate::{
    notices::{self, Notice, What},
    provider::AccountRef,
};

/// Kind of the job that asks how an account stands.
pub const FOLLOW_JOB: &str = "billing.follow_payee";
/// Wait before a provider that gave no answer is asked again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(20);
/// The owner took the account away from the platform.
const TAKEN_AWAY: &str = "account.application.deauthorized";

/// Tells whether a notice of this kind is about an account as a whole.
pub(crate) fn concerns_payee(kind: &str) -> bool {
    ["account.", "capability.", "person."]
        .iter()
        .any(|start| kind.starts_with(start))
}

/// Enqueues the question how an account stands; of several at once one is asked.
pub(crate) async fn follow(
    tx: &mut TenantTx,
    ctx: &Ctx,
    provider: &str,
    account: &AccountRef,
    kind: &str,
) -> Result<(), DbError> {
    let payload = Payload {
        provider: provider.to_owned(),
        account: account.to_string(),
        is_taken_away: kind == TAKEN_AWAY,
    };
    let name = format!("{account} {}", payload.is_taken_away);
    let job = jobs::NewJob {
        kind: FOLLOW_JOB,
        payload: json!(payload),
        run_at: ctx.now(),
        unique_key: Some(&name),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}

/// Asks the provider how a payee stands, and takes it in.
///
/// # Errors
/// See [`PayeeError`].
pub async fn refresh(app: &Payees, ctx: &Ctx, id: PayeeId) -> Result<PayeeAccount, PayeeError> {
    let mut tx = app.db.begin(ctx).await?;
    let payee = store::find(&mut tx, id).await?.ok_or(PayeeError::NotFound)?;
    tx.rollback().await?;
    let account = payee.account.as_ref().ok_or(PayeeError::WrongState)?;
    let told = answered(app.at(&payee.provider)?.fetch(ctx, account).await)?;
    take_in(app, ctx, id, &told).await
}

/// Takes in what a provider told; a change of state is audited.
pub(super) async fn take_in(app: &Payees, ctx: &Ctx, id: PayeeId, told: &Standing) -> Result<PayeeAccount, PayeeError> {
    let mut tx = app.db.begin(ctx).await?;
    let before = store::lock(&mut tx, id).await?.ok_or(PayeeError::NotFound)?;
    if before.account.as_ref().is_some_and(|known| *known != told.account) {
        return Err(PayeeError::Refused);
    }
    let state = before.state.after(told);
    store::save(&mut tx, ctx, id, (told, state)).await?;
    if before.bank.is_some() && told.bank.is_some() && before.bank != told.bank {
        let at = (before.provider.as_str(), &told.account);
        rests::begin(&mut tx, ctx, at, (RestWhy::BankChanged, "")).await?;
        // Its name tells this change from the next one: each is told.
        let notice = Notice {
            about: format!("{id}-{}", ctx.now().as_second()),
            what: What::BankChanged,
            order: None,
            amount: None,
            until: Some(ctx.now() + rests::AFTER_NEW_BANK),
        };
        notices::publish(&mut tx, ctx, &notice).await?;
    }
    if state == PayeeState::Active && before.state != PayeeState::Active {
        wallets::request_wallets(&mut tx, ctx, SignedDuration::ZERO).await?;
    }
    if state != before.state {
        let entry = audit::Entry {
            action: "payee.changed",
            object: id.to_string(),
            details: json!({ "before": before.state.name(), "after": state.name(),
                             "disabled": told.disabled.map(super::Disabled::name) }),
        };
        audit::record(&mut tx, ctx, entry).await?;
    }
    let after = store::find(&mut tx, id).await?.ok_or(PayeeError::NotFound)?;
    tx.commit().await?;
    Ok(after)
}

#[derive(Serialize, Deserialize)]
struct Payload {
    provider: String,
    account: String,
    is_taken_away: bool,
}

/// Asks how accounts stand of which a notice came.
#[derive(Debug, Clone)]
pub struct FollowPayee(pub Payees);

impl FollowPayee {
    async fn look(&self, ctx: &Ctx, payload: &Payload) -> Result<(), PayeeError> {
        let mut tx = self.0.db.begin(ctx).await?;
        let Some(payee) = store::find_by_account(&mut tx, &payload.provider, &payload.account).await? else {
            return Ok(());
        };
        tx.rollback().await?;
        match refresh(&self.0, ctx, payee.id).await {
            // The notice is a hint as any other: only an account that we really reach no more is closed.
            Err(PayeeError::NotFound | PayeeError::Refused) if payload.is_taken_away => {
                let mut tx = self.0.db.begin(ctx).await?;
                match close(ctx, &mut tx, payee.id).await {
                    Ok(()) => {
                        let notice = Notice::of_account(payee.id.to_string(), What::AccountGone);
                        notices::publish(&mut tx, ctx, &notice).await?;
                        Ok(tx.commit().await?)
                    }
                    Err(PayeeError::WrongState) => Ok(tx.commit().await?),
                    Err(error) => Err(error),
                }
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl JobHandler for FollowPayee {
    fn kind(&self) -> &'static str {
        FOLLOW_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            return JobOutcome::Fail("payload is malformed".to_owned());
        };
        match self.look(ctx, &payload).await {
            Ok(()) => JobOutcome::Done,
            Err(error) => JobOutcome::Retry(AGAIN_AFTER, error.to_string()),
        }
    }
}
