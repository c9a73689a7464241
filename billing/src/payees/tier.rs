//! How far a payee is trusted, and what follows from it. It is reckoned from what happened, never from what somebody says of
//! himself; only an operator can vouch for more.

use bilten_kernel::{Currency, Money};

/// Contests that say nothing: anybody has one or two.
const FEW_CONTESTS: i64 = 2;
/// Hundredths of a per cent in a whole.
const WHOLE_BP: i64 = 10_000;

/// How far a payee is trusted; each is more than those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Nothing is known of it yet, or too much is contested.
    Unproven,
    /// An event of it took place.
    Known,
    /// Several did, over half a year.
    Proven,
    /// Many did, over a year.
    Trusted,
}

/// What a tier is reckoned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierFacts {
    /// The provider wants to know nothing more of its owner.
    pub is_verified: bool,
    /// Days since it was opened.
    pub days: i64,
    /// Events that took place and whose money is free.
    pub events: u32,
    /// Orders that it was paid within half a year.
    pub payments: i64,
    /// Those that were contested.
    pub contests: i64,
}

impl TierFacts {
    /// Share that is contested, in hundredths of a per cent.
    const fn contested_bp(&self) -> i64 {
        if self.contests <= FEW_CONTESTS {
            0
        } else if self.payments < self.contests {
            WHOLE_BP
        } else {
            self.contests * WHOLE_BP / self.payments
        }
    }
}

impl Tier {
    /// All, the least trusted first.
    pub const ALL: [Self; 4] = [Self::Unproven, Self::Known, Self::Proven, Self::Trusted];

    /// Name in the database, on the command line and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unproven => "unproven",
            Self::Known => "known",
            Self::Proven => "proven",
            Self::Trusted => "trusted",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.name() == name)
    }

    /// What the facts amount to.
    pub const fn reckon(facts: &TierFacts) -> Self {
        match (facts.days, facts.events, facts.contested_bp()) {
            (_, _, 100..) => Self::Unproven,
            _ if !facts.is_verified => Self::Unproven,
            (365.., 20.., ..20) => Self::Trusted,
            (180.., 5.., ..50) => Self::Proven,
            (30.., 1.., _) => Self::Known,
            _ => Self::Unproven,
        }
    }

    /// Share of its money that stays until the reserve's date, in hundredths of a per cent.
    pub const fn reserve_bp(self) -> i32 {
        match self {
            Self::Unproven | Self::Known => 1_000,
            Self::Proven => 500,
            Self::Trusted => 250,
        }
    }

    /// How much may be paid out before its event is over, in all; none is no limit.
    pub fn limit(self, currency: Currency) -> Option<Money> {
        let euros = match self {
            Self::Unproven => 2_000,
            Self::Known => 20_000,
            Self::Proven => 100_000,
            Self::Trusted => return None,
        };
        let minor = euros * units_of_a_euro(currency) * 10_i64.pow(currency.exponent());
        Some(Money::new(minor, currency))
    }
}

/// About so many units are worth a euro. A limit is a rough thing: it does no harm that this is wrong by a half.
fn units_of_a_euro(currency: Currency) -> i64 {
    match currency.code() {
        "NOK" | "SEK" | "DKK" => 10,
        "PLN" | "RON" | "ILS" => 4,
        "CZK" | "TRY" => 25,
        "ISK" | "JPY" => 150,
        "HUF" => 400,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn facts(days: i64, events: u32, (payments, contests): (i64, i64)) -> TierFacts {
        TierFacts {
            is_verified: true,
            days,
            events,
            payments,
            contests,
        }
    }

    #[test]
    fn trust_grows_with_events_and_time_and_ends_with_contests() {
        for (facts, tier) in [
            (facts(0, 0, (0, 0)), Tier::Unproven),
            (facts(400, 0, (900, 0)), Tier::Unproven),
            (facts(29, 3, (900, 0)), Tier::Unproven),
            (facts(30, 1, (1, 0)), Tier::Known),
            (facts(30, 1, (10, 2)), Tier::Known),
            (facts(30, 1, (10, 3)), Tier::Unproven),
            (facts(180, 5, (1_000, 4)), Tier::Proven),
            (facts(180, 5, (1_000, 5)), Tier::Known),
            (facts(365, 20, (10_000, 10)), Tier::Trusted),
            (facts(365, 20, (10_000, 30)), Tier::Proven),
            (facts(365, 20, (10_000, 100)), Tier::Unproven),
            (facts(365, 20, (0, 3)), Tier::Unproven),
        ] {
            assert_eq!(Tier::reckon(&facts), tier, "{facts:?}");
        }
        let hidden = TierFacts {
            is_verified: false,
            ..facts(365, 20, (10_000, 0))
        };
        assert_eq!(Tier::reckon(&hidden), Tier::Unproven);
    }

    #[test]
    fn who_is_trusted_more_may_owe_more_and_keeps_less_back() {
        for pair in Tier::ALL.windows(2) {
            assert!(pair[0] < pair[1] && pair[0].reserve_bp() >= pair[1].reserve_bp());
            assert_eq!(Tier::from_name(pair[0].name()), Some(pair[0]));
        }
        let minor = |tier: Tier, code: &str| tier.limit(code.parse().unwrap()).map(|limit| limit.minor);
        assert_eq!(minor(Tier::Unproven, "EUR"), Some(200_000));
        assert_eq!(minor(Tier::Unproven, "NOK"), Some(2_000_000));
        assert_eq!(minor(Tier::Known, "JPY"), Some(3_000_000));
        assert_eq!(minor(Tier::Trusted, "EUR"), None);
    }
}
