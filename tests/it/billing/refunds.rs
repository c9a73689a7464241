//! Giving money back: once, whatever gets lost.

use bilten_billing::{
    checkout::PayStatus,
    refunds::{self, CancelOrderError},
};
use bilten_core::orders::OrderState;
use bilten_kernel::OrderId;
use bilten_tests::fakes::{Call, Fault};

use super::till::{PRICE, Till};

async fn cancel(till: &Till, order: OrderId) -> Result<(), CancelOrderError> {
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, order).await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn paid(till: &Till) -> OrderId {
    let cart = till.cart().await;
    till.pay(till.instant(cart)).await.unwrap().order
}

/// 65
#[tokio::test]
async fn two_clerks_cancel_an_order_once() {
    let till = Till::open(1).await;
    let order = paid(&till).await;
    let (one, other) = tokio::join!(cancel(&till, order), cancel(&till, order));
    assert!(one.is_ok() != other.is_ok());
    till.work().await;
    let books = till.books().await;
    assert_eq!((books.charges, books.money, books.tickets, books.sold), (1, 0, 0, 0));
    assert_eq!(till.state(order).await, OrderState::Refunded);
    assert_eq!(till.look(order).await, PayStatus::Closed);
    assert!(matches!(cancel(&till, order).await, Err(CancelOrderError::WrongState)));
    let nobody = OrderId::from_uuid(uuid::Uuid::nil());
    assert!(matches!(cancel(&till, nobody).await, Err(CancelOrderError::NotFound)));
    till.assert_settled().await;
}

/// 66
#[tokio::test]
async fn a_refund_whose_answer_was_lost_is_not_paid_twice() {
    for fault in [Fault::LoseAnswer, Fault::LoseRequest, Fault::Unreachable] {
        let till = Till::open(1).await;
        let order = paid(&till).await;
        cancel(&till, order).await.unwrap();
        till.line.fail_next(Call::Refund, fault);
        till.work().await;
        till.advance(21);
        till.work().await;
        let given = "select coalesce(sum(amount_minor), 0)::bigint from bilten.sandbox_refunds";
        assert_eq!(till.count(given).await, PRICE, "{fault:?}");
        assert_eq!(
            till.count("select count(*) from bilten.refunds where state = 'succeeded'")
                .await,
            1
        );
        till.assert_settled().await;
    }
}

#[tokio::test]
async fn a_process_that_dies_around_a_refund_leaves_one_refund() {
    for fault in [Fault::DieBefore, Fault::DieAfter] {
        let till = Till::open(1).await;
        let order = paid(&till).await;
        cancel(&till, order).await.unwrap();
        till.line.fail_next(Call::Refund, fault);
        till.die_in(till.work()).await;
        till.work_until_settled().await;
        assert_eq!(till.count("select count(*) from bilten.sandbox_refunds").await, 1);
        till.assert_settled().await;
    }
}

#[tokio::test]
async fn a_free_order_is_cancelled_without_a_refund() {
    let till = Till::open(1).await;
    let cart = till.cart_of(till.free_type, 1).await.unwrap();
    let order = till.pay(till.instant(cart)).await.unwrap().order;
    cancel(&till, order).await.unwrap();
    assert_eq!(till.state(order).await, OrderState::Cancelled);
    assert_eq!(till.count("select count(*) from bilten.refunds").await, 0);
    till.assert_settled().await;
}
