//! Whether a balance is as the books say: a pure decision.

/// What was found of a balance, in one currency. Amounts are minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Sum of the lines.
    pub lines: i64,
    /// What the provider says lies there.
    pub told: i64,
    /// Lines that nobody can explain.
    pub riddles: i64,
    /// Things of ours without a line.
    pub gaps: i64,
    /// Payouts that should have arrived long ago.
    pub overdue: i64,
}

/// What is wrong; nothing means that all is well.
pub(super) fn judge(found: &Found) -> Vec<&'static str> {
    [
        (found.lines != found.told, "sum"),
        (found.riddles > 0, "unexplained"),
        (found.gaps > 0, "missing"),
        (found.overdue > 0, "overdue"),
    ]
    .into_iter()
    .filter_map(|(is_so, what)| is_so.then_some(what))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_agrees_in_everything_is_green() {
        let fine = Found {
            lines: -5,
            told: -5,
            ..Found::default()
        };
        assert!(judge(&fine).is_empty());
        for (found, what) in [
            (Found { told: -4, ..fine }, "sum"),
            (Found { riddles: 1, ..fine }, "unexplained"),
            (Found { gaps: 1, ..fine }, "missing"),
            (Found { overdue: 1, ..fine }, "overdue"),
        ] {
            assert_eq!(judge(&found), [what]);
        }
    }
}
