//! Codes: those of an authenticator app, and those that stand in for it.

use bilten_kernel::{Ctx, Timestamp};
use totp_rs::{Builder, Secret, Totp};

/// Bytes of a secret: as many as SHA-1 gives (RFC 4226 §4).
pub(super) const SECRET_BYTES: usize = 20;
/// Recovery codes that one gets at a time.
pub(super) const CODES: usize = 10;
/// Letters of recovery codes: none is easily taken for another.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Characters of a recovery code: 50 bits.
const CODE_LENGTH: usize = 10;

/// Builds the generator of a secret: six digits, steps of thirty seconds, one step of skew to either side, as every app
/// expects. `None` when a secret is no secret, which cannot happen to one of ours.
pub(super) fn totp(secret: &[u8], (issuer, name): (&str, &str)) -> Option<Totp> {
    // Apps split the label at a colon.
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_secret(Secret::from(secret.to_vec()))
        .with_account_name(plain(name))
        .with_issuer(Some(plain(issuer)))
        .build()
        .ok()
}

/// Returns the step of a code that is good now.
pub(super) fn step_of(totp: &Totp, typed: &str, now: Timestamp) -> Option<i64> {
    let now = u64::try_from(now.as_second()).ok()?;
    let step = totp.check(typed, now)?;
    i64::try_from(step).ok()
}

/// What somebody typed for a second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Typed {
    /// Six digits of an authenticator app.
    App(String),
    /// A recovery code in the form in which it is hashed.
    Recovery(String),
}

impl Typed {
    /// Reads what was typed; spaces, hyphens and small letters do no harm.
    pub(super) fn read(text: &str) -> Option<Self> {
        let plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .take(64)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if plain.len() == 6 && plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::App(plain));
        }
        let is_code = plain.len() == CODE_LENGTH && plain.bytes().all(|byte| LETTERS.contains(&byte));
        is_code.then_some(Self::Recovery(plain))
    }
}

/// A recovery code, as it is shown once.
#[derive(Clone)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    pub(super) fn new(ctx: &Ctx) -> Self {
        let bytes: [u8; CODE_LENGTH] = ctx.random();
        let letter = |byte: u8| char::from(LETTERS[usize::from(byte % 32)]);
        Self(bytes.into_iter().map(letter).collect())
    }

    /// The form that is hashed.
    pub(super) fn plain(&self) -> &str {
        &self.0
    }

    /// The form that people read, in two groups.
    pub fn shown(&self) -> String {
        let (left, right) = self.0.split_at(CODE_LENGTH / 2);
        format!("{left}-{right}")
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Secret and codes of RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let totp = totp(b"12345678901234567890", ("Shop: one", "a:b@c.no")).expect("a secret");
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let now = Timestamp::from_second(second).expect("in range");
            assert_eq!(step_of(&totp, code, now), Some(second / 30), "{second}");
        }
    }

    #[test]
    fn a_code_counts_one_step_before_and_after_and_no_more() {
        let totp = totp(b"12345678901234567890", ("Shop", "a@b.no")).expect("a secret");
        let at = |second| Timestamp::from_second(second).expect("in range");
        let code = "005924";
        for (offset, is_good) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let found = step_of(&totp, code, at(1_234_567_890 + offset));
            assert_eq!(found.is_some(), is_good, "{offset}");
        }
    }

    #[test]
    fn what_is_typed_is_read_as_people_type() {
        let app = |text: &str| Some(Typed::App(text.to_owned()));
        let recovery = |text: &str| Some(Typed::Recovery(text.to_owned()));
        for (text, expected) in [
            ("123456", app("123456")),
            (" 123 456 ", app("123456")),
            ("abcde-fghjk", recovery("ABCDEFGHJK")),
            ("ABCDE FGHJK", recovery("ABCDEFGHJK")),
            ("12345", None),
            ("1234567", None),
            ("ABCDE-FGHJ1", None),
            ("ÆØÅ", None),
            ("", None),
        ] {
            assert_eq!(Typed::read(text), expected, "{text}");
        }
    }
}
