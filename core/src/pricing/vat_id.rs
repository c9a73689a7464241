//! Numbers under which businesses are registered for value added tax.
//!
//! What is checked is the form that each country gives its numbers, not whether a register knows one: that takes the
//! register's word.

use std::{fmt, str::FromStr};

use bilten_kernel::ParseError;
use serde::{Deserialize, Serialize};

/// Number for value added tax, with its country's prefix: letters and digits without anything between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VatId(String);

impl VatId {
    /// Returns the number with its prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number without its prefix.
    pub fn number(&self) -> &str {
        self.0.get(2..).unwrap_or_default()
    }

    /// Returns the prefix of the country, `EL` for Greece.
    pub fn prefix(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }
}

impl fmt::Display for VatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.prefix(), self.0.get(2..).unwrap_or_default())
    }
}

impl FromStr for VatId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.len() > 40 {
            return Err(ParseError::new("vat id", "is too long"));
        }
        let is_between = |c: &char| !c.is_whitespace() && !matches!(c, '.' | '-' | '/');
        let text: String = text.chars().filter(is_between).collect::<String>().to_ascii_uppercase();
        let (Some(prefix), Some(number)) = (text.get(..2), text.get(2..)) else {
            return Err(ParseError::new("vat id", "begins with a country"));
        };
        let (prefix, number) = match prefix {
            "GR" => ("EL", number.to_owned()),
            // Norway writes a word behind a number that is registered; without it the number is that of the company.
            "NO" if !number.ends_with("MVA") => ("NO", format!("{number}MVA")),
            prefix => (prefix, number.to_owned()),
        };
        let Some((_, forms)) = FORMS.iter().find(|(country, _)| *country == prefix) else {
            return Err(ParseError::new(
                "vat id",
                "begins with a country whose numbers are known",
            ));
        };
        if forms.iter().any(|form| fits(&number, form)) {
            Ok(Self(format!("{prefix}{number}")))
        } else {
            Err(ParseError::new("vat id", "has not the form of its country"))
        }
    }
}

impl TryFrom<String> for VatId {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<VatId> for String {
    fn from(id: VatId) -> Self {
        id.0
    }
}

/// Compares a number with a form: `#` is a digit, `@` a letter, `?` either, anything else itself.
fn fits(number: &str, form: &str) -> bool {
    let is_alike = |(have, want): (char, char)| match want {
        '#' => have.is_ascii_digit(),
        '@' => have.is_ascii_uppercase(),
        '?' => have.is_ascii_digit() || have.is_ascii_uppercase(),
        want => have == want,
    };
    number.chars().count() == form.chars().count() && number.chars().zip(form.chars()).all(is_alike)
}

/// Forms by prefix: the European Union's (<https://ec.europa.eu/taxation_customs/vies>, frequently asked questions), then
/// Norway, Switzerland, Great Britain.
const FORMS: &[(&str, &[&str])] = &[
    ("AT", &["U########"]),
    ("BE", &["0#########", "1#########"]),
    ("BG", &["#########", "##########"]),
    ("CY", &["########@"]),
    ("CZ", &["########", "#########", "##########"]),
    ("DE", &["#########"]),
    ("DK", &["########"]),
    ("EE", &["#########"]),
    ("EL", &["#########"]),
    ("ES", &["?#######?"]),
    ("FI", &["########"]),
    ("FR", &["??#########"]),
    ("HR", &["###########"]),
    ("HU", &["########"]),
    ("IE", &["#######@", "#######@@", "#?#####@"]),
    ("IT", &["###########"]),
    ("LT", &["#########", "############"]),
    ("LU", &["########"]),
    ("LV", &["###########"]),
    ("MT", &["########"]),
    ("NL", &["#########B##"]),
    ("PL", &["##########"]),
    ("PT", &["#########"]),
    (
        "RO",
        &[
            "##",
            "###",
            "####",
            "#####",
            "######",
            "#######",
            "########",
            "#########",
            "##########",
        ],
    ),
    ("SE", &["############"]),
    ("SI", &["########"]),
    ("SK", &["##########"]),
    ("XI", &["#########", "############"]),
    ("NO", &["#########MVA"]),
    (
        "CH",
        &["E#########", "E#########MWST", "E#########TVA", "E#########IVA"],
    ),
    ("GB", &["#########", "############"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_form_of_their_country() {
        for (text, id) in [
            ("no 987 654 321 mva", Some("NO 987654321MVA")),
            ("NO987654321", Some("NO 987654321MVA")),
            ("DE-123456789", Some("DE 123456789")),
            ("gr123456789", Some("EL 123456789")),
            ("ATU12345678", Some("AT U12345678")),
            ("CHE-123.456.789 MWST", Some("CH E123456789MWST")),
            ("NL123456789B01", Some("NL 123456789B01")),
            ("IE1234567WA", Some("IE 1234567WA")),
            ("RO12", Some("RO 12")),
            ("RO1", None),
            ("DE12345678", None),
            ("DE12345678X", None),
            ("AT12345678", None),
            ("US123456789", None),
            ("987654321", None),
            ("æ", None),
            ("", None),
        ] {
            assert_eq!(
                text.parse::<VatId>().ok().map(|id| id.to_string()).as_deref(),
                id,
                "{text}"
            );
        }
        assert!("DE1".repeat(100).parse::<VatId>().is_err());
    }

    #[test]
    fn a_kept_number_is_read_again() {
        let id: VatId = "NO987654321MVA".parse().unwrap();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<VatId>(&json).unwrap(), id);
        assert!(serde_json::from_str::<VatId>("\"NO1\"").is_err());
    }
}
