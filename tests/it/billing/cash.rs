//! Cash at the door: taken once, handed back once, and booked in the cash box.

use std::sync::Arc;

use bilten_billing::{
    cash::{self, Cash, HandOutError},
    checkout::{PayOrder, PayStatus},
    ledger::{self, Code},
    payouts,
    refunds::{self, RefundState},
};
use bilten_core::orders::OrderState;
use bilten_kernel::OrderId;
use bilten_tests::fakes::{Call, Fault, Faulty};

use super::{
    ledger::prove,
    till::{PRICE, Till},
};

/// A shop whose line leads to a cash box.
async fn open(places: i64) -> Till {
    Till::open_beside(places, |db| Faulty::new(Arc::new(Cash::new(db)))).await
}

fn for_cash(till: &Till, cart: bilten_kernel::CartId) -> PayOrder<'static> {
    PayOrder {
        provider: cash::NAME,
        ..till.instant(cart)
    }
}

async fn sell(till: &Till, quantity: u32) -> OrderId {
    let cart = till.cart_of(till.paid_type, quantity).await.unwrap();
    let paying = till.pay(for_cash(till, cart)).await.unwrap();
    assert_eq!(paying.status, PayStatus::Paid);
    paying.order
}

async fn sum(till: &Till, code: Code) -> i64 {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let balances = ledger::balances(&mut tx, Some(code)).await.unwrap();
    balances.iter().map(|balance| balance.amount.minor).sum()
}

async fn cancel(till: &Till, order: OrderId) {
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    till.work().await;
}

async fn hand_out(till: &Till, order: OrderId) -> Result<i64, HandOutError> {
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let sum = cash::hand_out(&ctx, &mut tx, order).await?;
    tx.commit().await.unwrap();
    Ok(sum.minor)
}

async fn refund_states(till: &Till, order: OrderId) -> Vec<RefundState> {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let refunds = refunds::list_for_order(&mut tx, order).await.unwrap();
    refunds.iter().map(|refund| refund.state).collect()
}

#[tokio::test]
async fn cash_lies_in_the_box_and_never_at_a_provider() {
    let till = open(5).await;
    let order = sell(&till, 2).await;
    payouts::tend(&till.checkout, &till.ctx()).await.unwrap();
    assert_eq!(sum(&till, Code::CashBox).await, 2 * PRICE);
    for code in Code::PSP {
        assert_eq!(sum(&till, code).await, 0);
    }
    assert_eq!(sum(&till, Code::TicketDeferred).await, -2 * PRICE);
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    assert!(
        payouts::list_lots(&mut tx, order).await.unwrap().is_empty(),
        "nothing to pay out"
    );
    tx.rollback().await.unwrap();
    let taken = till
        .count("select count(*) from bilten.cash_payments where state = 'taken' and taken_by = 'buyer'")
        .await;
    assert_eq!(taken, 1);
    assert!(prove(&till).await.is_sound());
    // The evening comes: it is earned as everything else.
    till.advance(92 * 86_400);
    payouts::tend(&till.checkout, &till.ctx()).await.unwrap();
    assert_eq!(sum(&till, Code::TicketRevenue).await, -2 * PRICE);
    assert!(prove(&till).await.is_sound());
}

#[tokio::test]
async fn cash_goes_back_when_somebody_hands_it_out_and_once() {
    let till = open(5).await;
    let order = sell(&till, 1).await;
    assert!(matches!(hand_out(&till, order).await, Err(HandOutError::NotDue)));
    cancel(&till, order).await;
    assert_eq!(till.state(order).await, OrderState::Refunded);
    assert_eq!(refund_states(&till, order).await, [RefundState::Pending]);
    assert_eq!(
        (sum(&till, Code::CashBox).await, sum(&till, Code::RefundClearing).await),
        (PRICE, -PRICE),
        "it is the buyer's, and still in the box"
    );
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    assert_eq!(
        cash::due(&mut tx, order).await.unwrap().map(|due| due.minor),
        Some(PRICE)
    );
    tx.rollback().await.unwrap();
    let (one, other) = tokio::join!(hand_out(&till, order), hand_out(&till, order));
    assert!(one.is_ok() != other.is_ok(), "two clerks, one hand-out");
    till.work().await;
    assert_eq!(refund_states(&till, order).await, [RefundState::Succeeded]);
    assert_eq!(
        (sum(&till, Code::CashBox).await, sum(&till, Code::RefundClearing).await),
        (0, 0)
    );
    assert!(matches!(hand_out(&till, order).await, Err(HandOutError::NotDue)));
    assert!(prove(&till).await.is_sound());
}

#[tokio::test]
async fn a_lost_word_about_cash_takes_it_once() {
    for fault in [Fault::LoseAnswer, Fault::LoseRequest, Fault::Unreachable] {
        let till = open(5).await;
        let cart = till.cart_of(till.paid_type, 1).await.unwrap();
        till.line.fail_next(Call::Create, fault);
        till.pay(for_cash(&till, cart)).await.ok();
        till.work_until_settled().await;
        let taken = till
            .count("select count(*) from bilten.cash_payments where state = 'taken'")
            .await;
        let paid = till
            .count("select count(*) from bilten.orders where state = 'paid'")
            .await;
        let kept = till
            .count("select coalesce(sum(amount_minor - refunded_minor), 0)::bigint from bilten.cash_payments where state = 'taken'")
            .await;
        assert!(taken <= 1, "{fault:?}");
        assert_eq!(kept, paid * PRICE, "{fault:?}: money and tickets go together");
        assert!(prove(&till).await.is_sound(), "{fault:?}");
    }
}

#[tokio::test]
async fn another_shop_sees_no_cash_of_this_one() {
    let till = open(5).await;
    let order = sell(&till, 1).await;
    cancel(&till, order).await;
    let ctx = till.app.ctx(&till.app.beta);
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    assert!(cash::due(&mut tx, order).await.unwrap().is_none());
    assert!(matches!(
        cash::hand_out(&ctx, &mut tx, order).await,
        Err(HandOutError::NotDue)
    ));
}
