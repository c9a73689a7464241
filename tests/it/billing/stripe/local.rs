//! A round trip with localstripe, a stand-in for Stripe that others wrote: what it answers is read, and its notices believed.
//!
//! It knows neither connected accounts nor confirmation tokens, and forgets idempotency keys: payments are made by hand here,
//! and a refund is sent once because it is looked for before.

use std::{
    collections::BTreeMap,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, routing};
use bilten_billing::{
    provider::{
        OperationKey, Outcome, PaymentAt, PaymentRef, PaymentStatus, Provider as _, RefundPayment, RefundStatus,
        SignatureError, Why,
    },
    stripe::{SIGNATURE_HEADER, Stripe, StripeConfig},
};
use bilten_kernel::{AttemptId, Clock as _, Ctx, Money, Secret, SystemClock};
use bilten_tests::{TestApp, report};
use http::HeaderMap;
use serde_json::Value;
use tokio::{net::TcpListener, sync::mpsc, task::JoinSet};

/// What the script ends with where localstripe cannot be had.
const NOT_THERE: i32 = 77;
const KEY: &str = "sk_test_local";
const NOTICES: &str = "whsec_local";
/// The first start fetches it.
const PATIENCE: Duration = Duration::from_mins(2);

/// A server of our own, ended with the test.
struct Local {
    child: Child,
    base: String,
    client: reqwest::Client,
}

impl Drop for Local {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Local {
    /// Starts it; none, with the reason printed, where it cannot be had.
    async fn start() -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/localstripe.sh");
        let child = Command::new("bash")
            .args([script, &port.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut local = Self {
            child,
            base: format!("http://127.0.0.1:{port}"),
            client: reqwest::Client::builder().timeout(PATIENCE).build().unwrap(),
        };
        let until = tokio::time::Instant::now() + PATIENCE;
        while local.client.get(&local.base).send().await.is_err() {
            if let Some(ended) = local.child.try_wait().unwrap() {
                assert_eq!(ended.code(), Some(NOT_THERE), "localstripe ended");
                let said = std::io::read_to_string(local.child.stdout.take().unwrap()).unwrap();
                report(&format!("localstripe was not asked: {}", said.trim()));
                return None;
            }
            assert!(tokio::time::Instant::now() < until, "localstripe does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(local)
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let sent = self
            .client
            .post(format!("{}{path}", self.base))
            .basic_auth(KEY, None::<&str>)
            .form(fields);
        let answer = sent.send().await.unwrap().error_for_status().unwrap();
        answer.json().await.unwrap_or_default()
    }

    /// A payment in euro, as a buyer's card makes it, or one without a card.
    async fn pay(&self, ctx: &Ctx, attempt: AttemptId, has_card: bool) -> PaymentAt {
        let (tenant, attempt) = (ctx.tenant.to_string(), attempt.to_string());
        let mut fields = vec![
            ("amount", "2500"),
            ("currency", "eur"),
            ("metadata[tenant]", &tenant),
            ("metadata[attempt]", &attempt),
        ];
        let card = [
            ("type", "card"),
            ("card[number]", "4242424242424242"),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2034"),
            ("card[cvc]", "123"),
        ];
        let method = self.post("/v1/payment_methods", &card).await;
        if has_card {
            fields.extend([("payment_method", method["id"].as_str().unwrap()), ("confirm", "true")]);
        }
        let made = self.post("/v1/payment_intents", &fields).await;
        PaymentAt {
            account: None,
            payment: PaymentRef::parse(made["id"].as_str().unwrap()).unwrap(),
        }
    }

    fn provider(&self) -> Stripe {
        Stripe::try_new(StripeConfig {
            secret_key: Secret::new(KEY.to_owned()),
            webhook_secrets: vec![Secret::new(NOTICES.as_bytes().to_vec())],
            base_url: self.base.clone(),
            patience: StripeConfig::PATIENCE,
            pause: Duration::from_millis(10),
        })
        .unwrap()
    }
}

/// Signature and body of each notice that arrives.
async fn listen(tasks: &mut JoinSet<()>) -> (String, mpsc::UnboundedReceiver<(String, Bytes)>) {
    let (tell, told) = mpsc::unbounded_channel();
    let take = |State(tell): State<Arc<mpsc::UnboundedSender<(String, Bytes)>>>, headers: HeaderMap, body: Bytes| async move {
        let signature = headers[SIGNATURE_HEADER].to_str().unwrap().to_owned();
        tell.send((signature, body)).unwrap();
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new().route("/", routing::post(take)).with_state(Arc::new(tell));
    tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, told)
}

#[tokio::test]
async fn payments_refunds_and_notices_of_a_stripe_that_others_wrote_are_understood() {
    let Some(local) = Local::start().await else { return };
    let app = TestApp::start().await;
    let ctx = app.ctx(&app.alfa);
    let stripe = local.provider();
    let mut tasks = JoinSet::new();
    let (address, mut notices) = listen(&mut tasks).await;
    let hook = [("url", address.as_str()), ("secret", NOTICES)];
    local.post("/_config/webhooks/ours", &hook).await;
    let eur = |minor| Money::new(minor, "EUR".parse().unwrap());

    let attempt: AttemptId = ctx.new_id();
    let at = local.pay(&ctx, attempt, true).await;
    let Outcome::Done(paid) = stripe.fetch_payment(&ctx, &at).await else {
        panic!("a paid payment is done");
    };
    assert_eq!(
        (paid.status, paid.amount, paid.attempt),
        (PaymentStatus::Succeeded, eur(2_500), attempt)
    );
    let open = local.pay(&ctx, ctx.new_id(), false).await;
    let Outcome::Done(told) = stripe.fetch_payment(&ctx, &open).await else {
        panic!("a payment without a card is known");
    };
    assert_eq!(told.status, PaymentStatus::Unconfirmed);
    let other = app.ctx(&app.beta);
    assert_eq!(stripe.fetch_payment(&other, &at).await, Outcome::NotSent(Why::NotFound));

    // It has no memory for keys, so that only what we look up keeps a refund from being made twice.
    let refund = |minor| RefundPayment {
        key: OperationKey::refund(ctx.new_id()),
        at: at.clone(),
        amount: eur(minor),
        returns_fee: false,
    };
    let part = refund(700);
    let mut ids = Vec::new();
    for _ in 0..3 {
        let Outcome::Done(given) = stripe.refund(&ctx, &part).await else {
            panic!("the refund is done");
        };
        assert_eq!((given.status, given.amount), (RefundStatus::Succeeded, eur(700)));
        ids.push(given.refund);
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "one refund, however often it is sent");
    let changed = RefundPayment {
        amount: eur(701),
        ..part
    };
    assert_eq!(stripe.refund(&ctx, &changed).await, Outcome::NotSent(Why::KeyReused));

    let (signature, body) = loop {
        let (signature, body) = tokio::time::timeout(PATIENCE, notices.recv()).await.unwrap().unwrap();
        if body.windows(24).any(|part| part == b"payment_intent.succeeded") {
            break (signature, body);
        }
    };
    let headers = BTreeMap::from([(SIGNATURE_HEADER.to_owned(), signature)]);
    let notice = stripe.read_notice(SystemClock.now(), &headers, &body).unwrap();
    assert_eq!(notice.event.payment, Some(at.payment.clone()));
    assert!(!notice.is_live);
    let mut forged = body.to_vec();
    *forged.last_mut().unwrap() = b' ';
    assert_eq!(
        stripe.read_notice(SystemClock.now(), &headers, &forged).unwrap_err(),
        SignatureError::Mismatch
    );
    report("localstripe 1.15.10: payments, refunds and signed notices are understood");
}
