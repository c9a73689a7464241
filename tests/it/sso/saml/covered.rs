//! Which of the seventy cases have a test.

use std::{collections::BTreeSet, fs, path::Path};

use bilten_tests::report;

/// Cases that no twisted answer tells: by their tests.
const ELSEWHERE: [(&str, &[u32]); 9] = [
    (
        "counted_an_answer_counts_once_in_the_browser_that_asked_and_at_its_own_connection",
        &[45, 46, 48, 49, 57],
    ),
    (
        "whoever_the_provider_vouches_for_is_let_in_and_goes_on_where_he_wanted",
        &[58, 59],
    ),
    (
        "counted_one_provider_in_two_shops_speaks_for_each_by_itself",
        &[28, 47, 56, 70],
    ),
    (
        "counted_newcomers_are_taken_in_from_own_domains_with_the_roles_of_their_groups",
        &[62],
    ),
    ("counted_a_session_ends_with_the_one_at_the_provider", &[64]),
    (
        "counted_what_is_no_answer_at_all_is_refused_by_name",
        &[30, 36, 38, 39, 40, 52],
    ),
    ("counted_the_way_of_logging_in_that_is_asked_for_is_insisted_on", &[65]),
    (
        "counted_requests_to_log_out_that_are_not_the_providers_end_nothing",
        &[66, 67],
    ),
    (
        "counted_certificates_are_changed_without_a_gap_and_the_provider_stays_the_same",
        &[29, 68, 69],
    ),
];

#[test]
fn counted_every_case_of_the_list_has_a_test() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/sso/saml");
    let mut sources = String::new();
    for file in fs::read_dir(here).expect("the folder is there") {
        sources.push_str(&fs::read_to_string(file.expect("a file").path()).expect("it is text"));
    }
    let mut covered = BTreeSet::<u32>::new();
    for (test, cases) in ELSEWHERE {
        assert!(sources.contains(&format!("async fn {test}()")), "{test}");
        covered.extend(cases);
    }
    // Lies begin with the number of their case; one of two numbers that are found by the same check names both.
    for part in sources.split("Case(").skip(1) {
        let name = part.trim_start().trim_start_matches('"');
        let words = name.split(' ').map_while(|word| word.parse::<u32>().ok());
        covered.extend(words);
    }
    let missing: Vec<u32> = (1..=70).filter(|case| !covered.contains(case)).collect();
    report(&format!(
        "SAML attack list: {} of 70 cases have a test; without one: {missing:?}",
        70 - missing.len()
    ));
    assert!(missing.is_empty(), "{missing:?}");
}
