//! Foreign keys that are checked once a statement (docs/adr/0016): they refuse what foreign keys refuse, and what they rest
//! upon is there.

use bilten_tests::{TestApp, TestDb, db::run, report};
use sqlx::{AssertSqlSafe, PgConnection};

use crate::stock::shop::Shop;

/// SQLSTATE with which a statement is refused, or `00000`.
async fn code(connection: &mut PgConnection, statement: &str) -> String {
    match sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(connection)
        .await
    {
        Ok(_) => "00000".into(),
        Err(error) => error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .map(std::borrow::Cow::into_owned)
            .unwrap_or_default(),
    }
}

#[tokio::test]
async fn counted_parents_that_are_checked_by_statement_cannot_go_away() {
    let db = TestDb::create().await;
    let mut admin = db.admin().await;
    let links: Vec<(String, String)> = sqlx::query_as(
        "select t.tgrelid::regclass::text, 'bilten.' || a[3 * n + 1] from pg_trigger t
         cross join lateral string_to_array(encode(t.tgargs, 'escape'), '\\000') as a
         cross join lateral generate_series(0, t.tgnargs / 3 - 1) as n
         where t.tgname = 'parents' and t.tgenabled = 'O' order by 1, 2",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert_eq!(links.len(), 14, "{links:?}");
    for (child, parent) in &links {
        let (is_kept, stays): (bool, bool) = sqlx::query_as(
            "select not has_table_privilege('bilten_app', $1, 'delete'),
                    exists (select from pg_trigger where tgrelid = $2::regclass and tgname = 'keys_stay' and tgenabled = 'O')",
        )
        .bind(parent)
        .bind(child)
        .fetch_one(&mut admin)
        .await
        .unwrap();
        assert!(is_kept, "the application may delete {parent}, the parent of {child}");
        assert!(stays, "{child} may change its parents");
    }
    report(&format!(
        "parents: {} links checked once a statement, none can dangle",
        links.len()
    ));
}

#[tokio::test]
async fn orphans_and_rows_that_contradict_their_parents_are_refused() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    let other = Shop::open(&app, &app.alfa, 10).await;
    let hold = shop.hold(1).await.unwrap();
    let theirs = Shop::open(&app, &app.beta, 10).await.hold(1).await.unwrap();
    let mut raw = app.test_db.raw_app().await;
    run(
        &mut raw,
        &format!(
            "set bilten.tenant_id = '{}'; set search_path = bilten",
            app.alfa.id.uuid()
        ),
    )
    .await;
    let order = |hold: uuid::Uuid, event: uuid::Uuid, code: &str| {
        format!(
            "insert into orders (tenant_id, id, code, event_id, hold_id, state, channel, buyer_email, buyer_email_norm, buyer_name,
                                 locale, currency, total_minor, created_at)
             values ('{}', gen_random_uuid(), '{code}', '{event}', '{hold}', 'quoted', 'web', 'a@b.example', 'a@b.example', 'A',
                     'en', 'EUR', 1, now())",
            app.alfa.id.uuid()
        )
    };
    let nobody = uuid::Uuid::nil();
    for (what, statement) in [
        ("no hold", order(nobody, shop.event.uuid(), "AAAAAAAA")),
        (
            "the hold of another event",
            order(hold.id.uuid(), other.event.uuid(), "BBBBBBBB"),
        ),
        (
            "the hold of another tenant",
            order(theirs.id.uuid(), theirs.event.uuid(), "CCCCCCCC"),
        ),
    ] {
        assert_eq!(code(&mut raw, &statement).await, "23503", "{what}");
    }
    assert_eq!(
        code(&mut raw, &order(hold.id.uuid(), shop.event.uuid(), "DDDDDDDD")).await,
        "00000"
    );
    let moved = format!("update orders set event_id = '{}'", other.event.uuid());
    assert_eq!(code(&mut raw, &moved).await, "23000");
    assert_eq!(code(&mut raw, "update orders set event_id = event_id").await, "00000");
    assert_eq!(code(&mut raw, "update orders set state = 'expired'").await, "00000");
}

#[tokio::test]
async fn a_ticket_type_is_not_deleted_while_lines_of_it_are_being_written() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    let hold = shop.hold(1).await.unwrap();
    let tenant = app.alfa.id.uuid();
    let mut admin = app.test_db.admin().await;
    // A type that nobody has yet.
    let fresh = uuid::Uuid::from_u128(0x7001);
    let new_type = format!(
        "set search_path = bilten;
         insert into ticket_types (tenant_id, id, event_id, position, name, price_minor, created_at)
         values ('{tenant}', '{fresh}', '{}', 9, 'late', 1, now())",
        shop.event.uuid()
    );
    run(&mut admin, &new_type).await;
    let session = format!("set bilten.tenant_id = '{tenant}'; set search_path = bilten");
    let line = |ticket_type: uuid::Uuid| {
        format!(
            "insert into hold_lines (tenant_id, hold_id, ticket_type_id, quantity, unit_price_minor)
             values ('{tenant}', '{}', '{ticket_type}', 1, 1)",
            hold.id.uuid()
        )
    };
    let (mut buyer, mut staff) = (app.test_db.raw_app().await, app.test_db.raw_app().await);
    run(&mut buyer, &session).await;
    run(&mut staff, &session).await;
    assert_eq!(
        code(&mut buyer, &line(uuid::Uuid::nil())).await,
        "23503",
        "no such type"
    );
    let renamed = format!("update ticket_types set id = gen_random_uuid() where id = '{fresh}'");
    assert_eq!(code(&mut staff, &renamed).await, "23000", "a type keeps its id");

    run(&mut buyer, "begin").await;
    assert_eq!(code(&mut buyer, &line(fresh)).await, "00000");
    let delete = format!("delete from ticket_types where id = '{fresh}'");
    let (deleted, ()) = tokio::join!(code(&mut staff, &delete), async {
        // The deletion waits for the line that is not committed yet.
        let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like 'delete from ticket_types%'";
        loop {
            let count: i64 = sqlx::query_scalar(waiting).fetch_one(&mut admin).await.unwrap();
            if count > 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
        run(&mut buyer, "commit").await;
    });
    assert_eq!(deleted, "23503", "the line that came first keeps its type");
    assert_eq!(
        code(&mut buyer, "update hold_lines set ticket_type_id = gen_random_uuid()").await,
        "42501"
    );
}
