//! When the money of an event would be paid out, before any of it has come: the policy, thought to the end.

use bilten_core::catalog::Event;
use bilten_kernel::{Money, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

use super::{Policy, trust};
use crate::payees::{self, PayeeState, Tier};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Hundredths of a per cent in a whole.
const WHOLE_BP: i64 = 10_000;
/// Days of a sale that are looked at, at most.
const MOST_DAYS: usize = 1_500;

/// Why a share of the money goes when it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Providers keep nothing for longer, although the event is still to come.
    Deadline,
    /// The event is over, and those who complain have had time to.
    Release,
    /// The reserve for what comes back late is over.
    Reserve,
}

/// A share of the money and when it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Portion {
    /// Why then.
    pub reason: Reason,
    /// Share of everything that is sold, in hundredths of a per cent.
    pub share_bp: i64,
    /// When its first part goes.
    pub first: Timestamp,
    /// When its last part goes.
    pub last: Timestamp,
}

/// When the money of an event would be paid out, if as much is sold each day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The policy that holds for what is sold now.
    pub policy: Policy,
    /// How far the payee is trusted who is trusted least; none where there is no payee.
    pub tier: Option<Tier>,
    /// No more than this goes before the event is over; none is no limit.
    pub early_limit: Option<Money>,
    /// First day of the sale that was reckoned with.
    pub first_sale: Timestamp,
    /// Share of what is sold that goes before the event begins, in hundredths of a per cent.
    pub early_bp: i64,
    /// What goes when, in order; none where nothing could be sold.
    pub portions: Vec<Portion>,
}

/// Thinks the policy of the tenant's payees to the end for an event that is sold from an instant on.
///
/// # Errors
/// The database refused.
pub async fn outlook(tx: &mut TenantTx, event: &Event, first_sale: Timestamp) -> Result<Outlook, DbError> {
    let policy = trust::policy(tx).await?;
    let payees = payees::list(tx).await?;
    let open = payees.iter().filter(|payee| payee.state != PayeeState::Closed);
    let tier = open.map(|payee| payee.tier).min();
    Ok(Outlook {
        policy,
        tier,
        early_limit: tier.and_then(|tier| tier.limit(event.currency)),
        first_sale,
        early_bp: policy.early_bp(first_sale, event.starts_at),
        portions: policy.portions(first_sale, (event.starts_at, event.ends_at)),
    })
}

impl Policy {
    /// Share of what is sold evenly until an event begins that must go before it does, in hundredths of a per cent.
    pub fn early_bp(&self, first_sale: Timestamp, begin: Timestamp) -> i64 {
        let days = days(first_sale, begin);
        let early = days
            .iter()
            .filter(|day| **day + DAY * self.deadline_days < begin)
            .count();
        let share = |part: usize, all: usize| {
            let (part, all) = (i64::try_from(part).ok()?, i64::try_from(all).ok()?);
            part.checked_mul(WHOLE_BP)?.checked_div(all)
        };
        share(early, days.len()).unwrap_or(0)
    }

    /// Divides what is sold evenly between the first sale and the begin of an event by when it goes.
    pub fn portions(&self, first_sale: Timestamp, (begin, end): (Timestamp, Timestamp)) -> Vec<Portion> {
        let days = days(first_sale, begin);
        let count = i64::try_from(days.len()).unwrap_or(i64::MAX).max(1);
        let reserve = i64::from(self.reserve_bp);
        let mut parts: Vec<(Reason, i64, Timestamp)> = Vec::new();
        for captured in &days {
            let dates = self.dates(*captured, end);
            let releasable = dates.releasable.max(dates.available);
            if dates.deadline < releasable {
                parts.push((Reason::Deadline, WHOLE_BP, dates.deadline));
            } else {
                parts.push((Reason::Release, WHOLE_BP - reserve, releasable));
                parts.push((
                    Reason::Reserve,
                    reserve,
                    dates.reserve.min(dates.deadline).max(releasable),
                ));
            }
        }
        let portion = |reason| {
            let own = || parts.iter().filter(|(why, share, _)| *why == reason && *share > 0);
            let first = own().map(|(.., at)| *at).min()?;
            let last = own().map(|(.., at)| *at).max()?;
            let sum: i64 = own().map(|(_, share, _)| *share).sum();
            Some(Portion {
                reason,
                share_bp: sum / count,
                first,
                last,
            })
        };
        [Reason::Deadline, Reason::Release, Reason::Reserve]
            .into_iter()
            .filter_map(portion)
            .collect()
    }
}

/// The days of a sale.
fn days(first_sale: Timestamp, begin: Timestamp) -> Vec<Timestamp> {
    let mut days = Vec::new();
    let mut captured = first_sale;
    while captured < begin && days.len() < MOST_DAYS {
        days.push(captured);
        captured += DAY;
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_concert_of_next_month_is_paid_after_it_but_for_the_reserve() {
        let event = (at("2031-05-30T18:00:00Z"), at("2031-05-30T21:00:00Z"));
        let portions = Policy::default().portions(at("2031-05-01T10:00:00Z"), event);
        let told: Vec<_> = portions.iter().map(|own| (own.reason, own.share_bp)).collect();
        assert_eq!(told, [(Reason::Release, 9_000), (Reason::Reserve, 1_000)]);
        assert_eq!(portions[0].first, at("2031-06-06T21:00:00Z"), "five working days");
        assert_eq!(portions[1].last, at("2031-06-29T21:00:00Z"), "thirty days");
    }

    #[test]
    fn what_is_sold_long_before_a_festival_goes_before_it() {
        // 200 days of sale; money of the first 200 + 7 − 83 cannot be kept until it is released.
        let event = (at("2031-11-17T10:00:00Z"), at("2031-11-17T23:00:00Z"));
        let portions = Policy::default().portions(at("2031-05-01T10:00:00Z"), event);
        assert_eq!(portions[0].reason, Reason::Deadline);
        assert_eq!(portions[0].first, at("2031-07-23T10:00:00Z"));
        assert!((6_000..6_500).contains(&portions[0].share_bp), "{portions:?}");
        let early = Policy::default().early_bp(at("2031-05-01T10:00:00Z"), event.0);
        assert!(
            (5_800..portions[0].share_bp).contains(&early),
            "117 of 200 days: {early}"
        );
        assert!(portions[0].last < portions[1].first);
        let all: i64 = portions.iter().map(|own| own.share_bp).sum();
        assert!((9_990..=10_000).contains(&all), "{all}");
        assert_eq!(Policy::default().portions(event.0, event), []);
        assert_eq!(Policy::default().early_bp(event.0, event.0), 0);
    }
}
