//! Answers, as complete as Stripe's.

use serde_json::{Value, json};

use super::{
    Answer,
    world::{Account, Intent, Refund, Standing, World},
};

/// When everything was made.
pub(super) const CREATED: i64 = 1_935_000_000;

/// Answers with an object, after checking that the types of `async-stripe` can read it.
pub(super) fn complete<T: miniserde::Deserialize>(told: &Value) -> Answer {
    let body = told.to_string();
    assert!(
        miniserde::json::from_str::<T>(&body).is_ok(),
        "async-stripe cannot read {body}"
    );
    Answer { status: 200, body }
}

pub(super) fn list(url: &str, data: &[Value]) -> Answer {
    let told = json!({ "object": "list", "url": url, "has_more": false, "data": data });
    Answer {
        status: 200,
        body: told.to_string(),
    }
}

pub(super) fn error(status: u16, kind: &str, code: &str, param: Option<&str>) -> Answer {
    let code = Some(code).filter(|code| !code.is_empty());
    let told = json!({ "error": {
        "type": kind, "code": code, "param": param, "message": "No such luck.",
        "request_log_url": "https://dashboard.stripe.com/test/logs/req_fake",
    } });
    refused(status, &told)
}

pub(super) fn unexpected_state(intent: &Value) -> Answer {
    let told = json!({ "error": {
        "type": "invalid_request_error", "code": "payment_intent_unexpected_state", "message": "It is past that.",
        "payment_intent": intent,
    } });
    refused(400, &told)
}

pub(super) fn declined(why: &str, intent: &Value, card: &str) -> Answer {
    let told = json!({ "error": {
        "type": "card_error", "code": "card_declined", "decline_code": why, "message": "Your card was declined.",
        "charge": "ch_fake", "payment_intent": intent, "payment_method": method(card),
    } });
    refused(402, &told)
}

fn refused(status: u16, told: &Value) -> Answer {
    let body = told.to_string();
    assert!(
        miniserde::json::from_str::<stripe_shared::Error>(&body).is_ok(),
        "async-stripe cannot read {body}"
    );
    Answer { status, body }
}

/// A card that was tried.
fn method(card: &str) -> Value {
    json!({
        "id": format!("pm_{card}"), "object": "payment_method", "created": CREATED, "customer": null, "livemode": false,
        "metadata": {}, "type": "card", "allow_redisplay": "unspecified",
        "billing_details": { "address": null, "email": null, "name": null, "phone": null, "tax_id": null },
        "card": {
            "brand": "visa", "checks": null, "country": "NO", "display_brand": "visa", "exp_month": 12, "exp_year": 2040,
            "fingerprint": card, "funding": "credit", "generated_from": null, "last4": "0002", "networks": null,
            "regulated_status": "unregulated", "three_d_secure_usage": { "supported": true }, "wallet": null,
        },
    })
}

pub(super) fn intent(world: &World, intent: &Intent) -> Value {
    let next = intent
        .challenge
        .filter(|_| intent.status == "requires_action")
        .map(|kind| match kind {
            "redirect_to_url" => json!({ "type": kind, "redirect_to_url": {
            "url": format!("{}/challenge/{}", world.base_url, intent.id), "return_url": intent.return_url,
        } }),
            kind => json!({ "type": kind, "use_stripe_sdk": { "type": "three_d_secure_redirect" } }),
        });
    let error = intent.error.map(|(code, why)| {
        json!({ "type": "card_error", "code": code, "decline_code": why, "message": "Your card was declined.",
                "payment_method": intent.card.as_deref().map(method) })
    });
    json!({
        "id": intent.id, "object": "payment_intent", "amount": intent.amount, "amount_capturable": 0,
        "amount_details": { "tip": {} }, "amount_received": intent.received, "application": "ca_fake",
        "application_fee_amount": Some(intent.fee).filter(|fee| *fee > 0),
        "automatic_payment_methods": { "allow_redirects": "always", "enabled": true },
        "canceled_at": (intent.status == "canceled").then_some(CREATED + 9), "cancellation_reason": null,
        "capture_method": "automatic_async", "client_secret": format!("{}_secret_canary", intent.id),
        "confirmation_method": "automatic", "created": CREATED, "currency": intent.currency, "customer": null,
        "customer_account": null, "description": null, "excluded_payment_method_types": null,
        "last_payment_error": error, "latest_charge": (intent.received > 0).then(|| format!("ch_{}", intent.id)), "livemode": false,
        "metadata": intent.metadata, "next_action": next, "on_behalf_of": null, "payment_method": null,
        "payment_method_configuration_details": null, "payment_method_options": {}, "payment_method_types": ["card", "link"],
        "processing": null, "receipt_email": null, "review": null, "setup_future_usage": null, "shipping": null,
        "source": null, "statement_descriptor": null, "statement_descriptor_suffix": null, "status": intent.status,
        "transfer_data": null, "transfer_group": null,
    })
}

pub(super) fn refund(refund: &Refund) -> Value {
    let is_waiting = refund.status == "pending";
    json!({
        "id": refund.id, "object": "refund", "amount": refund.amount, "balance_transaction": null, "charge": "ch_fake",
        "created": CREATED, "currency": refund.currency, "destination_details": { "card": {
            "reference": null, "reference_status": "pending", "reference_type": null, "type": "refund",
        }, "type": "card" },
        "metadata": refund.metadata, "payment_intent": refund.intent, "reason": null, "receipt_number": null,
        "source_transfer_reversal": null, "status": refund.status, "transfer_reversal": null,
        "pending_reason": is_waiting.then_some("insufficient_funds"),
        "failure_reason": (refund.status == "failed").then_some("expired_or_canceled_card"),
    })
}

pub(super) fn event(id: &str, account: Option<&str>, kind: &str, object: &Value) -> Value {
    let mut told = json!({
        "id": id, "object": "event", "api_version": stripe_shared::version::VERSION.as_str(), "created": CREATED,
        "data": { "object": object }, "livemode": false, "pending_webhooks": 1,
        "request": { "id": null, "idempotency_key": null }, "type": kind,
    });
    if let Some(account) = account {
        told["account"] = json!(account);
    }
    told
}

fn bank(account: &str, print: &str) -> Value {
    json!({
        "id": format!("ba_{print}"), "object": "bank_account", "account": account, "account_holder_name": null,
        "account_holder_type": null, "account_type": null, "available_payout_methods": ["standard"], "bank_name": null,
        "country": "NO", "currency": "nok", "default_for_currency": true, "fingerprint": print, "last4": "0011",
        "metadata": {}, "routing_number": null, "status": "new",
    })
}

/// An account: its owner told nothing, everything, or not enough.
pub(super) fn account(id: &str, account: &Account) -> Value {
    let params = &account.params;
    let (sells, is_paid_out, wanted, overdue, deadline, disabled) = match account.standing {
        Standing::Empty => (
            false,
            false,
            vec!["business_type", "external_account"],
            vec!["business_type"],
            None,
            Some("requirements.past_due"),
        ),
        Standing::Sells => (true, true, vec![], vec![], None, None),
        Standing::SellsUntil(deadline) => (
            true,
            true,
            vec!["individual.verification.document"],
            vec![],
            Some(deadline),
            None,
        ),
        Standing::Overdue => (
            false,
            true,
            vec!["individual.verification.document"],
            vec!["individual.verification.document"],
            None,
            Some("requirements.past_due"),
        ),
        Standing::Rejected => (false, false, vec![], vec![], None, Some("rejected.fraud")),
    };
    let capability = if sells { "active" } else { "inactive" };
    json!({
        "id": id, "object": "account", "business_type": null, "charges_enabled": sells, "payouts_enabled": is_paid_out,
        "details_submitted": account.standing != Standing::Empty, "country": params["country"], "created": CREATED,
        "default_currency": params["default_currency"].as_str().unwrap_or("nok"), "email": null, "type": "none",
        "capabilities": { "card_payments": capability, "transfers": capability },
        "controller": { "type": "application", "is_controller": true, "requirement_collection": "stripe",
            "fees": { "payer": params["controller"]["fees"]["payer"].as_str().unwrap_or("application") },
            "losses": { "payments": params["controller"]["losses"]["payments"].as_str().unwrap_or("application") },
            "stripe_dashboard": { "type": params["controller"]["stripe_dashboard"]["type"].as_str().unwrap_or("none") } },
        "external_accounts": { "object": "list", "has_more": false, "url": format!("/v1/accounts/{id}/external_accounts"),
            "data": account.bank.iter().map(|print| bank(id, print)).collect::<Vec<_>>() },
        "metadata": params["metadata"].as_object().cloned().unwrap_or_default(),
        "requirements": {
            "alternatives": [], "current_deadline": deadline, "currently_due": wanted, "disabled_reason": disabled,
            "errors": [], "eventually_due": wanted, "past_due": overdue, "pending_verification": [],
        },
        "future_requirements": {
            "alternatives": [], "current_deadline": null, "currently_due": [], "disabled_reason": null, "errors": [],
            "eventually_due": [], "past_due": [], "pending_verification": [],
        },
    })
}
