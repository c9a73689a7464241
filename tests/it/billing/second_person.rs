//! Money that a second person decides about.

use bilten_billing::{
    refunds::{CancelOrderError, Claim, TakeBack},
    risk::approvals::{self, AloneError, ApproveError, Asked, DecideError, Movement},
};
use bilten_core::orders::OrderState;
use bilten_kernel::{Actor, Ctx, Money, OrderId};
use uuid::Uuid;

use super::till::{PRICE, Till};

fn staff(till: &Till, number: u128) -> Ctx {
    let account = bilten_kernel::Id::from_uuid(Uuid::from_u128(number));
    till.app.ctx(&till.app.alfa).with_actor(Actor::Staff(account))
}

fn eur(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

async fn limit(till: &Till, minor: Option<i64>) {
    let ctx = staff(till, 1);
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    approvals::set_limit(&ctx, &mut tx, (Movement::Refund, eur(0).currency), minor)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn paid(till: &Till) -> OrderId {
    let cart = till.cart().await;
    till.pay(till.instant(cart)).await.unwrap().order
}

async fn cancel(till: &Till, ctx: &Ctx, order: OrderId) -> Asked {
    let mut tx = till.app.db.begin(ctx).await.unwrap();
    let asked = approvals::cancel_or_ask(ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    asked
}

/// Decides the only request that waits.
async fn approve(till: &Till, ctx: &Ctx) -> Result<(), ApproveError> {
    let mut tx = till.app.db.begin(ctx).await.unwrap();
    let waiting = approvals::list_waiting(ctx, &mut tx).await.unwrap();
    let done = approvals::approve(ctx, &mut tx, waiting[0].0.id).await;
    match done {
        Ok(_) => {
            tx.commit().await.unwrap();
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// 121
#[tokio::test]
async fn a_refund_above_the_limit_happens_when_somebody_else_agrees_and_only_once() {
    let till = Till::open(3).await;
    let (one, other) = (staff(&till, 1), staff(&till, 2));
    limit(&till, Some(PRICE - 1)).await;
    let order = paid(&till).await;
    assert_eq!(cancel(&till, &one, order).await, Asked::Waiting);
    assert_eq!(cancel(&till, &other, order).await, Asked::WaitingBefore);
    assert_eq!(till.state(order).await, OrderState::Paid);
    let own = approve(&till, &one).await;
    assert!(matches!(own, Err(ApproveError::Decide(DecideError::Own))), "{own:?}");
    let by_system = approve(&till, &till.app.ctx(&till.app.alfa)).await;
    assert!(
        matches!(by_system, Err(ApproveError::Decide(DecideError::Own))),
        "{by_system:?}"
    );
    let (first, second) = tokio::join!(approve(&till, &other), approve(&till, &other));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    assert_eq!(till.state(order).await, OrderState::Refunded);
    till.work().await;
    assert_eq!(till.books().await.money, 0);
    for (action, times) in [("requested", 1), ("approved", 1), ("rejected", 0)] {
        let audited = till.rows_as_text("audit_entries").await;
        let action = format!("money_approval.{action}");
        assert_eq!(
            audited.iter().filter(|row| row.contains(&action)).count(),
            times,
            "{action}"
        );
    }
    till.assert_sound().await;
}

/// 122
#[tokio::test]
async fn up_to_the_limit_and_without_one_nobody_else_is_needed() {
    let till = Till::open(3).await;
    let one = staff(&till, 1);
    let order = paid(&till).await;
    assert_eq!(cancel(&till, &one, order).await, Asked::Cancelled);
    limit(&till, Some(PRICE)).await;
    let order = paid(&till).await;
    assert_eq!(cancel(&till, &one, order).await, Asked::Cancelled);
    limit(&till, Some(0)).await;
    limit(&till, None).await;
    let order = paid(&till).await;
    assert_eq!(cancel(&till, &one, order).await, Asked::Cancelled);
    till.work().await;
    till.assert_sound().await;
}

/// 123: what was asked for is turned down, expires, or became impossible.
#[tokio::test]
async fn a_request_that_was_turned_down_or_forgotten_moves_nothing_and_can_be_made_again() {
    let till = Till::open(3).await;
    let (one, other) = (staff(&till, 1), staff(&till, 2));
    limit(&till, Some(0)).await;
    let order = paid(&till).await;
    cancel(&till, &one, order).await;
    let mut tx = till.app.db.begin(&other).await.unwrap();
    let waiting = approvals::list_waiting(&other, &mut tx).await.unwrap();
    let id = waiting[0].0.id;
    approvals::reject(&other, &mut tx, id).await.unwrap();
    let twice = approvals::approve(&other, &mut tx, id).await;
    assert!(
        matches!(twice, Err(ApproveError::Decide(DecideError::Decided))),
        "{twice:?}"
    );
    tx.commit().await.unwrap();
    assert_eq!(till.state(order).await, OrderState::Paid);

    assert_eq!(cancel(&till, &one, order).await, Asked::Waiting);
    till.advance(7 * 24 * 3_600);
    let later = staff(&till, 2);
    let mut tx = till.app.db.begin(&later).await.unwrap();
    assert_eq!(approvals::count_waiting(&later, &mut tx).await.unwrap(), 0);
    tx.commit().await.unwrap();

    let later = staff(&till, 1);
    assert_eq!(
        cancel(&till, &later, order).await,
        Asked::Waiting,
        "an expired one does not stand in the way"
    );
    limit(&till, None).await;
    assert_eq!(cancel(&till, &later, order).await, Asked::Cancelled);
    let late = approve(&till, &staff(&till, 2)).await;
    assert!(
        matches!(late, Err(ApproveError::Cancel(CancelOrderError::WrongState))),
        "{late:?}"
    );
    till.work().await;
    till.assert_sound().await;
}

#[tokio::test]
async fn a_payout_waits_as_well_and_another_tenant_sees_none_of_it() {
    let till = Till::open(1).await;
    let (one, other) = (staff(&till, 1), staff(&till, 2));
    let mut tx = till.app.db.begin(&one).await.unwrap();
    let payout = Uuid::from_u128(7);
    assert!(!approvals::is_needed(&mut tx, Movement::Payout, eur(1)).await.unwrap());
    let asked = approvals::request(&one, &mut tx, (Movement::Payout, payout), eur(5_000))
        .await
        .unwrap()
        .unwrap();
    assert!(
        approvals::request(&other, &mut tx, (Movement::Payout, payout), eur(5_000))
            .await
            .unwrap()
            .is_none()
    );
    tx.commit().await.unwrap();
    let beta = till.app.ctx(&till.app.beta).with_actor(other.actor.clone());
    let mut tx = till.app.db.begin(&beta).await.unwrap();
    assert_eq!(approvals::list_waiting(&beta, &mut tx).await.unwrap(), []);
    let stolen = approvals::approve(&beta, &mut tx, asked.id).await;
    assert!(
        matches!(stolen, Err(ApproveError::Decide(DecideError::NotFound))),
        "{stolen:?}"
    );
    drop(tx);
    assert!(approve(&till, &other).await.is_ok());
}

/// 124: ticket by ticket.
#[tokio::test]
async fn one_person_gives_back_no_more_in_parts_than_at_once() {
    let till = Till::open(3).await;
    let one = staff(&till, 1);
    limit(&till, Some(2 * PRICE)).await;
    let cart = till.cart_of(till.paid_type, 3).await.unwrap();
    let order = till.pay(till.instant(cart)).await.unwrap().order;
    let mut tx = till.app.db.begin(&one).await.unwrap();
    let tickets = bilten_core::tickets::list_for_order(&mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    for (number, ticket) in tickets.iter().enumerate() {
        let wish = TakeBack {
            order,
            tickets: &[ticket.id],
            claim: Claim::Staff { keep_minor: 0 },
            reason: "",
            credit: None,
        };
        let mut tx = till.app.db.begin(&one).await.unwrap();
        let taken = approvals::take_back_alone(&one, &mut tx, &wish).await;
        if number < 2 {
            taken.unwrap();
            tx.commit().await.unwrap();
        } else {
            let needs = matches!(taken, Err(AloneError::NeedsSecond { limit }) if limit == eur(2 * PRICE));
            assert!(needs, "{taken:?}");
        }
    }
    till.work().await;
    assert_eq!(till.books().await.money, PRICE);
    assert_eq!(cancel(&till, &one, order).await, Asked::Waiting);
}
