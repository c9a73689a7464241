//! How texts are compared.

use unicode_normalization::UnicodeNormalization as _;

/// The form of a text for comparing: composed letters (NFC), in lower case, without spaces around.
pub fn fold(text: &str) -> String {
    text.trim().nfc().collect::<String>().to_lowercase().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_look_alike_are_alike() {
        assert_eq!(fold("Jos\u{e9}@a.example"), fold(" JOSE\u{301}@A.example"));
        assert_ne!(fold("jose"), fold("jos\u{e9}"));
    }
}
