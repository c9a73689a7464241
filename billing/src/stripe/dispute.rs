//! Contests and early warnings of fraud at Stripe. What is booked is what its balance lines say was taken.

use bilten_kernel::{Currency, Money, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::{
    Stripe,
    answer::List,
    currency::from_stripe,
    line::{Reply, Sending},
    notice::Named,
};
use crate::provider::{
    AccountRef, Concede, DeclineCode, DisputeSnapshot, DisputeStatus, OperationKey, Outcome, PaymentHistory,
    PaymentRef, Retry, SubmitEvidence, WarningSnapshot,
};

/// Contests, or warnings, that one look lists; an account with more has other troubles.
const LISTED: i64 = 100;

/// Stripe's name of a contest for fraud in which earlier payments are proof (reason 10.4 of Visa).
const COMPELLING: &str = "visa_compelling_evidence_3";

#[derive(Deserialize)]
struct Dispute {
    id: String,
    amount: i64,
    currency: String,
    status: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    payment_intent: Option<Named>,
    #[serde(default)]
    balance_transactions: Vec<Moved>,
    #[serde(default)]
    evidence_details: Option<Details>,
    #[serde(default)]
    enhanced_eligibility_types: Vec<String>,
    created: i64,
}

#[derive(Deserialize)]
struct Moved {
    amount: i64,
    #[serde(default)]
    fee: i64,
    currency: String,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    due_by: Option<i64>,
}

#[derive(Deserialize)]
struct Warning {
    id: String,
    #[serde(default)]
    actionable: bool,
    #[serde(default)]
    payment_intent: Option<Named>,
    created: i64,
}

#[derive(Deserialize)]
struct Charged {
    #[serde(default)]
    latest_charge: Option<Named>,
}

#[derive(Deserialize)]
struct Ignored {}

impl Stripe {
    pub(super) async fn disputes(
        &self,
        account: Option<&AccountRef>,
        since: Timestamp,
    ) -> Outcome<Vec<DisputeSnapshot>> {
        let query = json!({ "limit": LISTED, "created": { "gte": since.as_second() } });
        let request = RequestBuilder::new(StripeMethod::Get, "/disputes").query(&query);
        match self.ask(&request, account).await.read::<List<Dispute>, _>() {
            Ok(list) => Outcome::Done(list.data.into_iter().filter_map(Dispute::snapshot).collect()),
            Err(lost) => lost,
        }
    }

    pub(super) async fn dispute(&self, account: Option<&AccountRef>, id: &str) -> Outcome<DisputeSnapshot> {
        let request = RequestBuilder::new(StripeMethod::Get, format!("/disputes/{id}"));
        match self.ask(&request, account).await.read::<Dispute, _>() {
            Ok(told) => told.snapshot().map_or(Outcome::Unknown, Outcome::Done),
            Err(lost) => lost,
        }
    }

    pub(super) async fn hand_in(&self, call: &SubmitEvidence) -> Outcome<()> {
        let texts = &call.texts;
        let mut form = json!({
            "submit": true,
            "evidence": {
                "product_description": texts.description, "customer_name": texts.customer_name,
                "customer_email_address": texts.customer_email, "service_date": texts.service_date,
                "refund_policy_disclosure": texts.refund_policy, "refund_refusal_explanation": texts.refund_refusal,
                "access_activity_log": texts.access_log, "uncategorized_text": texts.note,
            },
        });
        if let Some(history) = &call.history {
            match self.compelling(call.account.as_ref(), history).await {
                Ok(told) => form["evidence"]["enhanced_evidence"]["visa_compelling_evidence_3"] = told,
                Err(lost) => return lost,
            }
        }
        let request = RequestBuilder::new(StripeMethod::Post, format!("/disputes/{}", call.dispute)).form(&form);
        self.act_on(&request, (call.account.as_ref(), &call.key)).await
    }

    pub(super) async fn give_up(&self, call: &Concede) -> Outcome<()> {
        let request = RequestBuilder::new(StripeMethod::Post, format!("/disputes/{}/close", call.dispute));
        self.act_on(&request, (call.account.as_ref(), &call.key)).await
    }

    async fn act_on(
        &self,
        request: &RequestBuilder,
        (account, key): (Option<&AccountRef>, &OperationKey),
    ) -> Outcome<()> {
        let sending = Sending {
            account,
            key: Some(key.as_str()),
        };
        match self.line.send(request, sending).await {
            Reply::Refused(error) => Outcome::Declined(DeclineCode::new(error.code()), Retry::Never),
            reply => match reply.read::<Ignored, _>() {
                Ok(Ignored {}) => Outcome::Done(()),
                Err(lost) => lost,
            },
        }
    }

    /// Earlier payments as Stripe wants them: by the names of their charges, which are asked for.
    async fn compelling(&self, account: Option<&AccountRef>, history: &PaymentHistory) -> Result<Value, Outcome<()>> {
        let told = |mut more: Value, bought: &str| {
            more["customer_account_id"] = json!(history.mail);
            more["customer_email_address"] = json!(history.mail);
            more["product_description"] = json!(bought);
            if let Some(browser) = &history.browser {
                more["customer_device_id"] = json!(browser);
            }
            more
        };
        let mut earlier = Vec::new();
        for (payment, bought) in &history.earlier {
            let request = RequestBuilder::new(StripeMethod::Get, format!("/payment_intents/{}", payment.as_str()));
            let found: Charged = self.ask(&request, account).await.read()?;
            let charge = found.latest_charge.map(Named::id).ok_or(Outcome::Unknown)?;
            earlier.push(told(json!({ "charge": charge }), bought));
        }
        let disputed = told(json!({ "merchandise_or_services": "services" }), &history.bought);
        Ok(json!({ "disputed_transaction": disputed, "prior_undisputed_transactions": earlier }))
    }

    pub(super) async fn warnings(
        &self,
        account: Option<&AccountRef>,
        since: Timestamp,
    ) -> Outcome<Vec<WarningSnapshot>> {
        let query = json!({ "limit": LISTED, "created": { "gte": since.as_second() } });
        let request = RequestBuilder::new(StripeMethod::Get, "/radar/early_fraud_warnings").query(&query);
        match self.ask(&request, account).await.read::<List<Warning>, _>() {
            Ok(list) => Outcome::Done(list.data.into_iter().filter_map(Warning::snapshot).collect()),
            Err(lost) => lost,
        }
    }
}

impl Warning {
    fn snapshot(self) -> Option<WarningSnapshot> {
        Some(WarningSnapshot {
            payment: PaymentRef::parse(&self.payment_intent?.id()).ok()?,
            warning: self.id,
            is_actionable: self.actionable,
            warned_at: Timestamp::from_second(self.created).ok()?,
        })
    }
}

impl Dispute {
    fn snapshot(self) -> Option<DisputeSnapshot> {
        let currency = |code: &str| -> Option<Currency> { code.to_ascii_uppercase().parse().ok() };
        let claimed = from_stripe(self.amount, currency(&self.currency)?);
        // The first line took the money; a second one, when it was won, gave it back.
        let taken = self.balance_transactions.iter().find(|moved| moved.amount < 0);
        let (amount, fee_taken) = match taken {
            Some(moved) => {
                let currency = currency(&moved.currency)?;
                (from_stripe(-moved.amount, currency), from_stripe(moved.fee, currency))
            }
            None => (claimed, Money::zero(claimed.currency)),
        };
        let fees: i64 = self.balance_transactions.iter().map(|moved| moved.fee).sum();
        let created = Timestamp::from_second(self.created).ok()?;
        let due_by = self.evidence_details.and_then(|details| details.due_by);
        Some(DisputeSnapshot {
            payment: PaymentRef::parse(&self.payment_intent?.id()).ok()?,
            dispute: self.id,
            is_taken: taken.is_some(),
            fee: from_stripe(fees.max(0), amount.currency),
            claimed: (claimed.currency != amount.currency || claimed.minor != amount.minor).then_some(claimed),
            amount,
            fee_taken,
            status: status(&self.status),
            reason: self.reason,
            opened_at: created,
            due_by: due_by
                .and_then(|second| Timestamp::from_second(second).ok())
                .unwrap_or(created),
            takes_history: self.enhanced_eligibility_types.iter().any(|kind| kind == COMPELLING),
        })
    }
}

fn status(text: &str) -> DisputeStatus {
    match text {
        "warning_needs_response" | "warning_under_review" => DisputeStatus::Warning,
        "warning_closed" => DisputeStatus::Dropped,
        "needs_response" => DisputeStatus::NeedsResponse,
        "won" => DisputeStatus::Won,
        "lost" => DisputeStatus::Lost,
        "prevented" => DisputeStatus::Prevented,
        // What we do not know yet is no end.
        _ => DisputeStatus::UnderReview,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(json: &str) -> DisputeSnapshot {
        serde_json::from_str::<Dispute>(json).unwrap().snapshot().unwrap()
    }

    /// 82
    #[test]
    fn what_was_taken_counts_and_not_what_the_buyers_bank_claims() {
        let told = told(
            r#"{"id":"dp_1","amount":1100,"currency":"usd","status":"needs_response","payment_intent":"pi_1","created":1,
                "reason":"fraudulent","evidence_details":{"due_by":99},
                "balance_transactions":[{"amount":-1000,"fee":150,"currency":"eur"}]}"#,
        );
        assert!(told.is_taken);
        assert_eq!((told.amount.minor, told.amount.currency.code()), (1_000, "EUR"));
        assert_eq!(
            told.claimed.map(|claimed| (claimed.minor, claimed.currency.code())),
            Some((1_100, "USD"))
        );
        assert_eq!((told.fee_taken.minor, told.fee.minor), (150, 150));
    }

    #[test]
    fn an_inquiry_takes_nothing_and_a_win_gives_the_fee_back_or_not() {
        let inquiry = told(
            r#"{"id":"dp_1","amount":1000,"currency":"eur","status":"warning_needs_response","payment_intent":"pi_1","created":1}"#,
        );
        assert!(!inquiry.is_taken);
        assert_eq!(inquiry.status, DisputeStatus::Warning);
        for (fee, left) in [(-150, 0), (0, 150)] {
            let won = told(&format!(
                r#"{{"id":"dp_1","amount":1000,"currency":"eur","status":"won","payment_intent":"pi_1","created":1,
                    "balance_transactions":[{{"amount":-1000,"fee":150,"currency":"eur"}},{{"amount":1000,"fee":{fee},"currency":"eur"}}]}}"#
            ));
            assert_eq!(
                (won.status, won.fee.minor, won.fee_taken.minor),
                (DisputeStatus::Won, left, 150)
            );
        }
        assert_eq!(status("brand_new"), DisputeStatus::UnderReview);
    }
}
