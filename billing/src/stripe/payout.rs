//! Sends a payee's money to his bank, once.
//!
//! Stripe forgets a key after a day, and a payout is asked after for a week. So it is fetched by its name once we know it, and
//! looked for among the latest ones, by our key in its metadata, until we do.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::{
    Stripe,
    answer::{List, Refusal},
    currency::to_stripe,
    line::{Reply, Sending},
};
use crate::provider::{DeclineCode, Outcome, PayoutSnapshot, PayoutStatus, Retry, SendMoney, Why};

/// Metadata that holds the key.
const KEY: &str = "key";
/// Payouts that are looked at; an account has one a day and currency.
const LOOKED_AT: i64 = 100;
/// Seconds before its decision from which on a payout is looked for: clocks differ.
const SLACK: i64 = 3_600;

#[derive(Deserialize)]
struct Payout {
    id: String,
    amount: i64,
    currency: String,
    status: String,
    #[serde(default)]
    failure_code: Option<String>,
    #[serde(default)]
    trace_id: Option<Trace>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Trace {
    #[serde(default)]
    value: Option<String>,
}

impl Stripe {
    pub(super) async fn pay_out(&self, call: &SendMoney) -> Outcome<PayoutSnapshot> {
        let Some(units) = to_stripe(call.amount) else {
            return Outcome::Declined(DeclineCode::new("not_payable"), Retry::Never);
        };
        if let Some(known) = &call.known {
            let request = RequestBuilder::new(StripeMethod::Get, format!("/payouts/{known}"));
            return match self.ask(&request, call.account.as_ref()).await.read::<Payout, _>() {
                Ok(told) => tell(told),
                Err(lost) => lost,
            };
        }
        let query = json!({ "limit": LOOKED_AT, "created": { "gte": call.decided_at.as_second() - SLACK } });
        let request = RequestBuilder::new(StripeMethod::Get, "/payouts").query(&query);
        let list: List<Payout> = match self.ask(&request, call.account.as_ref()).await.read() {
            Ok(list) => list,
            Err(lost) => return lost,
        };
        let is_same = |payout: &Payout| payout.metadata.get(KEY).map(String::as_str) == Some(call.key.as_str());
        if let Some(sent) = list.data.into_iter().find(is_same) {
            let fits = sent.amount == units && sent.currency.eq_ignore_ascii_case(call.amount.currency.code());
            return if fits {
                tell(sent)
            } else {
                Outcome::NotSent(Why::KeyReused)
            };
        }
        self.send_out(call, units).await
    }

    async fn send_out(&self, call: &SendMoney, units: i64) -> Outcome<PayoutSnapshot> {
        let form = json!({
            "amount": units, "currency": call.amount.currency.code().to_ascii_lowercase(),
            "metadata": { KEY: call.key.as_str() },
        });
        let request = RequestBuilder::new(StripeMethod::Post, "/payouts").form(&form);
        let sending = Sending {
            account: call.account.as_ref(),
            key: Some(call.key.as_str()),
        };
        match self.line.send(&request, sending).await {
            Reply::Refused(error) if error.refusal() == Refusal::NoFunds => {
                Outcome::Declined(DeclineCode::new("insufficient_funds"), Retry::Later)
            }
            Reply::Refused(error) => Outcome::Declined(DeclineCode::new(error.code()), Retry::Later),
            reply => match reply.read::<Payout, _>() {
                Ok(told) => tell(told),
                Err(lost) => lost,
            },
        }
    }
}

fn tell(payout: Payout) -> Outcome<PayoutSnapshot> {
    let status = match payout.status.as_str() {
        "paid" => PayoutStatus::Paid,
        "failed" => PayoutStatus::Failed(payout.failure_code.unwrap_or_else(|| "failed".to_owned())),
        "canceled" => PayoutStatus::Failed("canceled".to_owned()),
        _ => PayoutStatus::InTransit,
    };
    let is_open = status == PayoutStatus::InTransit;
    let snapshot = PayoutSnapshot {
        payout: payout.id,
        status,
        trace: payout.trace_id.and_then(|trace| trace.value),
    };
    if is_open {
        Outcome::Pending(snapshot)
    } else {
        Outcome::Done(snapshot)
    }
}
