//! Webhooks: stored once, then the provider is asked. What a webhook says is never believed.

use async_trait::async_trait;
use bilten_kernel::{AttemptId, Ctx};
use bilten_tenancy::{
    DbError,
    jobs::{self, Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::store;
use crate::{
    attempts,
    checkout::{Checkout, PayError, ask, known_provider, settle},
    provider::{HeaderLookup, PaymentRef, SignatureError},
};

/// Kind of the job that follows up a webhook.
pub const EVENT_JOB: &str = "billing.provider_event";
/// Longest body that is looked at, in bytes.
const MAX_BODY: usize = 256 * 1024;
/// Wait before a webhook about a payment that we do not know (yet) is looked at again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(10);

/// Why a webhook was refused.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// No such provider is set up.
    #[error("there is no such provider")]
    UnknownProvider,
    /// It is not believed.
    #[error("the webhook is not genuine")]
    Signature(#[from] SignatureError),
    /// The database failed; the provider sends again.
    #[error("the webhook could not be stored")]
    Db(#[from] DbError),
}

/// Stores a webhook and enqueues its follow-up. A webhook that comes twice is stored once.
///
/// # Errors
/// See [`ReceiveError`].
pub async fn receive(
    app: &Checkout,
    ctx: &Ctx,
    provider: &str,
    headers: &dyn HeaderLookup,
    body: &[u8],
) -> Result<(), ReceiveError> {
    let provider = app.providers.find(provider).ok_or(ReceiveError::UnknownProvider)?;
    if body.len() > MAX_BODY {
        return Err(SignatureError::BadEvent.into());
    }
    let event = provider.verify(ctx, headers, body)?;
    let payload = std::str::from_utf8(body).map_err(|_| SignatureError::BadEvent)?;
    let mut tx = app.db.begin(ctx).await?;
    if store::insert_event(&mut tx, ctx, provider.name(), &event, payload).await? {
        let job = jobs::NewJob {
            kind: EVENT_JOB,
            payload: json!(Payload {
                provider: provider.name().to_owned(),
                event: event.id
            }),
            run_at: ctx.now(),
            unique_key: None,
            is_urgent: true,
        };
        jobs::enqueue(&mut tx, ctx, job).await?;
    }
    tx.commit().await?;
    Ok(())
}

#[derive(Serialize, Deserialize)]
struct Payload {
    provider: String,
    event: String,
}

/// Follows up webhooks.
#[derive(Debug, Clone)]
pub struct ProcessEvent(pub Checkout);

impl ProcessEvent {
    /// Tells whether the webhook was about a payment of ours.
    async fn process(&self, ctx: &Ctx, payload: &Payload) -> Result<bool, PayError> {
        let app = &self.0;
        let mut tx = app.db.begin(ctx).await?;
        let Some(payment) = store::find_payment_of_event(&mut tx, &payload.provider, &payload.event).await? else {
            store::mark_processed(&mut tx, ctx, &payload.provider, &payload.event).await?;
            tx.commit().await?;
            return Ok(true);
        };
        let known = attempts::store::find_by_payment(&mut tx, &payload.provider, &payment).await?;
        tx.rollback().await?;
        let attempt = match known {
            Some(attempt) => Some(attempt),
            None => self.by_metadata(ctx, &payload.provider, &payment).await?,
        };
        let Some(attempt) = attempt else { return Ok(false) };
        let mut tx = app.db.begin(ctx).await?;
        let found = attempts::store::find(&mut tx, attempt).await?;
        tx.rollback().await?;
        let Some(attempt) = found else { return Ok(false) };
        let outcome = ask(app, ctx, &attempt).await?;
        let is_answered = outcome.clone().snapshot().is_some();
        settle(app, ctx, &attempt, outcome, None).await?;
        if is_answered {
            let mut tx = app.db.begin(ctx).await?;
            store::mark_processed(&mut tx, ctx, &payload.provider, &payload.event).await?;
            tx.commit().await?;
        }
        Ok(is_answered)
    }

    /// A payment whose reference we have not recorded yet says itself which attempt it belongs to.
    async fn by_metadata(
        &self,
        ctx: &Ctx,
        provider: &str,
        payment: &PaymentRef,
    ) -> Result<Option<AttemptId>, PayError> {
        let provider = known_provider(&self.0, provider)?;
        let snapshot = provider.fetch_payment(ctx, payment).await.snapshot();
        Ok(snapshot.map(|told| told.attempt))
    }
}

#[async_trait]
impl JobHandler for ProcessEvent {
    fn kind(&self) -> &'static str {
        EVENT_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            return JobOutcome::Fail("payload is malformed".to_owned());
        };
        match self.process(ctx, &payload).await {
            Ok(true) | Err(PayError::Quarantined) => JobOutcome::Done,
            Ok(false) => JobOutcome::Retry(AGAIN_AFTER, "no payment of ours yet, or no answer".to_owned()),
            Err(error) => JobOutcome::Retry(AGAIN_AFTER, error.to_string()),
        }
    }
}
