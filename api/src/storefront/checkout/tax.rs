//! What a buyer tells so that the right tax is taken: his country, and as a company its name and number.
//!
//! He is asked where something in the cart is watched from elsewhere, or where the shop asks everybody. Whoever leaves the question out
//! is taxed as if he came.

use bilten_billing::vat::Found;
use bilten_branding::{
    i18n::countries,
    texts,
    views::{
        Choice, FieldErrors, Text,
        checkout::{BuyerForm, TaxFields},
    },
};
use bilten_core::{
    orders::Order,
    pricing::{Attendance, BuyerTax, CompanyName, Country, Finding, Scheme, VatId},
};

use super::basket::{Basket, Goods};
use crate::{
    http::{AppState, problem::Problem},
    storefront::shop::Shop,
};

/// Whom a shop asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asks {
    /// Everybody for his country: something is watched from elsewhere.
    country: bool,
    /// Companies for their names and numbers.
    companies: bool,
}

/// What was told, before any register was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    country: Country,
    company: Option<CompanyName>,
    vat_id: Option<VatId>,
}

impl Asks {
    /// Says what is asked of whoever has this cart.
    pub fn of(basket: &Basket) -> Self {
        // A gift card is taxed when it is spent.
        let Goods::Tickets(tickets) = &basket.goods else {
            return Self {
                country: false,
                companies: false,
            };
        };
        let (cart, types) = (&tickets.0, &tickets.1.ticket_types);
        let is_in_cart = |id| cart.lines.iter().any(|line| line.ticket_type == id);
        let plan = types.first().and_then(|found| found.pricing.plan.as_ref());
        let country = plan.is_some()
            && types
                .iter()
                .any(|found| found.pricing.attendance == Attendance::Virtual && is_in_cart(found.id));
        Self {
            country,
            companies: country || plan.is_some_and(|found| found.plan.asks_businesses),
        }
    }

    /// Fills what the form shows; nothing where nobody is asked.
    pub fn fields(self, shop: &Shop, form: &BuyerForm, errors: &FieldErrors) -> Option<TaxFields> {
        let has_wrong = |field: &str| errors.has(field);
        let is_company = !form.company.is_empty() || !form.vat_id.is_empty();
        self.companies.then(|| TaxFields {
            asks_country: self.country,
            is_company: is_company || has_wrong("company") || has_wrong("vat_id"),
            countries: countries(shop.locale)
                .map(|code| Choice::new(code, format!("country-{code}"), code == form.country))
                .collect(),
        })
    }

    /// Understands what was typed; nothing where nobody is asked, or only companies and none buys.
    pub fn read(self, form: &BuyerForm, errors: &mut FieldErrors) -> Option<Told> {
        let (company, vat_id) = (form.company.trim(), form.vat_id.trim());
        let is_company = !company.is_empty() || !vat_id.is_empty();
        if !self.companies || !(self.country || is_company) {
            return None;
        }
        let country = form.country.parse::<Country>();
        if form.country.trim().is_empty() {
            errors.push("country", Text::new(texts::FIELD_REQUIRED));
        } else if country.is_err() {
            errors.push("country", Text::new(texts::FIELD_COUNTRY_INVALID));
        }
        let name = company.parse::<CompanyName>().ok();
        if is_company && name.is_none() {
            errors.push(
                "company",
                if company.is_empty() {
                    Text::new(texts::FIELD_REQUIRED)
                } else {
                    Text::new(texts::FIELD_TOO_LONG).with("max", 120_u32)
                },
            );
        }
        let number = vat_id.parse::<VatId>().ok();
        let is_elsewhere = |number: &VatId| country.as_ref().is_ok_and(|own| number.country() != Some(*own));
        if number.is_none() && !vat_id.is_empty() {
            errors.push("vat_id", Text::new(texts::FIELD_VAT_ID_INVALID));
        } else if number.as_ref().is_some_and(is_elsewhere) {
            errors.push("vat_id", Text::new(texts::FIELD_VAT_ID_COUNTRY));
        }
        Some(Told {
            country: country.ok()?,
            company: name,
            vat_id: number,
        })
    }
}

/// Asks the register about a number, where one was told and one can be asked. No transaction is open.
///
/// # Errors
/// The database refused.
pub async fn ask(state: &AppState, shop: &Shop, told: Told) -> Result<BuyerTax, Problem> {
    let found = match &told.vat_id {
        Some(id) => state.vat_checks.check(shop, id).await?,
        None => Found::default(),
    };
    Ok(BuyerTax {
        country: told.country,
        company: told.company,
        vat_id: told.vat_id,
        finding: found.finding,
        check: found.check,
        treatment: Scheme::Standard,
    })
}

/// Tells what is wrong with a number that the register does not know.
pub fn unknown(tax: &BuyerTax) -> Option<FieldErrors> {
    (tax.finding == Finding::Invalid).then(|| {
        let mut errors = FieldErrors::none();
        errors.push("vat_id", Text::new(texts::FIELD_VAT_ID_UNKNOWN));
        errors
    })
}

/// What the order keeps of it, as the form shows it.
pub fn fill(form: &mut BuyerForm, order: &Order) {
    if let Some(tax) = &order.buyer_tax {
        tax.country.as_str().clone_into(&mut form.country);
        form.company = tax.company.as_ref().map(ToString::to_string).unwrap_or_default();
        form.vat_id = tax.vat_id.as_ref().map(ToString::to_string).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_by_field() {
        let ask = |asks: Asks, country: &str, company: &str, vat_id: &str| {
            let form = BuyerForm {
                country: country.to_owned(),
                company: company.to_owned(),
                vat_id: vat_id.to_owned(),
                ..BuyerForm::default()
            };
            let mut errors = FieldErrors::none();
            let told = asks.read(&form, &mut errors);
            (told, serde_json::to_value(errors).unwrap())
        };
        let all = Asks {
            country: true,
            companies: true,
        };
        let companies = Asks { country: false, ..all };
        let nobody = Asks {
            companies: false,
            ..companies
        };
        assert_eq!(ask(nobody, "DE", "Ada", "DE123456789").0, None);
        assert_eq!(ask(companies, "", "", "").0, None);
        assert_eq!(ask(all, "no", "", "").0.unwrap().country.as_str(), "NO");
        let (told, errors) = ask(all, "GR", "Ada", "EL123456789");
        assert!(told.unwrap().vat_id.is_some() && errors.as_object().unwrap().is_empty());
        assert_eq!(ask(all, "", "", "").1["country"]["key"], texts::FIELD_REQUIRED);
        assert_eq!(ask(all, "X1", "", "").1["country"]["key"], texts::FIELD_COUNTRY_INVALID);
        assert_eq!(
            ask(companies, "DE", "", "DE123456789").1["company"]["key"],
            texts::FIELD_REQUIRED
        );
        assert_eq!(
            ask(all, "DE", "Ada", "DE1").1["vat_id"]["key"],
            texts::FIELD_VAT_ID_INVALID
        );
        assert_eq!(
            ask(all, "FR", "Ada", "DE123456789").1["vat_id"]["key"],
            texts::FIELD_VAT_ID_COUNTRY
        );
    }
}
