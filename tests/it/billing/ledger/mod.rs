//! The ledger on a real database: what it refuses, what it survives, and what checkout and refunds book in it.

mod closing;
mod crowd;
mod lives;
mod money;
mod posting;
mod watch;
mod wiring;

pub(super) use money::prove;

use bilten_billing::ledger::{self, Account, Book, Code, Dimension, Draft, Head, Kind, NewTxn, PostError, Posted};
use bilten_kernel::{Money, Timestamp};
use bilten_tests::{TestApp, app::Tenant};

pub(super) fn eur(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

/// Account of the tenant without a dimension.
pub(super) fn account(code: Code) -> Account {
    Account {
        book: Book::Tenant,
        code,
        currency: "EUR".parse().unwrap(),
        dimension: Dimension::None,
    }
}

/// Moves an amount from one account of the tenant to another.
pub(super) fn transfer(key: &str, at: Timestamp, (debit, credit): (Code, Code), minor: i64) -> NewTxn {
    Draft::new(Head::new(Kind::Conversion, key.to_owned(), at))
        .debit(Book::Tenant, debit, Dimension::None, eur(minor))
        .credit(Book::Tenant, credit, Dimension::None, eur(minor))
        .finish()
        .unwrap()
}

/// Posts in a transaction of its own.
pub(super) async fn post(app: &TestApp, tenant: &Tenant, txn: &NewTxn) -> Result<Posted, PostError> {
    let ctx = app.ctx(tenant);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let posted = ledger::post(&mut tx, &ctx, txn).await?;
    tx.commit().await?;
    Ok(posted)
}

pub(super) async fn balance(app: &TestApp, tenant: &Tenant, code: Code) -> i64 {
    let mut tx = app.db.begin(&app.ctx(tenant)).await.unwrap();
    ledger::balance(&mut tx, &account(code)).await.unwrap().minor
}

/// Adds up about so many transactions.
pub(super) async fn roll_up(app: &TestApp, tenant: &Tenant, limit: i64) -> bool {
    let mut tx = app.db.begin(&app.ctx(tenant)).await.unwrap();
    let has_more = ledger::roll_up(&mut tx, limit).await.unwrap();
    tx.commit().await.unwrap();
    has_more
}

/// Proves the books and returns how many transactions and postings were looked at.
pub(super) async fn assert_proven(app: &TestApp, tenant: &Tenant) -> (i64, i64) {
    let mut tx = app.db.begin(&app.ctx(tenant)).await.unwrap();
    let verdict = ledger::verify(&mut tx).await.unwrap();
    assert_eq!(verdict.faults, Vec::new());
    (verdict.txns, verdict.postings)
}
