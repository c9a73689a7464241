//! What follows from facts that the crates below publish: an order is paid, so its tickets are mailed; places came back
//! for somebody on a waiting list, so he is written to.
//!
//! A subscriber only enqueues a job, in the transaction that marks the fact as heard; the job does
//! the work and may run twice. The mail's id is the same each time, so that a mailbox shows one mail.

mod account_mail;
mod account_sms;
mod gift_card_mail;
mod invitation_mail;
mod money_mail;
mod order_mail;
mod return_mail;
mod sso_mail;
mod stream_mail;
mod visit_mail;
mod waitlist_mail;

use async_trait::async_trait;
use bilten_branding::mail::{Address, MailContext};
use bilten_kernel::{Ctx, OrderId, TenantId};
use bilten_tenancy::{
    DbError, TenantTx,
    jobs::{self, NewJob},
    outbox::{OutboxEvent, Subscriber},
    settings::Settings,
};
use serde_json::json;

pub use account_mail::{LinkMailer, NoticeMailer};
pub use account_sms::CodeTexter;
pub use gift_card_mail::{GIFT_CARD_JOB, GiftCardMailer};
pub use invitation_mail::{INVITATION_JOB, InvitationMailer, MailInvitations};
pub use money_mail::{MONEY_JOB, MailMoney, MoneyMailer};
pub use order_mail::{CONFIRMATION_JOB, OrderMail, RESEND_JOB};
pub use return_mail::{MailReturns, RETURN_JOB, ReturnMailer};
pub use sso_mail::{SsoMailer, SsoNotice};
pub use stream_mail::StreamMailer;
pub use visit_mail::VisitMailer;
pub use waitlist_mail::{JOINED_JOB, LAPSED_JOB, MailWaitlist, OFFER_JOB, WaitlistMail};

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

/// Who writes to whom: the tenant to somebody. `id` is the mail's.
fn envelope(tenant: TenantId, settings: &Settings, id: String, (name, email): (&str, &str)) -> MailContext {
    let address = |name: &str, email: &str| Address {
        name: name.to_owned(),
        email: email.to_owned(),
    };
    MailContext {
        id,
        tenant,
        from: address(&settings.name, settings.mail_from.as_str()),
        reply_to: Some(address(&settings.name, settings.support_email.as_str())),
        to: address(name, email),
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
