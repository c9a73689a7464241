//! The statement of a connected account: its balance transactions, and what lies on it.
//!
//! The requests are written by hand: their types are a feature of the library that would cost every build a minute and a half,
//! for six parameters. The test that holds all requests against Stripe's own SDK holds these too.

use std::collections::BTreeMap;

use bilten_kernel::{Currency, Money, Timestamp};
use serde::Deserialize;
use serde_json::json;
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::{Stripe, answer::List, currency::from_stripe, line::Reply, notice::Named};
use crate::provider::{AccountRef, AskLines, BalanceLine, Holding, LineKind, LinesPage, Outcome, PaymentRef, Why};

/// Lines that one page holds.
const LISTED: i64 = 100;
/// Metadata that holds the key of what we asked for.
const KEY: &str = "key";
/// Kind of fee that goes to the platform.
const APPLICATION_FEE: &str = "application_fee";

impl Stripe {
    pub(super) async fn list_lines(&self, ask: &AskLines<'_>) -> Outcome<LinesPage> {
        let mut query = json!({ "limit": LISTED, "expand": ["data.source"] });
        if let Some(since) = ask.since {
            query["created"] = json!({ "gte": since.as_second() });
        }
        if let Some(after) = ask.after {
            query["starting_after"] = json!(after);
        }
        let request = RequestBuilder::new(StripeMethod::Get, "/balance_transactions").query(&query);
        let list: List<Transaction> = match self.ask(&request, ask.account).await.read() {
            Ok(list) => list,
            Err(lost) => return lost,
        };
        let next = list.data.last().filter(|_| list.has_more).map(|last| last.id.clone());
        // A line that cannot be read must not be passed over: the sum would never fit again.
        let lines: Option<Vec<BalanceLine>> = list.data.into_iter().map(Transaction::line).collect();
        lines.map_or(Outcome::Unknown, |lines| Outcome::Done(LinesPage { lines, next }))
    }

    pub(super) async fn tell_holdings(&self, account: Option<&AccountRef>) -> Outcome<Vec<Holding>> {
        let request = RequestBuilder::new(StripeMethod::Get, "/balance");
        let told: Balance = match self.ask(&request, account).await.read() {
            Ok(told) => told,
            Err(lost) => return lost,
        };
        let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for part in told.available {
            let sum = sums.entry(part.currency).or_default();
            *sum = (sum.0.saturating_add(part.amount), sum.1.saturating_add(part.amount));
        }
        for part in told.pending {
            let sum = sums.entry(part.currency).or_default();
            sum.0 = sum.0.saturating_add(part.amount);
        }
        let holding = |(currency, (whole, available)): (String, (i64, i64))| {
            let currency: Currency = currency.to_ascii_uppercase().parse().ok()?;
            Some(Holding {
                whole: from_stripe(whole, currency),
                available: from_stripe(available, currency),
            })
        };
        Outcome::Done(sums.into_iter().filter_map(holding).collect())
    }
}

impl Reply {
    /// Reads an answer, or tells that there is none.
    pub(super) fn read<A: for<'de> Deserialize<'de>, T>(self) -> Result<A, Outcome<T>> {
        match self {
            Self::Body(body) => serde_json::from_slice(&body).map_err(|error| {
                tracing::error!(%error, "an answer of stripe cannot be read");
                Outcome::Unknown
            }),
            Self::Refused(_) => Err(Outcome::NotSent(Why::NotFound)),
            Self::NotSent(why) => Err(Outcome::NotSent(why)),
            Self::Unknown => Err(Outcome::Unknown),
        }
    }
}

#[derive(Deserialize)]
struct Balance {
    #[serde(default)]
    available: Vec<Part>,
    #[serde(default)]
    pending: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    amount: i64,
    currency: String,
}

#[derive(Deserialize)]
struct Transaction {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    amount: i64,
    #[serde(default)]
    fee: i64,
    #[serde(default)]
    fee_details: Vec<FeeDetail>,
    currency: String,
    created: i64,
    #[serde(default)]
    source: Option<Source>,
}

#[derive(Deserialize)]
struct FeeDetail {
    amount: i64,
    #[serde(rename = "type")]
    kind: String,
}

/// What moved, by its name or spelt out.
#[derive(Deserialize)]
#[serde(untagged)]
enum Source {
    Id(String),
    Whole(Whole),
}

#[derive(Deserialize)]
struct Whole {
    id: String,
    #[serde(default)]
    object: String,
    #[serde(default)]
    payment_intent: Option<Named>,
    #[serde(default)]
    metadata: Option<BTreeMap<String, String>>,
    /// Of a payment that is the other end of a transfer.
    #[serde(default)]
    source_transfer: Option<Named>,
    /// Of its return.
    #[serde(default)]
    source_transfer_reversal: Option<Named>,
}

impl Transaction {
    fn line(self) -> Option<BalanceLine> {
        let currency: Currency = self.currency.to_ascii_uppercase().parse().ok()?;
        let of_platform = |detail: &&FeeDetail| detail.kind == APPLICATION_FEE;
        let platform_fee: i64 = self
            .fee_details
            .iter()
            .filter(of_platform)
            .map(|detail| detail.amount)
            .sum();
        let mut moved = None;
        let (source, is_dispute, payment, key) = match self.source {
            None => (None, false, None, None),
            Some(Source::Id(id)) => (Some(id), false, None, None),
            Some(Source::Whole(whole)) => {
                let payment = whole
                    .payment_intent
                    .and_then(|named| PaymentRef::parse(&named.id()).ok());
                let key = whole.metadata.and_then(|mut metadata| metadata.remove(KEY));
                if let Some(transfer) = whole.source_transfer {
                    moved = Some((LineKind::Transfer, transfer.id()));
                } else if let Some(reversal) = whole.source_transfer_reversal {
                    moved = Some((LineKind::TransferReversal, reversal.id()));
                }
                (Some(whole.id), whole.object == "dispute", payment, key)
            }
        };
        let (kind, source) = match moved {
            Some((kind, transfer)) => (kind, Some(transfer)),
            None => (kind(&self.kind, is_dispute, self.amount), source),
        };
        let money = |units: i64| -> Option<Money> {
            let told = from_stripe(units, currency);
            (units == 0 || !told.is_zero()).then_some(told)
        };
        Some(BalanceLine {
            kind,
            line: self.id,
            source,
            payment,
            our_key: key,
            amount: money(self.amount)?,
            fee: money(self.fee - platform_fee)?,
            platform_fee: money(platform_fee)?,
            at: Timestamp::from_second(self.created).ok()?,
        })
    }
}

fn kind(kind: &str, is_dispute: bool, amount: i64) -> LineKind {
    match kind {
        "charge" | "payment" => LineKind::Charge,
        "refund" | "payment_refund" => LineKind::Refund,
        "refund_failure" | "payment_failure_refund" => LineKind::RefundFailure,
        "adjustment" | "payment_reversal" if is_dispute && amount <= 0 => LineKind::Dispute,
        "adjustment" if is_dispute => LineKind::DisputeReversal,
        "stripe_fee" | "tax_fee" | "network_cost" => LineKind::Fee,
        "payout" => LineKind::Payout,
        "payout_failure" | "payout_cancel" => LineKind::PayoutFailure,
        _ => LineKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(json: &str) -> BalanceLine {
        serde_json::from_str::<Transaction>(json).unwrap().line().unwrap()
    }

    #[test]
    fn a_charge_tells_the_platforms_part_and_the_providers_apart() {
        let told = line(
            r#"{"id":"txn_1","type":"charge","amount":10000,"fee":790,"currency":"eur","created":1935000000,"brand_new":1,
                "fee_details":[{"amount":500,"type":"application_fee"},{"amount":290,"type":"stripe_fee"}],
                "source":{"id":"ch_1","object":"charge","payment_intent":"pi_1","metadata":{}}}"#,
        );
        assert_eq!((told.kind, told.amount.minor), (LineKind::Charge, 10_000));
        assert_eq!((told.fee.minor, told.platform_fee.minor), (290, 500));
        assert_eq!(told.net().unwrap().minor, 9_210);
        assert_eq!(told.payment.unwrap().as_str(), "pi_1");
    }

    #[test]
    fn what_moved_is_told_from_kind_source_and_sign() {
        for (kind, source, amount, found) in [
            (
                "adjustment",
                r#"{"id":"dp_1","object":"dispute"}"#,
                -5,
                LineKind::Dispute,
            ),
            (
                "adjustment",
                r#"{"id":"dp_1","object":"dispute"}"#,
                5,
                LineKind::DisputeReversal,
            ),
            ("adjustment", "null", 5, LineKind::Other),
            ("payout", r#""po_1""#, -5, LineKind::Payout),
            ("payout_failure", r#""po_1""#, 5, LineKind::PayoutFailure),
            (
                "refund",
                r#"{"id":"re_1","object":"refund","metadata":{"key":"k"}}"#,
                -5,
                LineKind::Refund,
            ),
            ("stripe_fee", "null", -5, LineKind::Fee),
            ("reserve_hold", "null", -5, LineKind::Other),
        ] {
            let told = line(&format!(
                r#"{{"id":"txn","type":"{kind}","amount":{amount},"currency":"nok","created":1,"source":{source}}}"#
            ));
            assert_eq!(told.kind, found, "{kind} {source}");
            assert_eq!(told.our_key.is_some(), kind == "refund");
        }
    }
}
