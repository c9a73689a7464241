//! Refunds.

use super::{
    Answer, Recorded,
    balance::Transaction,
    objects,
    world::{Refund, World},
};

pub(super) fn create(world: &mut World, asked: &Recorded) -> Answer {
    let params = &asked.params;
    let payment = params["payment_intent"].as_str().unwrap_or_default();
    let found = world
        .intents
        .get(payment)
        .filter(|intent| intent.account == asked.account);
    let Some(intent) = found.cloned() else {
        return objects::error(404, "invalid_request_error", "resource_missing", Some("payment_intent"));
    };
    if intent.status != "succeeded" {
        return objects::error(400, "invalid_request_error", "payment_intent_unexpected_state", None);
    }
    if intent.is_disputed {
        return objects::error(400, "invalid_request_error", "charge_disputed", None);
    }
    let left = intent.received - world.refunded(payment);
    let amount = params["amount"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or(left);
    if left == 0 {
        return objects::error(400, "invalid_request_error", "charge_already_refunded", None);
    }
    if amount > left || amount < 1 {
        return objects::error(400, "invalid_request_error", "amount_too_large", Some("amount"));
    }
    if world.refunds_become == "balance_insufficient" {
        return objects::error(400, "invalid_request_error", "balance_insufficient", None);
    }
    let returns_fee = params["refund_application_fee"] == "true";
    let back = if returns_fee {
        give_fee_back(world, payment, amount, left)
    } else {
        0
    };
    let refund = Refund {
        id: world.name("re"),
        intent: payment.to_owned(),
        amount,
        currency: intent.currency,
        metadata: params["metadata"].clone(),
        status: world.refunds_become,
    };
    let told = objects::refund(&refund);
    went_back(world, intent.account.as_deref(), &refund, back);
    world.refunds.push(refund);
    world.announce(intent.account, "refund.created", &told);
    objects::complete::<stripe_shared::Refund>(&told)
}

/// In proportion, and all of it with the last part.
fn give_fee_back(world: &mut World, payment: &str, amount: i64, left: i64) -> i64 {
    let intent = world.intents.get_mut(payment).expect("it was found");
    let back = if amount == left {
        intent.fee - intent.fee_refunded
    } else {
        intent.fee * amount / intent.received
    };
    intent.fee_refunded += back;
    back
}

fn went_back(world: &mut World, account: Option<&str>, refund: &Refund, fee: i64) {
    world.move_money(Transaction {
        id: String::new(),
        account: account.map(str::to_owned),
        kind: "refund",
        amount: -refund.amount,
        platform_fee: -fee,
        stripe_fee: 0,
        currency: refund.currency.clone(),
        source: objects::refund(refund),
    });
}

/// Somebody gives money back by hand; the platform keeps its part.
pub(super) fn in_dashboard(world: &mut World, payment: &str, amount: i64) -> String {
    let intent = world.intents[payment].clone();
    let refund = Refund {
        id: world.name("re"),
        intent: payment.to_owned(),
        amount,
        currency: intent.currency,
        metadata: serde_json::json!({}),
        status: "succeeded",
    };
    let id = refund.id.clone();
    went_back(world, intent.account.as_deref(), &refund, 0);
    let told = objects::refund(&refund);
    world.refunds.push(refund);
    world.announce(intent.account, "refund.created", &told);
    id
}

/// The buyer's bank sends money back that it had taken.
pub(super) fn comes_back(world: &mut World, id: &str) {
    let found = world
        .refunds
        .iter_mut()
        .find(|refund| refund.id == id)
        .expect("the refund exists");
    found.status = "failed";
    let refund = found.clone();
    let account = world.intents[&refund.intent].account.clone();
    let told = objects::refund(&refund);
    world.move_money(Transaction {
        id: String::new(),
        account: account.clone(),
        kind: "refund_failure",
        amount: refund.amount,
        platform_fee: 0,
        stripe_fee: 0,
        currency: refund.currency,
        source: told.clone(),
    });
    world.announce(account, "refund.failed", &told);
}

pub(super) fn list(world: &World, asked: &Recorded) -> Answer {
    let payment = asked.params["payment_intent"].as_str().unwrap_or_default();
    let is_known = world
        .intents
        .get(payment)
        .is_some_and(|intent| intent.account == asked.account);
    if !is_known {
        return objects::error(404, "invalid_request_error", "resource_missing", Some("payment_intent"));
    }
    let of_payment = world.refunds.iter().filter(|refund| refund.intent == payment);
    objects::list(
        "/v1/refunds",
        &of_payment.rev().map(objects::refund).collect::<Vec<_>>(),
    )
}
