//! Payment intents.
//!
//! What the buyer's form left is known by its name: `ctoken_visa…` pays, `ctoken_challenge…` sends the buyer to his bank and
//! `ctoken_app…` to an app on his telephone,
//! `ctoken_declined…` and `ctoken_poor…` are refused, `ctoken_later…` takes days, `ctoken_script…` asks for a step that
//! only a script can take. Each is good for one payment. The third part of a name is the card's, whose fingerprint is told with a
//! decline.

use serde_json::Value;

use super::{
    Answer, Recorded, objects,
    world::{Intent, World},
};

pub(super) fn create(world: &mut World, asked: &Recorded) -> Answer {
    let params = &asked.params;
    let number = |name: &str| params[name].as_str().and_then(|text| text.parse::<i64>().ok());
    let Some(amount) = number("amount").filter(|amount| *amount > 0) else {
        return objects::error(400, "invalid_request_error", "parameter_missing", Some("amount"));
    };
    let fee = number("application_fee_amount").unwrap_or(0);
    if fee > amount || (fee > 0 && asked.account.is_none()) {
        return objects::error(400, "invalid_request_error", "", Some("application_fee_amount"));
    }
    let Some(currency) = params["currency"].as_str() else {
        return objects::error(400, "invalid_request_error", "parameter_missing", Some("currency"));
    };
    let id = world.name("pi");
    let intent = Intent {
        id: id.clone(),
        account: asked.account.clone(),
        amount,
        received: 0,
        currency: currency.to_owned(),
        fee,
        fee_refunded: 0,
        metadata: params["metadata"].clone(),
        status: "requires_payment_method",
        return_url: None,
        error: None,
        card: None,
        is_disputed: false,
        challenge: None,
    };
    world.intents.insert(id.clone(), intent);
    show(world, &id)
}

pub(super) fn retrieve(world: &mut World, asked: &Recorded, id: &str) -> Answer {
    match find(world, asked, id) {
        Some(_) => show(world, id),
        None => missing(),
    }
}

pub(super) fn confirm(world: &mut World, asked: &Recorded, id: &str) -> Answer {
    let Some(intent) = find(world, asked, id) else {
        return missing();
    };
    if !matches!(intent.status, "requires_payment_method" | "requires_confirmation") {
        return unexpected_state(world, id);
    }
    let token = asked.params["confirmation_token"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    if !token.starts_with("ctoken_") || world.spent.contains(&token) {
        return objects::error(
            400,
            "invalid_request_error",
            "resource_missing",
            Some("confirmation_token"),
        );
    }
    world.spent.push(token.clone());
    let return_url = asked.params["return_url"].as_str().map(str::to_owned);
    let intent = world.intents.get_mut(id).expect("it was found");
    intent.return_url.clone_from(&return_url);
    intent.error = None;
    intent.card = Some(card_of(&token));
    match token
        .trim_start_matches("ctoken_")
        .split('_')
        .next()
        .unwrap_or_default()
    {
        "visa" => world.succeed(id),
        "challenge" | "app" if return_url.is_some() => {
            intent.status = "requires_action";
            intent.challenge = Some("redirect_to_url");
            world.announce_intent(id, "payment_intent.requires_action");
        }
        "script" => {
            intent.status = "requires_action";
            intent.challenge = Some("use_stripe_sdk");
        }
        "later" => {
            intent.status = "processing";
            world.announce_intent(id, "payment_intent.processing");
        }
        "declined" => return decline(world, id, "generic_decline"),
        "poor" => return decline(world, id, "insufficient_funds"),
        _ => {
            return objects::error(
                400,
                "invalid_request_error",
                "parameter_invalid",
                Some("confirmation_token"),
            );
        }
    }
    show(world, id)
}

pub(super) fn cancel(world: &mut World, asked: &Recorded, id: &str) -> Answer {
    let Some(intent) = find(world, asked, id) else {
        return missing();
    };
    if matches!(intent.status, "processing" | "succeeded" | "canceled") {
        return unexpected_state(world, id);
    }
    world.intents.get_mut(id).expect("it was found").status = "canceled";
    world.announce_intent(id, "payment_intent.canceled");
    show(world, id)
}

/// A payment on an account that nobody of ours asked for.
pub(super) fn charge_without_order(world: &mut World, account: &str, amount: i64) -> String {
    let id = world.name("pi");
    let intent = Intent {
        id: id.clone(),
        account: Some(account.to_owned()),
        amount,
        received: amount,
        currency: "eur".to_owned(),
        fee: 0,
        fee_refunded: 0,
        metadata: serde_json::json!({}),
        status: "succeeded",
        return_url: None,
        error: None,
        card: None,
        is_disputed: false,
        challenge: None,
    };
    world.charged(&intent);
    world.intents.insert(id.clone(), intent);
    id
}

fn decline(world: &mut World, id: &str, why: &'static str) -> Answer {
    let intent = world.intents.get_mut(id).expect("it was found");
    intent.status = "requires_payment_method";
    intent.error = Some(("card_declined", why));
    let card = intent.card.clone().unwrap_or_default();
    world.announce_intent(id, "payment_intent.payment_failed");
    let told = objects::intent(world, &world.intents[id]);
    objects::declined(why, &told, &card)
}

/// Each card has a fingerprint: `ctoken_declined_7_red` is the card `red`, and `ctoken_declined_7` one of that kind.
fn card_of(token: &str) -> String {
    let mut parts = token.trim_start_matches("ctoken_").split('_');
    let kind = parts.next().unwrap_or_default();
    let card = parts.nth(1).unwrap_or(kind);
    format!("print_{card}")
}

/// Payments are known on their own account only.
fn find<'a>(world: &'a World, asked: &Recorded, id: &str) -> Option<&'a Intent> {
    world.intents.get(id).filter(|intent| intent.account == asked.account)
}

fn show(world: &World, id: &str) -> Answer {
    let told: Value = objects::intent(world, &world.intents[id]);
    objects::complete::<stripe_shared::PaymentIntent>(&told)
}

fn missing() -> Answer {
    objects::error(404, "invalid_request_error", "resource_missing", Some("intent"))
}

fn unexpected_state(world: &World, id: &str) -> Answer {
    let told = objects::intent(world, &world.intents[id]);
    objects::unexpected_state(&told)
}
