//! Why a provider disabled an account: a closed list, so that each reason has a sentence and something to do.

/// Reason, in our words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disabled {
    /// A way of paying was asked for that needs something done first.
    ActionRequired,
    /// The owner may be on a list of sanctions; the provider looks into it.
    Listed,
    /// The platform's operators paused the account.
    Paused,
    /// Refused as fraud.
    RefusedFraud,
    /// Refused because its owner could not be verified.
    RefusedUnverified,
    /// Refused because its owner is on a list of sanctions.
    RefusedListed,
    /// Refused because its business is not allowed.
    RefusedTerms,
    /// Refused for another reason.
    Refused,
    /// Something was not told in time.
    PastDue,
    /// What was told is being checked.
    BeingChecked,
    /// The provider looks at the account.
    UnderReview,
    /// Something that we have no words for.
    Other,
}

/// What can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Tell the provider what it wants to know.
    Tell,
    /// Wait; there is nothing to tell.
    Wait,
    /// Ask the platform's operators.
    AskPlatform,
    /// This account is over; another may be opened.
    StartAnew,
}

impl Disabled {
    /// All reasons.
    pub const ALL: [Self; 12] = [
        Self::ActionRequired,
        Self::Listed,
        Self::Paused,
        Self::RefusedFraud,
        Self::RefusedUnverified,
        Self::RefusedListed,
        Self::RefusedTerms,
        Self::Refused,
        Self::PastDue,
        Self::BeingChecked,
        Self::UnderReview,
        Self::Other,
    ];

    /// Name in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ActionRequired => "action_required",
            Self::Listed => "listed",
            Self::Paused => "paused",
            Self::RefusedFraud => "refused_fraud",
            Self::RefusedUnverified => "refused_unverified",
            Self::RefusedListed => "refused_listed",
            Self::RefusedTerms => "refused_terms",
            Self::Refused => "refused",
            Self::PastDue => "past_due",
            Self::BeingChecked => "being_checked",
            Self::UnderReview => "under_review",
            Self::Other => "other",
        }
    }

    /// Reads the name; one that is not known is [`Other`](Self::Other).
    pub fn from_name(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|reason| reason.name() == name)
            .unwrap_or(Self::Other)
    }

    /// Tells what can be done.
    pub const fn remedy(self) -> Remedy {
        match self {
            Self::ActionRequired | Self::PastDue => Remedy::Tell,
            Self::BeingChecked | Self::UnderReview | Self::Listed => Remedy::Wait,
            Self::Paused | Self::Other => Remedy::AskPlatform,
            Self::RefusedFraud | Self::RefusedUnverified | Self::RefusedListed | Self::RefusedTerms | Self::Refused => {
                Remedy::StartAnew
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_new_ones_do_no_harm() {
        for reason in Disabled::ALL {
            assert_eq!(Disabled::from_name(reason.name()), reason);
        }
        assert_eq!(Disabled::from_name("of tomorrow"), Disabled::Other);
    }
}
