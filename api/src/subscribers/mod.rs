//! What follows from facts that the crates below publish: an order is paid, so its tickets are mailed.
//!
//! A subscriber only enqueues a job, in the transaction that marks the fact as heard; the job does
//! the work and may run twice. The mail's id is the same each time, so that a mailbox shows one mail.

mod order_mail;

use async_trait::async_trait;
use bilten_kernel::{Ctx, OrderId};
use bilten_tenancy::{
    DbError, TenantTx,
    jobs::{self, NewJob},
    outbox::{OutboxEvent, Subscriber},
};
use serde_json::json;

pub use order_mail::{CONFIRMATION_JOB, OrderMail, RESEND_JOB};

/// Mails the tickets when an order is paid.
#[derive(Debug, Clone, Copy, Default)]
pub struct MailTicketsWhenPaid;

#[async_trait]
impl Subscriber for MailTicketsWhenPaid {
    fn kind(&self) -> &'static str {
        "order_paid"
    }

    async fn on_event(&self, ctx: &Ctx, tx: &mut TenantTx, event: &OutboxEvent) -> Result<(), DbError> {
        let Some(order) = order_mail::order_of(&event.payload) else {
            tracing::error!(kind = event.kind, "an event names no order");
            return Ok(());
        };
        enqueue(ctx, tx, CONFIRMATION_JOB, order).await
    }
}

/// Enqueues sending the tickets again.
///
/// # Errors
/// The database refused.
pub async fn enqueue_resend(ctx: &Ctx, tx: &mut TenantTx, order: OrderId) -> Result<(), DbError> {
    enqueue(ctx, tx, RESEND_JOB, order).await
}

async fn enqueue(ctx: &Ctx, tx: &mut TenantTx, kind: &str, order: OrderId) -> Result<(), DbError> {
    let key = order.to_string();
    let job = NewJob {
        kind,
        payload: json!({ "order": key }),
        run_at: ctx.now(),
        unique_key: Some(&key),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}
