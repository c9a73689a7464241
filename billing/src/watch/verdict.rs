//! From what differs to a verdict: pure.

use crate::proof::Check;

/// How a tenant's money stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Everything agrees.
    Sound,
    /// Something differed, and is looked at again.
    Suspected,
    /// It differed again.
    Off,
}

impl Verdict {
    /// Name in the database and in figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Suspected => "suspected",
            Self::Off => "off",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Sound, Self::Suspected, Self::Off]
            .into_iter()
            .find(|verdict| verdict.name() == name)
    }

    /// Judges a look by the one before it.
    pub fn next(before: Option<(Self, &[Check])>, now: &[Check]) -> Self {
        let differing: Vec<&Check> = now.iter().filter(|check| check.books != check.is).collect();
        if differing.is_empty() {
            return Self::Sound;
        }
        let Some((verdict, checks)) = before else {
            return Self::Suspected;
        };
        let is_again = |check: &&&Check| checks.iter().any(|old| is_same_fault(old, check));
        if verdict != Self::Sound && differing.iter().any(|check| is_again(&check)) {
            Self::Off
        } else {
            Self::Suspected
        }
    }
}

/// The same comparison, and it differs in the same direction.
fn is_same_fault(old: &Check, new: &Check) -> bool {
    (&old.code, &old.currency) == (&new.code, &new.currency)
        && old.books != old.is
        && (old.books < old.is) == (new.books < new.is)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, books: i64, is: i64) -> Check {
        Check {
            code: code.to_owned(),
            currency: None,
            books,
            is,
        }
    }

    /// The look before, this look, and what comes of it.
    type Case<'a> = (Option<(Verdict, &'a [Check])>, &'a [Check], Verdict);

    #[test]
    fn what_differs_twice_in_the_same_direction_is_real() {
        use Verdict::{Off, Sound, Suspected};
        let (fine, low, lower, high) = (
            [check("a", 5, 5)],
            [check("a", 5, 7)],
            [check("a", 5, 90)],
            [check("a", 5, 2)],
        );
        let other = [check("b", 5, 7)];
        let cases: [Case<'_>; 9] = [
            (None, &fine, Sound),
            (None, &low, Suspected),
            (Some((Sound, &fine)), &low, Suspected),
            (Some((Suspected, &low)), &lower, Off),
            (Some((Suspected, &low)), &high, Suspected),
            (Some((Suspected, &low)), &other, Suspected),
            (Some((Suspected, &low)), &fine, Sound),
            (Some((Off, &low)), &low, Off),
            (Some((Off, &low)), &fine, Sound),
        ];
        for (number, (before, now, verdict)) in cases.into_iter().enumerate() {
            assert_eq!(Verdict::next(before, now), verdict, "case {number}");
        }
        for verdict in [Sound, Suspected, Off] {
            assert_eq!(Verdict::from_name(verdict.name()), Some(verdict));
        }
        assert_eq!(Verdict::from_name("green"), None);
    }
}
