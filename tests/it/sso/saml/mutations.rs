//! A sound answer, changed by dice twenty thousand times: what is still believed says the same, letter by letter.

use bilten_sso::{
    oidc::Trace,
    saml::{Answer, Certificate, Expected},
};
use bilten_tests::{
    fakes::{SamlAsked, SamlIdp, SamlTwist},
    report,
};
use data_encoding::BASE64;
use jiff::Timestamp;

/// Changes that are tried.
const CHANGES: usize = 20_000;
/// Pieces that are put in, beside single letters.
const PIECES: [&str; 18] = [
    "<!-- -->",
    "<![CDATA[",
    "]]>",
    "<?x y?>",
    "&amp;",
    "&#65;",
    "</saml:NameID>",
    "<saml:NameID>",
    "</saml:Assertion>",
    " ID=\"_a1\"",
    " xmlns:saml=\"urn:x\"",
    " xmlns=\"\"",
    "\u{feff}",
    "\r\n",
    "<x/>",
    "\0",
    "p-evil",
    "<saml:Issuer></saml:Issuer>",
];

/// A small generator (Vigna's splitmix64), so that a run can be repeated.
pub(super) struct Dice(pub u64);

impl Dice {
    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(most.max(1)).unwrap()).unwrap()
    }
}

fn changed(honest: &[char], dice: &mut Dice) -> String {
    let mut text = honest.to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(text.len());
        let until = (at + dice.below(40)).min(text.len());
        match dice.below(6) {
            0 => drop(text.remove(at)),
            1 => text[at] = char::from(u8::try_from(dice.below(94)).unwrap() + 33),
            2 => drop(text.splice(at..at, PIECES[dice.below(PIECES.len())].chars())),
            3 => drop(text.drain(at..until)),
            4 => {
                let piece = text[at..until].to_vec();
                let to = dice.below(text.len());
                drop(text.splice(to..to, piece));
            }
            _ => {
                let other = dice.below(text.len());
                text.swap(at, other);
            }
        }
    }
    text.into_iter().collect()
}

#[test]
fn counted_no_change_of_a_signed_answer_makes_it_say_something_else() {
    let seed = 4_711;
    let (now, idp) = (
        Timestamp::from_second(1_900_000_000).unwrap(),
        SamlIdp::new("https://idp.example.com"),
    );
    let asked = SamlAsked {
        id: format!("_{}", "A".repeat(43)),
        entity_id: "https://shop.example/saml".to_owned(),
        acs_url: "https://shop.example/acs".to_owned(),
        xml: String::new(),
    };
    let certificates = [Certificate::read(&idp.certificate()).unwrap()];
    let expected = Expected {
        issuer: &idp.entity_id,
        entity_id: &asked.entity_id,
        acs_url: &asked.acs_url,
        certificates: &certificates,
        authn_context: None,
        now,
    };
    let read = |text: &str| Answer::read(&BASE64.encode(text.as_bytes()), &expected, &mut Trace::new());
    let (mut dice, mut believed) = (Dice(seed), 0);
    for signs_response in [false, true] {
        let twist = SamlTwist {
            signs_response,
            ..SamlTwist::default()
        };
        let text = idp.answer(&asked, now, &twist);
        let honest = read(&text).unwrap();
        let letters: Vec<char> = text.chars().collect();
        for _ in 0..CHANGES / 2 {
            let text = changed(&letters, &mut dice);
            if let Ok(answer) = read(&text) {
                assert_eq!(answer, honest, "seed {seed}: {text}");
                believed += 1;
            }
        }
    }
    report(&format!(
        "SAML: {CHANGES} changed answers, {believed} of them believed, each with the honest answer's words"
    ));
}
