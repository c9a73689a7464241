//! Decides about a payment from what was counted. Pure: the same facts in any order give the same decision.

use std::collections::BTreeSet;

use bilten_kernel::Timestamp;
use jiff::SignedDuration;

use super::rule::{Action, Metric, Rule, Subject};

/// Length of the pieces of time in which tries and declines are counted.
pub const BUCKET: SignedDuration = SignedDuration::from_mins(1);

/// Something that was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// Of whom.
    pub subject: Subject,
    /// What.
    pub metric: Metric,
    /// When: the beginning of a piece of time, or when a card or an address was last seen.
    pub at: Timestamp,
    /// How many.
    pub count: u32,
}

/// What is done with a payment, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// What the rules in force ask for; nothing for a payment that simply goes on.
    pub actions: BTreeSet<Action>,
    /// Codes of the rules that bit.
    pub reasons: BTreeSet<&'static str>,
    /// What rules on trial would have asked for.
    pub shadow_actions: BTreeSet<Action>,
    /// Codes of the rules on trial that bit.
    pub shadow_reasons: BTreeSet<&'static str>,
}

impl Decision {
    /// Tells whether the rules ask for this.
    pub fn asks_for(&self, action: Action) -> bool {
        self.actions.contains(&action)
    }

    /// Adds an action that no rule asked for.
    pub fn add(&mut self, action: Action, reason: &'static str) {
        self.actions.insert(action);
        self.reasons.insert(reason);
    }
}

/// Decides. A rule bites when as many as its threshold fell into its window; a piece of time counts as long as its end lies
/// in the window, so that nothing slips through between two pieces.
pub fn decide(rules: &[Rule], facts: &[Fact], now: Timestamp) -> Decision {
    let mut decision = Decision::default();
    for rule in rules
        .iter()
        .filter(|rule| count(rule, facts, now) >= u64::from(rule.threshold))
    {
        let (actions, reasons) = if rule.is_shadow {
            (&mut decision.shadow_actions, &mut decision.shadow_reasons)
        } else {
            (&mut decision.actions, &mut decision.reasons)
        };
        actions.insert(rule.action);
        reasons.insert(rule.code);
    }
    decision
}

/// Tells of whom some rule would bite.
pub fn subjects_that_trip(rules: &[Rule], facts: &[Fact], now: Timestamp) -> BTreeSet<Subject> {
    let bites = |rule: &&Rule| count(rule, facts, now) >= u64::from(rule.threshold);
    rules.iter().filter(bites).map(|rule| rule.subject).collect()
}

fn count(rule: &Rule, facts: &[Fact], now: Timestamp) -> u64 {
    let of_rule = facts
        .iter()
        .filter(|fact| (fact.subject, fact.metric) == (rule.subject, rule.metric));
    of_rule
        .filter(|fact| is_within(fact, rule.window, now))
        .map(|fact| u64::from(fact.count))
        .sum()
}

fn is_within(fact: &Fact, window: SignedDuration, now: Timestamp) -> bool {
    let length = match fact.metric {
        Metric::Attempts | Metric::Declines => BUCKET,
        Metric::Cards | Metric::Mails => SignedDuration::ZERO,
    };
    // A clock of another node may be ahead of ours: what seems to come is as good as what has just been.
    now.duration_since(fact.at) - length < window
}

/// Beginning of the piece of time that an instant lies in.
pub fn bucket_of(at: Timestamp) -> Timestamp {
    let second = at.as_second();
    Timestamp::from_second(second - second.rem_euclid(BUCKET.as_secs())).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::risk::rule::{defaults, rules_with};

    const SECOND: SignedDuration = SignedDuration::from_secs(1);

    fn now() -> Timestamp {
        "2031-05-01T10:00:30Z".parse().unwrap()
    }

    fn fact(subject: Subject, metric: Metric, ago: SignedDuration, count: u32) -> Fact {
        Fact {
            subject,
            metric,
            at: now() - ago,
            count,
        }
    }

    fn reasons(facts: &[Fact]) -> Vec<&'static str> {
        decide(defaults(), facts, now()).reasons.into_iter().collect()
    }

    #[test]
    fn every_rule_bites_at_its_threshold_and_not_before() {
        for rule in defaults() {
            let bites = |count| {
                let facts = [fact(rule.subject, rule.metric, SECOND, count)];
                let decision = decide(&[*rule], &facts, now());
                let seen = if rule.is_shadow {
                    decision.shadow_actions
                } else {
                    decision.actions
                };
                seen == BTreeSet::from([rule.action])
            };
            assert!(
                !bites(rule.threshold - 1) && bites(rule.threshold) && bites(u32::MAX),
                "{}",
                rule.code
            );
        }
    }

    #[test]
    fn five_declines_in_a_quarter_of_an_hour_slow_a_buyer_down_and_ten_stop_him() {
        let declines = |count| reasons(&[fact(Subject::Device, Metric::Declines, SECOND, count)]);
        assert_eq!(declines(4), [""; 0]);
        assert_eq!(declines(5), ["device-declines"]);
        assert_eq!(declines(10), ["device-declines", "device-declines-many"]);
        let cards = |count| reasons(&[fact(Subject::Mail, Metric::Cards, SECOND, count)]);
        assert_eq!((cards(2), cards(3)), (vec![], vec!["mail-cards"]));
        // What counts against one person does not against a town.
        let town = [fact(Subject::Network, Metric::Declines, SECOND, 10)];
        assert_eq!(reasons(&town), ["network-declines-some"]);
    }

    #[test]
    fn a_window_ends_where_it_says() {
        let quarter = SignedDuration::from_mins(15);
        let cards = |ago| reasons(&[fact(Subject::Mail, Metric::Cards, ago, 3)]);
        assert_eq!(cards(quarter - SECOND), ["mail-cards"]);
        assert_eq!(cards(quarter), [""; 0]);
        // A piece of time counts until its end has left the window, also when it seems to lie ahead.
        let declines = |ago| reasons(&[fact(Subject::Mail, Metric::Declines, ago, 5)]);
        assert_eq!(declines(quarter + BUCKET - SECOND), ["mail-declines"]);
        assert_eq!(declines(quarter + BUCKET), [""; 0]);
        assert_eq!(declines(-BUCKET), ["mail-declines"]);
    }

    #[test]
    fn pieces_of_a_window_add_up_and_begin_at_the_minute() {
        let minute = |number| fact(Subject::Mail, Metric::Declines, SignedDuration::from_mins(number), 1);
        let five: Vec<Fact> = (0..5).map(minute).collect();
        assert_eq!(reasons(&five), ["mail-declines"]);
        assert_eq!(reasons(&five[1..]), [""; 0]);
        assert_eq!(bucket_of(now()).to_string(), "2031-05-01T10:00:00Z");
        assert_eq!(bucket_of(bucket_of(now())), bucket_of(now()));
        let before_1970 = Timestamp::from_second(-61).unwrap();
        assert_eq!(bucket_of(before_1970).as_second(), -120);
    }

    #[test]
    fn a_rule_on_trial_says_what_it_would_have_done_and_does_nothing() {
        let decision = decide(defaults(), &[fact(Subject::Network, Metric::Mails, SECOND, 15)], now());
        assert!(decision.actions.is_empty() && decision.reasons.is_empty());
        assert_eq!(decision.shadow_actions, BTreeSet::from([Action::Challenge]));
        assert_eq!(decision.shadow_reasons, BTreeSet::from(["network-mails"]));
    }

    fn facts() -> impl Strategy<Value = Vec<Fact>> {
        let one = (
            prop::sample::select(Subject::ALL.to_vec()),
            prop::sample::select(Metric::ALL.to_vec()),
            -60_i64..5_000,
            0_u32..20,
        );
        let made =
            one.prop_map(|(subject, metric, ago, count)| fact(subject, metric, SignedDuration::from_secs(ago), count));
        prop::collection::vec(made, 0..30)
    }

    proptest! {
        #[test]
        fn the_order_of_facts_and_rules_says_nothing(
            (told, shuffled) in facts().prop_flat_map(|told| (Just(told.clone()), Just(told).prop_shuffle())),
            rules in Just(rules_with(&[])).prop_shuffle(),
        ) {
            prop_assert_eq!(decide(defaults(), &told, now()), decide(&rules, &shuffled, now()));
        }

        #[test]
        fn more_facts_never_make_a_decision_milder(told in facts(), more in facts()) {
            let before = decide(defaults(), &told, now());
            let after = decide(defaults(), &[told, more].concat(), now());
            prop_assert!(after.actions.is_superset(&before.actions));
            prop_assert!(after.reasons.is_superset(&before.reasons));
        }

        #[test]
        fn time_alone_only_makes_a_decision_milder(told in facts(), later in 0_i64..10_000) {
            let before = decide(defaults(), &told, now());
            let after = decide(defaults(), &told, now() + SignedDuration::from_secs(later));
            prop_assert!(before.actions.is_superset(&after.actions));
        }
    }
}
