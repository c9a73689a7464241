//! Money that is not what was asked for never counts as paid.

use bilten_billing::checkout::PayError;
use bilten_core::orders::OrderState;
use bilten_tests::fakes::{Call, Fault};

use super::till::{PRICE, Till};

async fn quarantines(fault: Fault) {
    let till = Till::open(1).await;
    let (cart, order) = till.order().await;
    till.line.fail_next(Call::Create, fault);
    assert!(matches!(till.pay(till.instant(cart)).await, Err(PayError::Quarantined)));
    assert_eq!(till.state(order).await, OrderState::AwaitingPayment);
    assert_eq!(till.books().await.tickets, 0);
    // It stays so until a person has looked at it, and its place stays taken.
    till.work_until_settled().await;
    assert!(matches!(till.pay(till.instant(cart)).await, Err(PayError::Quarantined)));
    assert_eq!(till.state(order).await, OrderState::AwaitingPayment);
    assert_eq!(till.books().await.held, 1);
    let audited = "select count(*) from bilten.audit_entries where action = 'payment.quarantined'";
    assert_eq!(till.count(audited).await, 1);
}

/// 91
#[tokio::test]
async fn another_amount_is_put_aside() {
    quarantines(Fault::OtherAmount(PRICE - 1)).await;
    quarantines(Fault::OtherAmount(PRICE * 100)).await;
}

/// 92
#[tokio::test]
async fn another_currency_is_put_aside() {
    quarantines(Fault::OtherCurrency).await;
}

/// 55, 57: attempt, order, stock, tickets, outbox and audit are one transaction; if one of them cannot be written,
/// none is.
#[tokio::test]
async fn success_is_written_as_a_whole_or_not_at_all() {
    let till = Till::open(1).await;
    let (cart, order) = till.order().await;
    let mut admin = till.app.test_db.admin().await;
    bilten_tests::db::run(
        &mut admin,
        "alter table bilten.outbox_events add constraint broken check (kind <> 'order_paid') not valid",
    )
    .await;
    assert!(matches!(till.pay(till.instant(cart)).await, Err(PayError::Db(_))));
    assert_eq!(till.state(order).await, OrderState::AwaitingPayment);
    let books = till.books().await;
    assert_eq!((books.charges, books.tickets, books.sold, books.live), (1, 0, 0, 1));
    bilten_tests::db::run(&mut admin, "alter table bilten.outbox_events drop constraint broken").await;
    till.work_until_settled().await;
    assert_eq!(till.state(order).await, OrderState::Paid);
    till.assert_settled().await;
}
