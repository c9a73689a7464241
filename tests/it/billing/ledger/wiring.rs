//! What checkout and refunds book, told from the books alone.

use bilten_billing::{
    ledger::{self, Account, Book, Code, Dimension},
    refunds,
    sandbox::Choice,
};
use bilten_tests::{
    fakes::{Call, Fault},
    report,
};

use super::{
    super::till::{PRICE, Till},
    assert_proven,
};

/// Balances of the tenant by code, without those that are nothing.
async fn books(till: &Till) -> Vec<(Code, i64)> {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let mut found: Vec<(Code, i64)> = Vec::new();
    for balance in ledger::balances(&mut tx, None).await.unwrap() {
        assert_eq!(
            balance.account.book,
            Book::Tenant,
            "no fee, no posting in the platform's book"
        );
        match found.iter_mut().find(|(code, _)| *code == balance.account.code) {
            Some((_, minor)) => *minor += balance.amount.minor,
            None => found.push((balance.account.code, balance.amount.minor)),
        }
    }
    found.retain(|(_, minor)| *minor != 0);
    found.sort_unstable();
    found
}

/// What the books say lies with the provider is what the provider says.
async fn assert_agrees(till: &Till) {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let mut ours = 0;
    for code in Code::PSP {
        let account = Account {
            book: Book::Tenant,
            code,
            currency: "EUR".parse().unwrap(),
            dimension: Dimension::Provider("sandbox".to_owned()),
        };
        ours += ledger::balance(&mut tx, &account).await.unwrap().minor;
    }
    assert_eq!(ours, till.books().await.money);
    assert_proven(&till.app, &till.app.alfa).await;
}

#[tokio::test]
async fn a_sale_is_booked_with_the_order_and_free_tickets_are_not() {
    let till = Till::open(3).await;
    let cart = till.cart().await;
    till.pay(till.instant(cart)).await.unwrap();
    let free = till.cart_of(till.free_type, 1).await.unwrap();
    till.pay(till.instant(free)).await.unwrap();
    // The way for one order, when the buyer comes back from the provider.
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Pay).await;
    till.look(order).await;
    assert_eq!(
        books(&till).await,
        [(Code::PspPending, 2 * PRICE), (Code::TicketDeferred, -2 * PRICE)]
    );
    assert_eq!(till.count("select count(*) from bilten.ledger_txns").await, 2);
    assert_agrees(&till).await;
}

#[tokio::test]
async fn a_refund_clears_when_it_is_settled() {
    let till = Till::open(2).await;
    let cart = till.cart().await;
    let order = till.pay(till.instant(cart)).await.unwrap().order;
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        books(&till).await,
        [(Code::PspPending, PRICE), (Code::RefundClearing, -PRICE)]
    );
    till.line.fail_next(Call::Refund, Fault::LoseAnswer);
    till.work_until_settled().await;
    assert_eq!(
        books(&till).await,
        [(Code::PspPending, PRICE), (Code::PspAvailable, -PRICE)]
    );
    assert_agrees(&till).await;
}

#[tokio::test]
async fn a_refund_that_is_refused_is_owed_until_it_is_sent_again() {
    let till = Till::open(1).await;
    let cart = till.cart().await;
    let order = till.pay(till.instant(cart)).await.unwrap().order;
    let mut admin = till.app.test_db.admin().await;
    bilten_tests::db::run(&mut admin, "update bilten.sandbox_payments set state = 'failed'").await;
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    till.work().await;
    assert_eq!(
        books(&till).await,
        [(Code::PspPending, PRICE), (Code::CustomerRefundDue, -PRICE)]
    );
    bilten_tests::db::run(&mut admin, "update bilten.sandbox_payments set state = 'succeeded'").await;
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    refunds::refund_again(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        books(&till).await,
        [(Code::PspPending, PRICE), (Code::RefundClearing, -PRICE)]
    );
    till.work_until_settled().await;
    assert_eq!(
        books(&till).await,
        [(Code::PspPending, PRICE), (Code::PspAvailable, -PRICE)]
    );
    assert_agrees(&till).await;
}

/// 100: the event is called off while the buyer pays.
#[tokio::test]
async fn money_without_a_sale_goes_through_the_books_too() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Pay).await;
    till.cancel_event().await;
    till.look(order).await;
    assert_eq!(
        books(&till).await,
        [(Code::PspPending, PRICE), (Code::RefundClearing, -PRICE)]
    );
    till.work_until_settled().await;
    assert_eq!(
        books(&till).await,
        [(Code::PspPending, PRICE), (Code::PspAvailable, -PRICE)]
    );
    assert_agrees(&till).await;
}

#[tokio::test]
async fn an_order_from_before_the_books_is_booked_when_it_is_refunded() {
    let till = Till::open(1).await;
    let cart = till.cart().await;
    let order = till.pay(till.instant(cart)).await.unwrap().order;
    let mut admin = till.app.test_db.admin().await;
    bilten_tests::db::run(&mut admin, "delete from bilten.ledger_txns").await;
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    till.work_until_settled().await;
    assert_eq!(
        books(&till).await,
        [(Code::PspPending, PRICE), (Code::PspAvailable, -PRICE)]
    );
    assert_agrees(&till).await;
}

/// Whoever pays in a crowd is booked by one statement a group; the books agree with the tickets.
#[tokio::test]
async fn counted_a_crowd_is_booked_to_the_cent() {
    const BUYERS: usize = 40;
    let till = Till::open(100).await;
    let buy = || async {
        let cart = till.cart().await;
        till.pay(till.instant(cart)).await.unwrap();
    };
    futures_util::future::join_all((0..BUYERS).map(|_| buy())).await;
    let all = i64::try_from(BUYERS).unwrap() * PRICE;
    assert_eq!(
        books(&till).await,
        [(Code::PspPending, all), (Code::TicketDeferred, -all)]
    );
    till.work_until_settled().await;
    assert_agrees(&till).await;
    // The two ways of completing do not book twice.
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Pay).await;
    tokio::join!(till.look(order), till.look(order), till.look(order));
    assert_eq!(books(&till).await[0], (Code::PspPending, all + PRICE));
    let groups = till.count("select count(distinct xact) from bilten.ledger_txns").await;
    let txns = till.count("select count(*) from bilten.ledger_txns").await;
    report(&format!(
        "ledger: {txns} sales booked in {groups} database transactions, to the cent"
    ));
}
