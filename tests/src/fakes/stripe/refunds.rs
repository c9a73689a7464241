//! Refunds.

use super::{
    Answer, Recorded, objects,
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
    if params["refund_application_fee"] == "true" {
        // In proportion, and all of it with the last part.
        let back = if amount == left {
            intent.fee - intent.fee_refunded
        } else {
            intent.fee * amount / intent.received
        };
        world.intents.get_mut(payment).expect("it was found").fee_refunded += back;
    }
    let refund = Refund {
        id: world.name("re"),
        intent: payment.to_owned(),
        amount,
        currency: intent.currency,
        metadata: params["metadata"].clone(),
        status: world.refunds_become,
    };
    world.refunds.push(refund.clone());
    let told = objects::refund(&refund);
    world.announce(intent.account, "refund.created", &told);
    objects::complete::<stripe_shared::Refund>(&told)
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
