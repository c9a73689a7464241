//! Card testing: what slows it down and stops it, and what it never costs honest buyers.

use bilten_billing::{
    checkout::{PayError, PayOrder, PayStatus, Paying},
    provider::Method,
    risk::{self, Payer, Refusal, rule::Override},
    sandbox::Choice,
};
use bilten_core::{orders::OrderState, waiting_room::Device};
use bilten_kernel::CartId;
use bilten_tests::fakes::{Call, Fault};

use super::{
    solve::solve,
    till::{Till, payment_of},
};

const HOME: [u8; 4] = [192, 0, 2, 1];
const TOWN: [u8; 4] = [198, 51, 100, 1];

fn from(network: [u8; 4], device: u8) -> Payer {
    Payer::visitor(Some(network.to_vec()), Some(&Device::from_random([device; 16])))
}

impl Till {
    async fn pay_as(&self, cart: CartId, payer: Payer) -> Result<Paying, PayError> {
        let wish = PayOrder {
            payer,
            ..self.hosted(cart)
        };
        self.pay(wish).await
    }

    /// Begins a payment and has the bank refuse it; the provider tells the card when there is one.
    async fn decline_as(&self, cart: CartId, payer: Payer, card: Option<&'static str>) {
        let paying = self.pay_as(cart, payer).await.expect("the try goes on");
        self.refuse(&paying, card).await;
    }

    async fn refuse(&self, paying: &Paying, card: Option<&'static str>) {
        let payment = payment_of(paying);
        self.choose(payment, Choice::Decline).await;
        if let Some(card) = card {
            self.line.fail_next(Call::Fetch, Fault::Card(card));
        }
        assert!(!matches!(self.look(paying.order).await, PayStatus::Paid));
    }

    /// An order of its own for somebody with this address.
    async fn cart_of_buyer(&self, mail: &str) -> CartId {
        let cart = self.cart().await;
        self.quote_as(cart, mail).await;
        cart
    }

    async fn work_for(&self, cart: CartId, payer: Payer) -> Payer {
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        let order = bilten_core::orders::find_by_hold(&mut tx, cart).await.unwrap().unwrap();
        let set = self
            .checkout
            .risk
            .set_work(&ctx, &mut tx, (cart, order.id))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        payer.with_work(solve(&set))
    }

    async fn decisions(&self, cart: CartId) -> Vec<(&'static str, Vec<String>, u32)> {
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        let decided = risk::decisions_of(&mut tx, cart).await.unwrap();
        decided
            .into_iter()
            .filter(|decided| !decided.is_shadow)
            .map(|decided| (decided.action.name(), decided.reasons, decided.times))
            .collect()
    }
}

fn is_challenged(paid: &Result<Paying, PayError>) -> bool {
    matches!(paid, Err(PayError::Refused(Refusal::Challenged { wait_s: 120 })))
}

fn is_blocked(paid: &Result<Paying, PayError>) -> bool {
    matches!(paid, Err(PayError::Refused(Refusal::Blocked { for_s: 900 })))
}

/// 111: somebody tests stolen cards from one browser, with a new cart and a new address for each.
#[tokio::test]
async fn a_browser_whose_cards_are_refused_works_before_the_next_try_and_is_stopped_after_ten() {
    let till = Till::open(30).await;
    let tester = || from(TOWN, 7);
    for number in 0..5 {
        let cart = till.cart_of_buyer(&format!("tester{number}@example.test")).await;
        till.decline_as(cart, tester(), None).await;
    }
    for number in 5..10 {
        let cart = till.cart_of_buyer(&format!("tester{number}@example.test")).await;
        assert!(is_challenged(&till.pay_as(cart, tester()).await), "try {number}");
        assert_eq!(
            till.count("select count(*) from bilten.holds where state = 'pinned'")
                .await,
            0,
            "nothing is begun"
        );
        let worked = till.work_for(cart, tester()).await;
        till.decline_as(cart, worked, None).await;
    }
    let cart = till.cart_of_buyer("tester10@example.test").await;
    let worked = till.work_for(cart, tester()).await;
    assert!(
        is_blocked(&till.pay_as(cart, worked).await),
        "work does not help any more"
    );
    let reasons: Vec<String> = till
        .decisions(cart)
        .await
        .into_iter()
        .flat_map(|(_, reasons, _)| reasons)
        .collect();
    assert!(reasons.contains(&"device-declines-many".to_owned()), "{reasons:?}");
    // He is told apart from his neighbours, whose first try costs them nothing.
    let neighbour = till.cart_of_buyer("ada@example.test").await;
    assert!(till.pay_as(neighbour, from(HOME, 1)).await.is_ok());
    assert_eq!(till.decisions(neighbour).await, []);
    // Time heals it.
    till.advance(16 * 60);
    let cart = till.cart_of_buyer("tester11@example.test").await;
    assert!(till.pay_as(cart, tester()).await.is_ok());
}

/// 112: three cards in one cart.
#[tokio::test]
async fn three_different_cards_call_for_work_and_the_same_card_does_not() {
    let till = Till::open(4).await;
    let (same, other) = (
        till.cart_of_buyer("a@example.test").await,
        till.cart_of_buyer("b@example.test").await,
    );
    for _ in 0..3 {
        till.decline_as(same, from(HOME, 1), Some("card-a")).await;
    }
    assert!(till.pay_as(same, from(HOME, 1)).await.is_ok());
    for card in ["card-b", "card-c", "card-d"] {
        till.decline_as(other, from(TOWN, 2), Some(card)).await;
    }
    assert!(is_challenged(&till.pay_as(other, from(TOWN, 2)).await));
    // From another network, with another browser: the cart is the same.
    assert!(is_challenged(&till.pay_as(other, from(HOME, 3)).await));
    let challenge = |(action, reasons, times): &(&str, Vec<String>, u32)| {
        *action == "challenge" && reasons.contains(&"cart-cards".to_owned()) && *times == 2
    };
    assert!(till.decisions(other).await.iter().any(challenge));
}

/// 113: work is done once and used twice, or for another cart.
#[tokio::test]
async fn work_counts_for_one_try_of_one_cart() {
    let till = Till::open(9).await;
    let tester = || from(TOWN, 7);
    for number in 0..5 {
        let cart = till.cart_of_buyer(&format!("t{number}@example.test")).await;
        till.decline_as(cart, tester(), None).await;
    }
    let (one, other) = (
        till.cart_of_buyer("x@example.test").await,
        till.cart_of_buyer("y@example.test").await,
    );
    assert!(is_challenged(&till.pay_as(one, tester()).await));
    let worked = till.work_for(one, tester()).await;
    assert!(is_challenged(&till.pay_as(other, worked.clone()).await), "another cart");
    till.decline_as(one, worked.clone(), None).await;
    assert!(is_challenged(&till.pay_as(one, worked).await), "another try");
    let again = till.work_for(one, tester()).await;
    assert!(till.pay_as(one, again).await.is_ok());
}

/// 114: the buyer's browser runs no script.
#[tokio::test]
async fn who_cannot_work_waits_two_minutes_for_one_try() {
    let till = Till::open(9).await;
    let payer = || from(HOME, 7);
    for number in 0..5 {
        let cart = till.cart_of_buyer(&format!("t{number}@example.test")).await;
        till.decline_as(cart, payer(), None).await;
    }
    let cart = till.cart_of_buyer("ada@example.test").await;
    assert!(is_challenged(&till.pay_as(cart, payer()).await));
    till.advance(119);
    assert!(
        is_challenged(&till.pay_as(cart, payer()).await),
        "asking again does not begin the wait anew"
    );
    till.advance(1);
    till.decline_as(cart, payer(), None).await;
    assert!(is_challenged(&till.pay_as(cart, payer()).await), "one try for one wait");
    till.advance(120);
    let paying = till.pay_as(cart, payer()).await.unwrap();
    assert!(matches!(paying.status, PayStatus::Redirect(_)));
}

/// 115: the provider is told to have the bank make sure, and told the same when it is asked again.
#[tokio::test]
async fn a_second_decline_of_a_cart_has_the_bank_make_sure_who_pays() {
    let till = Till::open(2).await;
    let cart = till.cart_of_buyer("ada@example.test").await;
    for _ in 0..2 {
        till.decline_as(cart, from(HOME, 1), None).await;
    }
    let asked = "select count(*) from bilten.sandbox_payments where asks_bank and state = 'challenge'";
    assert_eq!(till.count(asked).await, 0);
    till.line.fail_next(Call::Create, Fault::LoseAnswer);
    let paying = till.pay_as(cart, from(HOME, 1)).await.unwrap();
    assert_eq!(paying.status, PayStatus::Confirming);
    assert_eq!(till.count(asked).await, 1);
    till.advance(25);
    till.work().await;
    let status = till.look(paying.order).await;
    assert!(
        matches!(status, PayStatus::Redirect(_)),
        "the same payment goes on: {status:?}"
    );
    let resumed = till.pay_as(cart, from(HOME, 1)).await.unwrap();
    till.choose(payment_of(&resumed), Choice::Approve).await;
    assert_eq!(till.look(paying.order).await, PayStatus::Paid);
    assert_eq!(
        till.count("select count(*) from bilten.sandbox_payments where asks_bank")
            .await,
        1
    );
    till.assert_sound().await;
}

/// 116: everybody in a town has one address.
#[tokio::test]
async fn a_network_of_many_people_is_slowed_late_and_others_not_at_all() {
    let till = Till::open(40).await;
    for number in 0..12 {
        let cart = till.cart_of_buyer(&format!("t{number}@example.test")).await;
        till.decline_as(cart, from(TOWN, number), None).await;
    }
    let inside = till.cart_of_buyer("in@example.test").await;
    assert!(is_challenged(&till.pay_as(inside, from(TOWN, 99)).await));
    let outside = till.cart_of_buyer("out@example.test").await;
    assert!(till.pay_as(outside, from(HOME, 98)).await.is_ok());
}

/// 117: a shop's rules are its own, and what a shop counts is its own.
#[tokio::test]
async fn a_tenant_changes_a_rule_within_bounds_and_no_other_shop_notices() {
    let till = Till::open(9).await;
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let wish = |threshold, is_shadow| Override {
        code: "cart-declines".to_owned(),
        threshold,
        is_shadow,
    };
    assert!(risk::set_rule(&ctx, &mut tx, &wish(99, false)).await.is_err());
    risk::set_rule(&ctx, &mut tx, &wish(3, true)).await.unwrap();
    tx.commit().await.unwrap();
    let cart = till.cart_of_buyer("ada@example.test").await;
    for _ in 0..4 {
        till.decline_as(cart, from(HOME, 1), None).await;
    }
    assert_eq!(till.decisions(cart).await, [], "a rule on trial does nothing");
    let shadows = "select count(*) from bilten.risk_decisions where is_shadow and action = 'three_d_secure'";
    assert_eq!(till.count(shadows).await, 1);
    let beta = till.app.ctx(&till.app.beta);
    let mut tx = till.app.db.begin(&beta).await.unwrap();
    let rules = risk::list_rules(&mut tx).await.unwrap();
    assert_eq!(rules, risk::rule::defaults());
    assert_eq!(risk::decisions_of(&mut tx, cart).await.unwrap(), []);
    tx.commit().await.unwrap();
    let audited = "select count(*) from bilten.audit_entries where action = 'payment_rule.changed'";
    assert_eq!(till.count(audited).await, 1);
    // The platform's own wish is no wish.
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    risk::set_rule(&ctx, &mut tx, &wish(2, false)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(till.count("select count(*) from bilten.risk_overrides").await, 0);
}

/// 118: stolen cards from everywhere at once.
#[tokio::test]
async fn an_event_whose_payments_are_mostly_refused_sets_everybody_work_and_recovers_by_itself() {
    let till = Till::open(60).await;
    for number in 0..20_u8 {
        let cart = till.cart_of_buyer(&format!("t{number}@example.test")).await;
        till.decline_as(cart, from([10, 0, 0, number], number), None).await;
        till.advance(6);
    }
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let alerts = risk::alerts(&ctx, &mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(alerts.len(), 2, "the event and the payee: {alerts:?}");
    let (level, tripped) = alerts[0];
    assert_eq!(
        (level.name(), tripped.sample.declines, tripped.sample.tries),
        ("open", 20, 20)
    );
    let honest = till.cart_of_buyer("ada@example.test").await;
    assert!(is_challenged(&till.pay_as(honest, from(HOME, 200)).await));
    let worked = till.work_for(honest, from(HOME, 200)).await;
    let paying = till.pay_as(honest, worked).await.unwrap();
    till.choose(payment_of(&paying), Choice::Pay).await;
    assert_eq!(till.look(paying.order).await, PayStatus::Paid);
    // A program cannot work: it is told to wait.
    let cart = till.cart().await;
    let program = PayOrder {
        method: Method::Instant,
        ..till.instant(cart)
    };
    assert!(is_challenged(&till.pay(program).await));
    till.advance(10 * 60);
    let later = till.cart_of_buyer("later@example.test").await;
    assert!(till.pay_as(later, from(HOME, 201)).await.is_ok());
    till.assert_sound().await;
}

/// 119: a request with a key that was refused is no request that took effect.
#[tokio::test]
async fn a_refused_request_can_be_sent_again_with_its_key() {
    let till = Till::open(9).await;
    for number in 0..5 {
        let cart = till.cart_of_buyer("ada@example.test").await;
        till.decline_as(cart, from([10, 0, 0, number], number), None).await;
    }
    let cart = till.cart().await;
    let send = || till.pay_keyed_as(cart, "ada@example.test", "key-1");
    assert!(is_challenged(&send().await));
    assert!(is_challenged(&send().await), "not: in flight");
    till.advance(120);
    let paying = send().await.unwrap();
    assert_eq!(paying.status, PayStatus::Paid);
    assert_eq!(send().await.unwrap(), paying);
    assert_eq!(till.state(paying.order).await, OrderState::Paid);
    till.assert_sound().await;
}

/// 120: what is counted leads back to nobody.
#[tokio::test]
async fn nothing_that_is_counted_is_kept_in_the_clear() {
    let till = Till::open(3).await;
    let cart = till.cart_of_buyer("canary@example.test").await;
    for _ in 0..2 {
        till.decline_as(cart, from(HOME, 1), Some("canary-card")).await;
    }
    for (table, least) in [("risk_counters", 4), ("risk_marks", 4), ("risk_decisions", 0)] {
        let rows = till.rows_as_text(table).await;
        assert!(rows.len() >= least, "{table}: {rows:?}");
        let home = data_encoding::HEXLOWER.encode(&HOME);
        let shown = |row: &String| row.contains("canary") || row.contains(&home);
        assert!(!rows.iter().any(shown), "{table}: {rows:?}");
    }
    let device = data_encoding::HEXLOWER.encode(&Device::from_random([1; 16]).hash());
    let attempts = till.rows_as_text("payment_attempts").await;
    assert!(!attempts.iter().any(|row| row.contains(&device)), "{attempts:?}");
    // After a while nothing of it is left.
    till.advance(3 * 3_600);
    till.work().await;
    assert_eq!(till.count("select count(*) from bilten.risk_counters").await, 0);
    assert_eq!(till.count("select count(*) from bilten.risk_marks").await, 0);
}
