//! Rules about SQL: who names which table, where time comes from, and who holds a connection.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{self, Source};

/// Crates whose sources are read. The tests crate may look at everything.
const CRATES: [&str; 7] = ["kernel", "tenancy", "branding", "sso", "core", "billing", "api"];

/// Owner crate of each table.
const OWNERS: [(&str, &[&str]); 5] = [
    (
        "tenancy",
        &[
            "tenants",
            "hosts",
            "audit_entries",
            "audit_chain",
            "audit_unsealed",
            "audit_heads",
            "tenant_settings",
            "outbox_events",
            "jobs",
            "idempotency_keys",
            "own_roles",
            "role_permissions",
            "memberships",
            "page_versions",
        ],
    ),
    (
        "sso",
        &[
            "accounts",
            "operators",
            "sessions",
            "login_failures",
            "api_keys",
            "security_settings",
            "account_links",
            "authenticators",
            "recovery_codes",
            "passkeys",
            "passkey_ceremonies",
            "phones",
            "sms_codes",
            "login_steps",
            "factor_recoveries",
            "sso_connections",
            "sso_group_roles",
            "sso_identities",
            "sso_log_ins",
            "sso_attempts",
            "sso_sessions",
            "sso_logout_tokens",
            "saml_providers",
            "saml_certificates",
            "saml_answers",
            "sso_domains",
            "mail_domains",
            "sso_policies",
            "sso_break_glass",
            "invitations",
            "scim_tokens",
            "scim_users",
            "scim_groups",
            "scim_members",
            "scim_group_roles",
            "scim_requests",
            "audit_streams",
            "visit_rules",
            "visits",
            "operator_visits",
        ],
    ),
    (
        "core",
        &[
            "organizers",
            "return_policies",
            "price_offers",
            "venues",
            "events",
            "capacity_pools",
            "ticket_types",
            "ticket_type_pools",
            "price_tiers",
            "price_policies",
            "price_points",
            "price_simulations",
            "pricing_plans",
            "promo_codes",
            "promo_code_types",
            "promo_guesses",
            "holds",
            "hold_lines",
            "hold_persons",
            "hold_seats",
            "seat_sections",
            "seat_rows",
            "ticket_type_sections",
            "person_counts",
            "orders",
            "order_lines",
            "tickets",
            "signing_keys",
            "check_ins",
            "scans",
            "waitlist_entries",
            "waitlist_entry_types",
            "waiting_rooms",
            "waiting_room_passes",
        ],
    ),
    (
        "billing",
        &[
            "payment_attempts",
            "payment_operations",
            "refunds",
            "gift_cards",
            "gift_card_moves",
            "gift_card_uses",
            "gift_card_guesses",
            "gift_card_terms",
            "gift_card_sales",
            "vat_checks",
            "tax_corrections",
            "ticket_returns",
            "ticket_return_items",
            "provider_events",
            "payee_accounts",
            "payee_directory",
            "cash_payments",
            "cash_refunds",
            "sandbox_payments",
            "sandbox_refunds",
            "ledger_books",
            "ledger_accounts",
            "ledger_txns",
            "ledger_cursors",
            "ledger_balances",
            "ledger_slots",
            "ledger_closings",
            "lots",
            "payouts",
            "commission_terms",
            "commission_settlements",
            "commission_shares",
            "payout_lots",
            "disputes",
            "sandbox_disputes",
            "sandbox_payouts",
            "risk_counters",
            "risk_marks",
            "risk_decisions",
            "risk_overrides",
            "risk_breakers",
            "money_limits",
            "money_approvals",
            "money_proofs",
            "money_stands",
            "money_verdicts",
            "money_months",
            "balance_lines",
            "balance_looks",
            "balance_gaps",
            "money_terms",
            "fraud_warnings",
            "payout_rests",
            "wallet_hosts",
        ],
    ),
    ("branding", &[]),
];

/// Words after which SQL names a table.
const BEFORE_A_TABLE: [&str; 6] = ["from", "join", "into", "update", "table", "using"];

/// Clocks of the database.
const DATABASE_CLOCKS: [&str; 8] = [
    "now(",
    "current_timestamp",
    "current_date",
    "localtimestamp",
    "clock_timestamp(",
    "statement_timestamp(",
    "transaction_timestamp(",
    "timeofday(",
];

/// The one place that may ask for the database's time: it compares the clocks.
const COMPARES_CLOCKS: &str = "tenancy/src/db/tenant_tx.rs";

#[test]
fn every_table_has_one_owner() {
    let owners = owners();
    let made = tables_made();
    let without: Vec<_> = made
        .iter()
        .filter(|table| !owners.contains_key(table.as_str()))
        .collect();
    assert!(without.is_empty(), "name the owner crate of {without:?} in OWNERS");
    let gone: Vec<_> = owners.keys().filter(|table| !made.contains(**table)).collect();
    assert!(gone.is_empty(), "no migration makes {gone:?}: take it out of OWNERS");
}

#[test]
fn counted_a_table_is_named_in_its_owner_crate_only() {
    let owners = owners();
    let mut faults = Vec::new();
    let mut named = 0;
    for member in CRATES {
        for (place, sql) in statements(member) {
            for table in tables_named(&sql) {
                let Some(owner) = owners.get(table.as_str()) else {
                    continue;
                };
                named += 1;
                if *owner != member {
                    faults.push(format!("{place}: {table} belongs to {owner}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("table ownership: {named} uses of tables checked");
}

#[test]
fn sql_takes_the_time_as_a_parameter() {
    let mut faults = Vec::new();
    for member in CRATES {
        for (place, sql) in statements(member) {
            let clock = database_clock(&sql).filter(|_| !place.starts_with(COMPARES_CLOCKS));
            faults.extend(clock.map(|clock| format!("{place}: {clock}")));
        }
    }
    for migration in sources::below("migrations", &[".sql"]) {
        for (number, line) in migration.text.lines().enumerate() {
            let code = line.split("--").next().unwrap_or_default();
            faults.extend(database_clock(code).map(|clock| format!("{}:{}: {clock}", migration.path, number + 1)));
        }
    }
    assert!(
        faults.is_empty(),
        "bind ctx.now() instead of asking the database's clock:\n{}",
        faults.join("\n")
    );
}

#[test]
fn connections_are_known_in_tenancy_alone() {
    let mut faults = Vec::new();
    for member in CRATES.into_iter().filter(|member| *member != "tenancy") {
        for source in rust_sources(member) {
            for word in ["PgPool", "PgListener", "set_config", "set local", "bilten.tenant_id"] {
                if code_of(&source.text).any(|line| line.contains(word)) {
                    faults.push(format!("{}: {word}", source.path));
                }
            }
        }
    }
    assert!(
        faults.is_empty(),
        "TenantTx is the only road to a tenant's rows:\n{}",
        faults.join("\n")
    );
}

#[test]
fn sql_of_a_module_stands_in_its_store() {
    let mut faults = Vec::new();
    for member in ["sso", "core", "billing", "branding"] {
        for (place, sql) in statements(member) {
            let file = place.split(':').next().unwrap_or_default();
            let is_store = file.ends_with("store.rs") || file.contains("/store/");
            if !is_store && !tables_named(&sql).is_empty() {
                faults.push(place);
            }
        }
    }
    assert!(faults.is_empty(), "SQL belongs in store.rs:\n{}", faults.join("\n"));
}

fn owners() -> BTreeMap<&'static str, &'static str> {
    OWNERS
        .into_iter()
        .flat_map(|(owner, tables)| tables.iter().map(move |table| (*table, owner)))
        .collect()
}

fn tables_made() -> BTreeSet<String> {
    let mut made = BTreeSet::new();
    for migration in sources::below("migrations", &[".sql"]) {
        for line in migration.text.to_lowercase().lines() {
            let Some(rest) = line.trim().strip_prefix("create table ") else {
                continue;
            };
            let name = rest
                .trim_start_matches("if not exists ")
                .split([' ', '('])
                .next()
                .unwrap_or_default();
            made.insert(name.rsplit('.').next().unwrap_or_default().to_owned());
        }
    }
    made
}

fn rust_sources(member: &str) -> Vec<Source> {
    sources::below(&format!("{member}/src"), &[".rs"])
}

/// SQL in the string literals of a crate, each with its place.
fn statements(member: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for source in rust_sources(member) {
        for literal in sources::literals(&source.text) {
            if is_sql(&literal.text) {
                found.push((format!("{}:{}", source.path, literal.line), literal.text.to_lowercase()));
            }
        }
    }
    found
}

fn is_sql(text: &str) -> bool {
    let text = text.trim_start().to_lowercase();
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let has = |word: &str| text.split_whitespace().any(|other| other == word);
    match first {
        "select" => has("from") || text.contains('('),
        "with" => has("as") && text.contains("select"),
        "insert" => words.next() == Some("into"),
        "update" => has("set"),
        "delete" => words.next() == Some("from"),
        "lock" | "truncate" | "copy" => has("table") || has("from"),
        _ => false,
    }
}

fn tables_named(sql: &str) -> BTreeSet<String> {
    let words: Vec<_> = sql
        .split(|c: char| c.is_whitespace() || "(),;\"\\".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let follows = |pair: &[&str]| {
        BEFORE_A_TABLE
            .contains(&pair[0])
            .then(|| pair[1].rsplit('.').next().unwrap_or_default().to_owned())
    };
    words.windows(2).filter_map(follows).collect()
}

fn database_clock(sql: &str) -> Option<&'static str> {
    let sql = sql.to_lowercase();
    DATABASE_CLOCKS.into_iter().find(|clock| {
        sql.match_indices(clock)
            .any(|(at, _)| !sql[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// Lines of a source without those that are comments.
fn code_of(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn sql_is_recognised_and_prose_is_not() {
    assert!(is_sql("select 1 from orders"));
    assert!(is_sql(
        "\n  with due as (select id from jobs) update jobs set state = 'done'"
    ));
    assert!(!is_sql("update the order"));
    assert!(!is_sql("select a ticket"));
    let named = tables_named("insert into bilten.jobs (id) select id from orders o join events on true");
    assert_eq!(named.into_iter().collect::<Vec<_>>(), ["events", "jobs", "orders"]);
    assert_eq!(database_clock("where at < now()"), Some("now("));
    assert_eq!(database_clock("where at < known(1)"), None);
}
