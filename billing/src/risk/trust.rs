//! How far a payee is trusted with money whose event is still to come, and when its payouts rest. Pure: who asks brings
//! the facts.
//!
//! What is at risk is money that buyers may want back: what was paid out of events that are not over, and what is about to
//! be. A payee that is new, unknown or often disputed may have little of it, and gets nothing in advance.
//!
//! Not here: what payouts are made of, and who makes them.

use bilten_kernel::{Money, MoneyError, Timestamp};
use jiff::SignedDuration;

/// How long payouts rest after the bank account was changed: the time in which its owner notices that it was not him.
pub const BANK_CHANGE_FREEZE: SignedDuration = SignedDuration::from_hours(72);
/// Complaints in a week from which on payouts rest.
const MOST_COMPLAINTS: u32 = 5;
/// Early warnings of fraud in a week from which on payouts rest.
const MOST_WARNINGS: u32 = 3;

/// What is known of a payee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayeeFacts {
    /// The provider knows who it is.
    pub is_identified: bool,
    /// Events that took place and were not disputed away.
    pub events_completed: u32,
    /// Whole months since its first sale.
    pub months_active: u32,
    /// Share of its sales that went back, in hundredths of a per cent.
    pub refunds_bp: u32,
    /// Share of its payments that buyers disputed with their banks, in hundredths of a per cent.
    pub disputes_bp: u32,
}

/// How far a payee is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Sells, and is paid nothing before its event.
    Unproven,
    /// Has proved itself once.
    Known,
    /// Has proved itself for long.
    Proven,
    /// Has done so often and for years.
    Trusted,
}

/// What a tier allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most money at risk, in whole units of the currency: krone, euro, pound.
    pub exposure_units: u32,
    /// Share of a sale that may be paid out before its event, in hundredths of a per cent.
    pub advance_bp: u32,
}

/// Money of a payee that buyers may still want back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure {
    /// Sold and not paid out.
    pub unreleased: Money,
    /// Paid out although the event is not over.
    pub advanced: Money,
}

/// What lets payouts rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signals {
    /// When the bank account was last changed.
    pub bank_changed_at: Option<Timestamp>,
    /// The event was called off or moved, and buyers may still choose.
    pub is_event_unsettled: bool,
    /// Early warnings of fraud from card schemes in a week.
    pub warnings: u32,
    /// Complaints of buyers in a week.
    pub complaints: u32,
    /// The provider pays nothing out.
    pub is_closed_by_provider: bool,
}

/// Why payouts rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rest {
    /// Until the freeze after a change of the bank account is over.
    BankChanged,
    /// Until buyers of the event have chosen.
    EventUnsettled,
    /// Until a person has looked at the warnings.
    Warnings,
    /// Until a person has looked at the complaints.
    Complaints,
    /// Until the provider opens the account again.
    ClosedByProvider,
}

impl PayeeFacts {
    /// Returns how far the payee is trusted. Each bound must be kept: many events do not make up for disputes.
    pub const fn tier(&self) -> Tier {
        if !self.is_identified || self.disputes_bp >= 90 || self.refunds_bp >= 3_000 {
            return Tier::Unproven;
        }
        let is_calm = self.disputes_bp < 40 && self.refunds_bp < 1_500;
        match (self.events_completed, self.months_active) {
            (20.., 24..) if is_calm && self.disputes_bp < 20 => Tier::Trusted,
            (5.., 6..) if is_calm => Tier::Proven,
            (1.., 1..) => Tier::Known,
            _ => Tier::Unproven,
        }
    }
}

impl Tier {
    /// Returns what the tier allows.
    pub const fn limits(self) -> Limits {
        let (exposure_units, advance_bp) = match self {
            Self::Unproven => (10_000, 0),
            Self::Known => (50_000, 0),
            Self::Proven => (500_000, 3_000),
            Self::Trusted => (5_000_000, 6_000),
        };
        Limits {
            exposure_units,
            advance_bp,
        }
    }
}

impl Limits {
    /// Most money at risk, in a currency.
    ///
    /// # Errors
    /// The sum does not fit, which no currency in use makes happen.
    pub fn exposure(&self, one_unit: Money) -> Result<Money, MoneyError> {
        one_unit.checked_mul(self.exposure_units)
    }
}

/// Tells whether a payee may sell for another amount: what is at risk stays within its limit.
///
/// # Errors
/// The currencies differ or the sum does not fit.
pub fn may_sell(exposure: Exposure, sale: Money, limit: Money) -> Result<bool, MoneyError> {
    let after = exposure.unreleased.checked_add(exposure.advanced)?.checked_add(sale)?;
    Ok(after.checked_sub(limit)?.minor <= 0)
}

/// Lists why payouts rest now; nothing means that they may go.
pub fn rests(signals: &Signals, now: Timestamp) -> Vec<Rest> {
    let is_fresh = signals
        .bank_changed_at
        .is_some_and(|changed| now < changed + BANK_CHANGE_FREEZE);
    [
        (is_fresh, Rest::BankChanged),
        (signals.is_event_unsettled, Rest::EventUnsettled),
        (signals.warnings >= MOST_WARNINGS, Rest::Warnings),
        (signals.complaints >= MOST_COMPLAINTS, Rest::Complaints),
        (signals.is_closed_by_provider, Rest::ClosedByProvider),
    ]
    .into_iter()
    .filter_map(|(rests, why)| rests.then_some(why))
    .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn facts(events_completed: u32, months_active: u32, refunds_bp: u32, disputes_bp: u32) -> PayeeFacts {
        PayeeFacts {
            is_identified: true,
            events_completed,
            months_active,
            refunds_bp,
            disputes_bp,
        }
    }

    #[test]
    fn trust_is_earned_by_events_and_months_and_lost_by_disputes() {
        for (facts, tier) in [
            (facts(0, 0, 0, 0), Tier::Unproven),
            (facts(1, 1, 0, 0), Tier::Known),
            (facts(900, 0, 0, 0), Tier::Unproven),
            (facts(5, 6, 1_499, 39), Tier::Proven),
            (facts(5, 6, 1_500, 0), Tier::Known),
            (facts(5, 6, 0, 40), Tier::Known),
            (facts(20, 24, 0, 19), Tier::Trusted),
            (facts(20, 24, 0, 20), Tier::Proven),
            (facts(20, 24, 0, 90), Tier::Unproven),
            (facts(20, 24, 3_000, 0), Tier::Unproven),
        ] {
            assert_eq!(facts.tier(), tier, "{facts:?}");
        }
        let nameless = PayeeFacts {
            is_identified: false,
            ..facts(99, 99, 0, 0)
        };
        assert_eq!(nameless.tier(), Tier::Unproven);
    }

    proptest! {
        #[test]
        fn more_disputes_or_refunds_never_earn_trust_and_a_higher_tier_never_allows_less(
            events in 0_u32..30, months in 0_u32..40, refunds in 0_u32..4_000, disputes in 0_u32..150, more in 0_u32..500,
        ) {
            let before = facts(events, months, refunds, disputes).tier();
            prop_assert!(facts(events, months, refunds + more, disputes).tier() <= before);
            prop_assert!(facts(events, months, refunds, disputes + more).tier() <= before);
            let after = facts(events + more, months + more, refunds, disputes).tier();
            prop_assert!(after >= before);
            prop_assert!(after.limits().exposure_units >= before.limits().exposure_units);
            prop_assert!(after.limits().advance_bp >= before.limits().advance_bp);
        }
    }

    #[test]
    fn what_is_at_risk_stays_within_the_limit_in_any_currency() {
        for (code, unit) in [("NOK", 100), ("JPY", 1), ("KWD", 1_000)] {
            let of = |minor| Money::new(minor, code.parse().unwrap());
            let limit = Tier::Unproven.limits().exposure(of(unit)).unwrap();
            assert_eq!(limit, of(10_000 * unit));
            let exposure = Exposure {
                unreleased: of(9_000 * unit),
                advanced: of(900 * unit),
            };
            assert_eq!(may_sell(exposure, of(100 * unit), limit), Ok(true));
            assert_eq!(may_sell(exposure, of(100 * unit + 1), limit), Ok(false));
            let foreign = Money::new(1, "SEK".parse().unwrap());
            assert!(may_sell(exposure, foreign, limit).is_err());
        }
    }

    /// 89
    #[test]
    fn payouts_rest_for_three_days_after_a_change_of_the_bank_account_and_for_whatever_else_is_wrong() {
        let now: Timestamp = "2031-05-01T10:00:00Z".parse().unwrap();
        let changed = |hours| Signals {
            bank_changed_at: Some(now - SignedDuration::from_hours(hours)),
            ..Signals::default()
        };
        assert_eq!(rests(&changed(71), now), [Rest::BankChanged]);
        assert_eq!(rests(&changed(72), now), []);
        let odd = Signals {
            bank_changed_at: Some(now),
            is_event_unsettled: true,
            warnings: 3,
            complaints: 5,
            is_closed_by_provider: true,
        };
        assert_eq!(rests(&odd, now).len(), 5);
        let just_below = Signals {
            warnings: 2,
            complaints: 4,
            ..Signals::default()
        };
        assert_eq!(rests(&just_below, now), []);
    }
}
