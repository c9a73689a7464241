//! Lots, payouts, contests and what is earned: each step booked, and the whole proven after each.

use bilten_billing::{
    disputes, ledger,
    ledger::Code,
    payouts::{self, LotState, PayoutState},
    proof::{self, Proof},
    refunds, sandbox,
};
use bilten_kernel::OrderId;
use bilten_tests::{db::run, report};

use super::{super::till::PRICE, super::till::Till};

const DAY: i64 = 86_400;
const FEE: i64 = 2_000;

pub(in crate::billing) async fn prove(till: &Till) -> Proof {
    let mut tx = till.app.db.begin_snapshot(till.app.alfa.id).await.unwrap();
    proof::prove(&mut tx).await.unwrap()
}

async fn assert_sound(till: &Till) {
    let proof = prove(till).await;
    assert!(proof.is_sound(), "{proof:#?}");
}

async fn tend(till: &Till) {
    payouts::tend(&till.checkout, &till.ctx()).await.unwrap();
    assert_sound(till).await;
}

/// Lets whole days pass and looks after the money.
pub(super) async fn days(till: &Till, days: i64) {
    till.advance(days * DAY);
    tend(till).await;
    till.work().await;
    assert_sound(till).await;
}

pub(super) async fn sell(till: &Till) -> OrderId {
    let cart = till.cart().await;
    till.pay(till.instant(cart)).await.unwrap().order
}

pub(super) async fn sum(till: &Till, code: Code) -> i64 {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let balances = ledger::balances(&mut tx, Some(code)).await.unwrap();
    balances.iter().map(|balance| balance.amount.minor).sum()
}

async fn lot(till: &Till, order: OrderId) -> payouts::Lot {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    payouts::list_lots(&mut tx, order).await.unwrap().remove(0)
}

pub(super) async fn states(till: &Till) -> Vec<(PayoutState, i64)> {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let payouts = payouts::list_payouts(&mut tx, 100).await.unwrap();
    payouts
        .iter()
        .rev()
        .map(|payout| (payout.state, payout.amount.minor))
        .collect()
}

async fn cancel(till: &Till, order: OrderId) -> usize {
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let cancelled = refunds::cancel_order(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    cancelled.refunds.len()
}

/// Waits for the lots to be told up to the last transaction: others on the server may hold the cursor back.
pub(super) async fn gathered(till: &Till, order: OrderId) {
    loop {
        tend(till).await;
        let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
        if !payouts::list_lots(&mut tx, order).await.unwrap().is_empty() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn money_is_held_until_after_the_event_and_goes_less_a_reserve() {
    let till = Till::open(5).await;
    days(&till, 30).await;
    let order = sell(&till).await;
    gathered(&till, order).await;
    assert_eq!(lot(&till, order).await.state, LotState::Pending);
    assert_eq!(
        (sum(&till, Code::PspPending).await, sum(&till, Code::PspAvailable).await),
        (PRICE, 0)
    );
    days(&till, 2).await;
    assert_eq!(lot(&till, order).await.state, LotState::Held);
    assert_eq!(
        (sum(&till, Code::PspPending).await, sum(&till, Code::PspAvailable).await),
        (0, PRICE)
    );
    assert_eq!(sum(&till, Code::TicketRevenue).await, 0);
    // The event is on day 90.
    days(&till, 59).await;
    assert_eq!(
        (
            sum(&till, Code::TicketDeferred).await,
            sum(&till, Code::TicketRevenue).await
        ),
        (0, -PRICE)
    );
    assert_eq!(
        states(&till).await,
        [],
        "nothing goes before the buyers had their evening and some days"
    );
    days(&till, 7).await;
    assert_eq!(states(&till).await, [(PayoutState::InTransit, PRICE / 10 * 9)]);
    assert_eq!(sum(&till, Code::PayoutInTransit).await, PRICE / 10 * 9);
    days(&till, 1).await;
    assert_eq!(states(&till).await, [(PayoutState::Paid, PRICE / 10 * 9)]);
    assert_eq!(
        (sum(&till, Code::Bank).await, sum(&till, Code::PspAvailable).await),
        (PRICE / 10 * 9, PRICE / 10)
    );
    days(&till, 22).await;
    days(&till, 1).await;
    assert_eq!(states(&till).await[1], (PayoutState::Paid, PRICE / 10));
    assert_eq!(lot(&till, order).await.state, LotState::Paid);
    // A refund of what was paid out takes from what others brought.
    assert_eq!(cancel(&till, order).await, 1);
    till.work().await;
    days(&till, 1).await;
    assert_eq!(
        (
            sum(&till, Code::PspAvailable).await,
            sum(&till, Code::TicketRevenue).await
        ),
        (-PRICE, 0)
    );
}

/// 88
#[tokio::test]
async fn money_that_meets_its_deadline_goes_before_the_event() {
    let till = Till::open(5).await;
    let order = sell(&till).await;
    gathered(&till, order).await;
    days(&till, 82).await;
    assert_eq!(states(&till).await, []);
    days(&till, 1).await;
    assert_eq!(states(&till).await, [(PayoutState::InTransit, PRICE)]);
}

/// 85
#[tokio::test]
async fn a_payout_that_comes_back_frees_its_lots_and_is_made_again() {
    let till = Till::open(5).await;
    let order = sell(&till).await;
    gathered(&till, order).await;
    days(&till, 84).await;
    let mut admin = till.app.test_db.admin().await;
    run(&mut admin, "update bilten.sandbox_payouts set state = 'failed'").await;
    days(&till, 1).await;
    assert_eq!(states(&till).await[0].0, PayoutState::Failed);
    // The look that heard of it, or the next one, makes another one.
    days(&till, 1).await;
    days(&till, 1).await;
    days(&till, 1).await;
    assert_eq!(
        states(&till).await,
        [(PayoutState::Failed, PRICE), (PayoutState::Paid, PRICE)]
    );
    // The bank sends it back days later.
    run(&mut admin, "update bilten.sandbox_payouts set state = 'failed'").await;
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let paid = payouts::list_payouts(&mut tx, 1).await.unwrap().remove(0).id;
    tx.rollback().await.unwrap();
    let ctx = till.ctx();
    let (one, other) = tokio::join!(
        payouts::send(&till.checkout, &ctx, paid),
        payouts::send(&till.checkout, &ctx, paid)
    );
    assert_eq!(
        (one.unwrap(), other.unwrap()),
        (PayoutState::Failed, PayoutState::Failed)
    );
    assert_eq!(sum(&till, Code::Bank).await, 0);
    assert_sound(&till).await;
    assert_eq!(lot(&till, order).await.state, LotState::Releasable);
}

/// 86
#[tokio::test]
async fn looks_at_once_pay_once_and_nothing_goes_that_is_on_its_way_back() {
    let till = Till::open(5).await;
    let (kept, returned) = (sell(&till).await, sell(&till).await);
    gathered(&till, returned).await;
    days(&till, 3).await;
    till.advance(81 * DAY);
    // Decided, and not sent.
    cancel(&till, returned).await;
    gathered(&till, kept).await;
    let ctx = till.ctx();
    tokio::join!(
        async { payouts::tend(&till.checkout, &ctx).await.unwrap() },
        async { payouts::tend(&till.checkout, &ctx).await.unwrap() },
        async { payouts::tend(&till.checkout, &ctx).await.unwrap() }
    );
    assert_eq!(states(&till).await.iter().map(|(_, minor)| minor).sum::<i64>(), PRICE);
    assert_sound(&till).await;
    till.work().await;
    days(&till, 1).await;
    assert_eq!(lot(&till, returned).await.state, LotState::Consumed);
    assert_eq!(lot(&till, kept).await.state, LotState::Paid);
}

/// 77, 78
#[tokio::test]
async fn a_contest_takes_the_money_and_a_win_brings_it_back() {
    let till = Till::open(5).await;
    for (is_won, is_held) in [(true, false), (false, false), (false, true)] {
        let (_, order, payment) = till.at_the_provider().await;
        till.choose(payment, sandbox::Choice::Pay).await;
        till.look(order).await;
        if is_held {
            days(&till, 91).await;
        }
        let before = [
            Code::PspAvailable,
            Code::TicketDeferred,
            Code::TicketRevenue,
            Code::DisputeLoss,
            Code::DisputeFeeExpense,
        ];
        let mut was = Vec::new();
        for code in before {
            was.push(sum(&till, code).await);
        }
        let ctx = till.ctx();
        assert!(sandbox::open_dispute(&till.sandbox, &ctx, payment).await.unwrap());
        assert!(
            !sandbox::open_dispute(&till.sandbox, &ctx, payment).await.unwrap(),
            "once"
        );
        tend(&till).await;
        assert_eq!(sum(&till, Code::DisputeHold).await, PRICE);
        let mut tx = till.app.db.begin(&ctx).await.unwrap();
        assert_eq!(disputes::list_for_order(&mut tx, order).await.unwrap().len(), 1);
        tx.rollback().await.unwrap();
        assert!(
            sandbox::close_dispute(&till.sandbox, &ctx, payment, is_won)
                .await
                .unwrap()
        );
        tend(&till).await;
        tend(&till).await;
        let mut moved = Vec::new();
        for (code, was) in before.into_iter().zip(was) {
            moved.push(sum(&till, code).await - was);
        }
        assert_eq!(sum(&till, Code::DisputeHold).await, 0);
        let wanted = match (is_won, is_held) {
            (true, _) => [0, 0, 0, 0, 0],
            (false, false) => [-PRICE - FEE, PRICE, 0, 0, FEE],
            (false, true) => [-PRICE - FEE, 0, 0, PRICE, FEE],
        };
        assert_eq!(moved[1..], wanted[1..], "won {is_won}, after the event {is_held}");
    }
}

#[tokio::test]
async fn a_contested_payment_is_not_refunded_as_well() {
    let till = Till::open(5).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, sandbox::Choice::Pay).await;
    till.look(order).await;
    let ctx = till.ctx();
    sandbox::open_dispute(&till.sandbox, &ctx, payment).await.unwrap();
    // The clerk cancels before we hear of the contest: the provider refuses, and the buyer is owed.
    assert_eq!(cancel(&till, order).await, 1);
    till.work().await;
    assert_eq!(sum(&till, Code::CustomerRefundDue).await, -PRICE);
    tend(&till).await;
    // The buyer gets his money from the bank: nobody owes him any more, and nothing is sent again.
    sandbox::close_dispute(&till.sandbox, &ctx, payment, false)
        .await
        .unwrap();
    tend(&till).await;
    assert_eq!(
        (
            sum(&till, Code::CustomerRefundDue).await,
            sum(&till, Code::DisputeLoss).await
        ),
        (0, 0)
    );
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    assert!(refunds::refund_again(&ctx, &mut tx, order).await.is_err());
    tx.rollback().await.unwrap();
    // Known before: nothing is requested at all.
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, sandbox::Choice::Pay).await;
    till.look(order).await;
    sandbox::open_dispute(&till.sandbox, &ctx, payment).await.unwrap();
    tend(&till).await;
    assert_eq!(cancel(&till, order).await, 0);
    assert_sound(&till).await;
}

/// Ways to spoil a figure behind our back.
const FAULTS: [&str; 14] = [
    "update bilten.ledger_txns set amounts[1] = amounts[1] + 1 where kind = 'payout_sent'",
    "update bilten.ledger_txns set account_ids[1] = 5 where kind = 'payout_sent'",
    "delete from bilten.ledger_txns where kind = 'payout_sent'",
    "delete from bilten.ledger_txns where kind = 'sale' and source_key = (select min(source_key) from bilten.ledger_txns where kind = 'sale')",
    "update bilten.lots set brought_minor = brought_minor + 1",
    "update bilten.lots set allocated_minor = allocated_minor - 1 where allocated_minor > 0",
    "update bilten.payouts set amount_minor = amount_minor + 1",
    "update bilten.payout_lots set amount_minor = amount_minor - 1",
    "update bilten.disputes set amount_minor = amount_minor - 1",
    "update bilten.sandbox_payments set refunded_minor = 1",
    "update bilten.sandbox_disputes set state = 'won'",
    "update bilten.sandbox_payouts set amount_minor = amount_minor + 1",
    "insert into bilten.ledger_balances select tenant_id, id, 5 from bilten.ledger_accounts
     on conflict (tenant_id, account_id) do update set amount_minor = ledger_balances.amount_minor + 1",
    "update bilten.ledger_txns set xact = xact + 1000000000 where kind = 'sale'",
];

/// Every figure that somebody spoils behind our back is found.
#[tokio::test]
async fn counted_the_proof_goes_red_for_every_figure_that_is_spoilt() {
    let till = Till::open(5).await;
    let order = sell(&till).await;
    let (_, contested, payment) = till.at_the_provider().await;
    till.choose(payment, sandbox::Choice::Pay).await;
    till.look(contested).await;
    gathered(&till, order).await;
    days(&till, 84).await;
    sandbox::open_dispute(&till.sandbox, &till.ctx(), payment)
        .await
        .unwrap();
    tend(&till).await;
    let mut admin = till.app.test_db.admin().await;
    let base = prove(&till).await;
    assert!(base.is_sound(), "{base:#?}");
    for fault in FAULTS {
        run(&mut admin, "create table bilten.kept as select 1 as one").await;
        let tables = [
            "ledger_txns",
            "lots",
            "payouts",
            "payout_lots",
            "disputes",
            "sandbox_payments",
            "sandbox_disputes",
            "sandbox_payouts",
            "ledger_balances",
        ];
        for table in tables {
            run(
                &mut admin,
                &format!("create table kept_{table} as select * from bilten.{table}"),
            )
            .await;
        }
        run(&mut admin, fault).await;
        let proof = prove(&till).await;
        assert!(!proof.is_sound(), "nobody noticed: {fault}");
        run(&mut admin, "set session_replication_role = replica").await;
        for table in tables {
            run(
                &mut admin,
                &format!("delete from bilten.{table}; insert into bilten.{table} select * from kept_{table}; drop table kept_{table}"),
            )
            .await;
        }
        run(
            &mut admin,
            "set session_replication_role = origin; drop table bilten.kept",
        )
        .await;
        assert_sound(&till).await;
    }
    report(&format!(
        "proof of money: {} transactions, {} postings, {} lots, {} payouts, {} sums compared; {} of {} planted faults found",
        base.books.txns,
        base.books.postings,
        base.lots,
        base.payouts,
        base.compared,
        FAULTS.len(),
        FAULTS.len()
    ));
}

/// What an operator runs: it names the tenant whose books were spoilt, and no other.
#[tokio::test]
async fn the_command_names_the_tenant_whose_books_are_wrong() {
    let till = Till::open(5).await;
    sell(&till).await;
    let web = bilten_tests::Web::new(&till.app);
    let wrong = async |slug: Option<&str>| {
        let slug = slug.map(|slug| slug.parse().unwrap());
        let found = bilten_api::cli::ledger::verify(&web.state, slug.as_ref())
            .await
            .unwrap();
        let wrong = found.iter().filter(|one| !one.proof.is_sound());
        (found.len(), wrong.map(|one| one.slug.to_string()).collect::<Vec<_>>())
    };
    assert_eq!(wrong(None).await, (3, vec![]));
    let mut admin = till.app.test_db.admin().await;
    run(&mut admin, "update bilten.ledger_txns set amounts[1] = amounts[1] + 1").await;
    assert_eq!(wrong(None).await, (3, vec!["alfa".to_owned()]));
    assert_eq!(wrong(Some("alfa")).await, (1, vec!["alfa".to_owned()]));
    assert_eq!(wrong(Some("beta")).await, (1, vec![]));
}

/// What is kept of tickets that come back is earned at once; the rest of the sale waits for the event.
#[tokio::test]
async fn what_is_kept_of_returned_tickets_is_earned() {
    let till = Till::open(5).await;
    let cart = till.cart_of(till.paid_type, 2).await.unwrap();
    let order = till.pay(till.instant(cart)).await.unwrap().order;
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let wish = refunds::TakeBack {
        order,
        tickets: &[],
        claim: refunds::Claim::Staff { keep_minor: 1_500 },
        reason: "ill",
        credit: None,
    };
    refunds::take_back(&ctx, &mut tx, &wish).await.unwrap();
    tx.commit().await.unwrap();
    till.work().await;
    assert_sound(&till).await;
    let earned = sum(&till, Code::CancellationFeeIncome).await;
    assert_eq!((earned, sum(&till, Code::TicketDeferred).await), (-1_500, 0));
    assert_eq!(
        sum(&till, Code::PspPending).await + sum(&till, Code::PspAvailable).await,
        1_500
    );
}
