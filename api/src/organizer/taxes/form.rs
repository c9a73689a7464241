//! The form of taxes and fees: as typed, and as understood.

use bilten_branding::{
    texts,
    views::{
        FieldErrors, Text,
        console::{FeeBandRow, TaxRateRow},
    },
};
use bilten_core::pricing::{
    FeeBand, FeeBase, FeeBasis, FeeRule, MAX_RATE_BP, MAX_TAX_RATES, Payer, Plan, Rounding, RuleRef, ShopTerms,
    TaxCode, TaxRate, TaxTable, VatId,
};
use bilten_kernel::Currency;

use super::bands;
use crate::organizer::prices;

/// Number of the one service fee that the form knows.
const SERVICE_FEE: u32 = 1;

/// The form as typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub rates: Vec<TaxRateRow>,
    pub default_tax: String,
    pub vat_id: String,
    pub rounding: String,
    pub fees: Vec<FeeBandRow>,
    pub passes_on: bool,
    pub asks_businesses: bool,
    pub seen: i32,
    pub errors: FieldErrors,
}

impl Typed {
    /// Reads what was sent; unknown fields are passed over.
    pub fn read(fields: &[(String, String)]) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "default" => typed.default_tax.clone_from(value),
                "vat_id" => typed.vat_id.clone_from(value),
                "rounding" => typed.rounding.clone_from(value),
                "businesses" => typed.asks_businesses = true,
                "bearer" => typed.passes_on = value == "buyer",
                "seen" => typed.seen = value.parse().unwrap_or(-1),
                name => typed.set_row(name, value),
            }
        }
        typed
    }

    fn set_row(&mut self, name: &str, value: &str) {
        let Some((field, n)) = name.rsplit_once('_') else {
            return;
        };
        let Some(n) = n.parse::<usize>().ok().filter(|n| *n < MAX_TAX_RATES) else {
            return;
        };
        if bands::set(&mut self.fees, (field, n), value) {
            return;
        }
        if self.rates.len() <= n {
            self.rates.resize_with(n + 1, TaxRateRow::default);
        }
        let Some(row) = self.rates.get_mut(n) else { return };
        match field {
            "code" => value.clone_into(&mut row.code),
            "country" => value.clone_into(&mut row.country),
            "percent" => value.clone_into(&mut row.percent),
            "from" => value.clone_into(&mut row.from),
            "kind" => row.is_added = value == "added",
            _ => {}
        }
    }

    /// The form of a plan; the service fee is the one in the shop's currency.
    pub fn of(plan: &Plan, version: i32, currency: Currency) -> Self {
        let row = |rate: &TaxRate| TaxRateRow {
            code: rate.code.to_string(),
            country: rate.country.as_str().to_owned(),
            percent: prices::write_hundredths(i64::from(rate.rate_bp)),
            is_added: !rate.is_inclusive,
            from: rate.from.map(|day| day.to_string()).unwrap_or_default(),
        };
        let fee = plan.fees.organizer.first();
        Self {
            rates: plan.taxes.rates.iter().map(row).collect(),
            default_tax: plan.default_tax.map(String::from).unwrap_or_default(),
            vat_id: plan.vat_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            rounding: plan.taxes.rounding.name().to_owned(),
            fees: fee.map_or_else(Vec::new, |fee| bands::rows(&fee.bands, currency)),
            passes_on: plan.passes_on,
            asks_businesses: plan.asks_businesses,
            seen: version,
            errors: FieldErrors::none(),
        }
    }

    /// Understands the form; `None` when something in it was refused, which then stands beside it.
    pub fn terms(&mut self, currency: Currency) -> Option<ShopTerms> {
        let rates = self.tax_rates();
        let default_tax = self.default_of(&rates);
        let vat_id = self.read_vat_id();
        let service_fees = self.service_fees(currency);
        self.errors.is_empty().then(|| ShopTerms {
            taxes: TaxTable {
                rates,
                rounding: Rounding::from_name(&self.rounding).unwrap_or_default(),
            },
            default_tax,
            vat_id,
            service_fees,
            passes_on: self.passes_on,
            asks_businesses: self.asks_businesses,
        })
    }

    fn tax_rates(&mut self) -> Vec<TaxRate> {
        let mut rates: Vec<TaxRate> = Vec::new();
        for (n, row) in self.rates.iter().enumerate() {
            if row.code.trim().is_empty() {
                continue;
            }
            let field = format!("rate_{n}");
            match read_rate(row) {
                Some(rate)
                    if rates.iter().any(|other| {
                        (other.code, other.country, other.from) == (rate.code, rate.country, rate.from)
                    }) =>
                {
                    self.errors.push(&field, Text::new(texts::FIELD_TAX_TWICE));
                }
                Some(rate) => rates.push(rate),
                None => self.errors.push(&field, Text::new(texts::FIELD_TAX_RATE_INVALID)),
            }
        }
        rates
    }

    fn default_of(&mut self, rates: &[TaxRate]) -> Option<TaxCode> {
        let chosen = self.default_tax.trim();
        if chosen.is_empty() {
            return None;
        }
        let found = rates.iter().map(|rate| rate.code).find(|code| code.as_str() == chosen);
        if found.is_none() {
            self.errors.push("default", Text::new(texts::FIELD_TAX_DEFAULT_INVALID));
        }
        found
    }

    fn read_vat_id(&mut self) -> Option<VatId> {
        let text = self.vat_id.trim();
        let read = text.parse::<VatId>().ok();
        if read.is_none() && !text.is_empty() {
            self.errors.push("vat_id", Text::new(texts::FIELD_VAT_ID_INVALID));
        }
        read
    }

    fn service_fees(&mut self, currency: Currency) -> Vec<FeeRule> {
        let bands = bands::read(&self.fees, currency, &mut self.errors);
        if bands.is_empty() {
            return Vec::new();
        }
        let has_amounts = |band: &FeeBand| band.from > 0 || band.fixed > 0 || band.min.is_some() || band.max.is_some();
        vec![FeeRule {
            rule: RuleRef::numbered(SERVICE_FEE, 1),
            payer: Payer::Buyer,
            basis: FeeBasis::PerTicket,
            base: FeeBase::Gross,
            is_paid_only: true,
            // An amount is one of money; a mere share is one of every currency.
            currency: bands.iter().any(has_amounts).then_some(currency),
            from: None,
            to: None,
            bands,
        }]
    }
}

fn read_rate(row: &TaxRateRow) -> Option<TaxRate> {
    let rate_bp = i32::try_from(prices::read_hundredths(&row.percent)?).ok()?;
    Some(TaxRate {
        code: row.code.parse().ok()?,
        country: row.country.parse().ok()?,
        rate_bp: Some(rate_bp).filter(|bp| *bp <= MAX_RATE_BP)?,
        is_inclusive: !row.is_added,
        from: match row.from.trim() {
            "" => None,
            day => Some(day.parse().ok()?),
        },
    })
}
