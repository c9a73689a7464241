//! Writes down what each step did.

use super::{Applied, RuleRef, Step};

/// Explanation in the making.
#[derive(Debug, Default)]
pub(super) struct Trail {
    steps: Vec<Applied>,
}

impl Trail {
    /// Notes that the price of a ticket changed. Tickets that stand one after the other and fared the same share a note.
    pub fn note(&mut self, step: Step, rule: Option<RuleRef>, ticket: usize, (before, after): (i64, i64)) {
        if before == after {
            return;
        }
        let at = u32::try_from(ticket).unwrap_or(u32::MAX);
        if let Some(last) = self.steps.last_mut() {
            let is_same = (last.step, last.rule, last.before, last.after) == (step, rule, before, after);
            if is_same && last.first.checked_add(last.count) == Some(at) {
                last.count += 1;
                return;
            }
        }
        self.steps.push(Applied {
            step,
            rule,
            first: at,
            count: 1,
            before,
            after,
        });
    }

    pub fn into_steps(self) -> Vec<Applied> {
        self.steps
    }
}
