//! Which cases of the lists about second factors and sessions have a test of their own.

use std::{collections::BTreeSet, fs, path::Path};

use bilten_tests::report;

/// Attacks on second factors, by number; 28 in all.
const FACTORS: [(&str, &str, &str); 25] = [
    (
        "01",
        "a code used twice",
        "mfa_01_02_a_code_counts_once_and_one_step_around_now",
    ),
    (
        "02",
        "a code two steps off",
        "mfa_01_02_a_code_counts_once_and_one_step_around_now",
    ),
    (
        "03",
        "guessing from many networks",
        "mfa_03_04_guessing_is_counted_per_account_and_does_not_shut_a_known_browser_out",
    ),
    (
        "04",
        "locking the owner out",
        "mfa_03_04_guessing_is_counted_per_account_and_does_not_shut_a_known_browser_out",
    ),
    (
        "05",
        "the secret shown twice",
        "mfa_05_the_secret_is_shown_until_the_first_code_and_never_again",
    ),
    (
        "06",
        "enrolling without a fresh proof",
        "mfa_06_07_enrolling_removing_and_new_codes_ask_for_a_fresh_proof",
    ),
    (
        "07",
        "removing without a fresh proof",
        "mfa_06_07_enrolling_removing_and_new_codes_ask_for_a_fresh_proof",
    ),
    (
        "08",
        "a recovery code used twice",
        "mfa_08_09_a_recovery_code_counts_once_and_for_its_owner",
    ),
    (
        "09",
        "a recovery code of somebody else",
        "mfa_08_09_a_recovery_code_counts_once_and_for_its_owner",
    ),
    (
        "10",
        "a code to a number that nobody confirmed",
        "mfa_10_a_number_counts_once_its_code_came_back_and_only_where_the_tenant_allows",
    ),
    (
        "11",
        "messages at the cost of others",
        "mfa_11_messages_have_a_budget_per_account_and_per_tenant",
    ),
    (
        "12",
        "a code of another transaction",
        "mfa_12_a_code_is_good_once_for_what_it_was_sent_for",
    ),
    (
        "13",
        "a passkey for another host",
        "mfa_13_14_16_17_a_passkey_that_does_not_fit_lets_nobody_in",
    ),
    (
        "14",
        "a passkey shown to another origin",
        "mfa_13_14_16_17_a_passkey_that_does_not_fit_lets_nobody_in",
    ),
    (
        "15",
        "a challenge answered twice",
        "mfa_15_a_challenge_is_answered_once_by_whom_it_was_made_for",
    ),
    (
        "16",
        "a passkey that verified nobody",
        "mfa_13_14_16_17_a_passkey_that_does_not_fit_lets_nobody_in",
    ),
    (
        "17",
        "a copied passkey",
        "mfa_13_14_16_17_a_passkey_that_does_not_fit_lets_nobody_in",
    ),
    (
        "18",
        "a passkey without attestation, which is fine",
        "mfa_18_a_passkey_without_attestation_is_made_and_logs_in_alone",
    ),
    (
        "19",
        "a passkey of another account",
        "mfa_19_a_passkey_of_another_account_is_nobody_else",
    ),
    (
        "20",
        "a role raised during a session",
        "mfa_20_who_gets_a_role_that_is_obliged_is_obliged_with_the_next_request",
    ),
    (
        "21",
        "a new password instead of the factor",
        "mfa_21_a_new_password_and_a_link_by_mail_skip_no_factor",
    ),
    (
        "23",
        "the API instead of the factor",
        "mfa_23_a_half_done_log_in_is_nobody_at_the_api",
    ),
    (
        "26",
        "a proof that runs out while a form is open",
        "an_old_proof_sends_one_to_prove_oneself_and_back",
    ),
    (
        "27",
        "the end of grace",
        "mfa_27_grace_shows_a_banner_and_then_nothing_but_the_set_up",
    ),
    (
        "28",
        "every factor lost",
        "mfa_28_a_lost_factor_is_forgotten_after_an_owner_approved_and_the_delay",
    ),
];

/// Attacks on sessions, by number; 26 in all, of which eight are about what ends a session.
const SESSIONS: [(&str, &str, &str); 4] = [
    (
        "19",
        "a session given by the attacker",
        "a_new_log_in_ends_the_browsers_former_session",
    ),
    (
        "20",
        "a session left alone",
        "a_session_dies_of_twelve_idle_hours_or_seven_days",
    ),
    (
        "21",
        "a session that is never left alone",
        "limits_of_one_tenant_hold_for_its_sessions_at_once",
    ),
    (
        "23",
        "a role taken away during a session",
        "a_change_counts_for_the_next_request_on_every_node",
    ),
];

#[test]
fn counted_cases_of_factors_and_sessions_have_a_test() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/sso");
    let mut sources = String::new();
    for file in fs::read_dir(here).expect("the folder is there") {
        let mut path = file.expect("a file").path();
        if path.is_dir() {
            path = path.join("mod.rs");
        }
        if path.is_file() {
            sources.push_str(&fs::read_to_string(path).expect("it is text"));
        }
    }
    let mut missing = Vec::new();
    for (number, case, test) in FACTORS.iter().chain(&SESSIONS) {
        if !sources.contains(&format!("async fn {test}()")) {
            missing.push(format!("{number} {case}: {test}"));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    let numbers = |list: &[(&str, &str, &str)]| {
        list.iter()
            .map(|(number, ..)| (*number).to_owned())
            .collect::<BTreeSet<_>>()
    };
    report(&format!(
        "second factors: {} of 28 cases have a test ({:?}); sessions: {} of 26 ({:?})",
        FACTORS.len(),
        numbers(&FACTORS),
        SESSIONS.len(),
        numbers(&SESSIONS)
    ));
}
