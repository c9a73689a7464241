//! Processes that die between any two steps, answers that get lost: no money without ticket, no ticket without
//! money, no stock lost.

use std::time::Duration;

use bilten_billing::{checkout::PayStatus, sandbox::Choice};
use bilten_core::orders::OrderState;
use bilten_tests::{
    fakes::{Call, Fault},
    report,
};

use super::till::Till;

/// 53, 54, 55: every boundary between a transaction and a call, in both kinds of provider.
#[tokio::test]
async fn a_purchase_that_dies_at_any_boundary_ends_sound() {
    let boundaries = [
        (false, Call::Create, Fault::DieBefore),
        (false, Call::Create, Fault::DieAfter),
        (true, Call::Create, Fault::DieBefore),
        (true, Call::Create, Fault::DieAfter),
        (true, Call::Confirm, Fault::DieBefore),
        (true, Call::Confirm, Fault::DieAfter),
    ];
    for (has_two_calls, call, fault) in boundaries {
        let till = if has_two_calls {
            Till::open_with_two_calls(1).await
        } else {
            Till::open(1).await
        };
        let cart = till.cart().await;
        till.line.fail_next(call, fault);
        till.die_in(till.pay(till.instant(cart))).await;
        till.work_until_settled().await;
        till.assert_settled().await;
        let is_charged = matches!(
            (has_two_calls, call, fault),
            (false, Call::Create, Fault::DieAfter) | (true, Call::Confirm, Fault::DieAfter)
        );
        assert_eq!(till.books().await.tickets, i64::from(is_charged), "{call:?} {fault:?}");
    }
}

/// 52, 53–55, taken up by the buyer instead of the sweep.
#[tokio::test]
async fn a_buyer_who_tries_again_after_a_crash_finishes_the_same_payment() {
    for fault in [Fault::DieBefore, Fault::DieAfter] {
        for has_two_calls in [false, true] {
            let till = if has_two_calls {
                Till::open_with_two_calls(1).await
            } else {
                Till::open(1).await
            };
            let cart = till.cart().await;
            till.line.fail_next(Call::Create, fault);
            till.die_in(till.pay(till.instant(cart))).await;
            let paying = till.pay(till.instant(cart)).await.unwrap();
            assert_eq!(paying.status, PayStatus::Paid);
            assert_eq!(till.books().await.charges, 1);
            till.assert_settled().await;
        }
    }
}

/// 54, 58
#[tokio::test]
async fn a_lost_answer_is_asked_for_and_never_charged_again() {
    for fault in [Fault::LoseAnswer, Fault::LoseRequest] {
        let till = Till::open(1).await;
        let cart = till.cart().await;
        till.line.fail_next(Call::Create, fault);
        let paying = till.pay(till.instant(cart)).await.unwrap();
        assert_eq!(paying.status, PayStatus::Confirming);
        till.advance(22);
        till.work().await;
        till.work_until_settled().await;
        let expected = if fault == Fault::LoseAnswer {
            OrderState::Paid
        } else {
            OrderState::Expired
        };
        assert_eq!(till.state(paying.order).await, expected);
        assert!(till.books().await.charges <= 1);
        till.assert_settled().await;
    }
}

/// 60
#[tokio::test]
async fn a_key_that_the_provider_finds_in_use_harms_nothing() {
    let till = Till::open(1).await;
    let cart = till.cart().await;
    till.line.fail_next(Call::Create, Fault::LoseRequest);
    let (one, two, three) = tokio::join!(
        till.pay(till.instant(cart)),
        till.pay(till.instant(cart)),
        till.pay(till.instant(cart))
    );
    for paying in [one, two, three] {
        assert!(matches!(
            paying.unwrap().status,
            PayStatus::Paid | PayStatus::Confirming
        ));
    }
    till.work_until_settled().await;
    assert!(till.books().await.charges <= 1);
    till.assert_settled().await;
}

#[tokio::test]
async fn calling_off_that_dies_at_any_boundary_goes_on_where_it_stopped() {
    for (call, fault) in [
        (Call::Fetch, Fault::DieBefore),
        (Call::Void, Fault::DieBefore),
        (Call::Void, Fault::DieAfter),
        (Call::Void, Fault::LoseAnswer),
    ] {
        let till = Till::open(1).await;
        let (_, order, _) = till.at_the_provider().await;
        till.advance(21 * 60);
        till.line.fail_next(call, fault);
        if fault == Fault::LoseAnswer {
            till.work().await;
        } else {
            till.die_in(till.work()).await;
        }
        assert!(
            till.cart_of(till.paid_type, 1).await.is_none(),
            "the place stays taken until the payment is dead"
        );
        till.work_until_settled().await;
        assert_eq!(till.state(order).await, OrderState::Expired, "{call:?} {fault:?}");
        till.assert_settled().await;
    }
}

/// 56: the mail is caused by the outbox row of the same transaction as the tickets.
#[tokio::test]
async fn tickets_never_exist_without_the_event_that_causes_their_mail() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Pay).await;
    till.look(order).await;
    let waiting = "select count(*) from bilten.outbox_events where kind = 'order_paid' and dispatched_at is null";
    assert_eq!(till.count(waiting).await, till.books().await.tickets);
}

/// Drops purchases after random times, in the middle of whatever they are doing.
#[tokio::test]
async fn purchases_dropped_at_any_moment_end_sound() {
    let till = Till::open(40).await;
    let mut dropped = 0;
    for round in 0..40_u64 {
        let Some(cart) = till.cart_of(till.paid_type, 1).await else {
            break;
        };
        let patience = Duration::from_micros(200 + round * 450);
        if tokio::time::timeout(patience, till.pay(till.instant(cart)))
            .await
            .is_err()
        {
            dropped += 1;
        }
        if round % 8 == 7 {
            till.assert_sound_or_open().await;
        }
    }
    till.work_until_settled().await;
    till.assert_settled().await;
    report(&format!(
        "purchases dropped at random moments: {dropped} of 40, books sound"
    ));
}

/// 53, on the provider's page: a buyer who looks instead of sending his form again is not left waiting.
#[tokio::test]
async fn a_buyer_who_was_not_sent_to_the_provider_may_ask_again() {
    for has_two_calls in [false, true] {
        let till = if has_two_calls {
            Till::open_with_two_calls(1).await
        } else {
            Till::open(1).await
        };
        let (cart, order) = till.order().await;
        till.line.fail_next(Call::Create, Fault::DieBefore);
        till.die_in(till.pay(till.hosted(cart))).await;
        assert_eq!(till.look(order).await, PayStatus::Unsent);
        assert!(matches!(
            till.pay(till.hosted(cart)).await.unwrap().status,
            PayStatus::Redirect(_)
        ));
        assert_eq!(till.count("select count(*) from bilten.payment_attempts").await, 1);
    }
}

/// 22, 53
#[tokio::test]
async fn a_buyer_whose_payment_is_being_called_off_is_not_asked_to_pay() {
    let till = Till::open(1).await;
    let (cart, order) = till.order().await;
    till.line.fail_next(Call::Create, Fault::DieBefore);
    till.die_in(till.pay(till.hosted(cart))).await;
    till.advance(21 * 60);
    till.line.fail_next(Call::Void, Fault::DieBefore);
    till.die_in(till.work()).await;
    assert_eq!(till.look(order).await, PayStatus::Confirming);
    till.work_until_settled().await;
    assert_eq!(till.state(order).await, OrderState::Expired);
    till.assert_settled().await;
}

/// Two buyers, one place, a decline, a crash and a second buyer in between.
#[tokio::test]
async fn one_place_is_sold_once_whoever_dies() {
    let till = Till::open(1).await;
    let (cart, _, payment) = till.at_the_provider().await;
    assert!(till.cart_of(till.paid_type, 1).await.is_none());
    till.choose(payment, Choice::Decline).await;
    till.line.fail_next(Call::Create, Fault::DieAfter);
    till.advance(61);
    till.work().await;
    till.die_in(till.pay(till.instant(cart))).await;
    assert!(till.cart_of(till.paid_type, 1).await.is_none());
    till.work_until_settled().await;
    till.assert_settled().await;
    assert_eq!(till.books().await.tickets, 1);
}
