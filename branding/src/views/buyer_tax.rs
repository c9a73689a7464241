//! What the checkout asks for the tax, and the company that buys.

use serde::Serialize;

use super::{
    Choice,
    checkout::{ChargeLines, Summary},
};

/// A company that buys.
#[derive(Debug, Clone, Serialize)]
pub struct CompanyPart {
    /// Its name.
    pub name: String,
    /// Its number for value added tax.
    pub vat_id: Option<String>,
}

impl CompanyPart {
    /// A company buys what is in a summary, and owes the tax.
    pub(super) fn sample_on(summary: Summary) -> Summary {
        Summary {
            company: Some(Self {
                name: "Muster GmbH".to_owned(),
                vat_id: Some("DE 123456789".to_owned()),
            }),
            charges: Some(ChargeLines {
                is_reverse_charge: true,
                ..ChargeLines::sample()
            }),
            ..summary
        }
    }
}

/// What is asked for the tax. Fields: `country`, `company`, `vat_id`.
#[derive(Debug, Clone, Serialize)]
pub struct TaxFields {
    /// Whether everybody has to say where he lives; else only companies.
    pub asks_country: bool,
    /// Whether a company buys, or something about it is wrong.
    pub is_company: bool,
    /// Countries of the world; the labels are messages.
    pub countries: Vec<Choice>,
}

impl TaxFields {
    /// What a sample asks: everybody for his country, or a company that told something wrong.
    pub(super) fn sample(asks_country: bool) -> Self {
        let country = |code: &str, is_chosen| Choice::new(code, format!("country-{code}"), is_chosen);
        Self {
            asks_country,
            is_company: !asks_country,
            countries: vec![country("NO", false), country("DE", true)],
        }
    }
}
