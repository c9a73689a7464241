//! What is read of Stripe's answers: the fields that decide, and no others.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;

use crate::provider::CardPrint;

/// A payment intent. Its `client_secret` is left out on purpose.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Intent {
    pub id: String,
    pub status: String,
    pub amount: i64,
    /// Stripe always tells it; an answer without it is of a payment that is taken as a whole.
    #[serde(default)]
    pub amount_received: Option<i64>,
    pub currency: String,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    #[serde(default)]
    pub next_action: Option<NextStep>,
    #[serde(default)]
    pub last_payment_error: Option<ApiError>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct NextStep {
    #[serde(default)]
    pub redirect_to_url: Option<Redirect>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Redirect {
    #[serde(default)]
    pub url: Option<String>,
}

/// A refund.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RefundBody {
    pub id: String,
    #[serde(default)]
    pub status: Option<String>,
    pub amount: i64,
    pub currency: String,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// A page of things.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct List<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub has_more: bool,
}

/// Why Stripe refused.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ApiError {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    decline_code: Option<String>,
    #[serde(default)]
    advice_code: Option<String>,
    #[serde(default)]
    param: Option<String>,
    #[serde(default)]
    request_log_url: Option<String>,
    #[serde(default)]
    pub payment_intent: Option<Box<Intent>>,
    #[serde(default)]
    payment_method: Option<TriedMethod>,
    #[serde(skip)]
    status: u16,
}

/// What was tried to pay with; of a card only what tells it from others.
#[derive(Debug, Clone, Deserialize)]
struct TriedMethod {
    #[serde(default)]
    card: Option<TriedCard>,
}

#[derive(Clone, Deserialize)]
struct TriedCard {
    #[serde(default)]
    fingerprint: Option<String>,
}

impl fmt::Debug for TriedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TriedCard(…)")
    }
}

#[derive(Deserialize)]
struct Refused {
    error: ApiError,
}

/// What a refusal means for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Another call under this key is at work.
    KeyInUse,
    /// The key stands for another request.
    KeyReused,
    /// Stripe waits for something of its own, or has too much to do.
    Busy,
    /// There is no such thing on this account.
    NotFound,
    /// The payment is in another state than the call expects.
    State,
    /// The buyer's bank said no.
    Card,
    /// What the form left cannot be used: spent, too old, or of another account.
    Form,
    /// The payment has nothing left to give back.
    NotRefundable,
    /// The payee's balance is too small.
    NoFunds,
    /// The account is not there, or left the platform.
    NoAccess,
    /// A fault of ours, or of our set-up.
    Ours,
}

impl ApiError {
    pub fn read(status: u16, body: &[u8]) -> Option<Self> {
        let refused: Refused = serde_json::from_slice(body).ok()?;
        Some(Self {
            status,
            ..refused.error
        })
    }

    pub fn code(&self) -> &str {
        self.code.as_deref().unwrap_or(&self.kind)
    }

    /// The bank's own reason, or Stripe's.
    pub fn decline_code(&self) -> &str {
        self.decline_code.as_deref().unwrap_or_else(|| self.code())
    }

    pub fn advice_code(&self) -> Option<&str> {
        self.advice_code.as_deref()
    }

    /// Which card it was about, when Stripe tells.
    pub fn card(&self) -> Option<CardPrint> {
        let card = self.payment_method.as_ref()?.card.as_ref()?;
        CardPrint::parse(card.fingerprint.as_deref()?).ok()
    }

    /// Where the platform's staff finds the request in Stripe's log.
    pub fn request(&self) -> &str {
        self.request_log_url.as_deref().unwrap_or_default()
    }

    pub fn refusal(&self) -> Refusal {
        match (self.kind.as_str(), self.code()) {
            (_, "idempotency_key_in_use") => Refusal::KeyInUse,
            ("idempotency_error", _) => Refusal::KeyReused,
            (_, "lock_timeout" | "rate_limit") => Refusal::Busy,
            ("card_error", _) => Refusal::Card,
            (_, "payment_intent_unexpected_state") => Refusal::State,
            (_, "charge_already_refunded" | "charge_disputed" | "charge_not_refundable") => Refusal::NotRefundable,
            (_, "account_invalid") => Refusal::NoAccess,
            (_, "balance_insufficient" | "insufficient_funds") => Refusal::NoFunds,
            _ if self.concerns_form() => Refusal::Form,
            (_, "amount_too_large") if self.param.as_deref() == Some("amount") => Refusal::NotRefundable,
            (_, "resource_missing") => Refusal::NotFound,
            _ if self.status == 404 => Refusal::NotFound,
            _ => Refusal::Ours,
        }
    }

    fn concerns_form(&self) -> bool {
        let named = self.param.as_deref().unwrap_or_default();
        named.starts_with("confirmation_token") || named.starts_with("payment_method")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, json: &str) -> ApiError {
        ApiError::read(status, format!(r#"{{"error":{json}}}"#).as_bytes()).unwrap()
    }

    #[test]
    fn refusals_are_told_apart() {
        for (status, json, refusal) in [
            (
                409,
                r#"{"type":"invalid_request_error","code":"idempotency_key_in_use"}"#,
                Refusal::KeyInUse,
            ),
            (400, r#"{"type":"idempotency_error"}"#, Refusal::KeyReused),
            (402, r#"{"type":"card_error","code":"card_declined"}"#, Refusal::Card),
            (
                429,
                r#"{"type":"invalid_request_error","code":"lock_timeout"}"#,
                Refusal::Busy,
            ),
            (
                404,
                r#"{"type":"invalid_request_error","code":"resource_missing","param":"intent"}"#,
                Refusal::NotFound,
            ),
            (
                400,
                r#"{"type":"invalid_request_error","code":"resource_missing","param":"confirmation_token"}"#,
                Refusal::Form,
            ),
            (
                400,
                r#"{"type":"invalid_request_error","code":"payment_intent_unexpected_state"}"#,
                Refusal::State,
            ),
            (
                400,
                r#"{"type":"invalid_request_error","code":"charge_already_refunded"}"#,
                Refusal::NotRefundable,
            ),
            (
                400,
                r#"{"type":"invalid_request_error","code":"parameter_unknown","param":"amout"}"#,
                Refusal::Ours,
            ),
            (401, r#"{"type":"invalid_request_error"}"#, Refusal::Ours),
            (
                403,
                r#"{"type":"invalid_request_error","code":"account_invalid"}"#,
                Refusal::NoAccess,
            ),
        ] {
            assert_eq!(error(status, json).refusal(), refusal, "{json}");
        }
        assert!(ApiError::read(502, b"<html>").is_none());
    }

    #[test]
    fn an_intent_is_read_from_few_fields_and_forgets_its_secret() {
        let intent: Intent = serde_json::from_str(
            r#"{"id":"pi_1","status":"a_new_one","amount":5,"currency":"eur","client_secret":"pi_1_secret_x","next_action":null}"#,
        )
        .unwrap();
        assert!(!format!("{intent:?}").contains("secret_x"));
    }

    #[test]
    fn a_declined_card_is_known_by_its_fingerprint_alone() {
        let told = r#"{"type":"card_error","code":"card_declined","payment_method":
            {"id":"pm_1","type":"card","card":{"fingerprint":"Xt5EWLLDS7FJjR1c","last4":"0002"}}}"#;
        let error = error(402, told);
        assert_eq!(error.card().unwrap().as_str(), "Xt5EWLLDS7FJjR1c");
        assert!(!format!("{error:?}").contains("Xt5EWLLDS7FJjR1c"));
    }
}
