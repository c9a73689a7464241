//! What the provider wants to know, in a few words that everybody understands.

use std::collections::BTreeSet;

use super::Requirements;

/// What a wanted fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// The business: its kind, name, address, papers.
    Business,
    /// A person who owns or represents it.
    Person,
    /// The bank account that is paid out to.
    BankAccount,
    /// The provider's terms.
    Terms,
    /// Anything else.
    Other,
}

impl Topic {
    /// Name in the API and in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Person => "person",
            Self::BankAccount => "bank_account",
            Self::Terms => "terms",
            Self::Other => "other",
        }
    }

    fn of(fact: &str) -> Self {
        let root = fact.split('.').next().unwrap_or_default();
        match root {
            "business_type" | "business_profile" | "company" | "documents" | "settings" => Self::Business,
            "individual" | "representative" | "owners" | "directors" | "executives" | "relationship" => Self::Person,
            root if root.starts_with("person_") => Self::Person,
            "external_account" | "bank_account" => Self::BankAccount,
            "tos_acceptance" => Self::Terms,
            _ => Self::Other,
        }
    }
}

impl Requirements {
    /// What is wanted now, each topic once.
    pub fn topics(&self) -> Vec<Topic> {
        let wanted = self.currently_due.iter().chain(&self.past_due);
        let topics: BTreeSet<Topic> = wanted.map(|fact| Topic::of(fact)).collect();
        topics.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_become_topics() {
        let wanted = |facts: &[&str]| Requirements {
            currently_due: facts.iter().map(|fact| (*fact).to_owned()).collect(),
            ..Requirements::default()
        };
        assert_eq!(
            wanted(&[
                "external_account",
                "person_1Abc.dob.day",
                "individual.verification.document",
                "company.tax_id",
                "tos_acceptance.ip",
                "of_tomorrow.x"
            ])
            .topics(),
            [
                Topic::Business,
                Topic::Person,
                Topic::BankAccount,
                Topic::Terms,
                Topic::Other
            ]
        );
        assert!(wanted(&[]).topics().is_empty());
    }
}
