//! Codes of gift cards: 80 bits by chance, and two letters that tell whether it was typed right.

use std::{fmt, str::FromStr};

use bilten_core::MasterKey;
use bilten_kernel::{Ctx, GiftCardId, OrderId, ParseError, TenantId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Letters that cannot be taken for one another (Crockford's Base32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters by chance: 5 bits each.
const CHANCE: usize = 16;
/// Letters of the check.
const CHECK: usize = 2;
/// Letters between two hyphens.
const GROUP: usize = 6;
/// A prime below 32²: one wrong letter, or two that changed places, are always found.
const MODULUS: u32 = 997;
const PURPOSE: &str = "gift card codes";
const CARD_PURPOSE: &str = "gift card codes of cards";
const ORDER_PURPOSE: &str = "gift card codes of orders";

/// Code of a gift card, checked. It is not written to logs: its debug form is empty.
#[derive(Clone, PartialEq, Eq)]
pub struct GiftCode([u8; CHANCE + CHECK]);

impl fmt::Debug for GiftCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GiftCode(…)")
    }
}

impl GiftCode {
    /// Draws a new code.
    pub(super) fn random(ctx: &Ctx) -> Self {
        Self::of_bytes(ctx.random())
    }

    /// The code of the card that an order buys: told from the order by a key of the tenant, so that whoever may see the order can be
    /// shown it again, while it stands nowhere.
    pub(super) fn of_order(master: &MasterKey, tenant: TenantId, order: OrderId) -> Self {
        let told = keyed(master, ORDER_PURPOSE, tenant, order.uuid().as_bytes());
        Self::of_bytes(told.first_chunk().copied().unwrap_or_default())
    }

    /// The code of a card that a program makes: told from the card by a key of the tenant, so that a request that is repeated has the same
    /// answer.
    pub(super) fn of_card(master: &MasterKey, tenant: TenantId, card: GiftCardId) -> Self {
        let told = keyed(master, CARD_PURPOSE, tenant, card.uuid().as_bytes());
        Self::of_bytes(told.first_chunk().copied().unwrap_or_default())
    }

    fn of_bytes(bytes: [u8; 10]) -> Self {
        let mut bits = bytes.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let mut digits = [0_u8; CHANCE];
        for digit in digits.iter_mut().rev() {
            *digit = u8::try_from(bits & 31).unwrap_or(0);
            bits >>= 5;
        }
        Self::of(digits)
    }

    fn of(chance: [u8; CHANCE]) -> Self {
        let check = check(&chance);
        let mut digits = [0_u8; CHANCE + CHECK];
        digits[..CHANCE].copy_from_slice(&chance);
        digits[CHANCE] = u8::try_from(check >> 5).unwrap_or(0);
        digits[CHANCE + 1] = u8::try_from(check & 31).unwrap_or(0);
        Self(digits)
    }

    /// The last letters, by which people tell cards apart.
    pub(super) fn tail(&self) -> String {
        self.letters().skip(CHANCE + CHECK - 4).collect()
    }

    /// Hashes it with the key of a tenant, so that another tenant's card is unknown.
    pub(super) fn hash(&self, master: &MasterKey, tenant: TenantId) -> [u8; 32] {
        keyed(master, PURPOSE, tenant, &self.0)
    }

    fn letters(&self) -> impl Iterator<Item = char> + '_ {
        self.0.iter().map(|digit| char::from(ALPHABET[usize::from(digit & 31)]))
    }
}

impl fmt::Display for GiftCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, letter) in self.letters().enumerate() {
            if at > 0 && at % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

impl FromStr for GiftCode {
    type Err = ParseError;

    /// Reads what people type: small letters, blanks and hyphens make no difference, nor O for 0, or I and L for 1.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = || ParseError::new("gift card code", "must be 18 letters and digits, typed right");
        let mut digits = Vec::with_capacity(CHANCE + CHECK);
        for letter in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit = ALPHABET.iter().position(|own| char::from(*own) == letter);
            digits.push(digit.and_then(|digit| u8::try_from(digit).ok()).ok_or_else(wrong)?);
            if digits.len() > CHANCE + CHECK {
                return Err(wrong());
            }
        }
        let all: [u8; CHANCE + CHECK] = digits.try_into().map_err(|_| wrong())?;
        let mut chance = [0; CHANCE];
        chance.copy_from_slice(&all[..CHANCE]);
        let right = Self::of(chance);
        if right.0 == all { Ok(right) } else { Err(wrong()) }
    }
}

fn check(chance: &[u8; CHANCE]) -> u32 {
    let folded = chance
        .iter()
        .fold(0, |sum: u32, digit| (sum * 32 + u32::from(*digit)) % MODULUS);
    folded * 32 * 32 % MODULUS
}

/// HMAC-SHA256 with the key of a purpose in a tenant.
pub(super) fn keyed(master: &MasterKey, purpose: &str, tenant: TenantId, what: &[u8]) -> [u8; 32] {
    let key = master.derive(purpose, tenant);
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
    mac.update(what);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(seed: u128) -> GiftCode {
        let mut digits = [0_u8; CHANCE];
        let mut bits = seed;
        for digit in &mut digits {
            *digit = u8::try_from(bits & 31).unwrap();
            bits >>= 5;
        }
        GiftCode::of(digits)
    }

    #[test]
    fn a_code_is_read_as_people_type_it_and_shown_to_nobody() {
        let shown = code(7).to_string();
        assert_eq!(shown.len(), 20);
        let typed = shown
            .to_lowercase()
            .replace('-', " ")
            .replace('0', "o")
            .replace('1', "l");
        assert_eq!(typed.parse::<GiftCode>(), Ok(code(7)));
        assert_eq!(format!("{:?}", code(7)), "GiftCode(…)");
        for wrong in ["", "0", "UUUUUU-UUUUUU-UUUUUU", &"0".repeat(19)] {
            assert!(wrong.parse::<GiftCode>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn another_tenant_hashes_otherwise() {
        let master = MasterKey::new([3; 32]);
        let tenant = |n| TenantId::from_uuid(uuid::Uuid::from_u128(n));
        let hash = code(7).hash(&master, tenant(1));
        assert_eq!(hash, code(7).hash(&master, tenant(1)));
        assert_ne!(hash, code(7).hash(&master, tenant(2)));
        assert_ne!(hash, code(8).hash(&master, tenant(1)));
        let order = |n| OrderId::from_uuid(uuid::Uuid::from_u128(n));
        let told = GiftCode::of_order(&master, tenant(1), order(1));
        assert_eq!(told.to_string().parse(), Ok(told.clone()));
        assert_eq!(told, GiftCode::of_order(&master, tenant(1), order(1)));
        assert_ne!(told, GiftCode::of_order(&master, tenant(2), order(1)));
        assert_ne!(told, GiftCode::of_order(&master, tenant(1), order(2)));
    }

    proptest! {
        #[test]
        fn one_wrong_letter_or_two_that_changed_places_are_found(seed in any::<u128>(), at in 0_usize..18, by in 1_u8..32) {
            let good = code(seed);
            let text = |digits: [u8; 18]| GiftCode(digits).to_string();
            prop_assert_eq!(good.to_string().parse::<GiftCode>(), Ok(good.clone()));
            let mut wrong = good.0;
            wrong[at] = (wrong[at] + by) % 32;
            prop_assert!(text(wrong).parse::<GiftCode>().is_err());
            let mut turned = good.0;
            let next = (at + 1) % 18;
            turned.swap(at.min(next), at.max(next));
            if turned != good.0 && next != 0 {
                prop_assert!(text(turned).parse::<GiftCode>().is_err());
            }
        }
    }
}
