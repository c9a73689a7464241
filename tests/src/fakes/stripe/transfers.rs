//! Transfers from the platform's balance to connected accounts.

use serde_json::{Value, json};

use super::{
    Answer, Recorded,
    balance::Transaction,
    objects::{self, CREATED},
    world::World,
};

/// Money that was moved.
#[derive(Debug, Clone)]
pub(super) struct Transfer {
    pub id: String,
    pub account: String,
    pub amount: i64,
    pub currency: String,
    pub group: String,
    pub metadata: Value,
    pub reversal: Option<String>,
}

/// Account, amount and group of each.
pub(super) fn made(world: &World) -> Vec<(String, i64, String)> {
    let told = |transfer: &Transfer| (transfer.account.clone(), transfer.amount, transfer.group.clone());
    world.transfers.iter().map(told).collect()
}

pub(super) fn create(world: &mut World, asked: &Recorded) -> Answer {
    let text = |name: &str| asked.params[name].as_str().unwrap_or_default().to_owned();
    let amount: i64 = text("amount").parse().unwrap_or(0);
    let account = text("destination");
    if asked.account.is_some() || !world.accounts.contains_key(&account) {
        return objects::error(400, "invalid_request_error", "resource_missing", Some("destination"));
    }
    if amount < 1 || amount > world.platform_funds {
        return objects::error(400, "invalid_request_error", "balance_insufficient", Some("amount"));
    }
    world.platform_funds -= amount;
    let transfer = Transfer {
        id: world.name("tr"),
        account,
        amount,
        currency: text("currency"),
        group: text("transfer_group"),
        metadata: asked.params["metadata"].clone(),
        reversal: None,
    };
    world.transfers.push(transfer.clone());
    let payment = world.name("py");
    let source = json!({ "id": payment, "object": "charge", "payment_intent": null, "source_transfer": transfer.id });
    came(world, &transfer, ("payment", transfer.amount), source);
    told(&transfer)
}

pub(super) fn retrieve(world: &World, id: &str) -> Answer {
    match world.transfers.iter().find(|transfer| transfer.id == id) {
        Some(transfer) => told(transfer),
        None => objects::error(404, "invalid_request_error", "resource_missing", Some("transfer")),
    }
}

pub(super) fn list(world: &World, asked: &Recorded) -> Answer {
    let of_group = world
        .transfers
        .iter()
        .filter(|transfer| asked.params["transfer_group"] == transfer.group.as_str());
    objects::list("/v1/transfers", &of_group.rev().map(show).collect::<Vec<_>>())
}

/// The latest one is taken back.
pub(super) fn reverse(world: &mut World) {
    let (reversal, refund) = (world.name("trr"), world.name("pyr"));
    let transfer = world.transfers.last_mut().expect("something was transferred");
    transfer.reversal = Some(reversal.clone());
    let transfer = transfer.clone();
    world.platform_funds += transfer.amount;
    let source = json!({ "id": refund, "object": "refund", "source_transfer_reversal": reversal });
    came(world, &transfer, ("payment_refund", -transfer.amount), source);
}

/// Writes it into the statement of the account.
fn came(world: &mut World, transfer: &Transfer, (kind, amount): (&'static str, i64), source: Value) {
    world.move_money(Transaction {
        id: String::new(),
        account: Some(transfer.account.clone()),
        kind,
        amount,
        platform_fee: 0,
        stripe_fee: 0,
        currency: transfer.currency.clone(),
        source,
    });
}

fn told(transfer: &Transfer) -> Answer {
    Answer {
        status: 200,
        body: show(transfer).to_string(),
    }
}

fn show(transfer: &Transfer) -> Value {
    let reversed = if transfer.reversal.is_some() {
        transfer.amount
    } else {
        0
    };
    let reversal = |id: &String| {
        json!({
            "id": id, "object": "transfer_reversal", "amount": reversed, "balance_transaction": null, "created": CREATED,
            "currency": transfer.currency, "destination_payment_refund": null, "metadata": {}, "source_refund": null,
            "transfer": transfer.id,
        })
    };
    json!({
        "id": transfer.id, "object": "transfer", "amount": transfer.amount, "amount_reversed": reversed,
        "balance_transaction": null, "created": CREATED, "currency": transfer.currency, "description": null,
        "destination": transfer.account, "destination_payment": null, "livemode": false, "metadata": transfer.metadata,
        "reversals": { "object": "list", "has_more": false, "url": format!("/v1/transfers/{}/reversals", transfer.id),
                       "data": transfer.reversal.iter().map(reversal).collect::<Vec<_>>() },
        "reversed": transfer.reversal.is_some(), "source_transaction": null, "source_type": "card",
        "transfer_group": transfer.group,
    })
}
