//! Contests at Stripe: money, tickets, evidence, and early warnings of fraud.

use bilten_billing::{
    checkout::{PayOrder, PayStatus},
    disputes::{self, Dispute, evidence, evidence::EvidenceError, warnings, warnings::Decision},
    ledger::Code,
    payees::{self, RestWhy},
    provider::DisputeStatus,
    refunds,
    risk::Payer,
};
use bilten_core::{
    check_in::{self, AdmitTicket, Refusal, ScanInput},
    orders::OrderState,
    tickets,
    waiting_room::Device,
};
use bilten_kernel::{OrderId, TicketId};
use bilten_tests::{db, fakes::stripe::StripeFault};

use super::{
    super::till::PRICE,
    balances::{DAY, buy, look, prove, sum, tend, ticket_of},
    shop::Shop,
};

/// What a contest costs at the fake.
const FEE: i64 = 1_500;

async fn contests(shop: &Shop, order: OrderId) -> Vec<Dispute> {
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    disputes::list_for_order(&mut tx, order).await.unwrap()
}

async fn scan(shop: &Shop, order: OrderId, ticket: TicketId) -> Option<Refusal> {
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    let signer = tickets::TicketSigner::new(bilten_core::MasterKey::new([7; 32]));
    let listed = tickets::list_for_order(&mut tx, order).await.unwrap();
    let shown = listed.iter().find(|one| one.id == ticket).unwrap();
    let code = signer.code(ctx.tenant, shown.key_id, shown.id, shown.event);
    let wish = AdmitTicket {
        event: Some(shop.till.event),
        input: ScanInput::Code(&code),
        gate: "north",
        key: None,
    };
    let decision = check_in::admit(&ctx, &mut tx, wish).await.unwrap();
    tx.commit().await.unwrap();
    decision.err()
}

/// 76, 77
#[tokio::test]
async fn tickets_rest_while_all_of_their_payment_is_contested_and_admit_when_it_is_won() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    let ticket = ticket_of(&shop, order).await;
    let contest = shop.fake.dispute(shop.payment().as_str());
    tend(&shop).await;
    assert_eq!(scan(&shop, order, ticket).await, Some(Refusal::Suspended));
    assert_eq!(sum(&shop, Code::DisputeHold).await, PRICE);
    assert_eq!(look(&shop).await.faults, [""; 0], "the provider's line is explained");
    shop.fake.decide(&contest, "won");
    tend(&shop).await;
    let known = contests(&shop, order).await.remove(0);
    assert_eq!(known.status, DisputeStatus::Won);
    assert_eq!((known.fee.minor, known.fee_returned.minor), (FEE, FEE));
    assert_eq!(scan(&shop, order, ticket).await, None, "it admits");
    assert_eq!(look(&shop).await.faults, [""; 0]);
    let left = [Code::DisputeHold, Code::DisputeFeeExpense, Code::DisputeLoss];
    for code in left {
        assert_eq!(sum(&shop, code).await, 0, "{code:?}");
    }
    assert!(prove(&shop).await.is_sound());
}

/// 78
#[tokio::test]
async fn a_contest_that_is_lost_before_the_event_makes_tickets_void_and_places_free() {
    let shop = Shop::open(1).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    let ticket = ticket_of(&shop, order).await;
    assert!(shop.till.cart_of(shop.till.paid_type, 1).await.is_none(), "sold out");
    let contest = shop.fake.dispute(shop.payment().as_str());
    tend(&shop).await;
    shop.fake.decide(&contest, "lost");
    tend(&shop).await;
    assert_eq!(shop.till.state(order).await, OrderState::Refunded);
    assert_eq!(scan(&shop, order, ticket).await, Some(Refusal::Void));
    assert!(
        shop.till.cart_of(shop.till.paid_type, 1).await.is_some(),
        "the place is for others"
    );
    assert_eq!(look(&shop).await.faults, [""; 0]);
    assert_eq!(sum(&shop, Code::DisputeHold).await, 0);
    assert!(prove(&shop).await.is_sound(), "{:#?}", prove(&shop).await);
}

/// 79
#[tokio::test]
async fn a_payment_can_be_contested_again_after_a_contest_was_won() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    let ticket = ticket_of(&shop, order).await;
    for end in ["won", "lost"] {
        let contest = shop.fake.dispute(shop.payment().as_str());
        tend(&shop).await;
        assert_eq!(
            scan(&shop, order, ticket).await,
            Some(Refusal::Suspended),
            "before it is {end}"
        );
        shop.fake.decide(&contest, end);
        tend(&shop).await;
    }
    assert_eq!(contests(&shop, order).await.len(), 2);
    assert_eq!(scan(&shop, order, ticket).await, Some(Refusal::Void));
    assert_eq!(look(&shop).await.faults, [""; 0]);
    assert!(prove(&shop).await.is_sound());
}

/// 80
#[tokio::test]
async fn a_part_that_is_contested_leaves_the_tickets_alone() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    let ticket = ticket_of(&shop, order).await;
    let contest = shop.fake.dispute_part(shop.payment().as_str(), PRICE / 4);
    tend(&shop).await;
    assert_eq!(sum(&shop, Code::DisputeHold).await, PRICE / 4);
    shop.fake.decide(&contest, "lost");
    tend(&shop).await;
    assert_eq!(shop.till.state(order).await, OrderState::Paid);
    assert_eq!(scan(&shop, order, ticket).await, None);
    assert_eq!(look(&shop).await.faults, [""; 0]);
    assert!(prove(&shop).await.is_sound());
}

/// 82
#[tokio::test]
async fn what_is_booked_is_what_the_provider_took_and_not_what_the_bank_claims() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    let contest = shop.fake.dispute(shop.payment().as_str());
    shop.fake.claim(&contest, PRICE + 777, "usd");
    tend(&shop).await;
    let known = contests(&shop, order).await.remove(0);
    assert_eq!((known.amount.minor, known.amount.currency.code()), (PRICE, "EUR"));
    let claimed = known.claimed.map(|claimed| (claimed.minor, claimed.currency.code()));
    assert_eq!(claimed, Some((PRICE + 777, "USD")));
    assert_eq!(sum(&shop, Code::DisputeHold).await, PRICE);
    assert_eq!(look(&shop).await.faults, [""; 0]);
}

#[tokio::test]
async fn an_inquiry_moves_nothing_until_it_becomes_a_contest() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    let ticket = ticket_of(&shop, order).await;
    let inquiry = shop.fake.inquire(shop.payment().as_str());
    tend(&shop).await;
    let known = contests(&shop, order).await.remove(0);
    assert_eq!((known.status, known.is_taken), (DisputeStatus::Warning, false));
    assert_eq!(
        (sum(&shop, Code::DisputeHold).await, look(&shop).await.faults.len()),
        (0, 0)
    );
    shop.fake.withdraw(&inquiry);
    tend(&shop).await;
    let known = contests(&shop, order).await.remove(0);
    assert_eq!((known.status, known.is_taken), (DisputeStatus::NeedsResponse, true));
    assert_eq!(scan(&shop, order, ticket).await, Some(Refusal::Suspended));
    assert_eq!(look(&shop).await.faults, [""; 0]);

    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    let inquiry = shop.fake.inquire(shop.payment().as_str());
    tend(&shop).await;
    shop.fake.decide(&inquiry, "warning_closed");
    tend(&shop).await;
    assert_eq!(contests(&shop, order).await[0].status, DisputeStatus::Dropped);
    assert_eq!(sum(&shop, Code::DisputeHold).await, 0);
    assert!(prove(&shop).await.is_sound());
}

/// 81
#[tokio::test]
async fn a_warning_gives_the_money_back_once_and_a_contest_afterwards_is_answered_at_once() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    shop.fake
        .set_due_by(shop.till.ctx().now() + jiff::SignedDuration::from_hours(24 * 14));
    shop.fake.warn_early(shop.payment().as_str());
    for _ in 0..2 {
        tend(&shop).await;
        shop.work().await;
    }
    assert_eq!(shop.till.state(order).await, OrderState::Refunded);
    assert_eq!(shop.fake.paid_on(&shop.account).refunded, PRICE);
    assert_eq!(answers(&shop, order).await, [Decision::Refunded]);
    // The bank takes the money a second time all the same.
    let contest = shop.fake.dispute(shop.payment().as_str());
    tend(&shop).await;
    let evidence = shop.fake.evidence_of(&contest).expect("it is handed in at once");
    assert!(
        evidence["refund_refusal_explanation"]
            .as_str()
            .unwrap()
            .contains("Given back"),
        "{evidence}"
    );
    shop.fake.decide(&contest, "won");
    tend(&shop).await;
    assert_eq!(look(&shop).await.faults, [""; 0]);
    for code in [Code::DisputeHold, Code::DisputeLoss, Code::CustomerRefundDue] {
        assert_eq!(sum(&shop, code).await, 0, "{code:?}: nothing is lost twice");
    }
    assert!(prove(&shop).await.is_sound());
}

async fn answers(shop: &Shop, order: OrderId) -> Vec<Decision> {
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    let told = warnings::list_for_order(&mut tx, order).await.unwrap();
    told.into_iter().map(|(_, decision)| decision).collect()
}

#[tokio::test]
async fn a_warning_about_somebody_who_came_in_keeps_the_money() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    let ticket = ticket_of(&shop, order).await;
    assert_eq!(scan(&shop, order, ticket).await, None);
    shop.fake.warn_early(shop.payment().as_str());
    tend(&shop).await;
    shop.work().await;
    assert_eq!(answers(&shop, order).await, [Decision::Kept]);
    assert_eq!(shop.till.state(order).await, OrderState::Paid);
    assert_eq!(shop.fake.paid_on(&shop.account).refunded, 0);
}

#[tokio::test]
async fn many_warnings_in_a_week_let_the_payees_money_rest() {
    let shop = Shop::open(5).await;
    for token in ["ctoken_visa_1", "ctoken_visa_2", "ctoken_visa_3"] {
        buy(&shop, token).await;
    }
    for payment in shop.fake.payments_on(&shop.account) {
        shop.fake.warn_early(&payment);
    }
    tend(&shop).await;
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    let rests = payees::list_rests(&mut tx, ctx.now()).await.unwrap();
    assert_eq!(
        rests.iter().map(|rest| (rest.why, rest.until)).collect::<Vec<_>>(),
        [(RestWhy::Warnings, None)]
    );
}

#[tokio::test]
async fn the_evidence_is_made_of_what_the_shop_kept_and_handed_in_once_on_the_last_day() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    let ticket = ticket_of(&shop, order).await;
    assert_eq!(scan(&shop, order, ticket).await, None, "the buyer came in");
    shop.fake
        .set_due_by(shop.till.ctx().now() + jiff::SignedDuration::from_hours(24 * 10));
    let contest = shop.fake.dispute(shop.payment().as_str());
    tend(&shop).await;
    assert_eq!(
        shop.fake.evidence_of(&contest),
        None,
        "there is time, and somebody may add to it"
    );
    let known = contests(&shop, order).await.remove(0);
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    let pack = evidence::gather(&ctx, &mut tx, known.id).await.unwrap().unwrap();
    let again = evidence::gather(&ctx, &mut tx, known.id).await.unwrap().unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(pack.hash(), again.hash(), "the same facts are the same pack");
    let names: Vec<&str> = pack.files.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "1-order.txt",
            "2-terms.txt",
            "3-access.txt",
            "4-given-back.txt",
            "5-payer.txt",
            "data.json"
        ]
    );
    assert!(
        pack.texts.access_log.contains("gate north"),
        "{}",
        pack.texts.access_log
    );
    assert!(pack.texts.access_log.contains(&ticket.to_string()));
    shop.till.advance(9 * DAY);
    tend(&shop).await;
    let handed_in = shop.fake.evidence_of(&contest).expect("it was the last day");
    assert_eq!(handed_in["access_activity_log"], pack.texts.access_log);
    let late = evidence::submit(&shop.checkout, &shop.till.ctx(), known.id).await;
    assert!(matches!(late, Err(EvidenceError::TooLate)), "{late:?}");
    tend(&shop).await;
    let known = contests(&shop, order).await.remove(0);
    assert_eq!(
        (known.status, known.evidence_at.is_some()),
        (DisputeStatus::UnderReview, true)
    );
    let told = "select count(*) from bilten.audit_entries where action = 'dispute.answered'";
    assert_eq!(shop.till.count(told).await, 1);
}

#[tokio::test]
async fn a_note_of_staff_is_handed_in_and_nothing_is_changed_afterwards() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    let contest = shop.fake.dispute(shop.payment().as_str());
    tend(&shop).await;
    let (ctx, known) = (shop.till.ctx(), contests(&shop, order).await.remove(0));
    let note = async |text: &str| {
        let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
        let kept = evidence::annotate(&ctx, &mut tx, known.id, text).await;
        tx.commit().await.unwrap();
        kept
    };
    note("He thanked us by mail.").await.unwrap();
    shop.fake.fail_next(StripeFault::TimeOutAfter);
    let lost = evidence::submit(&shop.checkout, &ctx, known.id).await;
    assert!(matches!(lost, Err(EvidenceError::NoAnswer)), "{lost:?}");
    evidence::submit(&shop.checkout, &ctx, known.id).await.unwrap();
    let handed_in = shop.fake.evidence_of(&contest).unwrap();
    assert!(
        handed_in["uncategorized_text"].as_str().unwrap().contains("thanked us"),
        "{handed_in}"
    );
    let late = note("More.").await;
    assert!(matches!(late, Err(EvidenceError::TooLate)), "{late:?}");
    let late = evidence::concede(&shop.checkout, &ctx, known.id).await;
    assert!(matches!(late, Err(EvidenceError::TooLate)), "{late:?}");
}

#[tokio::test]
async fn a_contest_that_is_given_up_is_lost_at_once() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    shop.fake.dispute(shop.payment().as_str());
    tend(&shop).await;
    let (ctx, known) = (shop.till.ctx(), contests(&shop, order).await.remove(0));
    evidence::concede(&shop.checkout, &ctx, known.id).await.unwrap();
    let known = contests(&shop, order).await.remove(0);
    assert_eq!((known.status, known.conceded_at.is_some()), (DisputeStatus::Lost, true));
    assert_eq!(shop.till.state(order).await, OrderState::Refunded);
    let late = evidence::submit(&shop.checkout, &ctx, known.id).await;
    assert!(matches!(late, Err(EvidenceError::TooLate)), "{late:?}");
    assert_eq!(look(&shop).await.faults, [""; 0]);
    assert!(prove(&shop).await.is_sound());
}

/// As if all orders so far had been paid so many days ago.
async fn put_back(shop: &Shop, days: i32) {
    let mut admin = shop.till.app.test_db.admin().await;
    for (table, column) in [("orders", "paid_at"), ("payment_attempts", "created_at")] {
        db::run(
            &mut admin,
            &format!(
                "update bilten.{table} set {column} = {column} - interval '{days} days' where {column} is not null"
            ),
        )
        .await;
    }
}

#[tokio::test]
async fn two_earlier_payments_of_the_same_buyer_and_browser_are_handed_in_as_proof() {
    let shop = Shop::open(9).await;
    let pay = async |token: &str| {
        let (cart, order) = shop.till.order().await;
        let payer = Payer::visitor(Some(vec![10, 1, 2, 3]), Some(&Device::from_random([7; 16])));
        let wish = PayOrder {
            payer,
            ..shop.wish(cart, token)
        };
        assert_eq!(shop.try_pay(wish).await.unwrap().status, PayStatus::Paid);
        order
    };
    let mut earlier = Vec::new();
    for token in ["ctoken_visa_1", "ctoken_visa_2"] {
        pay(token).await;
        earlier.extend(shop.fake.payments_on(&shop.account).last().cloned());
    }
    put_back(&shop, 150).await;
    let order = pay("ctoken_visa_3").await;
    let contested = shop.fake.payments_on(&shop.account).last().cloned().unwrap();
    shop.fake.take_history();
    shop.fake
        .set_due_by(shop.till.ctx().now() + jiff::SignedDuration::from_hours(24 * 10));
    let contest = shop.fake.dispute(&contested);
    tend(&shop).await;
    let known = contests(&shop, order).await.remove(0);
    evidence::submit(&shop.checkout, &shop.till.ctx(), known.id)
        .await
        .unwrap();
    let handed_in = shop.fake.evidence_of(&contest).unwrap();
    let proof = &handed_in["enhanced_evidence"]["visa_compelling_evidence_3"];
    let mut charges: Vec<_> = proof["prior_undisputed_transactions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["charge"].as_str().unwrap().to_owned())
        .collect();
    charges.sort_unstable();
    let wanted: Vec<_> = earlier.iter().map(|payment| format!("ch_{payment}")).collect();
    assert_eq!(charges, wanted, "{handed_in}");
    assert_eq!(proof["disputed_transaction"]["merchandise_or_services"], "services");
    let browser = proof["disputed_transaction"]["customer_device_id"].as_str().unwrap();
    assert!(browser.len() >= 15, "as long as Visa wants it");
}

#[tokio::test]
async fn what_is_contested_is_not_refunded_as_well() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    shop.fake.dispute(shop.payment().as_str());
    tend(&shop).await;
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    let _ = refunds::cancel_order(&ctx, &mut tx, order).await;
    tx.commit().await.unwrap();
    shop.work().await;
    assert_eq!(shop.fake.paid_on(&shop.account).refunded, 0);
    assert!(prove(&shop).await.is_sound());
}
