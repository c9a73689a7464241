//! Nothing runs beside a card form that is not in docs/script-inventory.md.

use std::{collections::BTreeMap, fs};

use bilten_api::http::headers;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::sources::root;

/// Heading of a page in the inventory, the entry of its own scripts, the one script of others', and its template.
const PAGES: [(&str, &str, &str, &str); 2] = [
    (
        "# Scripts of the pay page",
        "web/scripts/stripe.ts",
        headers::STRIPE_SCRIPT,
        "web/templates/checkout/pay.html",
    ),
    (
        "# Scripts of the page of an account",
        "web/scripts/connect.ts",
        headers::STRIPE_CONNECT_SCRIPT,
        "web/templates/console/payee_embedded.html",
    ),
];

/// Scripts of a page of the inventory, with the hash of those that are ours.
fn inventory(heading: &str) -> BTreeMap<String, Option<String>> {
    let text = fs::read_to_string(root().join("docs/script-inventory.md")).unwrap();
    let (_, section) = text.split_once(heading).expect("the page is in the inventory");
    let section = section.split("\n# ").next().unwrap_or(section);
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let mut cells = row.split('|').map(str::trim);
        let script = cells.nth(1).unwrap().trim_matches('`').to_owned();
        let integrity = cells.next().unwrap();
        let hash = integrity
            .strip_prefix("sha256 `")
            .map(|rest| rest.trim_end_matches('`').to_owned());
        (script, hash)
    })
    .collect()
}

fn imports(path: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(path)).unwrap();
    let folder = path.rsplit_once('/').unwrap().0;
    let named = text.lines().filter_map(|line| {
        // A worker is named by its address.
        let worker = line.split_once("new Worker(new URL(");
        let from = match worker {
            Some((_, rest)) => rest.split('"').nth(1)?,
            None => line.trim().strip_prefix("import ")?.rsplit('"').nth(1)?,
        };
        let name = from.trim_start_matches("./").trim_end_matches(".ts");
        Some(format!("{folder}/{name}.ts"))
    });
    named.collect()
}

#[test]
fn every_script_beside_pages_of_stripe_is_in_the_inventory_with_its_hash() {
    for (heading, entry, foreign, _) in PAGES {
        check_page(heading, entry, foreign);
    }
}

fn check_page(heading: &str, entry: &str, foreign: &str) {
    let listed = inventory(heading);
    let mut ours = vec![entry.to_owned()];
    let mut at = 0;
    while let Some(path) = ours.get(at).cloned() {
        ours.extend(
            imports(&path)
                .into_iter()
                .filter(|path| !ours.contains(path))
                .collect::<Vec<_>>(),
        );
        at += 1;
    }
    for path in &ours {
        let bytes = fs::read(root().join(path)).unwrap();
        let hash = HEXLOWER.encode(&Sha256::digest(&bytes));
        let said = listed
            .get(path)
            .unwrap_or_else(|| panic!("{path} is not in docs/script-inventory.md"));
        assert_eq!(
            said.as_ref(),
            Some(&hash),
            "{path} was changed: look at it, then note its hash"
        );
    }
    let others: Vec<_> = listed
        .iter()
        .filter(|(_, hash)| hash.is_none())
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(others, [foreign], "one script of others'");
    assert_eq!(
        listed.len(),
        ours.len() + 1,
        "the inventory lists scripts that are not there: {listed:?}"
    );
}

#[test]
fn pages_of_stripe_and_their_policies_let_in_nothing_else() {
    let pay = "'nonce-c0ffee' https://js.stripe.com https://*.js.stripe.com";
    check_policy(&headers::stripe_policy("c0ffee"), pay);
    let account = "'nonce-c0ffee' https://connect-js.stripe.com https://js.stripe.com";
    check_policy(&headers::connect_policy("c0ffee"), account);
    for (_, _, _, template) in PAGES {
        let template = fs::read_to_string(root().join(template)).unwrap();
        assert_eq!(template.matches("<script").count(), 2, "Stripe's and ours");
        assert_eq!(template.matches("scripts/").count(), 1, "one entry of our own");
    }
}

fn check_policy(policy: &str, scripts: &str) {
    let of = |name: &str| {
        let mut parts = policy.split(';').map(str::trim);
        parts
            .find_map(|part| part.strip_prefix(name))
            .unwrap_or_else(|| panic!("{name}: {policy}"))
            .trim()
            .to_owned()
    };
    assert_eq!(of("script-src"), scripts);
    assert_eq!(of("object-src"), "'none'");
    assert_eq!(of("base-uri"), "'none'");
    assert_eq!(of("frame-ancestors"), "'none'");
    for hosts in ["connect-src", "frame-src", "img-src"] {
        for host in of(hosts).split(' ').filter(|host| host.starts_with("http")) {
            assert!(host.ends_with(".stripe.com"), "{hosts}: {host}");
        }
    }
    assert!(!policy.contains("unsafe"), "{policy}");
}
