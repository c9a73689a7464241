//! Walks over every table of the catalogue and attacks one tenant's rows from every other context.
//!
//! Nothing is listed by hand: tables, columns and keys come from `pg_catalog`, rows from types and checks.

mod attacks;
mod rows;
mod schema;

use bilten_tests::{TestDb, db::run, report};
use sqlx::PgConnection;

use attacks::Context;
use rows::Tenant;
use schema::Table;

/// Database with three tenants that have a row in every table.
struct Walk {
    tables: Vec<Table>,
    victim: Tenant,
    attacker: Tenant,
    contexts: Vec<Context>,
    admin: PgConnection,
    app: PgConnection,
    never: PgConnection,
    assertions: usize,
    db: TestDb,
}

impl Walk {
    async fn prepare() -> Self {
        let db = TestDb::create().await;
        let mut admin = db.admin().await;
        let all = schema::read(&mut admin).await;
        let mut tenants = [1, 2, 3].map(Tenant::new);
        for tenant in &mut tenants {
            tenant.settle(&mut admin, &all).await;
        }
        let [victim, attacker, suspended] = tenants;
        run(
            &mut admin,
            &format!(
                "update platform.tenants set status = 'suspended' where id = {}",
                suspended.id()
            ),
        )
        .await;
        let bare = |tenant: &Tenant| tenant.id().replace("::uuid", "").replace('\'', "");
        let contexts = vec![
            Context::Other("another tenant", bare(&attacker)),
            Context::Other("a suspended tenant", bare(&suspended)),
            Context::Never,
            Context::Text("empty", String::new()),
            Context::Text("no uuid", "not-a-tenant".into()),
            Context::Text("unknown tenant", "00000000-0000-4000-8000-000000000000".into()),
            Context::Text("injection", format!("{}' or 'a' = 'a", bare(&victim))),
        ];
        let app = db.raw_app().await;
        let never = db.raw_app().await;
        let tables = all.into_iter().filter(Table::is_tenants).collect();
        Self {
            tables,
            victim,
            attacker,
            contexts,
            admin,
            app,
            never,
            assertions: 0,
            db,
        }
    }

    /// Runs every attack in every context on one table and returns what went wrong.
    async fn attack(&mut self, table: &Table) -> Vec<String> {
        let mut findings = Vec::new();
        let before = attacks::fingerprint(&mut self.admin, table, &self.victim).await;
        for attack in attacks::on(table, &self.victim, &self.attacker) {
            for context in &self.contexts {
                let connection = if *context == Context::Never {
                    &mut self.never
                } else {
                    &mut self.app
                };
                let outcome = attacks::run_in(connection, context, &attack).await;
                let unseen = attacks::judge(&attack, context, &outcome, &self.victim);
                let after = if outcome.refused.is_some() || attack.must_fail {
                    // Refused, or a finding already.
                    run(connection, "rollback").await;
                    before.clone()
                } else if *context == Context::Never {
                    // The setting must stay untouched on this connection, so the effect is looked at from outside.
                    run(connection, "commit").await;
                    attacks::fingerprint(&mut self.admin, table, &self.victim).await
                } else {
                    attacks::fingerprint_inside(connection, table, &self.victim).await
                };
                let changed = (after != before).then(|| "changed the victim's rows".to_owned());
                self.assertions += 2;
                for fault in unseen.into_iter().chain(changed) {
                    findings.push(format!(
                        "{} from {} on {}: {fault}",
                        attack.name,
                        context.name(),
                        table.name
                    ));
                }
            }
        }
        self.assertions += 1;
        if attacks::fingerprint(&mut self.admin, table, &self.victim).await != before {
            findings.push(format!("{}: the victim's rows are not what they were", table.name));
        }
        findings
    }
}

#[tokio::test]
async fn counted_no_context_reaches_another_tenants_rows_in_any_table() {
    let mut walk = Walk::prepare().await;
    let mut findings = Vec::new();
    for table in walk.tables.clone() {
        findings.extend(walk.attack(&table).await);
    }
    assert!(
        findings.is_empty(),
        "{} findings:\n{}",
        findings.len(),
        findings.join("\n")
    );
    assert!(
        walk.tables.len() > 25,
        "the walk found only {} tables",
        walk.tables.len()
    );
    report(&format!(
        "table walk: {} tables, {} contexts, {} assertions, 0 findings",
        walk.tables.len(),
        walk.contexts.len(),
        walk.assertions
    ));
}

/// Ways to break one table's isolation, and to mend it again.
const MUTATIONS: [(&str, &str, &str); 4] = [
    (
        "row security off",
        "alter table {} disable row level security",
        "alter table {} enable row level security",
    ),
    (
        "policies that let everything through",
        "alter policy own_rows on {} using (true) with check (true); alter policy tenant_guard on {} using (true) with check (true)",
        "alter policy own_rows on {} using (OWN) with check (OWN); alter policy tenant_guard on {} using (OWN) with check (OWN)",
    ),
    (
        "writes unchecked",
        "alter policy own_rows on {} with check (true); alter policy tenant_guard on {} with check (true)",
        "alter policy own_rows on {} with check (OWN); alter policy tenant_guard on {} with check (OWN)",
    ),
    (
        "truncate granted",
        "grant truncate on all tables in schema bilten to bilten_app",
        "revoke truncate on all tables in schema bilten from bilten_app",
    ),
];
const OWN: &str = "tenant_id = (select nullif(current_setting('bilten.tenant_id', true), '')::uuid)";

#[tokio::test]
async fn counted_the_table_walk_goes_red_for_each_broken_table() {
    let mut walk = Walk::prepare().await;
    walk.contexts.truncate(1);
    let mut killed = 0;
    let mut survivors = Vec::new();
    for table in walk.tables.clone() {
        for (what, plant, mend) in MUTATIONS {
            let mut planter = walk.db.admin().await;
            run(&mut planter, &plant.replace("{}", &table.name)).await;
            // Each attack is rolled back, so that the next mutation meets the same rows.
            let findings = walk.attack(&table).await;
            run(&mut planter, &mend.replace("{}", &table.name).replace("OWN", OWN)).await;
            if findings.is_empty() {
                survivors.push(format!("{}: {what}", table.name));
            } else {
                killed += 1;
            }
        }
        assert_eq!(
            walk.attack(&table).await,
            Vec::<String>::new(),
            "{} is whole again",
            table.name
        );
    }
    assert_eq!(survivors, Vec::<String>::new());
    report(&format!(
        "table walk: {killed} of {} planted mutations killed",
        killed + survivors.len()
    ));
}
