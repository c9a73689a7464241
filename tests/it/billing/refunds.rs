//! Giving money back: once, whatever gets lost.

use bilten_billing::{
    checkout::PayStatus,
    refunds::{self, CancelOrderError, RefundAgainError},
    sandbox::Choice,
};
use bilten_core::orders::OrderState;
use bilten_kernel::OrderId;
use bilten_tests::fakes::{Call, Fault};

use super::till::{PRICE, Till, payment_of};
use super::webhooks::tell;

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

/// 105: the money comes while a clerk cancels; he waits for it and gives it back.
#[tokio::test]
async fn money_that_comes_while_the_order_is_cancelled_goes_back() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Pay).await;
    let mut admin = till.app.test_db.admin().await;
    bilten_tests::db::run(&mut admin, "begin; select from bilten.capacity_pools for update").await;
    let settled = till.look(order);
    let cancelled = async {
        // The order is being paid: its transaction waits for the pool.
        till.app.test_db.wait_until_blocked(1).await;
        cancel(&till, order).await
    };
    let freed = async {
        till.app.test_db.wait_until_blocked(2).await;
        bilten_tests::db::run(&mut admin, "commit").await;
    };
    let (_, cancelled, ()) = tokio::join!(settled, cancelled, freed);
    cancelled.unwrap();
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Refunded);
    let books = till.books().await;
    assert_eq!((books.charges, books.money, books.tickets), (1, 0, 0));
    till.assert_settled().await;
}

/// 106: the provider changes its mind about a declined payment, while another one is paid.
#[tokio::test]
async fn a_cancelled_order_gives_back_all_money_that_it_ever_got() {
    let till = Till::open(1).await;
    let (cart, order, first) = till.at_the_provider().await;
    till.choose(first, Choice::Decline).await;
    till.look(order).await;
    let second = payment_of(&till.pay(till.hosted(cart)).await.unwrap());
    let mut admin = till.app.test_db.admin().await;
    sqlx::query("update bilten.sandbox_payments set state = 'succeeded' where id = $1")
        .bind(first.uuid())
        .execute(&mut admin)
        .await
        .unwrap();
    tell(&till, "evt_late", first).await;
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Paid);
    till.choose(second, Choice::Pay).await;
    till.look(order).await;
    till.work().await;
    assert_eq!(till.books().await.money, PRICE, "what was too much went back");
    cancel(&till, order).await.unwrap();
    till.work().await;
    let books = till.books().await;
    assert_eq!((books.charges, books.money, books.tickets), (2, 0, 0));
    assert_eq!(till.state(order).await, OrderState::Refunded);
    till.assert_settled().await;
}

/// 110
#[tokio::test]
async fn a_refund_that_was_refused_is_requested_again_once() {
    let till = Till::open(1).await;
    let order = paid(&till).await;
    let again = async || {
        let ctx = till.ctx();
        let mut tx = till.app.db.begin(&ctx).await.unwrap();
        let requested = refunds::refund_again(&ctx, &mut tx, order).await;
        tx.commit().await.unwrap();
        requested.map(|refunds| refunds.len())
    };
    assert!(matches!(again().await, Err(RefundAgainError::NothingRefused)));
    // The provider takes no money back of a payment that it holds for failed.
    let mut admin = till.app.test_db.admin().await;
    let turn = async |admin: &mut _, state: &str| {
        bilten_tests::db::run(admin, &format!("update bilten.sandbox_payments set state = '{state}'")).await;
    };
    turn(&mut admin, "failed").await;
    cancel(&till, order).await.unwrap();
    till.work().await;
    let refused = "select count(*) from bilten.refunds where state = 'failed'";
    assert_eq!(till.count(refused).await, 1);
    turn(&mut admin, "succeeded").await;
    till.work_until_settled().await;
    assert_eq!(
        till.books().await.money,
        PRICE,
        "what was refused is not sent again by itself"
    );
    let (one, other) = tokio::join!(again(), again());
    assert!(
        matches!(
            (&one, &other),
            (Ok(1), Err(RefundAgainError::NothingRefused)) | (Err(RefundAgainError::NothingRefused), Ok(1))
        ),
        "{one:?} {other:?}"
    );
    till.work().await;
    assert_eq!(till.books().await.money, 0);
    assert_eq!(till.count(refused).await, 1, "the refusal stays in the record");
    assert!(matches!(again().await, Err(RefundAgainError::NothingRefused)));
    till.assert_settled().await;
}
