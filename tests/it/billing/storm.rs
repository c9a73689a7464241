//! Many notices at once: each is kept, and what they speak of is asked for once, not once for each.

use bilten_billing::{checkout::PayStatus, sandbox::Choice};
use bilten_core::orders::OrderState;
use bilten_tests::{
    fakes::{Call, Fault},
    report,
};
use futures_util::{StreamExt as _, stream};

use super::{till::Till, webhooks::tell};

const ORDERS: usize = 50;
const NOTICES: usize = 10_000;
const SENDERS: usize = 32;

/// 42
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_a_burst_of_ten_thousand_notices_is_kept_and_asked_about_once_a_payment() {
    let till = Till::open(i64::try_from(ORDERS).unwrap()).await;
    let mut paying = Vec::new();
    for _ in 0..ORDERS {
        let (_, order, payment) = till.at_the_provider().await;
        till.choose(payment, Choice::Pay).await;
        paying.push((order, payment));
    }
    let asked = till.line.count(Call::Fetch);
    // One after the other about another payment, each of them told two hundred times.
    let notices = (0..NOTICES).map(|n| (format!("evt_{n}"), paying[n % ORDERS].1));
    stream::iter(notices)
        .for_each_concurrent(SENDERS, async |(id, payment)| tell(&till, &id, payment).await)
        .await;
    let kept = till.count("select count(*) from bilten.provider_events").await;
    assert_eq!(usize::try_from(kept).unwrap(), NOTICES);
    till.work().await;
    let waiting = "select count(*) from bilten.provider_events where processed_at is null";
    assert_eq!(till.count(waiting).await, 0);
    let questions = till.line.count(Call::Fetch) - asked;
    for (order, _) in &paying {
        assert_eq!(till.state(*order).await, OrderState::Paid);
    }
    assert_eq!(till.look(paying[0].0).await, PayStatus::Paid);
    till.assert_settled().await;
    assert!(questions < NOTICES / 10, "{questions} questions");
    report(&format!(
        "{NOTICES} notices about {ORDERS} payments by {SENDERS} senders: all kept, {questions} questions to the provider"
    ));
}

/// What a notice says is learned from the provider after it came: one that comes while the provider is asked is not taken
/// for answered.
#[tokio::test]
async fn a_notice_that_comes_while_the_provider_is_asked_is_looked_at_itself() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    tell(&till, "evt_early", payment).await;
    till.line.fail_next(Call::Fetch, Fault::Stall);
    let meanwhile = async {
        till.line.stalled().await;
        till.choose(payment, Choice::Pay).await;
        tell(&till, "evt_late", payment).await;
        till.line.let_go();
    };
    tokio::join!(till.work(), meanwhile);
    till.work().await;
    assert_eq!(till.line.count(Call::Fetch), 2, "one question for each");
    assert_eq!(till.state(order).await, OrderState::Paid);
    till.assert_settled().await;
}
