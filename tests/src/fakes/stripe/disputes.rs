//! Contests, inquiries and early warnings of fraud.

use serde_json::{Value, json};

use super::{
    Answer, Recorded,
    balance::Transaction,
    objects::{self, CREATED},
    world::World,
};

/// What a contest costs.
const FEE: i64 = 1_500;

/// A contest as the bank knows it.
#[derive(Debug, Clone)]
pub(super) struct Contest {
    pub id: String,
    pub account: Option<String>,
    pub payment: String,
    pub amount: i64,
    pub currency: String,
    pub claimed: (i64, String),
    pub status: &'static str,
    pub moved: Vec<(i64, i64)>,
    pub evidence: Option<Value>,
    pub due_by: i64,
    /// Earlier payments count as proof.
    pub takes_history: bool,
}

/// A warning of a card scheme.
#[derive(Debug, Clone)]
pub(super) struct Early {
    pub id: String,
    pub account: Option<String>,
    pub payment: String,
    pub is_actionable: bool,
}

impl World {
    /// A buyer contests so much; an inquiry takes nothing yet.
    pub fn contest(&mut self, payment: &str, amount: i64, is_inquiry: bool) -> String {
        let intent = self.intents[payment].clone();
        let contest = Contest {
            id: self.name("dp"),
            account: intent.account.clone(),
            payment: payment.to_owned(),
            amount,
            currency: intent.currency.clone(),
            claimed: (amount, intent.currency),
            status: if is_inquiry {
                "warning_needs_response"
            } else {
                "needs_response"
            },
            moved: Vec::new(),
            evidence: None,
            due_by: self.due_by,
            takes_history: self.takes_history,
        };
        let id = contest.id.clone();
        self.contests.push(contest);
        if is_inquiry {
            self.tell_contest(&id, "charge.dispute.created");
        } else {
            self.withdraw(&id);
            self.tell_contest(&id, "charge.dispute.created");
        }
        id
    }

    fn contest_mut(&mut self, id: &str) -> &mut Contest {
        self.contests
            .iter_mut()
            .find(|contest| contest.id == id)
            .expect("the contest exists")
    }

    /// The bank takes the money.
    pub fn withdraw(&mut self, id: &str) {
        let contest = self.contest_mut(id);
        contest.status = "needs_response";
        contest.moved.push((-contest.amount, FEE));
        let (contest, amount) = (contest.clone(), contest.amount);
        self.intents
            .get_mut(&contest.payment)
            .expect("the payment exists")
            .is_disputed = true;
        self.move_contested(&contest, (-amount, FEE));
        self.tell_contest(id, "charge.dispute.funds_withdrawn");
    }

    /// The bank decides.
    pub fn decide(&mut self, id: &str, status: &'static str) {
        let contest = self.contest_mut(id);
        contest.status = status;
        let won = status == "won" && !contest.moved.is_empty();
        if won {
            let amount = contest.amount;
            contest.moved.push((amount, -FEE));
            let contest = contest.clone();
            self.move_contested(&contest, (amount, -FEE));
            self.intents
                .get_mut(&contest.payment)
                .expect("the payment exists")
                .is_disputed = false;
            self.tell_contest(id, "charge.dispute.funds_reinstated");
        }
        self.tell_contest(id, "charge.dispute.closed");
    }

    fn move_contested(&mut self, contest: &Contest, (amount, fee): (i64, i64)) {
        self.move_money(Transaction {
            id: String::new(),
            account: contest.account.clone(),
            kind: "adjustment",
            amount,
            platform_fee: 0,
            stripe_fee: fee,
            currency: contest.currency.clone(),
            source: json!({ "id": contest.id, "object": "dispute", "payment_intent": contest.payment }),
        });
    }

    fn tell_contest(&mut self, id: &str, kind: &'static str) {
        let contest = self.contest_mut(id).clone();
        let told = show(&contest);
        self.announce(contest.account, kind, &told);
    }

    /// A card scheme warns.
    pub fn warn(&mut self, payment: &str) -> String {
        let early = Early {
            id: self.name("issfr"),
            account: self.intents[payment].account.clone(),
            payment: payment.to_owned(),
            is_actionable: true,
        };
        let id = early.id.clone();
        let told = show_early(&early);
        let account = early.account.clone();
        self.warnings.push(early);
        self.announce(account, "radar.early_fraud_warning.created", &told);
        id
    }
}

pub(super) fn list(world: &World, asked: &Recorded) -> Answer {
    let of_account = world.contests.iter().filter(|contest| contest.account == asked.account);
    objects::list("/v1/disputes", &of_account.rev().map(show).collect::<Vec<_>>())
}

pub(super) fn retrieve(world: &World, asked: &Recorded, id: &str) -> Answer {
    let found = world
        .contests
        .iter()
        .find(|contest| contest.id == id && contest.account == asked.account);
    match found {
        Some(contest) => objects::complete::<stripe_shared::Dispute>(&show(contest)),
        None => objects::error(404, "invalid_request_error", "resource_missing", Some("dispute")),
    }
}

pub(super) fn answer(world: &mut World, asked: &Recorded, id: &str) -> Answer {
    let account = asked.account.clone();
    let found = world
        .contests
        .iter_mut()
        .find(|contest| contest.id == id && contest.account == account);
    let Some(contest) = found else {
        return objects::error(404, "invalid_request_error", "resource_missing", Some("dispute"));
    };
    if contest.evidence.is_some() || !contest.status.ends_with("needs_response") {
        return objects::error(400, "invalid_request_error", "dispute_already_answered", None);
    }
    contest.evidence = Some(asked.params["evidence"].clone());
    if asked.params["submit"] == "true" {
        contest.status = if contest.status.starts_with("warning") {
            "warning_under_review"
        } else {
            "under_review"
        };
    }
    objects::complete::<stripe_shared::Dispute>(&show(contest))
}

/// The merchant gives it up.
pub(super) fn close(world: &mut World, asked: &Recorded, id: &str) -> Answer {
    let is_open = |contest: &&Contest| contest.id == id && contest.account == asked.account;
    match world.contests.iter().find(is_open).map(|contest| contest.status) {
        Some("needs_response" | "warning_needs_response") => {}
        Some(_) => return objects::error(400, "invalid_request_error", "dispute_already_answered", None),
        None => return objects::error(404, "invalid_request_error", "resource_missing", Some("dispute")),
    }
    world.decide(id, "lost");
    retrieve(world, asked, id)
}

pub(super) fn list_early(world: &World, asked: &Recorded) -> Answer {
    let of_account = world.warnings.iter().filter(|early| early.account == asked.account);
    objects::list(
        "/v1/radar/early_fraud_warnings",
        &of_account.rev().map(show_early).collect::<Vec<_>>(),
    )
}

fn show_early(early: &Early) -> Value {
    json!({
        "id": early.id, "object": "radar.early_fraud_warning", "actionable": early.is_actionable, "charge": "ch_fake",
        "created": CREATED, "fraud_type": "made_with_stolen_card", "livemode": false, "payment_intent": early.payment,
    })
}

fn show(contest: &Contest) -> Value {
    let moved = |(at, (amount, fee)): (usize, &(i64, i64))| {
        json!({
            "id": format!("txn_{}_{at}", contest.id), "object": "balance_transaction", "amount": amount, "available_on": CREATED,
            "balance_type": "payments", "created": CREATED, "currency": contest.currency, "description": null, "exchange_rate": null,
            "fee": fee, "fee_details": [], "net": amount - fee, "reporting_category": "dispute", "source": contest.id,
            "status": "available", "type": "adjustment",
        })
    };
    json!({
        "id": contest.id, "object": "dispute", "amount": contest.claimed.0, "charge": "ch_fake", "created": CREATED,
        "currency": contest.claimed.1, "payment_intent": contest.payment, "reason": "fraudulent", "status": contest.status,
        "livemode": false, "metadata": {}, "enhanced_eligibility_types": if contest.takes_history { vec!["visa_compelling_evidence_3"] } else { Vec::new() }, "is_charge_refundable": contest.moved.is_empty(),
        "balance_transactions": contest.moved.iter().enumerate().map(moved).collect::<Vec<_>>(),
        "evidence": { "enhanced_evidence": {} },
        "evidence_details": { "due_by": contest.due_by, "enhanced_eligibility": {}, "has_evidence": contest.evidence.is_some(),
                              "past_due": false, "submission_count": i64::from(contest.evidence.is_some()) },
    })
}
