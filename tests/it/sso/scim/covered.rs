//! Which of the forty-four attacks on provisioning have a test of their own.

use std::{collections::BTreeSet, fs, path::Path};

use bilten_tests::report;

/// The attacks, by number.
const CASES: [&str; 44] = [
    "userName eq, case",
    "quotes in quotes",
    "a part of many by another part",
    "and, or, not nested",
    "unknown attribute",
    "depth bomb",
    "startIndex 0 and negative",
    "count 0 and huge",
    "unknown order",
    "attributes and excludedAttributes",
    "operators with capitals",
    "active as a text",
    "active with and without a path",
    "replace without a path",
    "added twice",
    "removed by a filter",
    "a wrong path must not empty a group",
    "dotted extension",
    "an empty text clears",
    "a replacement leaves out",
    "externalId changes",
    "userName changes to another domain",
    "the same userName twice",
    "somebody deleted comes again",
    "an id of another tenant",
    "a token of another tenant",
    "tokens in rotation",
    "a group of fifty thousand",
    "a renamed group keeps its roles",
    "groups within groups",
    "a deleted group takes its roles",
    "the last owner",
    "managed people edited here",
    "no primary address",
    "two primary addresses",
    "a password",
    "letters that look alike",
    "references in any order, and circles",
    "failOnErrors",
    "too many, too large",
    "a version that is over",
    "both media types",
    "too often",
    "changes at the same moment",
];

#[test]
fn counted_cases_of_provisioning_have_a_test() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/sso/scim");
    let mut covered = BTreeSet::new();
    for file in fs::read_dir(here).expect("the folder is there") {
        let text = fs::read_to_string(file.expect("a file").path()).expect("it is text");
        let names = text
            .split("async fn ")
            .skip(1)
            .filter_map(|rest| rest.split('(').next());
        for name in names.filter_map(|name| name.split("scim_").nth(1)) {
            let numbers: Vec<&str> = name.split('_').collect();
            let mut from = None;
            for word in numbers {
                match (word.parse::<usize>(), from) {
                    (Ok(number), Some(start))
                        if covered.contains(&start) && name.contains(&format!("{start:02}_to_{number:02}")) =>
                    {
                        covered.extend(start..=number);
                    }
                    (Ok(number), _) => {
                        covered.insert(number);
                        from = Some(number);
                    }
                    (Err(_), _) if word == "to" => {}
                    (Err(_), _) => break,
                }
            }
        }
    }
    let missing: Vec<_> = (1..=CASES.len())
        .filter(|number| !covered.contains(number))
        .map(|number| format!("{number:02} {}", CASES[number - 1]))
        .collect();
    assert!(missing.is_empty(), "without a test: {missing:?}");
    report(&format!(
        "SCIM attack list: {} of {} cases have a test",
        covered.len(),
        CASES.len()
    ));
}
