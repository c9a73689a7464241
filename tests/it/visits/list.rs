//! Ways in which an operator could be where he should not be. Each is tried by the test that is named.

use bilten_tests::report;

/// Number, what is tried, and the test that tries it.
const CASES: [(u8, &str, &str); 26] = [
    (1, "ask without a reason", "cases::a_question_has_a_reason_and_an_end"),
    (
        2,
        "ask for longer than an hour",
        "cases::a_question_has_a_reason_and_an_end",
    ),
    (
        3,
        "draw on the owners' screen with the reason",
        "cases::a_question_has_a_reason_and_an_end",
    ),
    (
        4,
        "visit who lets nobody in",
        "cases::who_lets_nobody_in_is_not_visited",
    ),
    (5, "enter before an answer", "cases::nobody_enters_without_a_word"),
    (6, "enter after a refusal", "cases::nobody_enters_without_a_word"),
    (
        7,
        "enter after the answer has lapsed",
        "cases::nobody_enters_without_a_word",
    ),
    (
        8,
        "be let in by somebody who may not",
        "cases::only_who_may_lets_in_and_only_owners_grant_more",
    ),
    (
        9,
        "be granted more by somebody who is no owner",
        "cases::only_who_may_lets_in_and_only_owners_grant_more",
    ),
    (
        10,
        "enter when the window is closed",
        "cases::a_window_opens_to_looking_around_and_closes",
    ),
    (
        11,
        "ask for more in a window",
        "cases::a_window_opens_to_looking_around_and_closes",
    ),
    (12, "use a code twice", "cases::a_code_counts_once_soon_and_here"),
    (13, "use a code too late", "cases::a_code_counts_once_soon_and_here"),
    (
        14,
        "use a code or a visit at another tenant",
        "cases::a_code_counts_once_soon_and_here",
    ),
    (
        15,
        "begin a visit of another operator",
        "cases::a_visit_is_its_operators_alone",
    ),
    (16, "stay after the time is up", "ends::a_visit_ends_with_its_time"),
    (
        17,
        "stay after the tenant ended it, on any node",
        "ends::an_end_counts_at_once_on_every_node",
    ),
    (
        18,
        "stay after the log-out",
        "ends::a_visit_ends_with_the_operators_session",
    ),
    (
        19,
        "change something while looking around",
        "walk::each_route_opens_as_far_as_the_visit_goes",
    ),
    (
        20,
        "see buyers",
        "inside::buyers_are_seen_only_where_an_owner_granted_it",
    ),
    (
        21,
        "reach keys, log-ins, payouts, roles, files, with whatever was granted",
        "walk::each_route_opens_as_far_as_the_visit_goes",
    ),
    (22, "grant himself a role", "inside::a_visitor_grants_himself_nothing"),
    (
        23,
        "answer his own question, change the rules",
        "inside::a_visitor_grants_himself_nothing",
    ),
    (
        24,
        "read the record of his own visit",
        "inside::a_visitor_does_not_see_how_he_is_seen",
    ),
    (25, "visit from a visit", "inside::a_visit_leads_nowhere_else"),
    (
        26,
        "send a form with another token",
        "cases::a_visit_is_its_operators_alone",
    ),
];

#[test]
fn counted_visits_are_attacked_in_every_listed_way() {
    assert!(CASES.iter().enumerate().all(|(at, (n, ..))| usize::from(*n) == at + 1));
    let sources = [
        include_str!("cases.rs"),
        include_str!("ends.rs"),
        include_str!("inside.rs"),
        include_str!("walk.rs"),
    ]
    .concat();
    for (number, what, test) in CASES {
        let name = test.rsplit("::").next().unwrap();
        assert!(
            sources.contains(&format!("async fn {name}")),
            "V{number:02} {what}: {test} is gone"
        );
    }
    report(&format!("visits of operators: {0} of {0} cases tried", CASES.len()));
}
