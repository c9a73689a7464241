//! Work that a browser does before it joins, so that a million arrivals cost somebody something.
//!
//! The wire format is that of ALTCHA's first protocol (<https://altcha.org/docs/proof-of-work/>): find the number whose
//! SHA-256 behind the salt is the challenge. Nothing is remembered: the salt names round, browser and expiry, and the
//! signature proves that we chose the number. A solution that is used again gives its browser nothing new.

use bilten_kernel::{TenantId, Timestamp};
use data_encoding::HEXLOWER;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::Device;
use crate::keys::{MasterKey, mac};

/// Time for the work and for those who answer late.
const TTL: SignedDuration = SignedDuration::from_mins(10);
/// Largest number at each level: a fraction of a second on a phone, up to half a minute for a network that floods.
pub const DIFFICULTY_STEPS: [u64; 7] = [20_000, 40_000, 80_000, 160_000, 320_000, 640_000, 1_280_000];
const ALGORITHM: &str = "SHA-256";

/// What the browser is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Challenge {
    /// Always `SHA-256`.
    pub algorithm: &'static str,
    /// Hash to find, in hexadecimal.
    pub challenge: String,
    /// Text before the number.
    pub salt: String,
    /// The number is not larger.
    pub maxnumber: u64,
    /// Proves that we set the work.
    pub signature: String,
}

/// What the browser answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Solution {
    /// Hash, as it was set.
    pub challenge: String,
    /// Salt, as it was set.
    pub salt: String,
    /// Signature, as it was set.
    pub signature: String,
    /// The number found.
    pub number: u64,
}

/// Why work does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// We did not set it, or not to this browser.
    #[error("the work was not set to this browser")]
    NotOurs,
    /// It was not done.
    #[error("the number is wrong")]
    Wrong,
    /// It came too late.
    #[error("the work was set too long ago")]
    Late,
}

/// Sets and checks work for one purpose: work that was set for another one counts for nothing.
#[derive(Debug, Clone)]
pub struct ProofOfWork {
    master: MasterKey,
    purpose: &'static str,
}

impl ProofOfWork {
    /// Makes one for a purpose.
    pub const fn new(master: MasterKey, purpose: &'static str) -> Self {
        Self { master, purpose }
    }

    /// Sets a browser work for a subject.
    pub fn set(
        &self,
        tenant: TenantId,
        subject: (Uuid, &Device),
        (level, secret): (u32, u64),
        now: Timestamp,
    ) -> Challenge {
        let key = self.master.derive(self.purpose, tenant);
        Challenge::set(key.expose(), subject, level, secret, now)
    }

    /// Checks that the work was set by us for this browser and this subject, and was done in time.
    ///
    /// # Errors
    /// See [`ChallengeError`].
    pub fn check(
        &self,
        tenant: TenantId,
        subject: (Uuid, &Device),
        solution: &Solution,
        now: Timestamp,
    ) -> Result<(), ChallengeError> {
        let key = self.master.derive(self.purpose, tenant);
        solution.check(key.expose(), subject, now)
    }
}

impl Challenge {
    fn set(key: &[u8], round: (Uuid, &Device), level: u32, secret: u64, now: Timestamp) -> Self {
        let level = usize::try_from(level).unwrap_or(usize::MAX);
        let maxnumber = DIFFICULTY_STEPS[level.min(DIFFICULTY_STEPS.len() - 1)];
        let salt = format!("{}.{}", binding(round), (now + TTL).as_second());
        let challenge = hash(&salt, secret % (maxnumber + 1));
        Self {
            algorithm: ALGORITHM,
            signature: HEXLOWER.encode(&mac(key, &[challenge.as_bytes(), salt.as_bytes()])),
            challenge,
            salt,
            maxnumber,
        }
    }
}

impl Solution {
    fn check(&self, key: &[u8], round: (Uuid, &Device), now: Timestamp) -> Result<(), ChallengeError> {
        let expected = HEXLOWER.encode(&mac(key, &[self.challenge.as_bytes(), self.salt.as_bytes()]));
        let is_ours = bool::from(expected.as_bytes().ct_eq(self.signature.as_bytes()));
        let (bound, expires) = self.salt.split_once('.').ok_or(ChallengeError::NotOurs)?;
        if !is_ours || bound != binding(round) {
            return Err(ChallengeError::NotOurs);
        }
        if expires
            .parse::<i64>()
            .map_or(true, |expires| expires <= now.as_second())
        {
            return Err(ChallengeError::Late);
        }
        if hash(&self.salt, self.number) == self.challenge {
            Ok(())
        } else {
            Err(ChallengeError::Wrong)
        }
    }
}

/// Names round and browser without giving the browser's secret away.
fn binding((round, device): (Uuid, &Device)) -> String {
    let mut hasher = Sha256::new();
    hasher.update(round.as_bytes());
    hasher.update(device.hash());
    HEXLOWER.encode(&hasher.finalize()[..12])
}

fn hash(salt: &str, number: u64) -> String {
    HEXLOWER.encode(&Sha256::digest(format!("{salt}{number}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [3; 32];

    fn solve(challenge: &Challenge) -> Solution {
        let number = (0..=challenge.maxnumber).find(|n| hash(&challenge.salt, *n) == challenge.challenge);
        Solution {
            challenge: challenge.challenge.clone(),
            salt: challenge.salt.clone(),
            signature: challenge.signature.clone(),
            number: number.unwrap(),
        }
    }

    #[test]
    fn work_counts_for_the_browser_that_did_it_in_time() {
        let now: Timestamp = "2031-05-01T10:00:00Z".parse().unwrap();
        let (mine, other) = (Device::from_random([1; 16]), Device::from_random([2; 16]));
        let round = Uuid::from_u128(8);
        let challenge = Challenge::set(&KEY, (round, &mine), 0, 777_777, now);
        let solution = solve(&challenge);
        assert_eq!(solution.check(&KEY, (round, &mine), now), Ok(()));
        let check = |solution: &Solution, device, round, now| solution.check(&KEY, (round, device), now);
        assert_eq!(check(&solution, &other, round, now), Err(ChallengeError::NotOurs));
        assert_eq!(
            check(&solution, &mine, Uuid::from_u128(9), now),
            Err(ChallengeError::NotOurs)
        );
        assert_eq!(check(&solution, &mine, round, now + TTL), Err(ChallengeError::Late));
        let lazy = Solution {
            number: solution.number + 1,
            ..solution.clone()
        };
        assert_eq!(check(&lazy, &mine, round, now), Err(ChallengeError::Wrong));
        let own_work = Solution {
            challenge: hash(&solution.salt, 0),
            number: 0,
            ..solution
        };
        assert_eq!(check(&own_work, &mine, round, now), Err(ChallengeError::NotOurs));
        assert_eq!(
            check(&Solution::default(), &mine, round, now),
            Err(ChallengeError::NotOurs)
        );
    }

    #[test]
    fn a_higher_level_is_more_work_and_the_highest_is_the_last() {
        let now: Timestamp = "2031-05-01T10:00:00Z".parse().unwrap();
        let device = Device::from_random([1; 16]);
        let set = |level| Challenge::set(&KEY, (Uuid::nil(), &device), level, 1, now).maxnumber;
        assert!(set(0) < set(1) && set(5) < set(6));
        assert_eq!(set(6), set(60));
    }
}
