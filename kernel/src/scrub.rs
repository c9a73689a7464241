//! Finds card numbers, bank account numbers and keys in texts that should hold none.
//!
//! No line of ours logs or keeps them on purpose; this is the net below. A text is read once, byte by byte: a number of a card can only begin at a digit, an account
//! number only at two capitals with two digits behind them, a key only at one of a few prefixes behind an underscore.
//! Nothing is copied unless something was found.
//!
//! What is found:
//! * 13 to 19 digits, alone or in groups behind single spaces or hyphens, that begin like a card (2 to 6) and pass the check
//!   of Luhn (ISO/IEC 7812-1). One in ten numbers of that shape passes by chance: a log that lost a number is better than
//!   one that kept a card. Times in milliseconds begin with another digit.
//! * Account numbers (ISO 13616) whose check digits are right.
//! * Secrets of payment providers by their prefixes.

use std::{borrow::Cow, ops::Range};

const CARD_DIGITS: Range<usize> = 13..20;
const IBAN_LENGTH: Range<usize> = 15..35;
/// Beginnings of secrets; what follows of letters, digits and underscores belongs to them.
const KEYS: [&[u8]; 7] = [
    b"sk_live_",
    b"sk_test_",
    b"rk_live_",
    b"rk_test_",
    b"whsec_",
    b"_secret_",
    b"ctoken_",
];
/// What stands for a secret.
const KEY: &[u8] = b"[key]";
/// Bytes of the longest beginning in front of its last underscore.
const LONGEST_KEY: usize = 8;

/// Returns the text with what must not be logged replaced by its kind.
pub fn scrub(text: &[u8]) -> Cow<'_, [u8]> {
    let mut clean = Vec::new();
    let mut kept = 0;
    let mut at = 0;
    while at < text.len() {
        let Some((found, kind)) = find_at(text, at) else {
            at += 1;
            continue;
        };
        clean.extend_from_slice(&text[kept..found.start.max(kept)]);
        clean.extend_from_slice(kind);
        kept = found.end;
        at = found.end;
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    clean.extend_from_slice(&text[kept..]);
    Cow::Owned(clean)
}

/// Tells whether a text that people type holds a number of a card or a bank account: where they type names and remarks, it
/// was meant for another field, and must not be kept.
pub fn holds_number(text: &str) -> bool {
    let text = text.as_bytes();
    let is_number = |at| find_at(text, at).is_some_and(|(_, kind)| kind != KEY);
    (0..text.len()).any(is_number)
}

/// Finds something that begins at this byte, or whose beginning ends there.
fn find_at(text: &[u8], at: usize) -> Option<(Range<usize>, &'static [u8])> {
    match text[at] {
        b'2'..=b'6' if is_start_of_group(text, at) => Some((at..card_end(text, at)?, b"[card]")),
        b'A'..=b'Z' => Some((at..iban_end(text, at)?, b"[iban]")),
        b'_' => Some((key_around(text, at)?, KEY)),
        _ => None,
    }
}

fn is_start_of_group(text: &[u8], at: usize) -> bool {
    at.checked_sub(1).is_none_or(|before| !text[before].is_ascii_digit())
}

/// Ends the number of a card that begins here: the longest row of whole groups that passes.
fn card_end(text: &[u8], start: usize) -> Option<usize> {
    let mut digits = Vec::with_capacity(CARD_DIGITS.end);
    let mut end = None;
    let mut at = start;
    while let Some(digit) = text.get(at).filter(|byte| byte.is_ascii_digit()) {
        digits.push(digit - b'0');
        if digits.len() >= CARD_DIGITS.end {
            break;
        }
        at += 1;
        let next = text.get(at);
        let is_group_end = !next.is_some_and(u8::is_ascii_digit);
        if is_group_end && CARD_DIGITS.contains(&digits.len()) && passes_luhn(&digits) {
            end = Some(at);
        }
        if matches!(next, Some(b' ' | b'-')) {
            at += 1;
        }
    }
    end
}

fn passes_luhn(digits: &[u8]) -> bool {
    let weigh = |(place, digit): (usize, &u8)| match (place % 2, *digit) {
        (0, digit) => u32::from(digit),
        (_, digit) if digit > 4 => u32::from(digit) * 2 - 9,
        (_, digit) => u32::from(digit) * 2,
    };
    digits.iter().rev().enumerate().map(weigh).sum::<u32>() % 10 == 0
}

/// Ends the account number that begins here: country, check digits, and as many letters and digits as make it right.
fn iban_end(text: &[u8], start: usize) -> Option<usize> {
    let [a, b, c, d] = text.get(start..start + 4)? else {
        return None;
    };
    let is_head = a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit();
    let is_inside = start
        .checked_sub(1)
        .is_some_and(|before| text[before].is_ascii_alphanumeric());
    if !is_head || is_inside {
        return None;
    }
    let mut number = Vec::with_capacity(IBAN_LENGTH.end);
    let mut end = None;
    let mut at = start;
    while let Some(byte) = text
        .get(at)
        .filter(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
    {
        number.push(*byte);
        if number.len() >= IBAN_LENGTH.end {
            break;
        }
        at += 1;
        let next = text.get(at);
        let is_word_end = !next.is_some_and(u8::is_ascii_alphanumeric);
        if is_word_end && IBAN_LENGTH.contains(&number.len()) && has_right_check_digits(&number) {
            end = Some(at);
        }
        if next == Some(&b' ') {
            at += 1;
        }
    }
    end
}

/// The number with its first four places behind the rest, letters as 10 to 35, leaves 1 when divided by 97.
fn has_right_check_digits(number: &[u8]) -> bool {
    let (head, rest) = number.split_at(4);
    let rest = rest.iter().chain(head).fold(0_u32, |sum, byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        _ => (sum * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    rest == 1
}

/// Finds a secret by the last underscore of its beginning; what stands in front as part of the same word goes with it.
fn key_around(text: &[u8], underscore: usize) -> Option<Range<usize>> {
    let head = &text[underscore.saturating_sub(LONGEST_KEY)..=underscore];
    KEYS.iter().find(|key| head.ends_with(key))?;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let start = text[..underscore]
        .iter()
        .rposition(|byte| !is_part(byte))
        .map_or(0, |at| at + 1);
    let rest = text[underscore..].iter().position(|byte| !is_part(byte));
    let end = rest.map_or(text.len(), |length| underscore + length);
    (end > underscore + 1).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clean(text: &str) -> String {
        String::from_utf8(scrub(text.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn cards_accounts_and_keys_are_taken_out_wherever_they_stand() {
        for (line, left) in [
            ("4242424242424242", "[card]"),
            ("card=4242 4242 4242 4242&cvc=1", "card=[card]&cvc=1"),
            ("5555-5555-5555-4444, then", "[card], then"),
            ("{\"n\":\"378282246310005\"}", "{\"n\":\"[card]\"}"),
            ("4242 4242 4242 4242 12 27", "[card] 12 27"),
            ("a 6011111111111117 b 4000056655665556", "a [card] b [card]"),
            ("4222222222222 is thirteen", "[card] is thirteen"),
            ("to NO9386011117947.", "to [iban]."),
            ("DE89 3704 0044 0532 0130 00 today", "[iban] today"),
            ("GB82WEST12345698765432", "[iban]"),
            ("pi_3abc_secret_Xyz12 and whsec_0a1B", "[key] and [key]"),
            ("Authorization: Bearer sk_live_51abc", "Authorization: Bearer [key]"),
            ("ctoken_1Nabc\"", "[key]\""),
        ] {
            assert_eq!(clean(line), left, "{line}");
        }
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        for line in [
            "",
            "4242424242424241 has a wrong digit",
            "2026-11-30T11:09:16.123456Z INFO took 1795000000000 ms",
            "0192f3a4-5b6c-7d8e-9f00-112233445566",
            "424242424242 is too short, 42424242424242424242424242 too long",
            "NO9386011117948 and XX00",
            "ord_01jq4s6xw2e8vb and client_secret_",
            "4242  4242 4242 4242 has two spaces",
            "æøå 42 ✓",
        ] {
            assert!(
                matches!(scrub(line.as_bytes()), Cow::Borrowed(_)),
                "{line}: {}",
                clean(line)
            );
        }
    }

    #[test]
    fn a_name_holds_no_number_of_a_card() {
        for name in ["Ada Lovelace", "4242", "Ola Nordmann 1987-04-12", "sk_live_1"] {
            assert!(!holds_number(name), "{name}");
        }
        for name in [
            "4242 4242 4242 4242",
            "Ada 4242424242424242 12/27",
            "NO93 8601 1117 947",
        ] {
            assert!(holds_number(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn a_card_never_passes_and_the_text_around_it_does(
            before in "[a-zæø=:\" ]{0,20}[a-zæ=\"]",
            body in prop::collection::vec(0_u8..10, 12..18),
            first in 2_u8..7,
            gaps in prop::collection::vec(prop::sample::select(vec!["", "", " ", "-"]), 18),
            after in "[a-zæ&\"][a-zæ ]{0,20}",
        ) {
            let mut digits = vec![first];
            digits.extend(&body[..body.len() - 1]);
            digits.push(0);
            let last = digits.len() - 1;
            digits[last] = (0..10).find(|digit| { digits[last] = *digit; passes_luhn(&digits) }).unwrap();
            let card: String = digits.iter().zip(&gaps).flat_map(|(digit, gap)| [digit.to_string(), (*gap).to_owned()]).collect();
            let card = card.trim_end_matches([' ', '-']);
            prop_assert_eq!(clean(&format!("{before}{card}{after}")), format!("{before}[card]{after}"));
        }

        #[test]
        fn no_text_breaks_it(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let once = scrub(&bytes).into_owned();
            prop_assert_eq!(scrub(&once).into_owned(), once);
        }
    }
}
