//! How many attempts are free, and how long the door stays shut after that. Pure.
//!
//! Staff and operators share it; each has its own table of tallies.

use std::net::IpAddr;

use bilten_kernel::Timestamp;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

const FIRST_LOCK: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_LOCK: SignedDuration = SignedDuration::from_mins(15);
/// Tallies that one round of upkeep deletes.
pub const SWEEP_LIMIT: i64 = 1_000;
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);
const FREE_PER_ADDRESS: i32 = 5;
/// Larger, because an office shares one address.
const FREE_PER_NETWORK: i32 = 30;

/// Whose attempts are counted: hashed, so that the table tells nobody who tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    hash: [u8; 32],
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Address,
    Network,
}

/// What is known of earlier attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Attempts that failed, the running one included.
    pub failures: i32,
    /// No attempt is taken before.
    pub locked_until: Option<Timestamp>,
    /// Last attempt.
    pub updated_at: Timestamp,
}

/// Returns the last attempt before which a tally no longer counts.
pub fn forgotten_before(now: Timestamp) -> Timestamp {
    now.checked_sub(FORGOTTEN_AFTER).unwrap_or(Timestamp::MIN)
}

impl Subject {
    /// Counts attempts for one mail address.
    pub fn address(email_norm: &str) -> Self {
        Self::new(Kind::Address, email_norm.as_bytes())
    }

    /// Counts attempts from one network: an IPv4 address, or an IPv6 /64 as one customer has it.
    pub fn network(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self::new(Kind::Network, &v4.octets()),
            IpAddr::V6(v6) => Self::new(Kind::Network, &v6.octets()[..8]),
        }
    }

    /// Returns whose attempts one log-in counts for, sorted, so that two attempts take their rows
    /// in the same order.
    pub fn of_attempt(email_norm: &str, network: Option<IpAddr>) -> Vec<Self> {
        let mut subjects = vec![Self::address(email_norm)];
        subjects.extend(network.map(Self::network));
        subjects.sort();
        subjects
    }

    fn new(kind: Kind, name: &[u8]) -> Self {
        let label: &[u8] = match kind {
            Kind::Address => b"address",
            Kind::Network => b"network",
        };
        let hash = Sha256::new()
            .chain_update(label)
            .chain_update([0])
            .chain_update(name)
            .finalize();
        Self {
            hash: hash.into(),
            kind,
        }
    }

    /// Returns the key of the tally.
    pub const fn hash(&self) -> &[u8] {
        &self.hash
    }

    /// Counts one more attempt, or says until when none is taken.
    ///
    /// # Errors
    /// The instant at which the lock ends.
    pub fn count(&self, tally: Tally, now: Timestamp) -> Result<Tally, Timestamp> {
        if let Some(until) = tally.locked_until.filter(|until| *until > now) {
            return Err(until);
        }
        let is_forgotten = tally.updated_at < forgotten_before(now);
        let before = if is_forgotten { 0 } else { tally.failures };
        let failures = before.saturating_add(1);
        Ok(Tally {
            failures,
            locked_until: self.lock(failures, now),
            updated_at: now,
        })
    }

    /// Takes the attempt back, because it turned out right. An address starts afresh; a network
    /// gets only this one attempt back, so that the owner of one good account cannot guess at
    /// others without end.
    #[must_use]
    pub fn forgive(&self, tally: Tally) -> Tally {
        let failures = match self.kind {
            Kind::Address => 0,
            Kind::Network => tally.failures.saturating_sub(1).max(0),
        };
        let locked_until = tally.locked_until.filter(|_| failures >= self.free());
        Tally {
            failures,
            locked_until,
            ..tally
        }
    }

    const fn free(&self) -> i32 {
        match self.kind {
            Kind::Address => FREE_PER_ADDRESS,
            Kind::Network => FREE_PER_NETWORK,
        }
    }

    fn lock(&self, failures: i32, now: Timestamp) -> Option<Timestamp> {
        let doublings = u32::try_from(failures.checked_sub(self.free())?).ok()?;
        let factor = 2_i32.checked_pow(doublings).unwrap_or(i32::MAX);
        let lock = FIRST_LOCK.checked_mul(factor).unwrap_or(LONGEST_LOCK).min(LONGEST_LOCK);
        now.checked_add(lock).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn fresh() -> Tally {
        Tally {
            failures: 0,
            locked_until: None,
            updated_at: START,
        }
    }

    fn locks_of(subject: Subject, attempts: usize) -> Vec<i64> {
        let (mut tally, mut now, mut locks) = (fresh(), START, Vec::new());
        for _ in 0..attempts {
            tally = subject.count(tally, now).expect("the lock has run out");
            let until = tally.locked_until.unwrap_or(now);
            locks.push(until.duration_since(now).as_secs());
            now = until;
        }
        locks
    }

    #[test]
    fn the_lock_doubles_after_five_failures_up_to_a_quarter_of_an_hour() {
        let locks = locks_of(Subject::address("a@b.no"), 12);
        assert_eq!(locks, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
    }

    #[test]
    fn a_network_has_more_free_attempts() {
        let locks = locks_of(Subject::network(IpAddr::from([192, 0, 2, 1])), 31);
        assert_eq!(locks.iter().filter(|lock| **lock == 0).count(), 29);
        assert_eq!(locks.last(), Some(&60));
    }

    #[test]
    fn a_locked_subject_is_refused_and_not_counted() {
        let subject = Subject::address("a@b.no");
        let until = START.checked_add(SignedDuration::from_secs(30)).expect("in range");
        let tally = Tally {
            failures: 5,
            locked_until: Some(until),
            updated_at: START,
        };
        assert_eq!(subject.count(tally, START), Err(until));
        assert_eq!(subject.count(tally, until).map(|tally| tally.failures), Ok(6));
    }

    #[test]
    fn failures_are_forgotten_after_a_day() {
        let tally = Tally { failures: 9, ..fresh() };
        let later = START.checked_add(SignedDuration::from_hours(25)).expect("in range");
        let counted = Subject::address("a@b.no").count(tally, later);
        assert_eq!(counted.map(|tally| (tally.failures, tally.locked_until)), Ok((1, None)));
    }

    #[test]
    fn success_takes_the_attempt_and_its_lock_back() {
        let last_free = |failures| Tally { failures, ..fresh() };
        let office = Subject::network(IpAddr::from([192, 0, 2, 1]));
        let counted = office.count(last_free(29), START).expect("not locked");
        assert!(counted.locked_until.is_some());
        assert_eq!(office.forgive(counted), last_free(29));
        let address = Subject::address("a@b.no");
        let counted = address.count(last_free(4), START).expect("not locked");
        assert_eq!(address.forgive(counted), fresh());
    }

    #[test]
    fn neighbours_in_one_ipv6_network_are_one_subject() {
        let subject = |text: &str| Subject::network(text.parse().expect("an address"));
        assert_eq!(subject("2001:db8::1"), subject("2001:db8::ffff:2"));
        assert_ne!(subject("2001:db8::1"), subject("2001:db8:0:1::1"));
        assert_eq!(subject("::ffff:192.0.2.1"), subject("192.0.2.1"));
    }
}
