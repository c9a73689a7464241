//! The catalogue says that tenants are apart: thirty checks, each proven to fire on a fault planted for it.
//!
//! The checks are in `catalogue.sql`. A new table, index, key, function or grant is judged by them
//! without anybody adding it to a list.

use std::collections::BTreeSet;

use bilten_tests::{TestDb, db::run, report};
use sqlx::PgConnection;

/// Tables of the schema that hold no tenant's rows.
const WITHOUT_TENANT: [&str; 1] = ["_sqlx_migrations"];

/// Statements that plant one fault for each check, in the order of the checks' numbers.
/// They begin from a clean table `bilten.planted` (see [`PLANTED`]) and are rolled back.
const FAULTS: [&str; 30] = [
    "create table bilten.forgotten (id uuid primary key)",
    "alter table bilten.planted disable row level security",
    "alter table bilten.planted no force row level security",
    "alter table bilten.planted drop constraint planted_pkey, alter column tenant_id drop not null",
    "drop policy tenant_guard on bilten.planted",
    "create policy open_door on bilten.planted for select to public using (true)",
    "create policy by_name on bilten.planted for select to public using (name = current_user)",
    "create policy bare on bilten.planted as restrictive for select to public
        using (tenant_id = (select current_setting('bilten.tenant_id', true)::uuid))",
    "create policy per_row on bilten.planted as restrictive for select to public
        using (tenant_id = nullif(current_setting('bilten.tenant_id', true), '')::uuid)",
    "create view bilten.peephole as select * from bilten.planted",
    "create materialized view bilten.copied as select * from bilten.planted; grant select on bilten.copied to bilten_app",
    "create foreign data wrapper nowhere; create server elsewhere foreign data wrapper nowhere;
     create foreign table bilten.abroad (id uuid) server elsewhere; grant select on bilten.abroad to bilten_app",
    "create function bilten.lift() returns bigint language sql security definer set search_path = pg_catalog
        as 'select 1::bigint'; revoke execute on function bilten.lift() from public;
     grant execute on function bilten.lift() to bilten_app",
    "create function bilten.wander() returns bigint language sql security definer as 'select 1::bigint';
     revoke execute on function bilten.wander() from public",
    "create function bilten.open_to_all() returns bigint language sql as 'select 1::bigint'",
    "create unique index planted_name on bilten.planted (name)",
    "create index planted_name on bilten.planted (name, tenant_id)",
    "create unique index planted_id on bilten.planted (id);
     create table bilten.child (tenant_id uuid not null, id uuid not null, parent uuid not null references bilten.planted (id),
        primary key (tenant_id, id)); select bilten.protect('bilten.child', 'select')",
    "create table bilten.child (tenant_id uuid not null references platform.tenants (id) on delete cascade, id uuid not null,
        primary key (tenant_id, id)); select bilten.protect('bilten.child', 'select')",
    "grant truncate on bilten.planted to bilten_app",
    "create table bilten.parted (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id)) partition by hash (tenant_id);
     create table bilten.parted_0 partition of bilten.parted for values with (modulus 1, remainder 0);
     select bilten.protect('bilten.parted', 'select'); select bilten.protect('bilten.parted_0', 'select')",
    "grant bilten_owner to bilten_app",
    "alter role bilten_app createrole",
    "create role planted_bypass nologin bypassrls; grant planted_bypass to bilten_app",
    "alter role bilten_app set bilten.tenant_id = '00000000-0000-0000-0000-000000000001'",
    "grant create on schema bilten to bilten_app",
    "alter default privileges for role bilten_owner in schema bilten grant select on tables to bilten_app",
    "create sequence bilten.counter; grant usage on sequence bilten.counter to bilten_app",
    "alter table bilten.planted add column amount numeric; create index planted_amount on bilten.planted (tenant_id, amount)",
    "create rule silence as on delete to bilten.planted do instead nothing",
];

/// A tenant table without any fault.
const PLANTED: &str = "
    create table bilten.planted (tenant_id uuid not null, id uuid not null, name text not null, primary key (tenant_id, id));
    select bilten.protect('bilten.planted', 'select, insert, update, delete')";

#[derive(Debug, sqlx::FromRow)]
struct Row {
    number: i32,
    title: String,
    object: Option<String>,
}

#[derive(Debug, Default)]
struct Verdict {
    checks: BTreeSet<i32>,
    findings: Vec<String>,
    fired: BTreeSet<i32>,
}

async fn check(connection: &mut PgConnection) -> Verdict {
    let rows: Vec<Row> = sqlx::query_as(include_str!("catalogue.sql"))
        .bind("bilten_app")
        .bind("bilten")
        .bind("tenant_id")
        .bind("bilten.tenant_id")
        .bind(WITHOUT_TENANT.map(str::to_owned).to_vec())
        .fetch_all(connection)
        .await
        .unwrap();
    let mut verdict = Verdict::default();
    for row in rows {
        verdict.checks.insert(row.number);
        if let Some(object) = row.object {
            verdict.fired.insert(row.number);
            verdict
                .findings
                .push(format!("{:02} {}: {object}", row.number, row.title));
        }
    }
    verdict
}

#[tokio::test]
async fn counted_catalogue_has_no_findings() {
    let db = TestDb::create().await;
    let verdict = check(&mut db.admin().await).await;
    assert_eq!(verdict.findings, Vec::<String>::new());
    assert_eq!(verdict.checks.len(), 30);
    report(&format!(
        "catalogue guard: {} checks, {} findings",
        verdict.checks.len(),
        verdict.findings.len()
    ));
}

#[tokio::test]
async fn counted_each_catalogue_check_fires_on_its_planted_fault() {
    let db = TestDb::create().await;
    let mut admin = db.admin().await;
    let mut fired_alone = 0;
    for (number, fault) in (1..).zip(FAULTS) {
        run(&mut admin, "begin").await;
        run(&mut admin, PLANTED).await;
        assert_eq!(
            check(&mut admin).await.findings,
            Vec::<String>::new(),
            "the planted table is clean"
        );
        run(&mut admin, fault).await;
        let verdict = check(&mut admin).await;
        assert!(
            verdict.fired.contains(&number),
            "check {number} keeps silent about: {fault}\n{:?}",
            verdict.findings
        );
        fired_alone += i32::from(verdict.fired.len() == 1);
        run(&mut admin, "rollback").await;
    }
    assert_eq!(
        check(&mut admin).await.findings,
        Vec::<String>::new(),
        "every fault is gone again"
    );
    report(&format!(
        "catalogue guard: 30 planted faults, 30 found ({fired_alone} by their own check alone)"
    ));
}
