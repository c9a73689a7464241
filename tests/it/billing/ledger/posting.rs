//! Posting: once, in balance, in one's own books; undone once.

use bilten_billing::ledger::{self, Code, Head, Kind, KnownAccounts, PostError, Posted};
use bilten_tests::{TestApp, db::run, report};
use sqlx::AssertSqlSafe;

use super::{account, assert_proven, balance, eur, post, roll_up, transfer};

const PAIR: (Code, Code) = (Code::Bank, Code::CashBox);

/// 96
#[tokio::test]
async fn counted_posting_again_changes_nothing_and_something_else_under_the_key_is_refused() {
    let app = TestApp::start().await;
    let first = transfer("a", app.now(), PAIR, 100);
    let Posted::Now(id) = post(&app, &app.alfa, &first).await.unwrap() else {
        panic!("nothing was posted before");
    };
    for round in 1..=5 {
        app.advance(jiff::SignedDuration::from_mins(round));
        // News come twice at different times; what they say is the same.
        let again = transfer("a", app.now(), PAIR, 100);
        assert_eq!(post(&app, &app.alfa, &again).await.unwrap(), Posted::Before(id));
    }
    let other = transfer("a", app.now(), PAIR, 101);
    let refused = post(&app, &app.alfa, &other).await.unwrap_err();
    assert!(
        matches!(
            refused,
            PostError::OtherContent {
                kind: Kind::Conversion,
                ..
            }
        ),
        "{refused}"
    );
    assert_eq!(balance(&app, &app.alfa, Code::Bank).await, 100);
    assert_eq!(
        balance(&app, &app.beta, Code::Bank).await,
        0,
        "another tenant's books are its own"
    );
    // The same key is free in another tenant.
    assert!(matches!(post(&app, &app.beta, &other).await.unwrap(), Posted::Now(_)));
    let (txns, postings) = assert_proven(&app, &app.alfa).await;
    report(&format!(
        "ledger: posted 7 times under one key: {txns} transaction with {postings} postings"
    ));
    assert_eq!((txns, postings), (1, 2));
}

#[tokio::test]
async fn one_statement_posts_a_group_and_each_hears_what_became_of_his() {
    let app = TestApp::start().await;
    let known = KnownAccounts::default();
    let txns: Vec<_> = (0..200)
        .map(|n| transfer(&format!("k{}", n % 150), app.now(), PAIR, i64::from(n % 150) + 1))
        .collect();
    for round in 0..3 {
        let ctx = app.ctx(&app.alfa);
        let mut tx = app.db.begin_group(ctx.tenant).await.unwrap();
        let asks: Vec<_> = txns.iter().map(|txn| (&ctx, txn)).collect();
        let posted = ledger::post_many(&mut tx, &known, &asks).await.unwrap();
        tx.commit().await.unwrap();
        let now = posted.iter().filter(|posted| matches!(posted, Posted::Now(_))).count();
        assert_eq!(now, if round == 0 { 150 } else { 0 });
        assert_eq!(posted[0].id(), posted[150].id());
    }
    let all: i64 = (1..=150).sum();
    assert_eq!(balance(&app, &app.alfa, Code::Bank).await, all);
    assert_eq!(assert_proven(&app, &app.alfa).await, (150, 300));
}

#[tokio::test]
async fn what_was_rolled_back_leaves_no_account_that_is_taken_for_one() {
    let app = TestApp::start().await;
    let known = KnownAccounts::default();
    let ctx = app.ctx(&app.alfa);
    let txn = transfer("a", app.now(), PAIR, 100);
    for is_kept in [false, false, true, true] {
        let mut tx = app.db.begin(&ctx).await.unwrap();
        ledger::post_many(&mut tx, &known, &[(&ctx, &txn)]).await.unwrap();
        // Posting again in the same transaction sees accounts that are not committed.
        ledger::post_many(&mut tx, &known, &[(&ctx, &txn)]).await.unwrap();
        if is_kept {
            tx.commit().await.unwrap();
        } else {
            tx.rollback().await.unwrap();
        }
    }
    assert_eq!(assert_proven(&app, &app.alfa).await, (1, 2));
}

/// 95
#[tokio::test]
async fn counted_the_database_refuses_what_no_template_makes() {
    let app = TestApp::start().await;
    post(&app, &app.alfa, &transfer("a", app.now(), PAIR, 100))
        .await
        .unwrap();
    let (bank, cash) = (account(Code::Bank).number(), account(Code::CashBox).number());
    let mut raw = app.test_db.raw_app().await;
    let tenant = app.alfa.id.uuid();
    run(
        &mut raw,
        &format!("set bilten.tenant_id = '{tenant}'; set search_path = bilten"),
    )
    .await;
    let insert = |accounts: &str, amounts: &str| {
        format!(
            "insert into ledger_txns (tenant_id, id, kind, source_key, occurred_at, booked_at, recorded_at, account_ids, amounts)
             values ('{tenant}', gen_random_uuid(), 'conversion', gen_random_uuid()::text, now(), now(), now(), '{accounts}', '{amounts}')"
        )
    };
    let pair = format!("{{{bank},{cash}}}");
    let nobodys = format!("{{{bank},7}}");
    let forged = insert(&pair, "{1,-1}")
        .replace("(tenant_id, id,", "(tenant_id, xact, id,")
        .replace("', gen_random_uuid(), 'conv", "', 1, gen_random_uuid(), 'conv");
    let refused = [
        ("a book that is off", "23514", insert(&pair, "{100,-99}")),
        ("an account that is not there", "23514", insert(&nobodys, "{100,-100}")),
        ("an amount of nothing", "23514", insert(&pair, "{0,0}")),
        ("fewer amounts than accounts", "23514", insert(&pair, "{100}")),
        ("no postings", "23514", insert("{}", "{}")),
        ("another transaction's number", "42501", forged),
        (
            "a change",
            "42501",
            "update ledger_txns set amounts = '{1,-1}'".to_owned(),
        ),
        ("a deletion", "42501", "delete from ledger_txns".to_owned()),
        (
            "another account",
            "42501",
            "update ledger_accounts set is_guarded = false".to_owned(),
        ),
    ];
    for (what, code, statement) in &refused {
        let error = sqlx::raw_sql(AssertSqlSafe(statement.clone()))
            .execute(&mut raw)
            .await
            .unwrap_err();
        let found = error
            .as_database_error()
            .and_then(|e| e.code().map(std::borrow::Cow::into_owned));
        assert_eq!(found.as_deref(), Some(*code), "{what}: {error}");
    }
    run(&mut raw, &insert(&pair, "{5,-5}")).await;
    assert_eq!(balance(&app, &app.alfa, Code::Bank).await, 105);
    report(&format!(
        "ledger: {} ways to spoil the books past the program, all refused",
        refused.len()
    ));
}

#[tokio::test]
async fn a_mistake_is_undone_once() {
    let app = TestApp::start().await;
    post(&app, &app.alfa, &transfer("a", app.now(), PAIR, 100))
        .await
        .unwrap();
    let undo = async |tenant| {
        let ctx = app.ctx(tenant);
        let mut tx = app.db.begin(&ctx).await.unwrap();
        let undone = ledger::reverse(&mut tx, &ctx, Kind::Conversion, "a").await;
        tx.commit().await.unwrap();
        undone
    };
    let (one, other) = tokio::join!(undo(&app.alfa), undo(&app.alfa));
    assert_eq!(one.unwrap().id(), other.unwrap().id(), "two clerks undo it once");
    assert!(matches!(undo(&app.beta).await, Err(PostError::NotFound)));
    assert_eq!(balance(&app, &app.alfa, Code::Bank).await, 0);
    roll_up(&app, &app.alfa, 100).await;
    assert_eq!(assert_proven(&app, &app.alfa).await, (2, 4));
}

#[tokio::test]
async fn every_template_survives_the_round_trip_through_the_database() {
    use bilten_billing::ledger::{Book, Breakdown, SaleFacts, TaxPart, templates};
    let app = TestApp::start().await;
    let facts = SaleFacts {
        order: uuid::Uuid::from_u128(1).into(),
        event: uuid::Uuid::from_u128(2).into(),
        at: app.now(),
        payee: Book::Payee(uuid::Uuid::from_u128(3)),
        provider: "acct".to_owned(),
        price: Breakdown {
            tickets: eur(10_000),
            service_fee: eur(252),
            donation: eur(0),
            taxes: vec![TaxPart {
                code: "DE".to_owned(),
                rate_bp: 1900,
                amount: eur(1948),
                base: None,
            }],
        },
        platform_fee: eur(288),
        commission: eur(100),
        gift_card: eur(0),
    };
    let nok = bilten_kernel::Money::new(7, "NOK".parse().unwrap());
    let head = Head::new(Kind::Conversion, "x".to_owned(), app.now());
    let made = [
        templates::sale(&facts).unwrap(),
        templates::conversion(head, Book::Tenant, "acct", eur(3), nok).unwrap(),
    ];
    for txn in made {
        post(&app, &app.alfa, &txn).await.unwrap();
        let mut tx = app.db.begin(&app.ctx(&app.alfa)).await.unwrap();
        let found = ledger::find(&mut tx, txn.head().kind, &txn.head().key).await.unwrap();
        assert_eq!(found, Some(txn));
    }
    assert_proven(&app, &app.alfa).await;
}
