//! Notices that arrive for all tenants at one address: they name an account, and the account its tenant.
//!
//! A notice is stored, sealed, in its tenant's inbox and followed up like any other. What names no account of ours, or
//! speaks of money in the other mode (test or live), is dropped: Stripe is told that it arrived, or it would send for days.

use async_trait::async_trait;
use bilten_kernel::{Ctx, TenantId, Timestamp};
use bilten_tenancy::{
    DbError, PlatformDb, TenantTx,
    jobs::{self, Chore, Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Inbox, ReceiveError, inbox};
use crate::{
    payees,
    provider::{AccountRef, HeaderLookup, Outcome, SignatureError},
    stripe::{self, Notice, Stripe},
};

/// Kind of the job that looks for notices which never arrived.
pub const UNDELIVERED_JOB: &str = "billing.undelivered_notices";
/// Longest body that is looked at, in bytes.
const MAX_BODY: usize = 256 * 1024;
/// Time between two looks for notices of an account that never arrived.
const LOOK_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// Stripe tries to deliver for three days; so long nothing is lost while we are away.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(3 * 24);
/// Wait before a Stripe that gave no answer is asked again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It lies in its tenant's inbox, now or since before.
    Kept(TenantId),
    /// It concerns no account of ours.
    NotOurs,
    /// It speaks of the other mode.
    OtherMode,
}

/// Receives Stripe's notices for all tenants.
#[derive(Debug, Clone)]
pub struct StripeInbox {
    /// The inboxes of the tenants.
    pub inbox: Inbox,
    /// Checks signatures, lists what did not arrive.
    pub stripe: Stripe,
    /// Finds the tenant of an account.
    pub platform: PlatformDb,
}

impl StripeInbox {
    /// Receives for these inboxes.
    pub fn new(inbox: &Inbox, stripe: Stripe, platform: &PlatformDb) -> Self {
        Self {
            inbox: inbox.clone(),
            stripe,
            platform: platform.clone(),
        }
    }

    /// Receives one. `ctx` names no tenant yet.
    ///
    /// # Errors
    /// See [`ReceiveError`].
    pub async fn receive(&self, ctx: &Ctx, headers: &dyn HeaderLookup, body: &[u8]) -> Result<Received, ReceiveError> {
        if body.len() > MAX_BODY {
            return Err(SignatureError::BadEvent.into());
        }
        let notice = self.stripe.read_notice(ctx.now(), headers, body)?;
        let received = self.sort(ctx, &notice, body).await?;
        let label = match received {
            Received::Kept(_) => "kept",
            Received::NotOurs => "not_ours",
            Received::OtherMode => "other_mode",
        };
        metrics::counter!("stripe_notices_total", "received" => label).increment(1);
        Ok(received)
    }

    async fn sort(&self, ctx: &Ctx, notice: &Notice, body: &[u8]) -> Result<Received, DbError> {
        if notice.is_live != self.stripe.is_live() {
            tracing::warn!(event = %notice.event.id, is_live = notice.is_live, "a notice of the other mode was dropped");
            return Ok(Received::OtherMode);
        }
        let Some(account) = &notice.event.account else {
            return Ok(Received::NotOurs);
        };
        let Some(tenant) = payees::find_tenant(&self.platform, stripe::NAME, account).await? else {
            tracing::info!(event = %notice.event.id, %account, "a notice of an account that is not ours was dropped");
            return Ok(Received::NotOurs);
        };
        let ctx = ctx.clone().in_tenant(tenant);
        inbox::keep(
            &self.inbox,
            &ctx,
            (stripe::NAME, Some(&notice.kind)),
            &notice.event,
            body,
        )
        .await?;
        Ok(Received::Kept(tenant))
    }

    /// Fetches what Stripe could not deliver about an account since `from`; tells how many notices there were, none when it
    /// gave no answer.
    async fn fetch_undelivered(
        &self,
        ctx: &Ctx,
        account: &AccountRef,
        from: Timestamp,
    ) -> Result<Option<usize>, DbError> {
        let Outcome::Done(missed) = self.stripe.list_undelivered(account, from).await else {
            return Ok(None);
        };
        let count = missed.len();
        for (notice, body) in missed {
            inbox::keep(
                &self.inbox,
                ctx,
                (stripe::NAME, Some(&notice.kind)),
                &notice.event,
                &body,
            )
            .await?;
        }
        Ok(Some(count))
    }
}

/// Finds accounts whose undelivered notices are to be looked for.
#[derive(Debug, Clone, Copy)]
pub struct FindUndelivered;

#[async_trait]
impl Chore for FindUndelivered {
    fn name(&self) -> &'static str {
        "billing.find_undelivered_notices"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        for account in payees::take_unswept(tx, ctx, stripe::NAME, ctx.now() - LOOK_EVERY).await? {
            let job = jobs::NewJob {
                kind: UNDELIVERED_JOB,
                payload: json!(Payload {
                    account: account.to_string()
                }),
                run_at: ctx.now(),
                unique_key: Some(account.as_str()),
                is_urgent: false,
            };
            jobs::enqueue(tx, ctx, job).await?;
        }
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
struct Payload {
    account: String,
}

/// Looks for notices that never arrived.
#[derive(Debug, Clone)]
pub struct LookForUndelivered(pub StripeInbox);

#[async_trait]
impl JobHandler for LookForUndelivered {
    fn kind(&self) -> &'static str {
        UNDELIVERED_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let payload = serde_json::from_value::<Payload>(job.payload.clone()).ok();
        let Some(account) = payload.and_then(|payload| AccountRef::parse(&payload.account).ok()) else {
            return JobOutcome::Fail("payload is malformed".to_owned());
        };
        match self.0.fetch_undelivered(ctx, &account, ctx.now() - LOOK_BACK).await {
            Ok(Some(0)) => JobOutcome::Done,
            Ok(Some(count)) => {
                tracing::warn!(%account, count, "notices had not arrived and were fetched");
                JobOutcome::Done
            }
            Ok(None) => JobOutcome::Retry(AGAIN_AFTER, "stripe gave no answer".to_owned()),
            Err(error) => JobOutcome::Retry(AGAIN_AFTER, error.to_string()),
        }
    }
}
