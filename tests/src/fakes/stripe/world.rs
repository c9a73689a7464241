//! What Stripe knows.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::{
    Answer,
    balance::Transaction,
    disputes::{Contest, Early},
    hosts::Host,
    objects,
    transfers::Transfer,
};

/// How an account stands with Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was told yet.
    Empty,
    /// It sells and is paid out.
    Sells,
    /// It sells, and something will be wanted by this second.
    SellsUntil(i64),
    /// Something is overdue: it sells no more.
    Overdue,
    /// Stripe refused it for good.
    Rejected,
}

/// Money of an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Paid {
    /// Payments that succeeded.
    pub payments: usize,
    /// What they brought.
    pub taken: i64,
    /// What went back.
    pub refunded: i64,
    /// The platform's part, less what of it went back.
    pub fees: i64,
}

#[derive(Debug, Clone)]
pub(super) struct Account {
    pub params: Value,
    pub standing: Standing,
    /// Fingerprint of the bank account that is paid out to.
    pub bank: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Intent {
    pub id: String,
    pub account: Option<String>,
    pub amount: i64,
    pub received: i64,
    pub currency: String,
    pub fee: i64,
    pub fee_refunded: i64,
    pub metadata: Value,
    pub status: &'static str,
    pub return_url: Option<String>,
    pub error: Option<(&'static str, &'static str)>,
    /// Fingerprint of the card that it was tried with.
    pub card: Option<String>,
    pub is_disputed: bool,
    /// What the bank is to be told after its challenge.
    pub challenge: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub(super) struct Refund {
    pub id: String,
    pub intent: String,
    pub amount: i64,
    pub currency: String,
    pub metadata: Value,
    pub status: &'static str,
}

#[derive(Debug, Clone)]
pub(super) struct Payout {
    pub id: String,
    pub account: Option<String>,
    pub amount: i64,
    pub currency: String,
    pub metadata: Value,
    pub status: &'static str,
}

/// A request that was made under a key.
pub(super) struct Used {
    pub request: Value,
    pub status: u16,
    pub body: String,
}

pub(super) struct World {
    pub base_url: String,
    pub accounts: BTreeMap<String, Account>,
    pub intents: BTreeMap<String, Intent>,
    pub refunds: Vec<Refund>,
    pub payouts: Vec<Payout>,
    pub transfers: Vec<Transfer>,
    /// What lies on the platform's own balance.
    pub platform_funds: i64,
    pub transactions: Vec<Transaction>,
    pub contests: Vec<Contest>,
    pub warnings: Vec<Early>,
    pub hosts: Vec<Host>,
    pub unreachable_hosts: Vec<String>,
    /// Until when contests may be answered, in seconds since 1970.
    pub due_by: i64,
    /// Contests from now on take earlier payments as proof.
    pub takes_history: bool,
    /// What each payment costs the payee.
    pub stripe_fee: i64,
    /// Money without a line.
    pub hidden: i64,
    /// Money that cannot be sent yet.
    pub pending: i64,
    pub spent: Vec<String>,
    pub keys: HashMap<(Option<String>, String), Used>,
    pub notices: Vec<Value>,
    /// All events, the youngest last, as the list of events tells them.
    pub events: Vec<(Option<String>, Value)>,
    pub refunds_become: &'static str,
    numbers: u64,
}

impl World {
    pub fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            accounts: BTreeMap::new(),
            intents: BTreeMap::new(),
            refunds: Vec::new(),
            payouts: Vec::new(),
            transfers: Vec::new(),
            platform_funds: 0,
            transactions: Vec::new(),
            contests: Vec::new(),
            warnings: Vec::new(),
            hosts: Vec::new(),
            unreachable_hosts: Vec::new(),
            due_by: 1_990_000_000,
            takes_history: false,
            stripe_fee: 0,
            hidden: 0,
            pending: 0,
            spent: Vec::new(),
            keys: HashMap::new(),
            notices: Vec::new(),
            events: Vec::new(),
            refunds_become: "succeeded",
            numbers: 0,
        }
    }

    /// Makes a name such as `pi_fake00000001`.
    pub fn name(&mut self, kind: &str) -> String {
        self.numbers += 1;
        format!("{kind}_fake{:08}", self.numbers)
    }

    pub fn new_account(&mut self, standing: Standing) -> String {
        let id = self.name("acct");
        let params = json!({ "country": "NO", "default_currency": "nok" });
        self.accounts.insert(
            id.clone(),
            Account {
                params,
                standing,
                bank: None,
            },
        );
        id
    }

    pub fn set_standing(&mut self, account: &str, standing: Standing) {
        self.accounts.get_mut(account).expect("the account exists").standing = standing;
        let told = self.account(account);
        self.announce(Some(account.to_owned()), "account.updated", &told);
    }

    pub fn account(&self, id: &str) -> Value {
        objects::account(id, &self.accounts[id])
    }

    fn intent_mut(&mut self, id: &str) -> &mut Intent {
        self.intents.get_mut(id).expect("the payment exists")
    }

    pub fn finish_challenge(&mut self, payment: &str, is_passed: bool) {
        let intent = self.intent_mut(payment);
        assert_eq!(intent.status, "requires_action", "there is a challenge");
        if is_passed {
            self.succeed(payment);
        } else {
            intent.status = "requires_payment_method";
            intent.error = Some(("payment_intent_authentication_failure", "authentication_required"));
            self.announce_intent(payment, "payment_intent.payment_failed");
        }
    }

    pub fn finish_processing(&mut self, payment: &str, is_paid: bool) {
        assert_eq!(self.intent_mut(payment).status, "processing", "it is under way");
        if is_paid {
            self.succeed(payment);
        } else {
            let intent = self.intent_mut(payment);
            intent.status = "requires_payment_method";
            intent.error = Some(("card_declined", "generic_decline"));
            self.announce_intent(payment, "payment_intent.payment_failed");
        }
    }

    pub fn succeed(&mut self, payment: &str) {
        let intent = self.intent_mut(payment);
        intent.status = "succeeded";
        intent.received = intent.amount;
        intent.error = None;
        let intent = intent.clone();
        self.charged(&intent);
        self.announce_intent(payment, "payment_intent.succeeded");
    }

    /// Writes down that a payment came.
    pub fn charged(&mut self, intent: &Intent) {
        let source = json!({ "id": format!("ch_{}", intent.id), "object": "charge", "payment_intent": intent.id,
                             "metadata": intent.metadata });
        self.move_money(Transaction {
            id: String::new(),
            account: intent.account.clone(),
            kind: "charge",
            amount: intent.received,
            platform_fee: intent.fee,
            stripe_fee: self.stripe_fee,
            currency: intent.currency.clone(),
            source,
        });
    }

    /// Makes the lines of charges say something else: what is not told is dropped, what is told twice gets another name.
    pub fn rewrite_charges(&mut self, told: &[(String, i64)]) {
        let charges: Vec<Transaction> = self
            .transactions
            .iter()
            .filter(|line| line.kind == "charge")
            .cloned()
            .collect();
        self.transactions.retain(|line| line.kind != "charge");
        for (at, (id, amount)) in told.iter().enumerate() {
            let line = charges
                .iter()
                .find(|line| line.id == *id)
                .expect("a line that there was")
                .clone();
            let is_twice = told[..at].iter().any(|(before, _)| before == id);
            let id = if is_twice { self.name("txn") } else { id.clone() };
            self.transactions.push(Transaction {
                id,
                amount: *amount,
                ..line
            });
        }
    }

    pub fn tamper(&mut self, payment: &str, amount: i64, currency: &str) {
        let intent = self.intent_mut(payment);
        intent.amount = amount;
        intent.received = amount;
        currency.clone_into(&mut intent.currency);
    }

    pub fn finish_refunds(&mut self, status: &'static str) {
        for refund in self.refunds.iter_mut().filter(|refund| refund.status == "pending") {
            refund.status = status;
        }
    }

    pub fn refunded(&self, payment: &str) -> i64 {
        let of_payment = self.refunds.iter().filter(|refund| refund.intent == payment);
        let alive = of_payment.filter(|refund| !matches!(refund.status, "failed" | "canceled"));
        alive.map(|refund| refund.amount).sum()
    }

    pub fn paid_on(&self, account: &str) -> Paid {
        let of_account = |intent: &&Intent| intent.account.as_deref() == Some(account) && intent.received > 0;
        self.intents
            .values()
            .filter(of_account)
            .fold(Paid::default(), |sum, intent| Paid {
                payments: sum.payments + 1,
                taken: sum.taken + intent.received,
                refunded: sum.refunded + self.refunded(&intent.id),
                fees: sum.fees + intent.fee - intent.fee_refunded,
            })
    }

    pub fn payments_on(&self, account: &str) -> Vec<String> {
        let of_account = |intent: &&Intent| intent.account.as_deref() == Some(account);
        self.intents
            .values()
            .filter(of_account)
            .map(|intent| intent.id.clone())
            .collect()
    }

    pub fn status_of(&self, payment: &str) -> String {
        self.intents[payment].status.to_owned()
    }

    pub fn announce_intent(&mut self, payment: &str, kind: &'static str) {
        let intent = &self.intents[payment];
        let told = objects::intent(self, intent);
        self.announce(intent.account.clone(), kind, &told);
    }

    /// Writes an event down; connected accounts' events name their account.
    pub fn announce(&mut self, account: Option<String>, kind: &'static str, object: &Value) {
        let id = self.name("evt");
        let event = objects::event(&id, account.as_deref(), kind, object);
        self.notices.push(event.clone());
        self.events.push((account, event));
    }

    /// Answers from an earlier request with this key, if there was one.
    pub fn used(&self, scope: &(Option<String>, String), request: &Value) -> Option<Answer> {
        let used = self.keys.get(scope)?;
        if used.request != *request {
            return Some(objects::error(400, "idempotency_error", "", None));
        }
        Some(Answer {
            status: used.status,
            body: used.body.clone(),
        })
    }
}
