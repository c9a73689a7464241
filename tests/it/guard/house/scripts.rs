//! Nothing runs beside a card form that is not in docs/script-inventory.md.

use std::{collections::BTreeMap, fs};

use bilten_api::http::headers;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::sources::root;

/// Entry of the pay page's own script.
const ENTRY: &str = "web/scripts/stripe.ts";

/// Scripts of the inventory, with the hash of those that are ours.
fn inventory() -> BTreeMap<String, Option<String>> {
    let text = fs::read_to_string(root().join("docs/script-inventory.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
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
        let from = line.trim().strip_prefix("import ")?.rsplit('"').nth(1)?;
        Some(format!("{folder}/{}.ts", from.trim_start_matches("./")))
    });
    named.collect()
}

#[test]
fn every_script_beside_a_card_form_is_in_the_inventory_with_its_hash() {
    let listed = inventory();
    let mut ours = vec![ENTRY.to_owned()];
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
    let foreign: Vec<_> = listed
        .iter()
        .filter(|(_, hash)| hash.is_none())
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(foreign, [headers::STRIPE_SCRIPT], "one script of others'");
    assert_eq!(
        listed.len(),
        ours.len() + 1,
        "the inventory lists scripts that are not there: {listed:?}"
    );
}

#[test]
fn the_pay_page_and_its_policy_let_in_nothing_else() {
    let policy = headers::stripe_policy("c0ffee");
    let of = |name: &str| {
        let mut parts = policy.split(';').map(str::trim);
        parts
            .find_map(|part| part.strip_prefix(name))
            .unwrap_or_else(|| panic!("{name}: {policy}"))
            .trim()
            .to_owned()
    };
    assert_eq!(
        of("script-src"),
        "'nonce-c0ffee' https://js.stripe.com https://*.js.stripe.com"
    );
    assert_eq!(of("object-src"), "'none'");
    assert_eq!(of("base-uri"), "'none'");
    assert_eq!(of("frame-ancestors"), "'none'");
    for hosts in ["connect-src", "frame-src", "img-src"] {
        for host in of(hosts).split(' ').filter(|host| host.starts_with("http")) {
            assert!(host.ends_with(".stripe.com"), "{hosts}: {host}");
        }
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let template = fs::read_to_string(root().join("web/templates/checkout/pay.html")).unwrap();
    assert_eq!(template.matches("<script").count(), 2, "Stripe's and ours");
    assert_eq!(template.matches("scripts/").count(), 1, "one entry of our own");
}
