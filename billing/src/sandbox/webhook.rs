//! Webhooks of the sandbox: the job that settles a late payment and tells of it, and the shape of the event.

use std::sync::Arc;

use async_trait::async_trait;
use bilten_kernel::Ctx;
use bilten_tenancy::{
    DbError,
    jobs::{Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{
    Courier, Parcel, Sandbox, SandboxPaymentId,
    books::{BookState, Payment},
    store,
};
use crate::provider::{PaymentRef, RawEvent, SignatureError, sign};

/// Kind of the job that delivers.
pub const DELIVER_JOB: &str = "sandbox.webhook";
/// Header that carries the signature.
pub const SIGNATURE_HEADER: &str = "sandbox-signature";
/// Where webhooks arrive on a tenant's host.
pub const WEBHOOK_PATH: &str = "/webhooks/sandbox";

/// Wait before a refused delivery is tried again.
const RETRY_AFTER: SignedDuration = SignedDuration::from_secs(10);

#[derive(Serialize, Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    payment: String,
}

/// Reads an event whose signature was right.
pub(super) fn read_event(body: &[u8]) -> Result<RawEvent, SignatureError> {
    let event: Event = serde_json::from_slice(body).map_err(|_| SignatureError::BadEvent)?;
    if event.id.is_empty() || event.id.len() > 200 {
        return Err(SignatureError::BadEvent);
    }
    Ok(RawEvent {
        id: event.id,
        payment: PaymentRef::parse(&event.payment).ok(),
        account: None,
        object: None,
    })
}

/// Settles a payment that was to be settled later, and delivers the webhook that tells of it.
pub struct DeliverWebhook {
    sandbox: Sandbox,
    courier: Arc<dyn Courier>,
}

impl DeliverWebhook {
    /// Makes the handler.
    pub fn new(sandbox: Sandbox, courier: Arc<dyn Courier>) -> Self {
        Self { sandbox, courier }
    }

    async fn settle(&self, ctx: &Ctx, id: SandboxPaymentId) -> Result<Option<Payment>, DbError> {
        let mut tx = self.sandbox.db.begin(ctx).await?;
        let Some(mut payment) = store::lock(&mut tx, id).await? else {
            return Ok(None);
        };
        if payment.state == BookState::Processing {
            payment.state = BookState::Succeeded;
            store::save(&mut tx, ctx, &payment).await?;
        }
        tx.commit().await?;
        Ok(Some(payment))
    }

    fn pack(&self, ctx: &Ctx, payment: &Payment) -> Option<Parcel> {
        let name = payment.id.to_string();
        let event = Event {
            id: format!("evt_{name}_{}", payment.state.name()),
            kind: format!("payment.{}", payment.state.name()),
            payment: name,
        };
        let body = serde_json::to_string(&event).ok()?;
        let secrets = self.sandbox.webhook_secrets(ctx.tenant);
        Some(Parcel {
            host: payment.return_to.as_ref()?.authority().to_owned(),
            path: WEBHOOK_PATH,
            signature: (SIGNATURE_HEADER, sign(&secrets, ctx.now(), body.as_bytes())),
            body,
        })
    }
}

#[derive(Deserialize)]
struct Payload {
    payment: SandboxPaymentId,
}

#[async_trait]
impl JobHandler for DeliverWebhook {
    fn kind(&self) -> &'static str {
        DELIVER_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            return JobOutcome::Fail("payload is malformed".to_owned());
        };
        let payment = match self.settle(ctx, payload.payment).await {
            Ok(Some(payment)) => payment,
            Ok(None) => return JobOutcome::Fail("payment is unknown".to_owned()),
            Err(error) => return JobOutcome::Retry(RETRY_AFTER, error.to_string()),
        };
        let Some(parcel) = self.pack(ctx, &payment) else {
            return JobOutcome::Fail("payment has no address to tell".to_owned());
        };
        match self.courier.deliver(parcel).await {
            Ok(200..=299) => JobOutcome::Done,
            Ok(status) => JobOutcome::Retry(RETRY_AFTER, format!("answered {status}")),
            Err(why) => JobOutcome::Retry(RETRY_AFTER, why),
        }
    }
}
