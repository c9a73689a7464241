//! Which crate may know which other, and which foreign crates stop at which door.

use std::{collections::BTreeMap, fs};

use super::sources;

/// Our crates, and all of ours that each may name. docs/adr/0001 says why.
const EDGES: [(&str, &[&str]); 8] = [
    ("kernel", &[]),
    ("tenancy", &["kernel"]),
    ("branding", &["kernel", "tenancy"]),
    ("sso", &["kernel", "tenancy"]),
    ("core", &["kernel", "tenancy"]),
    ("billing", &["kernel", "tenancy", "core"]),
    ("api", &["kernel", "tenancy", "branding", "sso", "core", "billing"]),
    (
        "tests",
        &["kernel", "tenancy", "branding", "sso", "core", "billing", "api"],
    ),
];

/// Foreign crates that only some of ours may name.
const DOORS: [(&str, &[&str], &str); 6] = [
    ("axum", &["api", "tests"], "HTTP ends in api"),
    ("tower-http", &["api", "tests"], "HTTP ends in api"),
    ("utoipa", &["api", "tests"], "the description of the API is made in api"),
    (
        "sqlx",
        &["tenancy", "branding", "sso", "core", "billing", "tests"],
        "api holds no SQL, and kernel no I/O",
    ),
    ("tera", &["branding", "tests"], "pages are rendered in branding"),
    ("casbin", &["tenancy", "tests"], "permissions are decided in tenancy"),
];

#[test]
fn counted_our_crates_depend_one_way() {
    let allowed: BTreeMap<_, _> = EDGES.into_iter().collect();
    let mut faults = Vec::new();
    let mut edges = 0;
    for member in members() {
        let Some(known) = allowed.get(member.as_str()) else {
            faults.push(format!("{member} is a crate without a row in EDGES"));
            continue;
        };
        for dependency in dependencies(&member) {
            let Some(ours) = dependency.strip_prefix("bilten-") else {
                continue;
            };
            edges += 1;
            if !known.contains(&ours) {
                faults.push(format!("{member} may not depend on {ours}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("dependency edges: {edges} checked");
}

#[test]
fn foreign_crates_stop_at_their_door() {
    let mut faults = Vec::new();
    for member in members() {
        for dependency in dependencies(&member) {
            for (name, may, why) in DOORS {
                if dependency == name && !may.contains(&member.as_str()) {
                    faults.push(format!("{member} may not depend on {name}: {why}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_dependency_is_named_in_the_workspace() {
    let mut faults = Vec::new();
    for member in members() {
        for line in dependency_lines(&member) {
            if !line.contains("workspace = true") {
                faults.push(format!("{member}: {line}"));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "versions belong in [workspace.dependencies]:\n{}",
        faults.join("\n")
    );
}

fn members() -> Vec<String> {
    let manifest = manifest(".");
    let list = manifest
        .split_once("members = [")
        .and_then(|(_, rest)| rest.split_once(']'));
    let (list, _) = list.expect("the workspace lists its members");
    list.split(',')
        .map(|name| name.trim().trim_matches('"').to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// Names of all dependencies, also those of tests and build scripts.
fn dependencies(member: &str) -> Vec<String> {
    let name = |line: &String| line.split(['.', '=', ' ']).next().unwrap_or_default().to_owned();
    dependency_lines(member).iter().map(name).collect()
}

fn dependency_lines(member: &str) -> Vec<String> {
    let mut is_inside = false;
    let mut lines = Vec::new();
    for line in manifest(member).lines().map(str::trim) {
        if line.starts_with('[') {
            is_inside = line.ends_with("dependencies]");
        } else if is_inside && !line.is_empty() && !line.starts_with('#') {
            lines.push(line.to_owned());
        }
    }
    lines
}

fn manifest(member: &str) -> String {
    fs::read_to_string(sources::root().join(member).join("Cargo.toml")).expect("each member has a manifest")
}
