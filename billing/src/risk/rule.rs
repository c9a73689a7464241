//! Rules about speed: what is counted of whom, over which time, from how many on, and what is done then.

use jiff::SignedDuration;

/// Of whom something is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The cart that is paid.
    Cart,
    /// The buyer's browser, as long as it keeps our cookie.
    Device,
    /// The buyer's mail address.
    Mail,
    /// The network that he asks from. Many people may share one.
    Network,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Tries to pay that were looked at: a second one of an order, or one of somebody who had declines.
    Attempts,
    /// Tries that the bank refused.
    Declines,
    /// Different cards that were refused.
    Cards,
    /// Different mail addresses whose tries were refused.
    Mails,
}

/// What is done from the threshold on. The order is that of severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// The payment goes on, and staff see why they may want to look at it.
    Review,
    /// The payment goes on, and the bank is asked to make sure that it is the card's owner.
    ThreeDSecure,
    /// The buyer works or waits before the payment goes on.
    Challenge,
    /// The payment does not go on.
    Block,
}

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Names the rule in settings and as a reason.
    pub code: &'static str,
    /// What is counted.
    pub metric: Metric,
    /// Of whom.
    pub subject: Subject,
    /// Over which time.
    pub window: SignedDuration,
    /// From how many on the rule bites.
    pub threshold: u32,
    /// What is done then.
    pub action: Action,
    /// The rule only says what it would have done.
    pub is_shadow: bool,
}

/// What a tenant wants otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Code of the rule.
    pub code: String,
    /// From how many on it bites.
    pub threshold: u32,
    /// It only says what it would have done.
    pub is_shadow: bool,
}

/// Why a rule cannot be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutOfBounds {
    /// There is no such rule.
    #[error("there is no such rule")]
    Unknown,
    /// The threshold is too low or too high.
    #[error("the threshold must lie between {min} and {max}")]
    Threshold {
        /// Lowest.
        min: u32,
        /// Highest.
        max: u32,
    },
    /// What stops card testing cannot be switched off by a tenant: banks would hold it against all.
    #[error("the rule protects all shops and cannot be silenced")]
    Guarding,
}

const QUARTER: SignedDuration = SignedDuration::from_mins(15);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// Longest window of a rule; older counts are thrown away.
pub const LONGEST_WINDOW: SignedDuration = HOUR;
/// How many times as much as the platform's a tenant's threshold may be.
const MOST_TIMES: u32 = 4;

use Action::{Block, Challenge, Review, ThreeDSecure};
use Metric::{Attempts, Cards, Declines, Mails};
use Subject::{Cart, Device, Mail, Network};

/// Rules of the platform. One person gets little room. A network gets more, for a town may be behind its address; it is
/// slowed early and stopped late.
const DEFAULTS: [Rule; 15] = [
    rule("cart-cards", Cards, Cart, QUARTER, 3, Challenge),
    rule("cart-declines", Declines, Cart, QUARTER, 2, ThreeDSecure),
    rule("device-cards", Cards, Device, QUARTER, 3, Challenge),
    rule("device-declines", Declines, Device, QUARTER, 5, Challenge),
    rule("device-declines-many", Declines, Device, QUARTER, 10, Block),
    rule("mail-cards", Cards, Mail, QUARTER, 3, Challenge),
    rule("mail-declines", Declines, Mail, QUARTER, 5, Challenge),
    rule("mail-declines-many", Declines, Mail, QUARTER, 10, Block),
    rule("mail-attempts", Attempts, Mail, HOUR, 20, Review),
    rule("network-cards", Cards, Network, QUARTER, 8, Challenge),
    rule("network-cards-many", Cards, Network, QUARTER, 40, Block),
    rule("network-declines", Declines, Network, QUARTER, 12, Challenge),
    rule("network-declines-many", Declines, Network, QUARTER, 120, Block),
    rule("network-declines-some", Declines, Network, QUARTER, 8, ThreeDSecure),
    Rule {
        is_shadow: true,
        ..rule("network-mails", Mails, Network, HOUR, 15, Challenge)
    },
];

const fn rule(
    code: &'static str,
    metric: Metric,
    subject: Subject,
    window: SignedDuration,
    threshold: u32,
    action: Action,
) -> Rule {
    Rule {
        code,
        metric,
        subject,
        window,
        threshold,
        action,
        is_shadow: false,
    }
}

/// Returns the platform's rules.
pub const fn defaults() -> &'static [Rule] {
    &DEFAULTS
}

/// Returns the rules of a tenant. What it wanted before the platform moved the bounds is drawn to them.
pub fn rules_with(overrides: &[Override]) -> Vec<Rule> {
    let of = |rule: &Rule| {
        let wish = overrides.iter().find(|wish| wish.code == rule.code)?;
        let (min, max) = rule.bounds();
        Some(Rule {
            threshold: wish.threshold.clamp(min, max),
            is_shadow: wish.is_shadow && !rule.is_guarding(),
            ..*rule
        })
    };
    DEFAULTS.iter().map(|rule| of(rule).unwrap_or(*rule)).collect()
}

impl Rule {
    /// Finds a rule of the platform.
    pub fn find(code: &str) -> Option<Self> {
        DEFAULTS.into_iter().find(|rule| rule.code == code)
    }

    /// Lowest and highest threshold that a tenant may set: below two, a single typo would bite.
    pub const fn bounds(&self) -> (u32, u32) {
        (2, self.threshold * MOST_TIMES)
    }

    /// The rule with half its threshold: who has come so far is worth a look at his next try.
    #[must_use]
    pub const fn halfway(self) -> Self {
        Self {
            threshold: self.threshold.div_ceil(2),
            ..self
        }
    }

    const fn is_guarding(&self) -> bool {
        matches!(self.action, Block)
    }
}

impl Override {
    /// Checks a wish.
    ///
    /// # Errors
    /// See [`OutOfBounds`].
    pub fn check(&self) -> Result<Rule, OutOfBounds> {
        let rule = Rule::find(&self.code).ok_or(OutOfBounds::Unknown)?;
        let (min, max) = rule.bounds();
        if !(min..=max).contains(&self.threshold) {
            return Err(OutOfBounds::Threshold { min, max });
        }
        if self.is_shadow && rule.is_guarding() {
            return Err(OutOfBounds::Guarding);
        }
        Ok(rule)
    }
}

impl Subject {
    /// Everybody of whom something is counted.
    pub const ALL: [Self; 4] = [Cart, Device, Mail, Network];

    /// Name in hashed keys and settings.
    pub const fn name(self) -> &'static str {
        match self {
            Cart => "cart",
            Device => "device",
            Mail => "mail",
            Network => "network",
        }
    }
}

impl Metric {
    /// Everything that is counted.
    pub const ALL: [Self; 4] = [Attempts, Declines, Cards, Mails];

    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Attempts => "attempts",
            Declines => "declines",
            Cards => "cards",
            Mails => "mails",
        }
    }

    /// Reads the name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }
}

impl Action {
    /// All actions, the mildest first.
    pub const ALL: [Self; 4] = [Review, ThreeDSecure, Challenge, Block];

    /// Name in the database and in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Review => "review",
            ThreeDSecure => "three_d_secure",
            Challenge => "challenge",
            Block => "block",
        }
    }

    /// Reads the name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn rules_have_names_of_their_own_and_fit_into_what_is_kept() {
        let codes: BTreeSet<_> = defaults().iter().map(|rule| rule.code).collect();
        assert_eq!(codes.len(), defaults().len());
        for rule in defaults() {
            let (min, max) = rule.bounds();
            assert!((min..=max).contains(&rule.threshold), "{}", rule.code);
            assert!(rule.window <= LONGEST_WINDOW, "{}", rule.code);
            assert_eq!(Rule::find(rule.code), Some(*rule));
        }
        assert_eq!(rules_with(&[]), defaults());
    }

    #[test]
    fn a_tenant_moves_rules_within_bounds_and_silences_none_that_guards_all() {
        let wish = |code: &str, threshold, is_shadow| Override {
            code: code.to_owned(),
            threshold,
            is_shadow,
        };
        assert!(wish("device-declines", 8, true).check().is_ok());
        let bounds = OutOfBounds::Threshold { min: 2, max: 20 };
        for (odd, error) in [
            (wish("nothing", 5, false), OutOfBounds::Unknown),
            (wish("device-declines", 1, false), bounds),
            (wish("device-declines", 21, false), bounds),
            (wish("device-declines-many", 10, true), OutOfBounds::Guarding),
        ] {
            assert_eq!(odd.check(), Err(error), "{odd:?}");
        }
        let rules = rules_with(&[wish("device-declines", 900, true), wish("mail-declines-many", 20, true)]);
        let of = |code: &str| *rules.iter().find(|rule| rule.code == code).unwrap();
        assert_eq!(
            (of("device-declines").threshold, of("device-declines").is_shadow),
            (20, true)
        );
        assert_eq!(
            (of("mail-declines-many").threshold, of("mail-declines-many").is_shadow),
            (20, false)
        );
    }

    #[test]
    fn names_are_read_back() {
        assert!(Metric::ALL.into_iter().all(|m| Metric::from_name(m.name()) == Some(m)));
        assert!(Action::ALL.into_iter().all(|a| Action::from_name(a.name()) == Some(a)));
        assert_eq!(Metric::from_name("allow"), None);
    }
}
