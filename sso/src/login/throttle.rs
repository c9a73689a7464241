//! How many attempts are free, and how long the door stays shut after that. Pure.
//!
//! Staff and operators share it; each has its own table of tallies.
//!
//! What locks is a tally of address *and* network: whoever guesses at somebody else's address locks himself out and
//! not the owner. All guesses at one address together only slow the next one down, and all guesses from one network
//! lock it; neither counts where this address has logged in from this network lately.

use std::net::IpAddr;

use bilten_kernel::{AccountId, Timestamp};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use super::Device;

const FIRST_LOCK: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_LOCK: SignedDuration = SignedDuration::from_mins(15);
/// Tallies that one round of upkeep deletes.
pub const SWEEP_LIMIT: i64 = 1_000;
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// A network is remembered for so long after somebody has logged in from it.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What one address has at one network.
const FREE_PER_PAIR: i32 = 5;
/// What one address has at all networks together; beyond that an attempt is taken every few seconds.
const FREE_PER_ADDRESS: i32 = 50;
const SLOW_DOWN: SignedDuration = SignedDuration::from_secs(10);
/// Larger, because an office shares one address.
const FREE_PER_NETWORK: i32 = 30;
/// Codes of a second factor that may be wrong.
const FREE_CODES: i32 = 5;
/// Links that may be asked for by mail for one address.
const FREE_LINKS: i32 = 4;

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
    Pair,
    /// Counts no failures: one success marks the network as known for this address.
    Known,
    /// Counts links that were asked for by mail, for one address.
    Link,
    /// The same for one network.
    LinkNetwork,
    /// Counts codes of a second factor, for one account.
    Code,
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

impl Tally {
    fn is_forgotten(&self, now: Timestamp) -> bool {
        self.updated_at < forgotten_before(now)
    }
}

/// Counts one more attempt for all whom it counts for, or says until when none is taken.
///
/// # Errors
/// The instant at which the lock ends.
pub fn count_all(tallies: Vec<(Subject, Tally)>, now: Timestamp) -> Result<Vec<(Subject, Tally)>, Timestamp> {
    let is_known = is_known(&tallies, now);
    let counted = tallies.into_iter().filter(|(subject, _)| subject.counts(is_known));
    counted
        .map(|(subject, tally)| Ok((subject, subject.count(tally, now)?)))
        .collect()
}

/// Takes the attempt back, because it turned out right, and remembers from where.
#[must_use]
pub fn forgive_all(tallies: Vec<(Subject, Tally)>, now: Timestamp) -> Vec<(Subject, Tally)> {
    let is_known = is_known(&tallies, now);
    let forgiven = tallies.into_iter().filter_map(|(subject, tally)| match subject.kind {
        Kind::Known => Some((subject, known_from(now))),
        _ if subject.counts(is_known) => Some((subject, subject.forgive(tally))),
        _ => None,
    });
    forgiven.collect()
}

fn is_known(tallies: &[(Subject, Tally)], now: Timestamp) -> bool {
    let mut marks = tallies.iter().filter(|(subject, _)| subject.kind == Kind::Known);
    marks.any(|(_, tally)| tally.failures > 0 && !tally.is_forgotten(now))
}

/// The mark is dated ahead, so that it is forgotten by the rule for tallies, but later.
fn known_from(now: Timestamp) -> Tally {
    Tally {
        failures: 1,
        locked_until: None,
        updated_at: now.checked_add(KNOWN_FOR - FORGOTTEN_AFTER).unwrap_or(Timestamp::MAX),
    }
}

/// Returns the last attempt before which a tally no longer counts.
pub fn forgotten_before(now: Timestamp) -> Timestamp {
    now.checked_sub(FORGOTTEN_AFTER).unwrap_or(Timestamp::MIN)
}

impl Subject {
    /// Counts attempts for one mail address, wherever they come from.
    fn address(email_norm: &str) -> Self {
        Self::new(Kind::Address, &[email_norm.as_bytes()])
    }

    /// Counts attempts for one mail address from one network.
    fn pair(email_norm: &str, network: Option<IpAddr>) -> Self {
        Self::new(Kind::Pair, &[&name_of(network), email_norm.as_bytes()])
    }

    /// Marks that this address has logged in from this network.
    fn known(email_norm: &str, network: IpAddr) -> Self {
        Self::new(Kind::Known, &[&name_of(Some(network)), email_norm.as_bytes()])
    }

    /// Counts attempts from one network: an IPv4 address, or an IPv6 /64 as one customer has it.
    fn network(address: IpAddr) -> Self {
        Self::new(Kind::Network, &[&name_of(Some(address))])
    }

    /// Returns whose attempts one log-in counts for, sorted, so that two attempts take their rows
    /// in the same order.
    pub fn of_attempt(email_norm: &str, network: Option<IpAddr>) -> Vec<Self> {
        let mut subjects = vec![Self::address(email_norm), Self::pair(email_norm, network)];
        if let Some(network) = network {
            subjects.extend([Self::network(network), Self::known(email_norm, network)]);
        }
        subjects.sort();
        subjects
    }

    /// Returns whose asking one link by mail counts for, sorted.
    pub fn of_link(email_norm: &str, network: Option<IpAddr>) -> Vec<Self> {
        let mut subjects = vec![Self::new(Kind::Link, &[email_norm.as_bytes()])];
        if network.is_some() {
            subjects.push(Self::new(Kind::LinkNetwork, &[&name_of(network)]));
        }
        subjects.sort();
        subjects
    }

    /// Returns whose attempts a code of a second factor counts for: the account's, or those of a browser that the person
    /// has logged in with before.
    pub fn of_code(account: AccountId, device: Option<&Device>) -> Self {
        let known = device.filter(|device| device.knows(account));
        let browser = known.map_or(&[][..], |device| &device.id()[..]);
        Self::new(Kind::Code, &[account.uuid().as_bytes(), browser])
    }

    fn new(kind: Kind, names: &[&[u8]]) -> Self {
        let label: &[u8] = match kind {
            Kind::Address => b"address",
            Kind::Network => b"network",
            Kind::Pair => b"pair",
            Kind::Known => b"known",
            Kind::Link => b"link",
            Kind::LinkNetwork => b"link network",
            Kind::Code => b"code",
        };
        let mut hasher = Sha256::new().chain_update(label);
        for name in names {
            hasher.update([0]);
            hasher.update(name);
        }
        Self {
            hash: hasher.finalize().into(),
            kind,
        }
    }

    /// A network that this address is known at is spared what strangers may have caused.
    fn counts(self, is_known: bool) -> bool {
        match self.kind {
            Kind::Pair | Kind::Link | Kind::LinkNetwork | Kind::Code => true,
            Kind::Address | Kind::Network => !is_known,
            Kind::Known => false,
        }
    }

    /// Returns the key of the tally.
    pub const fn hash(&self) -> &[u8] {
        &self.hash
    }

    fn count(&self, tally: Tally, now: Timestamp) -> Result<Tally, Timestamp> {
        if let Some(until) = tally.locked_until.filter(|until| *until > now) {
            return Err(until);
        }
        let before = if tally.is_forgotten(now) { 0 } else { tally.failures };
        let failures = before.saturating_add(1);
        Ok(Tally {
            failures,
            locked_until: self.lock(failures, now),
            updated_at: now,
        })
    }

    /// The address starts afresh at this network. Otherwise only this one attempt is given back, so that the owner
    /// of one good account cannot guess at others without end.
    fn forgive(&self, tally: Tally) -> Tally {
        let failures = match self.kind {
            Kind::Pair | Kind::Code => 0,
            Kind::Address | Kind::Network | Kind::Known | Kind::Link | Kind::LinkNetwork => {
                tally.failures.saturating_sub(1).max(0)
            }
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
            Kind::Pair => FREE_PER_PAIR,
            Kind::Address => FREE_PER_ADDRESS,
            Kind::Network | Kind::Known | Kind::LinkNetwork => FREE_PER_NETWORK,
            Kind::Link => FREE_LINKS,
            Kind::Code => FREE_CODES,
        }
    }

    fn lock(&self, failures: i32, now: Timestamp) -> Option<Timestamp> {
        let doublings = u32::try_from(failures.checked_sub(self.free())?).ok()?;
        if self.kind == Kind::Address {
            return now.checked_add(SLOW_DOWN).ok();
        }
        let factor = 2_i32.checked_pow(doublings).unwrap_or(i32::MAX);
        let lock = FIRST_LOCK.checked_mul(factor).unwrap_or(LONGEST_LOCK).min(LONGEST_LOCK);
        now.checked_add(lock).ok()
    }
}

/// Returns what a network is called here; nobody's network is called nothing.
fn name_of(network: Option<IpAddr>) -> Vec<u8> {
    match network.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(v4)) => v4.octets().to_vec(),
        Some(IpAddr::V6(v6)) => v6.octets()[..8].to_vec(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICE: [u8; 4] = [192, 0, 2, 1];

    fn pair() -> Subject {
        Subject::pair("a@b.no", Some(OFFICE.into()))
    }

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
        let locks = locks_of(pair(), 12);
        assert_eq!(locks, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
    }

    #[test]
    fn guesses_at_one_address_from_everywhere_only_slow_the_next_one() {
        let locks = locks_of(Subject::address("a@b.no"), 200);
        assert_eq!(locks.iter().filter(|lock| **lock == 0).count(), 49);
        assert!(locks[49..].iter().all(|lock| *lock == 10), "{locks:?}");
    }

    #[test]
    fn where_somebody_has_logged_in_lately_only_his_own_failures_count() {
        let here = IpAddr::from(OFFICE);
        let until = START.checked_add(SignedDuration::from_mins(15)).expect("in range");
        let locked = Tally {
            failures: 100,
            locked_until: Some(until),
            updated_at: START,
        };
        let tallies = |mark: Tally| {
            vec![
                (Subject::address("a@b.no"), locked),
                (Subject::network(here), locked),
                (pair(), fresh()),
                (Subject::known("a@b.no", here), mark),
            ]
        };
        assert_eq!(
            count_all(tallies(fresh()), START),
            Err(until),
            "nobody knows this network"
        );
        let marked = forgive_all(tallies(fresh()), START);
        let mark = marked.iter().find(|(subject, _)| subject.kind == Kind::Known);
        let mark = mark.expect("success leaves a mark").1;
        let counted = count_all(tallies(mark), START).expect("others' failures do not count here");
        assert_eq!(counted.len(), 1);
        assert_eq!((counted[0].0, counted[0].1.failures), (pair(), 1));
        let month_later = START
            .checked_add(KNOWN_FOR + SignedDuration::from_secs(1))
            .expect("in range");
        assert_eq!(
            count_all(tallies(mark), month_later).map(|counted| counted.len()),
            Ok(3)
        );
    }

    #[test]
    fn a_network_has_more_free_attempts() {
        let locks = locks_of(Subject::network(IpAddr::from([192, 0, 2, 1])), 31);
        assert_eq!(locks.iter().filter(|lock| **lock == 0).count(), 29);
        assert_eq!(locks.last(), Some(&60));
    }

    #[test]
    fn a_locked_subject_is_refused_and_not_counted() {
        let subject = pair();
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
        let counted = pair().count(tally, later);
        assert_eq!(counted.map(|tally| (tally.failures, tally.locked_until)), Ok((1, None)));
    }

    #[test]
    fn success_takes_the_attempt_and_its_lock_back() {
        let last_free = |failures| Tally { failures, ..fresh() };
        let office = Subject::network(IpAddr::from([192, 0, 2, 1]));
        let counted = office.count(last_free(29), START).expect("not locked");
        assert!(counted.locked_until.is_some());
        assert_eq!(office.forgive(counted), last_free(29));
        let counted = pair().count(last_free(4), START).expect("not locked");
        assert_eq!(pair().forgive(counted), fresh());
    }

    #[test]
    fn neighbours_in_one_ipv6_network_are_one_subject() {
        let subject = |text: &str| Subject::network(text.parse().expect("an address"));
        assert_eq!(subject("2001:db8::1"), subject("2001:db8::ffff:2"));
        assert_ne!(subject("2001:db8::1"), subject("2001:db8:0:1::1"));
        assert_eq!(subject("::ffff:192.0.2.1"), subject("192.0.2.1"));
    }
}
