//! A stateful Stripe on the loopback interface, as far as we use it.
//!
//! It keeps accounts, payments, refunds, fees, balances and payouts; honours idempotency keys and the header `Stripe-Account`; signs its
//! notices; and breaks down when a test says so. It is stricter than Stripe: each answer must be complete enough for the
//! official-style types of `async-stripe` to read, and each request is recorded, so that a test can hold it against the
//! parameter types of Stripe's own SDK.
//!
//! ```text
//! mod.rs      the server, its faults, what a test can look at and do      form.rs     form bodies to JSON
//! world.rs    what Stripe knows                                           objects.rs  complete answers
//! route.rs    which request means what                                    intents.rs, refunds.rs, accounts.rs
//! ```

mod accounts;
mod balance;
mod disputes;
mod form;
mod hosts;
mod intents;
mod objects;
mod refunds;
mod route;
mod transfers;
mod world;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
};
use bilten_billing::{
    provider::sign,
    stripe::{Stripe, StripeConfig},
};
use bilten_kernel::{Secret, Timestamp};
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinSet};

use world::World;
pub use world::{Paid, Standing};

/// Secret that signs the notices.
pub const NOTICE_SECRET: &str = "whsec_fake";
/// Key that calls are made with.
pub const SECRET_KEY: &str = "sk_test_fake";

/// What goes wrong with the next request that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StripeFault {
    /// It takes effect, and the caller waits for an answer in vain.
    TimeOutAfter,
    /// It takes effect, and the answer breaks off.
    CutAfter,
    /// It takes effect, and the answer is 500.
    ErrorAfter,
    /// It never takes effect, and the answer is 500.
    ErrorBefore,
    /// It is turned away: too many requests.
    Busy,
    /// It is turned away: another request with this key is at work.
    KeyInUse,
}

/// A request that changed something, or read something, as it came.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// `GET` or `POST`.
    pub method: String,
    /// Path without the version.
    pub path: String,
    /// Connected account.
    pub account: Option<String>,
    /// Idempotency key.
    pub key: Option<String>,
    /// Parameters, decoded from the form.
    pub params: Value,
}

/// A Stripe of one test; it stops when it is dropped.
#[derive(Clone)]
pub struct FakeStripe {
    base_url: String,
    inner: Arc<Inner>,
    _server: Arc<JoinSet<()>>,
}

struct Inner {
    world: Mutex<World>,
    script: Mutex<Script>,
}

#[derive(Default)]
struct Script {
    faults: VecDeque<StripeFault>,
    recorded: Vec<Recorded>,
}

impl FakeStripe {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let base_url = format!("http://{address}");
        let inner = Arc::new(Inner {
            world: Mutex::new(World::new(&base_url)),
            script: Mutex::default(),
        });
        let app = Router::new().fallback(serve).with_state(Arc::clone(&inner));
        let mut server = JoinSet::new();
        server.spawn(async move {
            axum::serve(listener, app).await.expect("the fake stripe serves");
        });
        Self {
            base_url,
            inner,
            _server: Arc::new(server),
        }
    }

    /// Where it is.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Settings that lead to it; impatient, so that a test of a lost answer is short.
    pub fn config(&self) -> StripeConfig {
        StripeConfig {
            secret_key: Secret::new(SECRET_KEY.to_owned()),
            webhook_secrets: vec![Secret::new(NOTICE_SECRET.as_bytes().to_vec())],
            base_url: self.base_url.clone(),
            patience: Duration::from_secs(2),
            pause: Duration::from_millis(5),
        }
    }

    /// The provider that talks to it.
    pub fn provider(&self) -> Stripe {
        Stripe::try_new(self.config()).expect("the client is built")
    }

    /// Makes the next request that changes something go wrong.
    pub fn fail_next(&self, fault: StripeFault) {
        self.script().faults.push_back(fault);
    }

    /// Everything that was asked so far.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.script().recorded.clone()
    }

    /// Makes a connected account that may sell, as if its onboarding were over.
    pub fn account_that_sells(&self) -> String {
        self.world().new_account(Standing::Sells)
    }

    /// Changes what Stripe wants of an account.
    pub fn set_standing(&self, account: &str, standing: Standing) {
        self.world().set_standing(account, standing);
    }

    /// Its owner takes an account away from the platform: every call about it is refused from now on.
    pub fn take_away(&self, account: &str) {
        let mut world = self.world();
        world.accounts.remove(account);
        let told = serde_json::json!({ "id": "ca_fake", "object": "application", "name": "Bilten" });
        world.announce(Some(account.to_owned()), "account.application.deauthorized", &told);
    }

    /// Ends the bank's challenge of a payment.
    pub fn finish_challenge(&self, payment: &str, is_passed: bool) {
        self.world().finish_challenge(payment, is_passed);
    }

    /// A payment stands as nobody foresaw.
    pub fn set_status(&self, payment: &str, status: &'static str) {
        self.world()
            .intents
            .get_mut(payment)
            .expect("the payment exists")
            .status = status;
    }

    /// Lets a payment that takes days come to its end.
    pub fn finish_processing(&self, payment: &str, is_paid: bool) {
        self.world().finish_processing(payment, is_paid);
    }

    /// Sets whether refunds are done at once, wait, or fail.
    pub fn set_refunds(&self, status: &'static str) {
        self.world().refunds_become = status;
    }

    /// Ends refunds that wait.
    pub fn finish_refunds(&self, status: &'static str) {
        self.world().finish_refunds(status);
    }

    /// Changes the amount of a payment behind everybody's back.
    pub fn tamper(&self, payment: &str, amount: i64, currency: &str) {
        self.world().tamper(payment, amount, currency);
    }

    /// The owner has it paid out to another bank account, of this fingerprint.
    pub fn set_bank(&self, account: &str, print: &str) {
        let mut world = self.world();
        let account = world.accounts.get_mut(account).expect("the account exists");
        account.bank = Some(print.to_owned());
    }

    /// A host does not answer when Stripe looks at it.
    pub fn set_unreachable(&self, host: &str, is_unreachable: bool) {
        let mut world = self.world();
        world.unreachable_hosts.retain(|known| known != host);
        if is_unreachable {
            world.unreachable_hosts.push(host.to_owned());
        }
    }

    /// A buyer contests all of a payment.
    pub fn dispute(&self, payment: &str) -> String {
        let amount = self.world().intents[payment].received;
        self.world().contest(payment, amount, false)
    }

    /// A buyer contests a part of a payment.
    pub fn dispute_part(&self, payment: &str, amount: i64) -> String {
        self.world().contest(payment, amount, false)
    }

    /// His bank claims so much in a currency of its own.
    pub fn claim(&self, dispute: &str, amount: i64, currency: &str) {
        let mut world = self.world();
        let contest = world.contests.iter_mut().find(|contest| contest.id == dispute);
        contest.expect("the contest exists").claimed = (amount, currency.to_owned());
    }

    /// His bank only asks.
    pub fn inquire(&self, payment: &str) -> String {
        let amount = self.world().intents[payment].received;
        self.world().contest(payment, amount, true)
    }

    /// The inquiry becomes a contest: the money is taken.
    pub fn withdraw(&self, dispute: &str) {
        self.world().withdraw(dispute);
    }

    /// The bank decides: `won`, `lost`, `warning_closed`, `prevented`.
    pub fn decide(&self, dispute: &str, status: &'static str) {
        self.world().decide(dispute, status);
    }

    /// Contests from now on must be answered by then.
    pub fn set_due_by(&self, at: Timestamp) {
        self.world().due_by = at.as_second();
    }

    /// Contests from now on take earlier payments of the buyer as proof, as Visa's of the reason 10.4.
    pub fn take_history(&self) {
        self.world().takes_history = true;
    }

    /// What was handed in against a contest.
    pub fn evidence_of(&self, dispute: &str) -> Option<Value> {
        let world = self.world();
        world
            .contests
            .iter()
            .find(|contest| contest.id == dispute)?
            .evidence
            .clone()
    }

    /// A card scheme warns of a payment.
    pub fn warn_early(&self, payment: &str) -> String {
        self.world().warn(payment)
    }

    /// Makes each payment from now on cost so much, which the payee bears.
    pub fn set_fee(&self, fee: i64) {
        self.world().stripe_fee = fee;
    }

    /// Somebody gives money back in the dashboard, past us.
    pub fn refund_in_dashboard(&self, payment: &str, amount: i64) -> String {
        refunds::in_dashboard(&mut self.world(), payment, amount)
    }

    /// A refund that had arrived comes back.
    pub fn refund_comes_back(&self, refund: &str) {
        refunds::comes_back(&mut self.world(), refund);
    }

    /// A buyer pays on the account without any order of ours.
    pub fn charge_without_order(&self, account: &str, amount: i64) -> String {
        intents::charge_without_order(&mut self.world(), account, amount)
    }

    /// Money that no line tells of lies on every account.
    pub fn hide_money(&self, amount: i64) {
        self.world().hidden = amount;
    }

    /// So much of every balance cannot be sent yet.
    pub fn set_pending(&self, amount: i64) {
        self.world().pending = amount;
    }

    /// So much lies on the platform's own balance.
    pub fn fund_platform(&self, amount: i64) {
        self.world().platform_funds = amount;
    }

    /// Transfers that were made: account, amount and group.
    pub fn transfers(&self) -> Vec<(String, i64, String)> {
        transfers::made(&self.world())
    }

    /// Somebody takes the latest transfer back in the dashboard.
    pub fn reverse_transfer(&self) {
        transfers::reverse(&mut self.world());
    }

    /// Lets payouts end: `paid`, or `failed`, which also those do that had arrived.
    pub fn finish_payouts(&self, status: &'static str) {
        balance::finish_payouts(&mut self.world(), status);
    }

    /// What lies on an account.
    pub fn balance_of(&self, account: &str) -> i64 {
        self.world().balance_of(Some(account))
    }

    /// Lines of a payment's charge are changed, doubled or dropped behind our back.
    pub fn forge_charges(&self, forge: impl Fn(&mut Vec<(String, i64)>)) {
        let mut world = self.world();
        let charges = world.transactions.iter().filter(|line| line.kind == "charge");
        let mut told: Vec<(String, i64)> = charges.map(|line| (line.id.clone(), line.amount)).collect();
        forge(&mut told);
        world.rewrite_charges(&told);
    }

    /// Tells the line of a payment's charge that was not told before.
    pub fn tell_charge_of(&self, payment: &str) {
        let mut world = self.world();
        let intent = world.intents[payment].clone();
        world.charged(&intent);
    }

    /// Refunds of a payment, the oldest first.
    pub fn refunds_of(&self, payment: &str) -> Vec<String> {
        let world = self.world();
        let of_payment = world.refunds.iter().filter(|refund| refund.intent == payment);
        of_payment.map(|refund| refund.id.clone()).collect()
    }

    /// Forgets all idempotency keys, as Stripe does after a day.
    pub fn forget_keys(&self) {
        self.world().keys.clear();
    }

    /// What was taken and given back on an account, in Stripe's units.
    pub fn paid_on(&self, account: &str) -> Paid {
        self.world().paid_on(account)
    }

    /// Payments of an account, the oldest first.
    pub fn payments_on(&self, account: &str) -> Vec<String> {
        self.world().payments_on(account)
    }

    /// Status of a payment.
    pub fn status_of(&self, payment: &str) -> String {
        self.world().status_of(payment)
    }

    /// Takes the notices out that came up since the last time.
    pub fn take_notices(&self) -> Vec<Value> {
        std::mem::take(&mut self.world().notices)
    }

    /// The signature of a notice.
    pub fn sign(&self, at: Timestamp, body: &str) -> String {
        sign(&self.config().webhook_secrets, at, body.as_bytes())
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.inner.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.inner.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a request is answered with.
pub(crate) struct Answer {
    pub status: u16,
    pub body: String,
}

async fn serve(State(inner): State<Arc<Inner>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let is_change = method == Method::POST && uri.path().starts_with("/v1/");
    let asked = route::read(&method, &uri, &headers, &body);
    let fault = {
        let mut script = inner.script.lock().unwrap_or_else(PoisonError::into_inner);
        if uri.path().starts_with("/v1/") {
            script.recorded.push(asked.clone());
        }
        if is_change { script.faults.pop_front() } else { None }
    };
    match fault {
        Some(StripeFault::ErrorBefore) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(StripeFault::Busy) => return show(objects::error(429, "invalid_request_error", "rate_limit", None)),
        Some(StripeFault::KeyInUse) => {
            return show(objects::error(
                409,
                "invalid_request_error",
                "idempotency_key_in_use",
                None,
            ));
        }
        Some(StripeFault::TimeOutAfter | StripeFault::CutAfter | StripeFault::ErrorAfter) | None => {}
    }
    if !uri.path().starts_with("/v1/") {
        let mut world = inner.world.lock().unwrap_or_else(PoisonError::into_inner);
        return route::page(&mut world, &asked);
    }
    let answer = {
        let mut world = inner.world.lock().unwrap_or_else(PoisonError::into_inner);
        route::answer(&mut world, &headers, &asked)
    };
    match fault {
        Some(StripeFault::TimeOutAfter) => std::future::pending().await,
        Some(StripeFault::CutAfter) => {
            let broken = futures_util::stream::iter([
                Ok(Bytes::from_static(b"{\"id\":")),
                Err(std::io::Error::other("the line was cut")),
            ]);
            Body::from_stream(broken).into_response()
        }
        Some(StripeFault::ErrorAfter) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(StripeFault::ErrorBefore | StripeFault::Busy | StripeFault::KeyInUse) | None => show(answer),
    }
}

fn show(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).expect("a status of ours");
    (status, [("content-type", "application/json")], answer.body).into_response()
}
