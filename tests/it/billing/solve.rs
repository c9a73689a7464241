//! Does the work that a browser is set.

use bilten_core::waiting_room::{Challenge, Solution};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

/// Finds the number.
pub(crate) fn solve(work: &Challenge) -> Solution {
    let hash = |number: u64| HEXLOWER.encode(&Sha256::digest(format!("{}{number}", work.salt)));
    let found = (0..=work.maxnumber).find(|number| hash(*number) == work.challenge);
    Solution {
        challenge: work.challenge.clone(),
        salt: work.salt.clone(),
        signature: work.signature.clone(),
        number: found.expect("the number is not larger"),
    }
}
