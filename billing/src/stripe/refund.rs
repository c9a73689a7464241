//! Giving money back, once.
//!
//! Stripe forgets a key after a day, and a refund may wait for weeks. So it is looked for among the payment's refunds by the
//! key in its metadata before it is sent: what is there is told, and sent again is only what is not.

use std::collections::HashMap;

use bilten_kernel::Ctx;
use stripe_client_core::StripeRequest;
use stripe_core::refund::{CreateRefund, ListRefund};

use super::{
    Stripe,
    answer::{List, RefundBody, Refusal},
    currency::{from_stripe, to_stripe},
    line::{Reply, Sending},
};
use crate::provider::{DeclineCode, Outcome, RefundPayment, RefundSnapshot, RefundStatus, Retry, Why};

/// Metadata that holds the key.
const KEY: &str = "key";
/// Refunds of one payment that are looked at; a payment has as many as an order has tickets.
const LOOKED_AT: i64 = 100;

impl Stripe {
    pub(super) async fn give_back(&self, _ctx: &Ctx, call: &RefundPayment) -> Outcome<RefundSnapshot> {
        match self.find_refund(call).await {
            Ok(Some(known)) => return known,
            Ok(None) => {}
            Err(reply) => return reply.lost().unwrap_or(Outcome::NotSent(Why::Refused)),
        }
        let Some(units) = to_stripe(call.amount) else {
            return Outcome::Declined(DeclineCode::new("not_refundable"), Retry::Never);
        };
        let mut request = CreateRefund::new()
            .payment_intent(call.at.payment.as_str())
            .amount(units)
            .metadata(HashMap::from([(KEY.to_owned(), call.key.as_str().to_owned())]));
        if call.returns_fee {
            request = request.refund_application_fee(true);
        }
        let sending = Sending {
            account: call.at.account.as_ref(),
            key: Some(call.key.as_str()),
        };
        match self.line.send(&request.build(), sending).await {
            Reply::Body(body) => serde_json::from_slice(&body).map_or(Outcome::Unknown, |told| tell(&told)),
            Reply::Refused(error) => match error.refusal() {
                Refusal::NotRefundable | Refusal::State => {
                    Outcome::Declined(DeclineCode::new("not_refundable"), Retry::Never)
                }
                Refusal::NotFound => Outcome::NotSent(Why::NotFound),
                Refusal::NoAccess => Outcome::NotSent(Why::NoAccess),
                // Waits until the payee has money again; the sweep comes back.
                _ => Outcome::NotSent(Why::Refused),
            },
            Reply::NotSent(why) => Outcome::NotSent(why),
            Reply::Unknown => Outcome::Unknown,
        }
    }

    /// Finds the refund that was sent under this key before.
    async fn find_refund(&self, call: &RefundPayment) -> Result<Option<Outcome<RefundSnapshot>>, Reply> {
        let request = ListRefund::new()
            .payment_intent(call.at.payment.as_str())
            .limit(LOOKED_AT)
            .build();
        let body = match self.ask(&request, call.at.account.as_ref()).await {
            Reply::Body(body) => body,
            Reply::Refused(error) if error.refusal() == Refusal::NotFound => return Err(Reply::NotSent(Why::NotFound)),
            Reply::Refused(error) if error.refusal() == Refusal::NoAccess => return Err(Reply::NotSent(Why::NoAccess)),
            other => return Err(other),
        };
        let Ok(list) = serde_json::from_slice::<List<RefundBody>>(&body) else {
            return Err(Reply::Unknown);
        };
        let same_key = |refund: &&RefundBody| refund.metadata.get(KEY).map(String::as_str) == Some(call.key.as_str());
        if let Some(known) = list.data.iter().find(same_key) {
            let is_same = to_stripe(call.amount) == Some(known.amount);
            return Ok(Some(if is_same {
                tell(known)
            } else {
                Outcome::NotSent(Why::KeyReused)
            }));
        }
        if list.has_more {
            tracing::error!(payment = %call.at.payment, "a payment has more refunds than are looked at");
            return Err(Reply::NotSent(Why::Refused));
        }
        Ok(None)
    }
}

fn tell(refund: &RefundBody) -> Outcome<RefundSnapshot> {
    let Ok(currency) = refund.currency.to_ascii_uppercase().parse() else {
        return Outcome::Unknown;
    };
    let status = match refund.status.as_deref() {
        Some("succeeded") => RefundStatus::Succeeded,
        Some("failed" | "canceled") => RefundStatus::Failed,
        Some(_) | None => RefundStatus::Pending,
    };
    let snapshot = RefundSnapshot {
        refund: refund.id.clone(),
        status,
        amount: from_stripe(refund.amount, currency),
    };
    match status {
        RefundStatus::Pending => Outcome::Pending(snapshot),
        RefundStatus::Succeeded | RefundStatus::Failed => Outcome::Done(snapshot),
    }
}
