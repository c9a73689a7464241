//! Passwords: argon2id with the parameters that OWASP's Password Storage Cheat Sheet names
//! (m = 19 MiB, t = 2, p = 1), off the runtime's threads and never more than two at a time, so
//! that a flood of log-ins starves neither checkout nor memory.

use std::{fmt, str::FromStr, sync::Arc};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use bilten_kernel::{ParseError, Secret};
use tokio::sync::Semaphore;
use zxcvbn::{Score, zxcvbn};

const AT_A_TIME: usize = 2;
const MIN_CHARACTERS: usize = 10;
const MAX_BYTES: usize = 1024;

/// Checked in place of an unknown account's hash, so that the answer takes the same time.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Password that is to be set: at least 10 characters, 1,024 bytes at most (NIST SP 800-63B §5.1.1).
#[derive(Clone)]
pub struct NewPassword(Secret<String>);

impl FromStr for NewPassword {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.chars().count() < MIN_CHARACTERS {
            return Err(ParseError::new("password", "is shorter than 10 characters"));
        }
        if text.len() > MAX_BYTES {
            return Err(ParseError::new("password", "is too long"));
        }
        Ok(Self(Secret::new(text.to_owned())))
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// Hash of a password in PHC form.
#[derive(Clone)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// The hash of an account that has no password. Checking one against it costs the same as elsewhere, and fails.
    pub(crate) fn of_nothing() -> Self {
        Self(NOBODY.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Hashes and checks passwords. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// Makes the gate through which all hashing goes.
    pub fn new() -> Self {
        Self {
            permits: Arc::new(Semaphore::new(AT_A_TIME)),
        }
    }

    /// Hashes a password. Call it outside a transaction: it waits for its turn and takes about 30 ms.
    pub async fn hash(&self, password: &NewPassword, salt: [u8; 16]) -> PasswordHash {
        let password = password.clone();
        self.run(move || {
            let hash = argon2()
                .hash_password_with_salt(password.0.expose().as_bytes(), &salt)
                .expect("the lengths of password and salt are within argon2's limits");
            PasswordHash(hash.to_string())
        })
        .await
    }

    /// Tells whether the password is the one that was hashed; `None` stands for an account that
    /// does not exist and costs the same. Call it outside a transaction.
    pub async fn verify(&self, password: &Secret<String>, hash: Option<String>) -> bool {
        let password = password.clone();
        self.run(move || {
            let is_known = hash.is_some();
            let hash = hash.as_deref().unwrap_or(NOBODY);
            let bytes = password.expose().as_bytes();
            // Cut, so that a long text costs no more; what is longer cannot be a password.
            let is_sized = bytes.len() <= MAX_BYTES;
            let bytes = bytes.get(..MAX_BYTES).unwrap_or(bytes);
            let is_right = argon2().verify_password(bytes, hash).is_ok();
            is_right && is_known && is_sized
        })
        .await
    }

    /// Tells whether a password is one of those that are guessed first: leaked ones, words, dates, keyboard walks, and
    /// what is made of `about`, such as the person's name. The lists are those of zxcvbn (Wheeler, USENIX Security 2016).
    pub async fn is_guessable(&self, password: &NewPassword, about: Vec<String>) -> bool {
        let password = password.clone();
        self.run(move || {
            let words = about.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
            let about: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
            let password = password.0.expose();
            zxcvbn(password, &about).score() < Score::Three || is_mostly(password, &about)
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        tokio::task::spawn_blocking(move || {
            // Held until the work is done, even when the caller is gone.
            let _permit = permit;
            work()
        })
        .await
        .expect("hashing does not panic and is never aborted")
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are within argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Letters and digits that a password has besides words about its owner; with fewer it is made of them.
const OWN_LETTERS: usize = 6;

/// Tells whether little is left of a password without the words about its owner. `zxcvbn` counts two names and a full stop as
/// three things to guess.
fn is_mostly(password: &str, about: &[&str]) -> bool {
    let mut words: Vec<String> = about.iter().map(|word| word.to_lowercase()).collect();
    words.retain(|word| word.chars().count() >= 3);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let plain = password.to_lowercase();
    let rest = words.iter().fold(plain.clone(), |rest, word| rest.replace(word, " "));
    rest != plain && rest.chars().filter(|c| c.is_alphanumeric()).count() < OWN_LETTERS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_right_password_is_taken() {
        let passwords = Passwords::new();
        let password: NewPassword = "correct horse".parse().expect("it is long enough");
        let hash = passwords.hash(&password, [3; 16]).await;
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let verify = |text: &str| {
            let (passwords, password, hash) = (passwords.clone(), secret(text), hash.as_str().to_owned());
            async move { passwords.verify(&password, Some(hash)).await }
        };
        assert!(verify("correct horse").await);
        assert!(!verify("correct horsf").await);
        assert!(!verify("").await);
        assert!(!verify(&"x".repeat(100_000)).await);
    }

    #[tokio::test]
    async fn an_unknown_account_does_the_same_work() {
        assert!(argon2::password_hash::phc::PasswordHash::new(NOBODY).is_ok());
        assert!(!Passwords::new().verify(&secret("anything at all"), None).await);
    }

    #[tokio::test]
    async fn passwords_that_are_guessed_first_are_told() {
        let passwords = Passwords::new();
        for (text, is_guessable) in [
            ("password123", true),
            ("qwertyuiop1", true),
            ("1234567890", true),
            ("aaaaaaaaaaaaaaaa", true),
            ("Ada.Lovelace1", true),
            ("lovelace2026!", true),
            ("ada-has-a-steam-engine", false),
            ("trollfjord raps 72", false),
            ("xk4-quirm-ledger", false),
        ] {
            let password = text.parse().expect("long enough");
            let about = vec!["ada@example.org".to_owned(), "Ada Lovelace".to_owned()];
            assert_eq!(passwords.is_guessable(&password, about).await, is_guessable, "{text}");
        }
    }

    #[test]
    fn short_passwords_are_not_set() {
        for (text, is_good) in [
            ("", false),
            ("123456789", false),
            ("1234567890", true),
            ("ørretørret", true),
        ] {
            assert_eq!(text.parse::<NewPassword>().is_ok(), is_good, "{text}");
        }
        assert!("x".repeat(1025).parse::<NewPassword>().is_err());
    }
}
