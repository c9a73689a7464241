//! What every provider must keep to. The sandbox is held to it directly and behind a line without faults, Stripe against a
//! fake of it; a provider that is added is added here. What a real line adds (nothing sent, nothing known) is in `stripe`.

use std::sync::Arc;

use bilten_billing::{
    attempts::AttemptState,
    cash::Cash,
    provider::{
        AccountRef, ConfirmPayment, ConfirmationToken, CreatePayment, Method, OperationKey, Outcome, PaymentAt,
        PaymentRef, PaymentStatus, Provider, RefundPayment, RefundSnapshot, RefundStatus, ReturnTo, Snapshot, Why,
    },
    sandbox::Choice,
};
use bilten_kernel::{AttemptId, Ctx, Money, RefundId};
use bilten_tests::fakes::{Call, FakeStripe, Fault, Faulty};

use super::till::Till;

/// A provider, and what a payment there needs.
struct Rig<'a> {
    provider: &'a dyn Provider,
    ctx: &'a Ctx,
    method: Method,
    account: Option<AccountRef>,
}

impl Rig<'_> {
    fn wish(&self, confirm: bool) -> CreatePayment {
        CreatePayment {
            account: self.account.clone(),
            fee: self.account.as_ref().map(|_| eur(50)),
            ..wish(self.ctx, self.method, confirm)
        }
    }

    fn at(&self, payment: &PaymentRef) -> PaymentAt {
        PaymentAt {
            account: self.account.clone(),
            payment: payment.clone(),
        }
    }

    async fn create(&self, call: &CreatePayment) -> Outcome<Snapshot> {
        self.provider.create(self.ctx, call).await
    }

    /// Confirms as the attempt would; the provider's form left the buyer's good card.
    async fn confirm(&self, attempt: AttemptId, payment: &PaymentRef) -> Outcome<Snapshot> {
        let token = format!("ctoken_visa_{attempt}");
        let call = ConfirmPayment {
            key: OperationKey::confirm(attempt),
            at: self.at(payment),
            token: Some(ConfirmationToken::parse(&token).unwrap()),
            return_to: Some(back()),
        };
        self.provider.confirm(self.ctx, &call).await
    }

    async fn void(&self, attempt: AttemptId, payment: &PaymentRef) -> Outcome<Snapshot> {
        let key = OperationKey::void(attempt);
        self.provider.void(self.ctx, &self.at(payment), &key).await
    }

    async fn fetch(&self, payment: &PaymentRef) -> Outcome<Snapshot> {
        self.provider.fetch_payment(self.ctx, &self.at(payment)).await
    }
}

fn eur(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

fn back() -> ReturnTo {
    ReturnTo::new("http://alfa.localhost", "/checkout/c0ffee/return").unwrap()
}

fn wish(ctx: &Ctx, method: Method, confirm: bool) -> CreatePayment {
    let attempt: AttemptId = ctx.new_id();
    CreatePayment {
        key: OperationKey::create(attempt),
        attempt,
        amount: eur(2_500),
        method,
        account: None,
        fee: None,
        return_to: Some(back()),
        request_three_d_secure: false,
        confirm,
    }
}

fn new_refund(ctx: &Ctx) -> RefundId {
    ctx.new_id()
}

fn told(outcome: Outcome<Snapshot>) -> Snapshot {
    let label = outcome.label();
    outcome.snapshot().unwrap_or_else(|| panic!("no snapshot: {label}"))
}

#[tokio::test]
async fn the_sandbox_keeps_the_contract() {
    let till = Till::open(1).await;
    let faultless = Faulty::new(Arc::new(till.sandbox.clone()));
    let providers: [&dyn Provider; 2] = [&till.sandbox, &faultless];
    for provider in providers {
        let rig = Rig {
            provider,
            ctx: &till.ctx(),
            method: Method::Instant,
            account: None,
        };
        keeps_the_contract(&rig).await;
    }
}

#[tokio::test]
async fn the_cash_box_keeps_the_contract() {
    let till = Till::open(1).await;
    let rig = Rig {
        provider: &Cash::new(till.app.db.clone()),
        ctx: &till.ctx(),
        method: Method::Instant,
        account: None,
    };
    keeps_the_contract(&rig).await;
}

#[tokio::test]
async fn stripe_keeps_the_contract() {
    let till = Till::open(1).await;
    let fake = FakeStripe::start().await;
    let account = fake.account_that_sells();
    let rig = Rig {
        provider: &fake.provider(),
        ctx: &till.ctx(),
        method: Method::Embedded,
        account: Some(AccountRef::parse(&account).unwrap()),
    };
    keeps_the_contract(&rig).await;
}

async fn keeps_the_contract(rig: &Rig<'_>) {
    same_key_is_the_same_payment(rig).await;
    an_unconfirmed_replay_never_moves_money(rig).await;
    what_is_dead_stays_dead_and_what_is_paid_stays_paid(rig).await;
    news_in_any_order_leads_to_the_same_state(rig).await;
    refunds_happen_once_and_never_exceed_the_payment(rig).await;
    unknown_references_are_not_found(rig).await;
}

async fn same_key_is_the_same_payment(rig: &Rig<'_>) {
    let call = rig.wish(false);
    let first = told(rig.create(&call).await);
    let second = told(rig.create(&call).await);
    assert_eq!(
        (&first.payment, first.status),
        (&second.payment, PaymentStatus::Unconfirmed)
    );
    assert_eq!((first.attempt, first.amount), (call.attempt, call.amount));
    let dearer = CreatePayment {
        amount: Money::new(2_501, call.amount.currency),
        ..call.clone()
    };
    let other_currency = CreatePayment {
        amount: Money::new(2_500, "SEK".parse().unwrap()),
        ..call.clone()
    };
    let other_method = CreatePayment {
        method: Method::Hosted,
        ..call.clone()
    };
    for changed in [dearer, other_currency, other_method] {
        assert_eq!(rig.create(&changed).await, Outcome::NotSent(Why::KeyReused));
    }
    assert_eq!(told(rig.fetch(&first.payment).await).amount, call.amount);
}

async fn an_unconfirmed_replay_never_moves_money(rig: &Rig<'_>) {
    let call = rig.wish(false);
    for _ in 0..3 {
        assert_eq!(told(rig.create(&call).await).status, PaymentStatus::Unconfirmed);
    }
    let blind = CreatePayment {
        return_to: None,
        ..call.clone()
    };
    assert_eq!(told(rig.create(&blind).await).status, PaymentStatus::Unconfirmed);
    if rig.provider.caps().confirms_on_create {
        let confirming = CreatePayment {
            confirm: true,
            ..call.clone()
        };
        let confirmed = told(rig.create(&confirming).await);
        assert_eq!(confirmed.status, PaymentStatus::Succeeded);
        assert_eq!(told(rig.create(&blind).await), confirmed);
    }
}

async fn what_is_dead_stays_dead_and_what_is_paid_stays_paid(rig: &Rig<'_>) {
    let call = rig.wish(false);
    let made = told(rig.create(&call).await);
    for _ in 0..2 {
        let dead = told(rig.void(call.attempt, &made.payment).await);
        assert_eq!(dead.status, PaymentStatus::Canceled);
    }
    let late = rig.confirm(call.attempt, &made.payment).await;
    assert_eq!(told(late).status, PaymentStatus::Canceled);
    if rig.provider.caps().confirms_on_create {
        let late = rig.create(&CreatePayment { confirm: true, ..call }).await;
        assert_eq!(told(late).status, PaymentStatus::Canceled);
    }
    let paid = rig.wish(false);
    let made = told(rig.create(&paid).await);
    for _ in 0..2 {
        let confirmed = rig.confirm(paid.attempt, &made.payment).await;
        assert_eq!(told(confirmed).status, PaymentStatus::Succeeded);
    }
    let voided = rig.void(paid.attempt, &made.payment).await;
    assert_eq!(told(voided).status, PaymentStatus::Succeeded);
}

/// 31, 33: all that a provider ever tells of a payment, doubled and in any order, leads to what it tells last.
async fn news_in_any_order_leads_to_the_same_state(rig: &Rig<'_>) {
    let call = rig.wish(false);
    let made = told(rig.create(&call).await);
    let mut news = vec![made.clone(), told(rig.fetch(&made.payment).await)];
    news.push(told(rig.confirm(call.attempt, &made.payment).await));
    news.push(told(rig.fetch(&made.payment).await));
    news.push(told(rig.void(call.attempt, &made.payment).await));
    for turn in 0..news.len() {
        let mut shuffled: Vec<_> = news.iter().chain(&news).collect();
        shuffled.rotate_left(turn);
        if turn % 2 == 1 {
            shuffled.reverse();
        }
        let state = shuffled
            .iter()
            .fold(AttemptState::Created, |state, told| state.reduce(told.status).state);
        assert_eq!(state, AttemptState::Succeeded);
        assert!(
            shuffled
                .iter()
                .all(|told| told.amount == call.amount && told.attempt == call.attempt)
        );
    }
}

async fn refunds_happen_once_and_never_exceed_the_payment(rig: &Rig<'_>) {
    let call = rig.wish(false);
    let payment = told(rig.create(&call).await).payment;
    let refund = |minor| RefundPayment {
        key: OperationKey::refund(new_refund(rig.ctx)),
        at: rig.at(&payment),
        amount: Money::new(minor, call.amount.currency),
        returns_fee: call.fee.is_some(),
    };
    let give_back = async |wish: &RefundPayment| rig.provider.refund(rig.ctx, wish).await;
    assert!(
        matches!(give_back(&refund(1)).await, Outcome::Declined(..)),
        "nothing was paid yet"
    );
    rig.confirm(call.attempt, &payment).await;
    let part = refund(1_000);
    let first = accepted(give_back(&part).await);
    assert_eq!(accepted(give_back(&part).await), first);
    let changed = RefundPayment {
        amount: Money::new(1_001, call.amount.currency),
        ..part
    };
    assert_eq!(give_back(&changed).await, Outcome::NotSent(Why::KeyReused));
    assert!(matches!(give_back(&refund(1_501)).await, Outcome::Declined(..)));
    accepted(give_back(&refund(1_500)).await);
    assert!(matches!(give_back(&refund(1)).await, Outcome::Declined(..)));
}

/// The refund was accepted: the money is back, or on its way.
fn accepted(outcome: Outcome<RefundSnapshot>) -> RefundSnapshot {
    match outcome {
        Outcome::Done(told) if told.status == RefundStatus::Succeeded => told,
        Outcome::Pending(told) if told.status == RefundStatus::Pending => told,
        other => panic!("the refund is accepted: {other:?}"),
    }
}

async fn unknown_references_are_not_found(rig: &Rig<'_>) {
    for odd in ["nonsense", "sbx_00000000000000000000000000"] {
        let payment = PaymentRef::parse(odd).unwrap();
        let attempt: AttemptId = rig.ctx.new_id();
        assert_eq!(rig.fetch(&payment).await, Outcome::NotSent(Why::NotFound));
        assert_eq!(rig.confirm(attempt, &payment).await, Outcome::NotSent(Why::NotFound));
        assert_eq!(rig.void(attempt, &payment).await, Outcome::NotSent(Why::NotFound));
    }
}

#[tokio::test]
async fn nothing_sent_and_nothing_known_are_told_apart() {
    let till = Till::open(1).await;
    let ctx = till.ctx();
    let call = wish(&ctx, Method::Instant, true);
    till.line.fail_next(Call::Create, Fault::Unreachable);
    assert_eq!(till.line.create(&ctx, &call).await, Outcome::NotSent(Why::Unreachable));
    till.line.fail_next(Call::Create, Fault::LoseAnswer);
    assert_eq!(till.line.create(&ctx, &call).await, Outcome::Unknown);
    assert_eq!(
        told(till.line.create(&ctx, &call).await).status,
        PaymentStatus::Succeeded
    );
    till.app.db.close().await;
    assert_eq!(
        till.sandbox.create(&ctx, &call).await,
        Outcome::NotSent(Why::Unreachable)
    );
}

#[tokio::test]
async fn two_who_use_a_key_at_once_get_the_same_payment() {
    let till = Till::open(1).await;
    let ctx = till.ctx();
    let call = wish(&ctx, Method::Instant, true);
    let (one, two, three) = tokio::join!(
        till.sandbox.create(&ctx, &call),
        till.sandbox.create(&ctx, &call),
        till.sandbox.create(&ctx, &call)
    );
    let one = told(one);
    assert_eq!(one, told(two));
    assert_eq!(one, told(three));
}

#[tokio::test]
async fn choices_on_the_page_are_made_once() {
    let till = Till::open(1).await;
    let (_, _, payment) = till.at_the_provider().await;
    let (one, other) = tokio::join!(till.choose(payment, Choice::Pay), till.choose(payment, Choice::Decline));
    assert_eq!((one, other), ((), ()));
    till.work_until_settled().await;
    till.assert_settled().await;
}
