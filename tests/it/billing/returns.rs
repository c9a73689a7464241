//! Tickets that come back: one by one, with what is kept of them, and those of a whole event.

use bilten_billing::refunds::{self, Claim, RefundEventError, TakeBack, TakeBackError, TakenBack};
use bilten_core::{
    catalog,
    check_in::{self, AdmitTicket, ScanInput},
    orders::OrderState,
    return_policy::{self, NewReturnPolicy, Step, Terms},
    tickets,
};
use bilten_kernel::{OrderId, TicketId, Timestamp};
use bilten_tests::fakes::{Call, Fault};
use jiff::SignedDuration;

use super::till::{PRICE, Till};

async fn buy(till: &Till, quantity: u32) -> OrderId {
    let cart = till.cart_of(till.paid_type, quantity).await.expect("there are places");
    till.pay(till.instant(cart)).await.unwrap().order
}

async fn tickets_of(till: &Till, order: OrderId) -> Vec<TicketId> {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let tickets = tickets::list_for_order(&mut tx, order).await.unwrap();
    tickets.into_iter().map(|ticket| ticket.id).collect()
}

async fn take_back(
    till: &Till,
    order: OrderId,
    tickets: &[TicketId],
    claim: Claim,
) -> Result<TakenBack, TakeBackError> {
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let wish = TakeBack {
        order,
        tickets,
        claim,
        reason: "",
        credit: None,
    };
    let taken = refunds::take_back(&ctx, &mut tx, &wish).await?;
    tx.commit().await.unwrap();
    Ok(taken)
}

async fn starts_at(till: &Till) -> Timestamp {
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    catalog::find_event(&ctx, &mut tx, till.event)
        .await
        .unwrap()
        .unwrap()
        .event
        .starts_at
}

async fn by_buyer(till: &Till, order: OrderId, tickets: &[TicketId]) -> Result<TakenBack, TakeBackError> {
    let starts_at = starts_at(till).await;
    take_back(till, order, tickets, Claim::Buyer { starts_at }).await
}

const STAFF: Claim = Claim::Staff { keep_minor: 0 };

async fn set_policy(till: &Till, is_self_service: bool, withdrawal_days: u32) {
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let step = |hours_before, keep_bp, keep_minor| Step {
        hours_before,
        keep_bp,
        keep_minor,
    };
    let new = NewReturnPolicy {
        is_self_service,
        withdrawal_days,
        steps: vec![step(24 * 30, 1_000, 0), step(24, 2_500, 50)],
    };
    return_policy::set_return_policy(&ctx, &mut tx, till.event, new)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// 71
#[tokio::test]
async fn one_ticket_comes_back_and_the_others_stay() {
    let till = Till::open(3).await;
    let order = buy(&till, 3).await;
    assert!(till.cart_of(till.paid_type, 1).await.is_none(), "sold out");
    let tickets = tickets_of(&till, order).await;
    let taken = take_back(&till, order, &tickets[1..2], STAFF).await.unwrap();
    assert_eq!(
        (taken.tickets, taken.gross.minor, taken.kept.minor, taken.is_last),
        (1, PRICE, 0, false)
    );
    till.work().await;
    let books = till.books().await;
    assert_eq!((books.money, books.tickets, books.sold), (2 * PRICE, 2, 2));
    assert_eq!(till.state(order).await, OrderState::Paid);
    assert!(matches!(
        take_back(&till, order, &tickets[1..2], STAFF).await,
        Err(TakeBackError::UnknownTicket)
    ));
    let stranger = buy(&till, 1).await;
    let foreign = tickets_of(&till, stranger).await;
    assert!(matches!(
        take_back(&till, order, &foreign, STAFF).await,
        Err(TakeBackError::UnknownTicket)
    ));
    till.assert_sound().await;
    let last = take_back(&till, order, &[], STAFF).await.unwrap();
    assert_eq!((last.tickets, last.is_last), (2, true));
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Refunded);
    assert_eq!(till.books().await.money, PRICE, "the stranger's");
    assert!(matches!(
        take_back(&till, order, &[], STAFF).await,
        Err(TakeBackError::WrongState)
    ));
    till.assert_settled().await;
}

#[tokio::test]
async fn what_is_kept_stays_when_the_rest_is_cancelled() {
    let till = Till::open(3).await;
    let order = buy(&till, 3).await;
    let tickets = tickets_of(&till, order).await;
    for keep_minor in [-1, 2 * PRICE + 1] {
        let refused = take_back(&till, order, &tickets[..2], Claim::Staff { keep_minor }).await;
        assert!(matches!(refused, Err(TakeBackError::Kept { most }) if most.minor == 2 * PRICE));
    }
    let taken = take_back(&till, order, &tickets[..2], Claim::Staff { keep_minor: 1_001 })
        .await
        .unwrap();
    assert_eq!(taken.kept.minor, 1_001);
    till.work().await;
    assert_eq!(till.books().await.money, PRICE + 1_001);
    let kept = "select sum(kept_minor)::bigint from bilten.ticket_return_items";
    assert_eq!(till.count(kept).await, 1_001, "ticket by ticket it is the same");
    till.assert_sound().await;
    // Returns are listed by time.
    till.advance(1);
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    till.work().await;
    assert_eq!(till.books().await.money, 1_001);
    assert_eq!(till.state(order).await, OrderState::Refunded);
    till.assert_settled().await;
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let returns = refunds::list_kept(&mut tx, order).await.unwrap();
    let told: Vec<_> = returns
        .iter()
        .map(|r| (r.tickets, r.gross.minor, r.kept.minor))
        .collect();
    assert_eq!(told, [(2, 2 * PRICE, 1_001), (1, PRICE, 0)]);
}

#[tokio::test]
async fn everything_may_be_kept() {
    let till = Till::open(1).await;
    let order = buy(&till, 1).await;
    let taken = take_back(&till, order, &[], Claim::Staff { keep_minor: PRICE })
        .await
        .unwrap();
    assert!(taken.refunds.is_empty() && taken.is_last);
    till.work().await;
    assert_eq!(till.books().await.money, PRICE);
    till.assert_settled().await;
}

/// 65: two clerks at once, with the same ticket and with others.
#[tokio::test]
async fn a_ticket_is_paid_back_once_however_many_clerks_there_are() {
    let till = Till::open(4).await;
    let order = buy(&till, 4).await;
    let tickets = tickets_of(&till, order).await;
    let (one, other, third) = tokio::join!(
        take_back(&till, order, &tickets[..2], STAFF),
        take_back(&till, order, &tickets[1..3], STAFF),
        take_back(&till, order, &tickets[3..], STAFF),
    );
    assert!(one.is_ok() != other.is_ok());
    third.unwrap();
    till.work().await;
    let books = till.books().await;
    assert_eq!((books.money, books.tickets, books.sold), (PRICE, 1, 1));
    till.assert_settled().await;
}

/// 66, of a part.
#[tokio::test]
async fn a_part_whose_answer_was_lost_is_not_paid_twice() {
    for fault in [Fault::LoseAnswer, Fault::LoseRequest, Fault::Unreachable] {
        let till = Till::open(2).await;
        let order = buy(&till, 2).await;
        let tickets = tickets_of(&till, order).await;
        take_back(&till, order, &tickets[..1], STAFF).await.unwrap();
        till.line.fail_next(Call::Refund, fault);
        till.work_until_settled().await;
        assert_eq!(till.books().await.money, PRICE, "{fault:?}");
        till.assert_settled().await;
    }
}

#[tokio::test]
async fn buyers_give_back_by_the_policy_that_their_order_has() {
    let till = Till::open(9).await;
    let old = buy(&till, 1).await;
    assert!(matches!(
        by_buyer(&till, old, &[]).await,
        Err(TakeBackError::NotOffered)
    ));
    till.advance(1);
    set_policy(&till, true, 0).await;
    assert!(
        matches!(by_buyer(&till, old, &[]).await, Err(TakeBackError::NotOffered)),
        "a later policy does not bind an earlier order"
    );
    till.advance(1);
    let order = buy(&till, 3).await;
    let tickets = tickets_of(&till, order).await;
    till.advance(1);
    set_policy(&till, false, 0).await;
    let early = by_buyer(&till, order, &tickets[..1]).await.unwrap();
    assert_eq!(early.kept.minor, PRICE / 10);
    let starts_at = starts_at(&till).await;
    till.app
        .advance((starts_at - SignedDuration::from_hours(25)).duration_since(till.ctx().now()));
    let late = by_buyer(&till, order, &tickets[1..2]).await.unwrap();
    assert_eq!(late.kept.minor, PRICE / 4 + 50);
    till.advance(3_600);
    assert!(matches!(
        by_buyer(&till, order, &tickets[2..]).await,
        Err(TakeBackError::TooLate)
    ));
    till.work_until_settled().await;
    assert_eq!(till.books().await.money, 2 * PRICE + PRICE / 10 + PRICE / 4 + 50);
    till.assert_settled().await;
}

#[tokio::test]
async fn in_the_days_of_withdrawal_everything_comes_back_but_no_used_ticket() {
    let till = Till::open(4).await;
    set_policy(&till, false, 14).await;
    let order = buy(&till, 2).await;
    let tickets = tickets_of(&till, order).await;
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let signer = tickets::TicketSigner::new(bilten_core::MasterKey::new([7; 32]));
    let listed = tickets::list_for_order(&mut tx, order).await.unwrap();
    let code = signer.code(ctx.tenant, listed[0].key_id, listed[0].id, listed[0].event);
    let wish = AdmitTicket {
        input: ScanInput::Code(&code),
        event: Some(till.event),
        gate: "",
        key: None,
    };
    check_in::admit(&ctx, &mut tx, wish).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(by_buyer(&till, order, &[]).await, Err(TakeBackError::Used)));
    till.app.advance(SignedDuration::from_hours(13 * 24));
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let known = bilten_core::orders::find(&mut tx, order).await.unwrap().unwrap();
    let offer = refunds::offer(&till.ctx(), &mut tx, &known, starts_at(&till).await)
        .await
        .unwrap();
    drop(tx);
    assert!(matches!(offer.terms, Terms::Withdrawal { .. }));
    assert_eq!(offer.tickets.len(), 1);
    let taken = by_buyer(&till, order, &tickets[1..]).await.unwrap();
    assert_eq!(taken.kept.minor, 0);
    till.app.advance(SignedDuration::from_hours(24));
    assert!(matches!(
        by_buyer(&till, order, &tickets[..1]).await,
        Err(TakeBackError::Used)
    ),);
    till.work_until_settled().await;
    assert_eq!(till.books().await.money, PRICE);
}

/// 72: a whole event, with a worker that dies on the way.
#[tokio::test]
async fn orders_of_an_event_that_was_called_off_are_refunded_once() {
    let till = Till::open(450).await;
    let ctx = till.ctx();
    let early = async |till: &Till| {
        let mut tx = till.app.db.begin(&ctx).await.unwrap();
        let answer = refunds::refund_event(&ctx, &mut tx, till.event).await;
        tx.commit().await.unwrap();
        answer
    };
    assert!(matches!(early(&till).await, Err(RefundEventError::NotCancelled)));
    for _ in 0..21 {
        futures_util::future::join_all((0..20).map(|_| buy(&till, 1))).await;
    }
    let partly = buy(&till, 2).await;
    let tickets = tickets_of(&till, partly).await;
    take_back(&till, partly, &tickets[..1], Claim::Staff { keep_minor: 500 })
        .await
        .unwrap();
    till.work().await;
    till.cancel_event().await;
    early(&till).await.unwrap();
    early(&till).await.unwrap();
    till.line.fail_next(Call::Refund, Fault::DieAfter);
    till.die_in(till.work()).await;
    till.work_until_settled().await;
    let books = till.books().await;
    assert_eq!((books.money, books.tickets, books.sold), (500, 0, 0), "{books:?}");
    assert_eq!(till.count("select count(*) from bilten.sandbox_refunds").await, 422);
    assert_eq!(
        till.count("select count(*) from bilten.ticket_returns where origin = 'event'")
            .await,
        421
    );
    till.assert_settled().await;
}
