//! What every provider must keep to. The sandbox is held to it directly and behind a line without faults; a
//! provider that is added is added to `contract`.

use std::sync::Arc;

use bilten_billing::{
    provider::{
        CreatePayment, Method, OperationKey, Outcome, PaymentRef, PaymentStatus, Provider, RefundPayment, RefundStatus,
        ReturnTo, Snapshot, Why,
    },
    sandbox::Choice,
};
use bilten_kernel::{AttemptId, Ctx, Money, RefundId};
use bilten_tests::fakes::{Call, Fault, Faulty};

use super::till::Till;

fn wish(ctx: &Ctx, method: Method, confirm: bool) -> CreatePayment {
    let attempt: AttemptId = ctx.new_id();
    CreatePayment {
        key: OperationKey::create(attempt),
        attempt,
        amount: Money::new(2_500, "EUR".parse().unwrap()),
        method,
        return_to: Some(ReturnTo::new("http://alfa.localhost", "/checkout/c0ffee/return").unwrap()),
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
    keeps_the_contract(&till.sandbox, &till.ctx()).await;
    keeps_the_contract(&Faulty::new(Arc::new(till.sandbox.clone())), &till.ctx()).await;
}

async fn keeps_the_contract(provider: &dyn Provider, ctx: &Ctx) {
    same_key_is_the_same_payment(provider, ctx).await;
    an_unconfirmed_replay_never_moves_money(provider, ctx).await;
    what_is_dead_stays_dead_and_what_is_paid_stays_paid(provider, ctx).await;
    refunds_happen_once_and_never_exceed_the_payment(provider, ctx).await;
    unknown_references_are_not_found(provider, ctx).await;
}

async fn same_key_is_the_same_payment(provider: &dyn Provider, ctx: &Ctx) {
    let call = wish(ctx, Method::Hosted, false);
    let first = told(provider.create(ctx, &call).await);
    let second = told(provider.create(ctx, &call).await);
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
    for changed in [
        dearer,
        other_currency,
        CreatePayment {
            method: Method::Instant,
            ..call.clone()
        },
    ] {
        assert_eq!(provider.create(ctx, &changed).await, Outcome::NotSent(Why::KeyReused));
    }
    assert_eq!(
        told(provider.fetch_payment(ctx, &first.payment).await).amount,
        call.amount
    );
}

async fn an_unconfirmed_replay_never_moves_money(provider: &dyn Provider, ctx: &Ctx) {
    let call = wish(ctx, Method::Instant, false);
    for _ in 0..3 {
        assert_eq!(
            told(provider.create(ctx, &call).await).status,
            PaymentStatus::Unconfirmed
        );
    }
    if provider.caps().confirms_on_create {
        let confirmed = told(
            provider
                .create(
                    ctx,
                    &CreatePayment {
                        confirm: true,
                        ..call.clone()
                    },
                )
                .await,
        );
        assert_eq!(confirmed.status, PaymentStatus::Succeeded);
        let blind = CreatePayment {
            return_to: None,
            ..call.clone()
        };
        assert_eq!(told(provider.create(ctx, &blind).await), confirmed);
    }
}

async fn what_is_dead_stays_dead_and_what_is_paid_stays_paid(provider: &dyn Provider, ctx: &Ctx) {
    let call = wish(ctx, Method::Instant, false);
    let made = told(provider.create(ctx, &call).await);
    let dead = told(
        provider
            .void(ctx, &made.payment, &OperationKey::void(call.attempt))
            .await,
    );
    assert_eq!(dead.status, PaymentStatus::Canceled);
    let late = provider
        .confirm(ctx, &made.payment, &OperationKey::confirm(call.attempt))
        .await;
    assert_eq!(told(late).status, PaymentStatus::Canceled);
    if provider.caps().confirms_on_create {
        let late = provider.create(ctx, &CreatePayment { confirm: true, ..call }).await;
        assert_eq!(told(late).status, PaymentStatus::Canceled);
    }
    let paid = wish(ctx, Method::Instant, false);
    let made = told(provider.create(ctx, &paid).await);
    let confirm = OperationKey::confirm(paid.attempt);
    for _ in 0..2 {
        assert_eq!(
            told(provider.confirm(ctx, &made.payment, &confirm).await).status,
            PaymentStatus::Succeeded
        );
    }
    let voided = provider
        .void(ctx, &made.payment, &OperationKey::void(paid.attempt))
        .await;
    assert_eq!(told(voided).status, PaymentStatus::Succeeded);
}

async fn refunds_happen_once_and_never_exceed_the_payment(provider: &dyn Provider, ctx: &Ctx) {
    let call = wish(ctx, Method::Instant, false);
    let payment = told(provider.create(ctx, &call).await).payment;
    let refund = |minor| RefundPayment {
        key: OperationKey::refund(new_refund(ctx)),
        payment: payment.clone(),
        amount: Money::new(minor, call.amount.currency),
    };
    assert!(
        matches!(provider.refund(ctx, &refund(1)).await, Outcome::Declined(..)),
        "nothing was paid yet"
    );
    provider
        .confirm(ctx, &payment, &OperationKey::confirm(call.attempt))
        .await;
    let part = refund(1_000);
    let Outcome::Done(first) = provider.refund(ctx, &part).await else {
        panic!("the refund is accepted")
    };
    assert_eq!(first.status, RefundStatus::Succeeded);
    assert_eq!(provider.refund(ctx, &part).await, Outcome::Done(first));
    let changed = RefundPayment {
        amount: Money::new(1_001, call.amount.currency),
        ..part
    };
    assert_eq!(provider.refund(ctx, &changed).await, Outcome::NotSent(Why::KeyReused));
    assert!(matches!(
        provider.refund(ctx, &refund(1_501)).await,
        Outcome::Declined(..)
    ));
    assert!(matches!(provider.refund(ctx, &refund(1_500)).await, Outcome::Done(_)));
    assert!(matches!(provider.refund(ctx, &refund(1)).await, Outcome::Declined(..)));
}

async fn unknown_references_are_not_found(provider: &dyn Provider, ctx: &Ctx) {
    for odd in ["nonsense", "sbx_00000000000000000000000000"] {
        let payment = PaymentRef::parse(odd).unwrap();
        assert_eq!(
            provider.fetch_payment(ctx, &payment).await,
            Outcome::NotSent(Why::NotFound)
        );
        let key = OperationKey::confirm(ctx.new_id());
        assert_eq!(
            provider.confirm(ctx, &payment, &key).await,
            Outcome::NotSent(Why::NotFound)
        );
        assert_eq!(
            provider.void(ctx, &payment, &key).await,
            Outcome::NotSent(Why::NotFound)
        );
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
