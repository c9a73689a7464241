//! What a real line adds: nothing was sent, nobody knows, come again later.

use bilten_billing::{
    provider::{AccountRef, CreatePayment, Method, OperationKey, Outcome, PaymentStatus, Provider, Why},
    stripe::{Stripe, StripeConfig},
};
use bilten_kernel::{AttemptId, Ctx, Money};
use bilten_tests::{
    TestApp,
    fakes::{FakeStripe, StripeFault},
};

struct Line {
    app: TestApp,
    fake: FakeStripe,
    stripe: Stripe,
    account: AccountRef,
}

impl Line {
    async fn open() -> Self {
        let fake = FakeStripe::start().await;
        let account = AccountRef::parse(&fake.account_that_sells()).unwrap();
        Self {
            app: TestApp::start().await,
            stripe: fake.provider(),
            fake,
            account,
        }
    }

    fn ctx(&self) -> Ctx {
        self.app.ctx(&self.app.alfa)
    }

    fn call(&self) -> CreatePayment {
        let attempt: AttemptId = self.ctx().new_id();
        CreatePayment {
            key: OperationKey::create(attempt),
            attempt,
            amount: Money::new(9_900, "NOK".parse().unwrap()),
            method: Method::Embedded,
            account: Some(self.account.clone()),
            fee: None,
            return_to: None,
            confirm: false,
        }
    }

    fn payments(&self) -> usize {
        self.fake.payments_on(self.account.as_str()).len()
    }
}

/// 54, 58
#[tokio::test]
async fn an_answer_that_is_lost_is_unknown_and_asking_again_finds_the_same_payment() {
    let line = Line::open().await;
    for fault in [
        StripeFault::TimeOutAfter,
        StripeFault::CutAfter,
        StripeFault::ErrorAfter,
    ] {
        let (ctx, call, before) = (line.ctx(), line.call(), line.payments());
        line.fake.fail_next(fault);
        assert_eq!(line.stripe.create(&ctx, &call).await, Outcome::Unknown, "{fault:?}");
        assert_eq!(line.payments(), before + 1, "{fault:?}: it took effect");
        let found = line.stripe.create(&ctx, &call).await.snapshot().unwrap();
        assert_eq!(
            (found.attempt, found.status),
            (call.attempt, PaymentStatus::Unconfirmed)
        );
        assert_eq!(line.payments(), before + 1, "{fault:?}: it happened once");
    }
    line.fake.fail_next(StripeFault::ErrorBefore);
    assert_eq!(line.stripe.create(&line.ctx(), &line.call()).await, Outcome::Unknown);
}

/// 59
#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let line = Line::open().await;
    let (ctx, call) = (line.ctx(), line.call());
    let gone = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for address in [format!("http://{gone}"), "http://stripe.invalid".to_owned()] {
        let config = StripeConfig {
            base_url: address.clone(),
            ..line.fake.config()
        };
        let stripe = Stripe::try_new(config).unwrap();
        assert_eq!(
            stripe.create(&ctx, &call).await,
            Outcome::NotSent(Why::Unreachable),
            "{address}"
        );
    }
    // A name that answers without TLS carried nothing either.
    let config = StripeConfig {
        base_url: line.fake.base_url().replace("http://", "https://"),
        ..line.fake.config()
    };
    let stripe = Stripe::try_new(config).unwrap();
    assert_eq!(stripe.create(&ctx, &call).await, Outcome::NotSent(Why::Unreachable));
    assert_eq!(line.payments(), 0);
}

/// 60, 61
#[tokio::test]
async fn a_busy_stripe_is_asked_again_a_few_times_and_then_left_alone() {
    let line = Line::open().await;
    let (ctx, call) = (line.ctx(), line.call());
    line.fake.fail_next(StripeFault::Busy);
    line.fake.fail_next(StripeFault::KeyInUse);
    assert!(line.stripe.create(&ctx, &call).await.snapshot().is_some());
    for (fault, outcome) in [
        (StripeFault::Busy, Outcome::NotSent(Why::Refused)),
        (StripeFault::KeyInUse, Outcome::Unknown),
    ] {
        let asked = line.fake.recorded().len();
        for _ in 0..3 {
            line.fake.fail_next(fault);
        }
        assert_eq!(line.stripe.create(&ctx, &line.call()).await, outcome, "{fault:?}");
        assert_eq!(line.fake.recorded().len() - asked, 3, "{fault:?}");
    }
}

/// 94
#[tokio::test]
async fn amounts_reach_stripe_in_its_own_units_and_come_back_in_ours() {
    let line = Line::open().await;
    for (minor, code, units) in [
        (500, "ISK", "50000"),
        (500, "JPY", "500"),
        (5_120, "KWD", "5120"),
        (9_900, "NOK", "9900"),
    ] {
        let amount = Money::new(minor, code.parse().unwrap());
        let call = CreatePayment { amount, ..line.call() };
        let made = line.stripe.create(&line.ctx(), &call).await.snapshot().unwrap();
        assert_eq!(made.amount, amount);
        assert_eq!(line.fake.recorded().last().unwrap().params["amount"], units, "{code}");
    }
    let asked = line.fake.recorded().len();
    let odd = CreatePayment {
        amount: Money::new(5_124, "KWD".parse().unwrap()),
        ..line.call()
    };
    assert_eq!(
        line.stripe.create(&line.ctx(), &odd).await,
        Outcome::NotSent(Why::Refused)
    );
    assert_eq!(
        line.fake.recorded().len(),
        asked,
        "what cannot be charged exactly is not sent"
    );
}
