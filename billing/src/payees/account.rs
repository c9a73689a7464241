//! What a provider tells of a payee's account, and what follows from it.

use bilten_kernel::{Currency, Id, IdKind, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Disabled, Tier};
use crate::provider::AccountRef;

/// Names a payee.
pub enum PayeeKind {}
impl IdKind for PayeeKind {
    const PREFIX: &'static str = "pye";
}
/// Identifies a payee.
pub type PayeeId = Id<PayeeKind>;

/// Who answers for the account, and who talks to its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// We answer for losses, pay the provider's fees and decide when money is paid out.
    Managed,
    /// The owner has an account of his own with the provider, with its dashboard, fees and payouts.
    SelfManaged,
}

impl Profile {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Managed, Self::SelfManaged];

    /// Name in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::SelfManaged => "self_managed",
        }
    }

    /// Reads the name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }
}

/// Where a payee stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayeeState {
    /// Written down; the provider has not made the account yet, as far as we know.
    Creating,
    /// The provider wants to know more before anything can be sold.
    Onboarding,
    /// It sells.
    Active,
    /// It sold, and does not now.
    Restricted,
    /// It is over; what it took can still be given back.
    Closed,
}

impl PayeeState {
    const ALL: [Self; 5] = [
        Self::Creating,
        Self::Onboarding,
        Self::Active,
        Self::Restricted,
        Self::Closed,
    ];

    /// Name in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Onboarding => "onboarding",
            Self::Active => "active",
            Self::Restricted => "restricted",
            Self::Closed => "closed",
        }
    }

    /// Reads the name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// State after the provider told this. What is closed stays closed.
    #[must_use]
    pub fn after(self, told: &Standing) -> Self {
        match (self, told.may_sell()) {
            (Self::Closed, _) => Self::Closed,
            (Self::Creating | Self::Onboarding | Self::Active | Self::Restricted, true) => Self::Active,
            (Self::Creating | Self::Onboarding, false) => Self::Onboarding,
            (Self::Active | Self::Restricted, false) => Self::Restricted,
        }
    }
}

/// Names of the facts that the provider wants, never the facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Requirements {
    /// Wanted by the deadline.
    pub currently_due: Vec<String>,
    /// Wanted some day.
    pub eventually_due: Vec<String>,
    /// Too late.
    pub past_due: Vec<String>,
    /// The provider looks at them.
    pub pending_verification: Vec<String>,
}

/// What a provider told of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The provider's name of the account.
    pub account: AccountRef,
    /// Country of its owner, as two letters.
    pub country: Option<String>,
    /// Currency in which it is paid out.
    pub currency: Option<Currency>,
    /// It may take payments.
    pub charges_enabled: bool,
    /// It is paid out.
    pub payouts_enabled: bool,
    /// It may take cards.
    pub can_take_cards: bool,
    /// Why the provider disabled something.
    pub disabled: Option<Disabled>,
    /// What it wants to know.
    pub requirements: Requirements,
    /// When what is due must be told.
    pub deadline: Option<Timestamp>,
    /// What tells the bank accounts that are paid out to from others; not known of providers that do not tell.
    pub bank: Option<String>,
}

impl Standing {
    /// The selling gate.
    pub const fn may_sell(&self) -> bool {
        self.charges_enabled && self.can_take_cards && self.disabled.is_none()
    }
}

/// A payee as we know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayeeAccount {
    /// Identity.
    pub id: PayeeId,
    /// Provider of the account.
    pub provider: String,
    /// The provider's name of it, once it is made.
    pub account: Option<AccountRef>,
    /// Who answers for it.
    pub profile: Profile,
    /// Where it stands.
    pub state: PayeeState,
    /// Country of its owner.
    pub country: String,
    /// Currency in which it is paid out.
    pub currency: Option<Currency>,
    /// It may take payments.
    pub charges_enabled: bool,
    /// It is paid out.
    pub payouts_enabled: bool,
    /// It may take cards.
    pub can_take_cards: bool,
    /// Why the provider disabled something.
    pub disabled: Option<Disabled>,
    /// What the provider wants to know.
    pub requirements: Requirements,
    /// When what is due must be told.
    pub deadline: Option<Timestamp>,
    /// What tells the bank accounts that are paid out to from others, as last told.
    pub bank: Option<String>,
    /// How far it is trusted.
    pub tier: Tier,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(may_sell: bool, disabled: Option<Disabled>) -> Standing {
        Standing {
            account: AccountRef::parse("acct_1").unwrap(),
            country: None,
            currency: None,
            charges_enabled: may_sell,
            payouts_enabled: false,
            can_take_cards: may_sell,
            disabled,
            requirements: Requirements::default(),
            deadline: None,
            bank: None,
        }
    }

    #[test]
    fn only_what_the_provider_says_opens_and_closes_the_gate() {
        use PayeeState::{Active, Closed, Creating, Onboarding, Restricted};
        let (yes, no) = (told(true, None), told(false, None));
        let blocked = told(true, Some(Disabled::UnderReview));
        for (state, news, after) in [
            (Creating, &no, Onboarding),
            (Creating, &yes, Active),
            (Onboarding, &no, Onboarding),
            (Onboarding, &yes, Active),
            (Active, &yes, Active),
            (Active, &no, Restricted),
            (Active, &blocked, Restricted),
            (Restricted, &blocked, Restricted),
            (Restricted, &yes, Active),
            (Closed, &yes, Closed),
        ] {
            assert_eq!(state.after(news), after, "{state:?}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for state in PayeeState::ALL {
            assert_eq!(PayeeState::from_name(state.name()), Some(state));
        }
        for profile in Profile::ALL {
            assert_eq!(Profile::from_name(profile.name()), Some(profile));
        }
    }
}
