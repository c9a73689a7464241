//! Webhooks: before the buyer, after him, twice, out of order, forged, of others.

use std::collections::BTreeMap;

use bilten_billing::{
    checkout::PayStatus,
    provider::{SignatureError, sign},
    reconcile::{self, ReceiveError},
    sandbox::{Choice, Parcel, SIGNATURE_HEADER, SandboxPaymentId},
};
use bilten_core::orders::OrderState;
use bilten_kernel::Ctx;
use bilten_tests::fakes::{Call, Fault};

use super::till::Till;

async fn receive(till: &Till, ctx: &Ctx, signature: &str, body: &str) -> Result<(), ReceiveError> {
    let headers = BTreeMap::from([(SIGNATURE_HEADER.to_owned(), signature.to_owned())]);
    reconcile::receive(&till.inbox(), ctx, "sandbox", &headers, body.as_bytes()).await
}

async fn deliver(till: &Till, parcel: &Parcel) -> Result<(), ReceiveError> {
    receive(till, &till.ctx(), &parcel.signature.1, &parcel.body).await
}

fn event(id: &str, payment: SandboxPaymentId) -> String {
    format!(r#"{{"id":"{id}","type":"payment.succeeded","payment":"{payment}"}}"#)
}

fn signed(till: &Till, body: &str) -> String {
    let ctx = till.ctx();
    sign(&till.sandbox.webhook_secrets(ctx.tenant), ctx.now(), body.as_bytes())
}

pub(super) async fn tell(till: &Till, id: &str, payment: SandboxPaymentId) {
    let body = event(id, payment);
    receive(till, &till.ctx(), &signed(till, &body), &body).await.unwrap();
}

/// 25, 26, 31, 32
#[tokio::test]
async fn a_payment_that_is_settled_later_is_told_by_webhook_once_or_ten_times() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Later).await;
    assert_eq!(till.look(order).await, PayStatus::AwaitingFunds);
    assert_eq!(till.state(order).await, OrderState::AwaitingFunds);
    till.advance(6);
    till.work().await;
    let parcels = till.courier.take();
    assert_eq!(parcels.len(), 1);
    assert_eq!(parcels[0].host, "alfa.localhost:8080");
    for _ in 0..10 {
        deliver(&till, &parcels[0]).await.unwrap();
    }
    assert_eq!(till.count("select count(*) from bilten.provider_events").await, 1);
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Paid);
    assert_eq!(till.look(order).await, PayStatus::Paid);
    assert_eq!(till.books().await.tickets, 1);
    till.assert_settled().await;
}

/// 25
#[tokio::test]
async fn a_webhook_before_the_buyer_pays_the_order_and_he_sees_it_paid() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Pay).await;
    tell(&till, "evt_1", payment).await;
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Paid);
    assert_eq!(till.look(order).await, PayStatus::Paid);
    till.assert_settled().await;
}

/// A hint is no fact: the provider is asked, and says otherwise.
#[tokio::test]
async fn a_genuine_webhook_that_says_more_than_is_true_pays_nothing() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    tell(&till, "evt_1", payment).await;
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::AwaitingPayment);
    assert_eq!(till.books().await.tickets, 0);
}

/// 33, 34
#[tokio::test]
async fn old_news_of_a_failed_attempt_does_not_harm_the_one_that_paid() {
    let till = Till::open(1).await;
    let (cart, order, failed) = till.at_the_provider().await;
    till.choose(failed, Choice::Decline).await;
    till.look(order).await;
    let paying = till.pay(till.instant(cart)).await.unwrap();
    assert_eq!(paying.status, PayStatus::Paid);
    tell(&till, "evt_late", failed).await;
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Paid);
    till.assert_settled().await;
}

/// 35, 53
#[tokio::test]
async fn a_webhook_about_a_payment_we_have_not_recorded_is_found_by_its_metadata() {
    let till = Till::open(1).await;
    let cart = till.cart().await;
    till.line.fail_next(Call::Create, Fault::DieAfter);
    till.die_in(till.pay(till.instant(cart))).await;
    let payment: uuid::Uuid = payment_id(&till).await;
    tell(&till, "evt_1", SandboxPaymentId::from_uuid(payment)).await;
    till.work().await;
    assert_eq!(till.books().await.tickets, 1);
    till.assert_settled().await;
}

async fn payment_id(till: &Till) -> uuid::Uuid {
    let mut admin = till.app.test_db.admin().await;
    sqlx::query_scalar("select id from bilten.sandbox_payments")
        .fetch_one(&mut admin)
        .await
        .unwrap()
}

/// 35
#[tokio::test]
async fn a_webhook_about_an_unknown_payment_is_kept_and_tried_again() {
    let till = Till::open(1).await;
    tell(&till, "evt_1", SandboxPaymentId::from_uuid(uuid::Uuid::from_u128(9))).await;
    till.work().await;
    let waiting = "select count(*) from bilten.provider_events where processed_at is null";
    assert_eq!(till.count(waiting).await, 1);
    let ready = "select count(*) from bilten.jobs where kind = 'billing.provider_event' and state = 'ready'";
    assert_eq!(till.count(ready).await, 1);
}

/// A provider that killed the payment, said so, and took the money all the same.
async fn take_money_from_a_dead_payment(till: &Till, payment: SandboxPaymentId) {
    let mut admin = till.app.test_db.admin().await;
    let taken =
        sqlx::query("update bilten.sandbox_payments set state = 'succeeded' where id = $1 and state = 'canceled'")
            .bind(payment.uuid())
            .execute(&mut admin)
            .await
            .unwrap();
    assert_eq!(taken.rows_affected(), 1);
}

/// 51
#[tokio::test]
async fn money_that_comes_after_the_order_was_cancelled_goes_back_once() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.cancel_event().await;
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Cancelled);
    take_money_from_a_dead_payment(&till, payment).await;
    for number in 1..=3 {
        tell(&till, &format!("evt_{number}"), payment).await;
        till.work().await;
        assert_eq!(till.look(order).await, PayStatus::Closed);
    }
    assert_eq!(till.state(order).await, OrderState::Refunded);
    assert_eq!(till.count("select count(*) from bilten.sandbox_refunds").await, 1);
    let books = till.books().await;
    assert_eq!((books.charges, books.money, books.tickets, books.held), (1, 0, 0, 0));
    till.work_until_settled().await;
    till.assert_settled().await;
}

/// 46, 51: the buyer walked away and his place has gone to somebody else meanwhile.
#[tokio::test]
async fn money_that_comes_after_the_place_was_sold_to_another_goes_back_once() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.advance(21 * 60);
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Expired);
    let cart = till.cart().await;
    let other = till.pay(till.instant(cart)).await.unwrap().order;
    take_money_from_a_dead_payment(&till, payment).await;
    for number in 1..=3 {
        tell(&till, &format!("evt_{number}"), payment).await;
    }
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Refunded);
    assert_eq!(till.state(other).await, OrderState::Paid);
    assert_eq!(till.count("select count(*) from bilten.sandbox_refunds").await, 1);
    let books = till.books().await;
    assert_eq!((books.charges, books.tickets, books.sold), (2, 1, 1));
    till.work_until_settled().await;
    till.assert_settled().await;
}

/// 37, 41
#[tokio::test]
async fn forged_old_and_foreign_webhooks_are_refused() {
    let till = Till::open(1).await;
    let (_, _, payment) = till.at_the_provider().await;
    let body = event("evt_1", payment);
    let genuine = signed(&till, &body);
    let ctx = till.ctx();
    let mismatch = |result| matches!(result, Err(ReceiveError::Signature(SignatureError::Mismatch)));
    let changed = body.replace("evt_1", "evt_2");
    assert!(mismatch(receive(&till, &ctx, &genuine, &changed).await));
    let beta = till.app.ctx(&till.app.beta);
    assert!(mismatch(receive(&till, &beta, &genuine, &body).await));
    for odd in ["", "t=1", "v1=00", "t=1,v1=zz"] {
        let refused = receive(&till, &ctx, odd, &body).await;
        assert!(
            matches!(refused, Err(ReceiveError::Signature(SignatureError::Malformed))),
            "{odd}"
        );
    }
    for odd in [
        "",
        "{}",
        "[]",
        "{\"id\":\"\",\"type\":\"x\",\"payment\":\"y\"}",
        "\u{0}",
    ] {
        let refused = receive(&till, &ctx, &signed(&till, odd), odd).await;
        assert!(
            matches!(refused, Err(ReceiveError::Signature(SignatureError::BadEvent))),
            "{odd}"
        );
    }
    till.advance(301);
    let stale = receive(&till, &till.ctx(), &genuine, &body).await;
    assert!(matches!(stale, Err(ReceiveError::Signature(SignatureError::Stale))));
    assert_eq!(till.count("select count(*) from bilten.provider_events").await, 0);
    let headers = BTreeMap::new();
    let unknown = reconcile::receive(&till.inbox(), &till.ctx(), "nobody", &headers, b"{}").await;
    assert!(matches!(unknown, Err(ReceiveError::UnknownProvider)));
}
