//! Who buys, as programs tell it.
//!
//! A program may tell the country, and for a company its name and number; what is taxed by where the buyer is follows it. It is
//! taken as told where the shop's own form would not have asked, and then changes nothing of the price.

use bilten_core::{
    orders::{Channel, QuoteOrder},
    pricing::{BuyerTax, CompanyName, Country, Finding, Scheme, VatId},
};
use bilten_kernel::{CartId, ParseError};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{AppState, extract::TenantCtx, problem::Problem};

/// Who buys.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct BuyerBody {
    /// Where the tickets are sent.
    #[schema(format = "email")]
    email: String,
    /// Name, 1 to 120 characters.
    name: String,
    /// What the taxes of things attended online follow.
    tax: Option<BuyerTaxBody>,
}

/// Where a buyer is at home, and which company buys.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct BuyerTaxBody {
    /// Country (ISO 3166).
    #[schema(example = "DE")]
    country: String,
    /// Name of the company, 1 to 120 characters.
    company: Option<String>,
    /// Its number for value added tax, with the prefix of the country; needs `company`.
    #[schema(example = "DE123456789")]
    vat_id: Option<String>,
}

/// An order to be made, before any register was asked.
pub(super) struct Wish(QuoteOrder);

impl BuyerBody {
    /// Understands it.
    ///
    /// # Errors
    /// Names the field that is not understood.
    pub(super) fn parse(self, cart: CartId) -> Result<Wish, Problem> {
        Ok(Wish(QuoteOrder {
            cart,
            buyer_email: self
                .email
                .parse()
                .map_err(|error| Problem::field("buyer.email", error))?,
            buyer_name: self.name.parse().map_err(|error| Problem::field("buyer.name", error))?,
            channel: Channel::Api,
            tax: self.tax.map(BuyerTaxBody::parse).transpose()?,
        }))
    }
}

impl BuyerTaxBody {
    fn parse(self) -> Result<BuyerTax, Problem> {
        let country: Country = self
            .country
            .parse()
            .map_err(|error| Problem::field("buyer.tax.country", error))?;
        let company: Option<CompanyName> = self
            .company
            .map(|name| name.parse())
            .transpose()
            .map_err(|error| Problem::field("buyer.tax.company", error))?;
        let wrong = |error| Problem::field("buyer.tax.vat_id", error);
        let vat_id: Option<VatId> = self.vat_id.map(|id| id.parse()).transpose().map_err(wrong)?;
        if vat_id.as_ref().is_some_and(|id| id.country() != Some(country)) {
            return Err(wrong(ParseError::new("VAT number", "is of another country")));
        }
        if vat_id.is_some() && company.is_none() {
            let error = ParseError::new("company", "is missing beside a VAT number");
            return Err(Problem::field("buyer.tax.company", error));
        }
        Ok(BuyerTax {
            country,
            company,
            vat_id,
            finding: Finding::default(),
            check: None,
            treatment: Scheme::Standard,
        })
    }
}

impl Wish {
    /// Asks the register about a number, where one was told and one can be asked. No transaction is open.
    ///
    /// # Errors
    /// The register does not know the number, or the database refused.
    pub(super) async fn ask(self, state: &AppState, ctx: &TenantCtx) -> Result<QuoteOrder, Problem> {
        let mut quote = self.0;
        let Some(tax) = &mut quote.tax else { return Ok(quote) };
        if let Some(id) = &tax.vat_id {
            let found = state.vat_checks.check(ctx, id).await?;
            if found.finding == Finding::Invalid {
                let error = ParseError::new("VAT number", "is not known to its register");
                return Err(Problem::field("buyer.tax.vat_id", error));
            }
            (tax.finding, tax.check) = (found.finding, found.check);
        }
        Ok(quote)
    }
}
