//! Attacks that need no mistake of ours: what the application's role could try if somebody got to
//! speak SQL through it. The letters are those of the list in docs/threats.

use bilten_tests::{TestApp, TestDb, db::run};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

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

async fn count(connection: &mut PgConnection, query: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
        .fetch_one(connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_owner_is_bound_by_row_security_too() {
    let app = TestApp::start().await;
    let mut admin = app.test_db.admin().await;
    run(&mut admin, "set role bilten_owner").await;
    assert_eq!(
        count(&mut admin, "select count(*) from bilten.tenant_settings").await,
        0
    );
}

#[tokio::test]
async fn the_application_cannot_become_anybody_nor_change_the_rules() {
    let db = TestDb::create().await;
    let mut app = db.raw_app().await;
    for statement in [
        "set role bilten_owner",
        "set role bilten_platform",
        "set role postgres",
        "set session authorization postgres",
        "alter role bilten_app bypassrls",
        "alter role bilten_app set bilten.tenant_id = 'x'",
        "alter table bilten.events disable row level security",
        "alter table bilten.events no force row level security",
        "drop policy tenant_guard on bilten.events",
        "create policy mine on bilten.events using (true)",
        "create table bilten.mine (id int)",
        "create table platform.mine (id int)",
        "create table public.mine (id int)",
        "create schema mine",
        "create function public.mine() returns int language sql as 'select 1'",
        "create trigger mine before insert on bilten.events execute function suppress_redundant_updates_trigger()",
        "select bilten.protect('bilten.events', 'select')",
        "select pg_read_file('/etc/passwd')",
        "copy bilten.events to program 'cat'",
        "copy bilten.events to '/tmp/mine'",
        "create extension dblink",
        "create publication mine for table bilten.events",
    ] {
        let expected = if statement.contains("set bilten.tenant_id") {
            &["42501", "00000"][..]
        } else {
            &["42501"][..]
        };
        let got = code(&mut app, statement).await;
        assert!(expected.contains(&got.as_str()), "{statement}: {got}");
    }
    let mut admin = db.admin().await;
    run(&mut admin, "alter role bilten_app reset bilten.tenant_id").await;
}

#[tokio::test]
async fn the_application_does_not_see_the_directory_of_tenants_and_the_platform_sees_no_tenants_rows() {
    let app = TestApp::start().await;
    let mut as_app = app.test_db.raw_app().await;
    for table in [
        "tenants",
        "hosts",
        "operators",
        "sessions",
        "audit_entries",
        "login_failures",
    ] {
        assert_eq!(
            code(&mut as_app, &format!("select * from platform.{table}")).await,
            "42501",
            "{table}"
        );
    }
    let url = app.test_db.url("bilten_platform");
    let mut as_platform = PgConnection::connect(url.expose()).await.unwrap();
    for table in [
        "events",
        "orders",
        "tickets",
        "accounts",
        "tenant_settings",
        "audit_entries",
    ] {
        assert_eq!(
            code(&mut as_platform, &format!("select * from bilten.{table}")).await,
            "42501",
            "{table}"
        );
    }
}

#[tokio::test]
async fn a_new_table_is_closed_until_it_is_granted() {
    let db = TestDb::create().await;
    let mut admin = db.admin().await;
    run(&mut admin, "set role bilten_owner; create table bilten.fresh (id int)").await;
    assert_eq!(
        code(&mut db.raw_app().await, "select * from bilten.fresh").await,
        "42501"
    );
}

#[tokio::test]
async fn a_dump_by_the_application_fails_loudly() {
    let db = TestDb::create().await;
    let mut app = db.raw_app().await;
    run(&mut app, "set row_security = off").await;
    assert_eq!(code(&mut app, "copy bilten.events to stdout").await, "42501");
    assert_eq!(code(&mut app, "select * from bilten.events").await, "42501");
}

#[tokio::test]
async fn a_setting_outside_a_transaction_is_lost_and_one_of_a_savepoint_is_undone() {
    let app = TestApp::start().await;
    let mut raw = app.test_db.raw_app().await;
    let alfa = app.alfa.id.uuid();
    run(
        &mut raw,
        &format!("select set_config('bilten.tenant_id', '{alfa}', true)"),
    )
    .await;
    assert_eq!(count(&mut raw, "select count(*) from bilten.tenant_settings").await, 0);
    let mut tx = app.db.begin(&app.ctx(&app.beta)).await.unwrap();
    run(tx.conn().as_connection(), "savepoint s").await;
    run(
        tx.conn().as_connection(),
        &format!("set local bilten.tenant_id = '{alfa}'"),
    )
    .await;
    run(tx.conn().as_connection(), "rollback to s").await;
    let seen: uuid::Uuid = sqlx::query_scalar("select tenant_id from tenant_settings")
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert_eq!(seen, app.beta.id.uuid());
}

#[tokio::test]
async fn nothing_of_a_session_survives_on_the_pooled_connection() {
    let app = TestApp::start().await;
    let db = app.test_db.app(1).await;
    let mut tx = db.begin(&app.ctx(&app.alfa)).await.unwrap();
    for statement in [
        &format!("set session bilten.tenant_id = '{}'", app.alfa.id.uuid()),
        "declare kept cursor with hold for select name from tenant_settings",
        "listen alfas_channel",
    ] {
        run(tx.conn().as_connection(), statement).await;
    }
    tx.commit().await.unwrap();
    let mut tx = db.begin(&app.ctx(&app.beta)).await.unwrap();
    let left: (Vec<String>, Vec<String>) = sqlx::query_as(
        "select array(select name from pg_cursors where name <> ''), array(select pg_listening_channels())",
    )
    .fetch_one(tx.conn())
    .await
    .unwrap();
    assert_eq!(left, (vec![], vec![]));
    run(tx.conn().as_connection(), "commit").await;
    let setting: String = sqlx::query_scalar("select current_setting('bilten.tenant_id', true)")
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert_eq!(setting, "", "beyond the transaction there is no tenant");
}

#[tokio::test]
async fn one_prepared_statement_serves_two_tenants() {
    let app = TestApp::start().await;
    let db = app.test_db.app(1).await;
    // Beyond five executions PostgreSQL may keep a generic plan.
    for _ in 0..8 {
        for tenant in [&app.alfa, &app.beta] {
            let mut tx = db.begin(&app.ctx(tenant)).await.unwrap();
            let seen: Vec<String> = sqlx::query_scalar("select name from tenant_settings where currency = $1")
                .bind("EUR")
                .fetch_all(tx.conn())
                .await
                .unwrap();
            assert_eq!(seen, std::slice::from_ref(&tenant.name));
        }
    }
}

#[tokio::test]
async fn functions_errors_and_statistics_do_not_see_hidden_rows() {
    let app = TestApp::start().await;
    let mut admin = app.test_db.admin().await;
    run(&mut admin, "analyze bilten.tenant_settings").await;
    let mut tx = app.db.begin(&app.ctx(&app.beta)).await.unwrap();
    let mut conn = tx.conn();
    let conn = conn.as_connection();
    let alfa = &app.alfa.name;
    run(
        conn,
        &format!(
            "create function pg_temp.peek(text) returns boolean language plpgsql cost 0.0000001
             as $$ begin if $1 = '{alfa}' then raise exception 'seen'; end if; return true; end $$"
        ),
    )
    .await;
    assert_eq!(
        count(conn, "select count(*) from tenant_settings where pg_temp.peek(name)").await,
        1
    );
    let divided =
        format!("select count(*) from tenant_settings where 1 / (case when name = '{alfa}' then 0 else 1 end) = 1");
    assert_eq!(count(conn, &divided).await, 1);
    assert_eq!(
        count(conn, "select count(*) from pg_stats where schemaname = 'bilten'").await,
        0
    );
}

#[tokio::test]
async fn keys_are_no_oracles_between_tenants() {
    let app = TestApp::start().await;
    let insert = "insert into organizers (tenant_id, id, slug, name, created_at)
                  values ($1, '00000000-0000-7000-8000-000000000001', 'same', 'Same', '2031-05-01')";
    // The same slug and the same id, the first still uncommitted: the second neither waits nor fails.
    let mut first = app.db.begin(&app.ctx(&app.alfa)).await.unwrap();
    sqlx::query(insert)
        .bind(app.alfa.id.uuid())
        .execute(first.conn())
        .await
        .unwrap();
    let mut second = app.db.begin(&app.ctx(&app.beta)).await.unwrap();
    run(second.conn().as_connection(), "set local lock_timeout = '1s'").await;
    sqlx::query(insert)
        .bind(app.beta.id.uuid())
        .execute(second.conn())
        .await
        .unwrap();
    second.rollback().await.unwrap();
    first.commit().await.unwrap();

    // Another tenant's row is no parent, whatever tenant the child claims.
    for (claimed, expected) in [(&app.beta, "23503"), (&app.alfa, "42501")] {
        let mut tx = app.db.begin(&app.ctx(&app.beta)).await.unwrap();
        let child = format!(
            "insert into events (tenant_id, id, organizer_id, slug, name, starts_at, ends_at, time_zone, currency, created_at, updated_at)
             values ('{}', gen_random_uuid(), '00000000-0000-7000-8000-000000000001', 'x', 'x',
                     '2031-06-01', '2031-06-02', 'UTC', 'EUR', '2031-05-01', '2031-05-01')",
            claimed.id.uuid()
        );
        assert_eq!(code(tx.conn().as_connection(), &child).await, expected);
    }
    let mut admin = app.test_db.admin().await;
    assert_eq!(
        count(
            &mut admin,
            "select count(*) from pg_sequences where schemaname in ('bilten', 'platform')"
        )
        .await,
        0
    );
}
