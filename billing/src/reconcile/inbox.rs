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

use super::{hint, store, vault::Vault};
use crate::{
    attempts,
    checkout::{Checkout, PayError, ask, known_provider, settle},
    payees,
    provider::{HeaderLookup, Outcome, PaymentAt, RawEvent, SignatureError, Why},
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

/// What notices are received with.
#[derive(Debug, Clone)]
pub struct Inbox {
    /// Providers, and the road to the tenants' rows.
    pub checkout: Checkout,
    /// Seals what is stored.
    pub vault: Vault,
}

/// Stores a webhook and enqueues its follow-up. A webhook that comes twice is stored once.
///
/// # Errors
/// See [`ReceiveError`].
pub async fn receive(
    inbox: &Inbox,
    ctx: &Ctx,
    provider: &str,
    headers: &dyn HeaderLookup,
    body: &[u8],
) -> Result<(), ReceiveError> {
    let provider = inbox
        .checkout
        .providers
        .find(provider)
        .ok_or(ReceiveError::UnknownProvider)?;
    if provider.caps().needs_account {
        // Its notices name accounts, and arrive at one address for all tenants.
        return Err(ReceiveError::UnknownProvider);
    }
    if body.len() > MAX_BODY {
        return Err(SignatureError::BadEvent.into());
    }
    let event = provider.verify(ctx, headers, body)?;
    keep(inbox, ctx, (provider.name(), None), &event, body).await?;
    Ok(())
}

/// Stores a notice that is believed, and enqueues its follow-up: what it says is asked of the provider.
pub(super) async fn keep(
    inbox: &Inbox,
    ctx: &Ctx,
    (provider, kind): (&str, Option<&str>),
    event: &RawEvent,
    body: &[u8],
) -> Result<(), DbError> {
    let sealed = inbox.vault.seal(ctx, &event.id, body);
    let mut tx = inbox.checkout.db.begin(ctx).await?;
    if !store::insert_event(&mut tx, ctx, (provider, kind), event, &sealed).await? {
        return Ok(());
    }
    if let (Some(kind), Some(account)) = (kind.filter(|kind| payees::concerns_payee(kind)), &event.account) {
        payees::follow(&mut tx, ctx, provider, account, kind).await?;
        store::mark_processed(&mut tx, ctx, provider, std::slice::from_ref(&event.id)).await?;
    } else {
        let job = jobs::NewJob {
            kind: EVENT_JOB,
            payload: json!(Payload {
                provider: provider.to_owned(),
                event: event.id.clone()
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
    /// Tells whether the webhook is done with. The provider's one answer is good for every notice of the same payment that
    /// lay here before it was asked, so that a burst of them does not become a burst of questions.
    async fn process(&self, ctx: &Ctx, payload: &Payload) -> Result<bool, PayError> {
        let app = &self.0;
        if let Some(is_done) = hint::follow(app, ctx, &payload.provider, &payload.event).await? {
            return if is_done {
                self.done(ctx, payload, std::slice::from_ref(&payload.event)).await
            } else {
                Ok(false)
            };
        }
        let mut tx = app.db.begin(ctx).await?;
        let Some(at) = store::find_payment_of_event(&mut tx, &payload.provider, &payload.event).await? else {
            tx.rollback().await?;
            return self.done(ctx, payload, std::slice::from_ref(&payload.event)).await;
        };
        let waiting = store::list_waiting(&mut tx, &payload.provider, &at).await?;
        let known = attempts::store::find_by_payment(&mut tx, &payload.provider, &at.payment).await?;
        tx.rollback().await?;
        let attempt = match known {
            Some(attempt) => attempt,
            None => match self.by_metadata(ctx, &payload.provider, &at).await? {
                Named::Attempt(attempt) => attempt,
                Named::NotOurs => return self.done(ctx, payload, &waiting).await,
                Named::NoAnswer => return Ok(false),
            },
        };
        let mut tx = app.db.begin(ctx).await?;
        let found = attempts::store::find(&mut tx, attempt).await?;
        tx.rollback().await?;
        let Some(attempt) = found else { return Ok(false) };
        if attempt.account != at.account {
            tracing::warn!(attempt = %attempt.id, payment = %at.payment, "a notice names an account that is not its attempt's");
            return self.done(ctx, payload, &waiting).await;
        }
        let outcome = ask(app, ctx, &attempt).await?;
        let is_answered = outcome.clone().snapshot().is_some();
        settle(app, ctx, &attempt, outcome, None).await?;
        if is_answered {
            self.done(ctx, payload, &waiting).await
        } else {
            Ok(false)
        }
    }

    async fn done(&self, ctx: &Ctx, payload: &Payload, events: &[String]) -> Result<bool, PayError> {
        let mut tx = self.0.db.begin(ctx).await?;
        store::mark_processed(&mut tx, ctx, &payload.provider, events).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A payment whose reference we have not recorded yet says itself which attempt it belongs to.
    async fn by_metadata(&self, ctx: &Ctx, provider: &str, at: &PaymentAt) -> Result<Named, PayError> {
        let provider = known_provider(&self.0, provider)?;
        Ok(match provider.fetch_payment(ctx, at).await {
            // On their own accounts payees may take payments of their own.
            Outcome::NotSent(Why::NotFound) if provider.caps().needs_account => Named::NotOurs,
            told => told
                .snapshot()
                .map_or(Named::NoAnswer, |told| Named::Attempt(told.attempt)),
        })
    }
}

/// Whose payment it is, as its metadata says.
enum Named {
    Attempt(AttemptId),
    NotOurs,
    NoAnswer,
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
