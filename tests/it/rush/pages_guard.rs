//! Whoever writes what public pages show says so: a store that forgot it would leave old pages in memory.

use std::path::Path;

use bilten_tests::report;

/// Tables that public pages show. Of `capacity_pools` only the capacity: its counters are read each second.
const SHOWN: [&str; 8] = [
    "events",
    "venues",
    "organizers",
    "ticket_types",
    "ticket_type_pools",
    "price_tiers",
    "promo_codes",
    "tenant_settings",
];
/// Columns of those tables that no page shows.
const NOT_SHOWN: [&str; 1] = ["update tenant_settings set policy_version"];

/// Functions of a file that write what is shown, with whether they say so.
fn writers(text: &str) -> Vec<(String, bool)> {
    let functions = text.split("fn ").skip(1);
    let wanted = |body: &str| {
        let written = SHOWN.iter().any(|table| {
            ["insert into", "update", "delete from"]
                .iter()
                .any(|verb| body.contains(&format!("\"{verb} {table} ")))
        });
        let is_hidden = NOT_SHOWN.iter().any(|statement| body.contains(statement));
        (written && !is_hidden) || body.contains("capacity_pools set capacity") || body.contains("into capacity_pools")
    };
    let found = functions.filter(|body| wanted(body));
    found
        .map(|body| {
            let name = body.split(['(', '<']).next().unwrap_or_default();
            (name.to_owned(), body.contains(".note_page_change()"))
        })
        .collect()
}

fn stores(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            stores(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn counted_every_statement_that_changes_what_pages_show_counts_their_version_up() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for owner in ["core/src", "tenancy/src"] {
        stores(&root.join(owner), &mut files);
    }
    let mut count = 0;
    for (path, text) in &files {
        for (name, says_so) in writers(text) {
            assert!(says_so, "{path}: {name} must call tx.note_page_change()");
            count += 1;
        }
    }
    assert!(count >= 9, "only {count} writers were found");
    report(&format!("pages: {count} functions write what pages show, and say so"));
}

#[test]
fn a_writer_that_forgets_it_is_found() {
    let text = r#"fn insert(tx) { sqlx::query!("insert into venues (a)"); } fn read() { "select from venues" }"#;
    assert_eq!(writers(text), [("insert".to_owned(), false)]);
}
