//! What a buyer tells of himself so that the right tax is taken: his country, and as a business its number.

use std::{fmt, str::FromStr};

use bilten_kernel::ParseError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BuyerCtx, Country, Scheme, VatId};

/// Letters of the longest name of a company.
const MAX_COMPANY: usize = 120;

/// Name of a company that buys: one to 120 letters, in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CompanyName(String);

impl FromStr for CompanyName {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        let is_sound = !text.is_empty() && text.chars().count() <= MAX_COMPANY && !text.chars().any(char::is_control);
        is_sound
            .then(|| Self(text.to_owned()))
            .ok_or(ParseError::new("company", "is one line of 1 to 120 letters"))
    }
}

impl TryFrom<String> for CompanyName {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<CompanyName> for String {
    fn from(name: CompanyName) -> Self {
        name.0
    }
}

impl fmt::Display for CompanyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is known of a number for value added tax.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// No register was asked: there is no number, or none that this installation can ask.
    #[default]
    NotAsked,
    /// The register knows it.
    Valid,
    /// The register does not know it.
    Invalid,
    /// The register did not answer; it is asked again.
    Unavailable,
}

impl Finding {
    /// Name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotAsked => "not_asked",
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unavailable => "unavailable",
        }
    }
}

/// What a buyer told, what was found out of it, and how his order is taxed; kept with the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyerTax {
    /// Where he lives, or is established.
    pub country: Country,
    /// Company that buys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyName>,
    /// Its number for value added tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<VatId>,
    /// What is known of the number.
    #[serde(default)]
    pub finding: Finding,
    /// Evidence of what is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Uuid>,
    /// The most special rule by which a part of the order is taxed; whoever asks for an order leaves it at the usual one.
    #[serde(default)]
    pub treatment: Scheme,
}

impl BuyerTax {
    /// What taxes ask of him.
    pub fn ctx(&self) -> BuyerCtx {
        BuyerCtx {
            country: Some(self.country),
            is_business: self.company.is_some() || self.vat_id.is_some(),
            has_valid_vat_id: self.vat_id.is_some() && self.finding == Finding::Valid,
        }
    }
}

impl VatId {
    /// Country that gave the number; numbers of Northern Ireland are of Great Britain where services are concerned.
    pub fn country(&self) -> Option<Country> {
        match self.prefix() {
            "EL" => "GR".parse().ok(),
            "XI" => "GB".parse().ok(),
            prefix => prefix.parse().ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_has_a_name_of_one_line() {
        assert_eq!(" Ada & Co. ".parse::<CompanyName>().unwrap().to_string(), "Ada & Co.");
        for text in ["", " ", "a\nb", &"x".repeat(121)] {
            assert!(text.parse::<CompanyName>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_number_counts_only_when_the_register_knows_it() {
        let buyer = |finding| BuyerTax {
            country: "DE".parse().unwrap(),
            company: "Ada GmbH".parse().ok(),
            vat_id: "DE123456789".parse().ok(),
            finding,
            check: None,
            treatment: Scheme::Standard,
        };
        assert!(buyer(Finding::Valid).ctx().has_valid_vat_id);
        for finding in [Finding::NotAsked, Finding::Invalid, Finding::Unavailable] {
            assert!(!buyer(finding).ctx().has_valid_vat_id);
        }
        let json = serde_json::to_value(buyer(Finding::Valid)).unwrap();
        assert_eq!(serde_json::from_value::<BuyerTax>(json).unwrap(), buyer(Finding::Valid));
    }

    #[test]
    fn numbers_tell_their_country() {
        for (number, country) in [("EL123456789", "GR"), ("XI123456789", "GB"), ("CHE123456789MWST", "CH")] {
            let id: VatId = number.parse().unwrap();
            assert_eq!(id.country().unwrap().as_str(), country);
        }
    }
}
