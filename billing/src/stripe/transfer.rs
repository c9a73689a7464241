//! Moves the platform's money to a connected account, once. Stripe neither tries a transfer again nor remembers a key for longer than a
//! day, so it is looked for by its group before it is sent.

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
use crate::provider::{AccountRef, DeclineCode, Outcome, Retry, SendTransfer, TransferSnapshot, Why};

/// Metadata that holds the key.
const KEY: &str = "key";
/// Transfers of one group that are looked at; there is one.
const LOOKED_AT: i64 = 10;

#[derive(Deserialize)]
struct Transfer {
    id: String,
    amount: i64,
    currency: String,
    #[serde(default)]
    reversed: bool,
    #[serde(default)]
    reversals: Option<Reversals>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Reversals {
    #[serde(default)]
    data: Vec<Reversal>,
}

#[derive(Deserialize)]
struct Reversal {
    id: String,
}

impl Stripe {
    pub(super) async fn move_to_tenant(&self, call: &SendTransfer) -> Outcome<TransferSnapshot> {
        let (Some(units), Some(_)) = (to_stripe(call.amount), &call.account) else {
            return Outcome::Declined(DeclineCode::new("not_payable"), Retry::Never);
        };
        if let Some(known) = &call.known {
            let request = RequestBuilder::new(StripeMethod::Get, format!("/transfers/{known}"));
            return match self.ask(&request, None).await.read::<Transfer, _>() {
                Ok(told) => Outcome::Done(tell(told)),
                Err(lost) => lost,
            };
        }
        let query = json!({ "limit": LOOKED_AT, "transfer_group": call.group });
        let request = RequestBuilder::new(StripeMethod::Get, "/transfers").query(&query);
        let list: List<Transfer> = match self.ask(&request, None).await.read() {
            Ok(list) => list,
            Err(lost) => return lost,
        };
        let is_same = |transfer: &Transfer| transfer.metadata.get(KEY).map(String::as_str) == Some(call.key.as_str());
        if let Some(sent) = list.data.into_iter().find(is_same) {
            let fits = sent.amount == units && sent.currency.eq_ignore_ascii_case(call.amount.currency.code());
            return if fits {
                Outcome::Done(tell(sent))
            } else {
                Outcome::NotSent(Why::KeyReused)
            };
        }
        self.send_transfer(call, units).await
    }

    async fn send_transfer(&self, call: &SendTransfer, units: i64) -> Outcome<TransferSnapshot> {
        let form = json!({
            "amount": units, "currency": call.amount.currency.code().to_ascii_lowercase(),
            "destination": call.account.as_ref().map(AccountRef::as_str), "transfer_group": call.group,
            "metadata": { KEY: call.key.as_str() },
        });
        let request = RequestBuilder::new(StripeMethod::Post, "/transfers").form(&form);
        let sending = Sending {
            account: None,
            key: Some(call.key.as_str()),
        };
        match self.line.send(&request, sending).await {
            Reply::Refused(error) if error.refusal() == Refusal::NoFunds => {
                Outcome::Declined(DeclineCode::new("insufficient_funds"), Retry::Later)
            }
            Reply::Refused(error) => Outcome::Declined(DeclineCode::new(error.code()), Retry::Later),
            reply => match reply.read::<Transfer, _>() {
                Ok(told) => Outcome::Done(tell(told)),
                Err(lost) => lost,
            },
        }
    }
}

/// A part that was taken back is left to people.
fn tell(transfer: Transfer) -> TransferSnapshot {
    let first = transfer.reversals.and_then(|all| all.data.into_iter().next());
    TransferSnapshot {
        reversal: transfer
            .reversed
            .then(|| first.map_or_else(|| format!("{}/reversed", transfer.id), |reversal| reversal.id)),
        transfer: transfer.id,
    }
}
