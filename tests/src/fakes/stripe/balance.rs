//! Balances, their transactions, and payouts.

use serde_json::{Value, json};

use super::{
    Answer, Recorded,
    objects::{self, CREATED},
    world::{Payout, World},
};

/// One line of an account's statement.
#[derive(Debug, Clone)]
pub(super) struct Transaction {
    pub id: String,
    pub account: Option<String>,
    pub kind: &'static str,
    pub amount: i64,
    pub platform_fee: i64,
    pub stripe_fee: i64,
    pub currency: String,
    pub source: Value,
}

impl Transaction {
    pub fn net(&self) -> i64 {
        self.amount - self.platform_fee - self.stripe_fee
    }

    fn told(&self, is_expanded: bool) -> Value {
        let detail = |amount: i64, kind: &str| json!({ "amount": amount, "application": null, "currency": self.currency, "description": null, "type": kind });
        let mut details = Vec::new();
        if self.platform_fee != 0 {
            details.push(detail(self.platform_fee, "application_fee"));
        }
        if self.stripe_fee != 0 {
            details.push(detail(self.stripe_fee, "stripe_fee"));
        }
        let source = if is_expanded {
            self.source.clone()
        } else {
            self.source["id"].clone()
        };
        json!({
            "id": self.id, "object": "balance_transaction", "amount": self.amount, "available_on": CREATED, "created": CREATED,
            "currency": self.currency, "description": null, "exchange_rate": null, "balance_type": "payments",
            "fee": self.platform_fee + self.stripe_fee, "fee_details": details, "net": self.net(),
            "reporting_category": self.kind, "source": source, "status": "available", "type": self.kind,
        })
    }
}

impl World {
    /// Writes a line into an account's statement.
    pub fn move_money(&mut self, line: Transaction) {
        let id = self.name("txn");
        self.transactions.push(Transaction { id, ..line });
    }

    /// What lies on an account.
    pub fn balance_of(&self, account: Option<&str>) -> i64 {
        let of_account = self
            .transactions
            .iter()
            .filter(|line| line.account.as_deref() == account);
        of_account.map(Transaction::net).sum::<i64>() + self.hidden
    }
}

/// The youngest first, a page at a time.
pub(super) fn list(world: &World, asked: &Recorded) -> Answer {
    let limit = asked.params["limit"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_usize);
    let is_expanded = asked.params["expand"][0] == "data.source";
    let mut of_account: Vec<&Transaction> = world
        .transactions
        .iter()
        .filter(|line| line.account == asked.account)
        .collect();
    of_account.reverse();
    if let Some(after) = asked.params["starting_after"].as_str() {
        let at = of_account
            .iter()
            .position(|line| line.id == after)
            .expect("the cursor is a line");
        of_account.drain(..=at);
    }
    let has_more = of_account.len() > limit;
    let data: Vec<Value> = of_account
        .iter()
        .take(limit)
        .map(|line| line.told(is_expanded))
        .collect();
    let mut told = json!({ "object": "list", "url": "/v1/balance_transactions", "data": data });
    told["has_more"] = json!(has_more);
    Answer {
        status: 200,
        body: told.to_string(),
    }
}

pub(super) fn show(world: &World, asked: &Recorded) -> Answer {
    let of_account = world.transactions.iter().filter(|line| line.account == asked.account);
    let mut currencies: Vec<&str> = of_account.map(|line| line.currency.as_str()).collect();
    currencies.dedup();
    let currency = currencies.first().copied().unwrap_or("eur");
    let whole = world.balance_of(asked.account.as_deref());
    let told = json!({
        "object": "balance", "livemode": false,
        "available": [{ "amount": whole - world.pending, "currency": currency, "source_types": { "card": whole - world.pending } }],
        "pending": [{ "amount": world.pending, "currency": currency, "source_types": { "card": world.pending } }],
    });
    Answer {
        status: 200,
        body: told.to_string(),
    }
}

pub(super) fn pay_out(world: &mut World, asked: &Recorded) -> Answer {
    let amount: i64 = asked.params["amount"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let available = world.balance_of(asked.account.as_deref()) - world.pending;
    if amount < 1 || amount > available {
        return objects::error(400, "invalid_request_error", "balance_insufficient", Some("amount"));
    }
    let payout = Payout {
        id: world.name("po"),
        account: asked.account.clone(),
        amount,
        currency: asked.params["currency"].as_str().unwrap_or_default().to_owned(),
        metadata: asked.params["metadata"].clone(),
        status: "pending",
    };
    world.payouts.push(payout.clone());
    let told = show_payout(&payout);
    world.move_money(Transaction {
        id: String::new(),
        account: asked.account.clone(),
        kind: "payout",
        amount: -amount,
        platform_fee: 0,
        stripe_fee: 0,
        currency: payout.currency,
        source: told.clone(),
    });
    objects::complete::<stripe_shared::Payout>(&told)
}

pub(super) fn payout(world: &World, asked: &Recorded, id: &str) -> Answer {
    let found = world
        .payouts
        .iter()
        .find(|payout| payout.id == id && payout.account == asked.account);
    match found {
        Some(payout) => objects::complete::<stripe_shared::Payout>(&show_payout(payout)),
        None => objects::error(404, "invalid_request_error", "resource_missing", Some("payout")),
    }
}

pub(super) fn list_payouts(world: &World, asked: &Recorded) -> Answer {
    let of_account = world.payouts.iter().filter(|payout| payout.account == asked.account);
    objects::list("/v1/payouts", &of_account.rev().map(show_payout).collect::<Vec<_>>())
}

/// Ends payouts that are on their way; those that had arrived may come back.
pub(super) fn finish_payouts(world: &mut World, status: &'static str) {
    let mut moved = Vec::new();
    for payout in &mut world.payouts {
        let comes_back = status == "failed" && payout.status != "failed";
        if comes_back || payout.status == "pending" {
            payout.status = status;
            moved.push((payout.clone(), comes_back));
        }
    }
    for (payout, comes_back) in moved {
        let told = show_payout(&payout);
        world.announce(
            payout.account.clone(),
            if comes_back { "payout.failed" } else { "payout.paid" },
            &told,
        );
        if comes_back {
            world.move_money(Transaction {
                id: String::new(),
                account: payout.account,
                kind: "payout_failure",
                amount: payout.amount,
                platform_fee: 0,
                stripe_fee: 0,
                currency: payout.currency,
                source: told,
            });
        }
    }
}

fn show_payout(payout: &Payout) -> Value {
    let is_failed = payout.status == "failed";
    json!({
        "id": payout.id, "object": "payout", "amount": payout.amount, "application_fee": null, "application_fee_amount": null,
        "arrival_date": CREATED, "automatic": false, "balance_transaction": null, "created": CREATED, "currency": payout.currency,
        "description": null, "destination": "ba_fake", "failure_balance_transaction": null,
        "failure_code": is_failed.then_some("account_closed"), "failure_message": null, "livemode": false,
        "metadata": payout.metadata, "method": "standard", "original_payout": null, "payout_method": null,
        "reconciliation_status": "not_applicable", "reversed_by": null, "source_type": "card", "statement_descriptor": null,
        "status": payout.status, "type": "bank_account",
        "trace_id": { "status": "supported", "value": (payout.status == "paid").then_some("TRACE-4711") },
    })
}
