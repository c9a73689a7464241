//! Taxes and fees of a shop: what is in a price, and who gets which part of it.

use bilten_kernel::Money;
use serde::Serialize;

use crate::{
    texts,
    views::{Choice, FieldErrors, Moment, Percent, Text, View, checkout::ChargeLines, sample},
};

/// `GET|POST /manage/taxes`. Fields: `seen`, `code_0`, `country_0`, `percent_0`, `kind_0`, `from_0`, …, `default`, `vat_id`, `rounding`,
/// `fee_from_0`, `fee_fixed_0`, `fee_percent_0`, `fee_min_0`, `fee_max_0`, …, `bearer`, `businesses`.
#[derive(Debug, Clone, Serialize)]
pub struct TaxesView {
    /// Where the settings are posted to.
    pub action: String,
    /// Version of the settings that the form was made from.
    pub version: i32,
    /// Currency of the service fee.
    pub currency: String,
    /// Rates as typed, with some rows to spare.
    pub rates: Vec<TaxRateRow>,
    /// Tax of tickets that name none.
    pub default_tax: Vec<Choice>,
    /// Number for value added tax, as typed.
    pub vat_id: String,
    /// Way of rounding.
    pub rounding: String,
    /// The service fee by price, as typed, with a row to spare.
    pub fees: Vec<FeeBandRow>,
    /// What the platform takes; none when it takes nothing.
    pub platform_fees: Vec<PlatformFee>,
    /// Whether buyers bear the platform's fee.
    pub passes_on: bool,
    /// Whether every buyer is asked if a company buys.
    pub asks_businesses: bool,
    /// Orders that were taxed because a register did not answer, and that staff decide about.
    pub corrections: Vec<CorrectionRow>,
    /// What is wrong.
    pub errors: FieldErrors,
    /// What follows from the settings that are saved.
    pub example: TaxExample,
    /// Events to come with the taxes of their tickets; none where the shop has no rates.
    pub events: Vec<EventTaxes>,
}

/// An order that was taxed because a register did not answer; its number is valid.
#[derive(Debug, Clone, Serialize)]
pub struct CorrectionRow {
    /// Its code.
    pub code: String,
    /// Its page.
    pub url: String,
    /// The number.
    pub vat_id: String,
    /// Proof of the register.
    pub consultation: Option<String>,
    /// Tax that was taken.
    pub tax: Money,
    /// When the register answered.
    pub found: Moment,
    /// Where it is taken off the list.
    pub close_action: String,
}

impl CorrectionRow {
    fn sample() -> Self {
        Self {
            code: "K7QXM2".to_owned(),
            url: "/manage/orders/ord_0".to_owned(),
            vat_id: "DE 123456789".to_owned(),
            consultation: Some("WAPIAAAAYp".to_owned()),
            tax: sample::nok(19_960),
            found: sample::moment("2027-01-12T09:30:00Z"),
            close_action: "/manage/taxes/corrections/ord_0".to_owned(),
        }
    }
}

impl EventTaxes {
    fn sample(taxes: Vec<Choice>) -> Self {
        Self {
            title: "Nordlys Festival 2027".to_owned(),
            action: "/manage/events/evt_0/taxes".to_owned(),
            types: vec![TypeTax {
                field: "tty_0".to_owned(),
                name: "Festival pass".to_owned(),
                price: sample::nok(53_641),
                taxes,
                is_virtual: true,
            }],
        }
    }
}

/// A rate as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TaxRateRow {
    /// Short name.
    pub code: String,
    /// Country, two letters.
    pub country: String,
    /// Rate in per cent.
    pub percent: String,
    /// Whether it is added to prices; else they contain it.
    pub is_added: bool,
    /// First day of the events that it is for, as `2031-01-01`; empty for one that was always there.
    pub from: String,
}

/// Service fee for tickets from a price on, as typed: amounts in the shop's currency, shares in per cent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FeeBandRow {
    /// Lowest price that it is for.
    pub from: String,
    /// Fixed part.
    pub fixed: String,
    /// Share of the price.
    pub percent: String,
    /// It is no less.
    pub min: String,
    /// It is no more.
    pub max: String,
}

/// What the platform takes.
#[derive(Debug, Clone, Serialize)]
pub struct PlatformFee {
    /// Of what, and how much (`TAXES_PLATFORM_*`).
    pub text: Text,
    /// Lowest price that it is for, where there are several.
    pub from: Option<Money>,
    /// It is no less.
    pub min: Option<Money>,
    /// It is no more.
    pub max: Option<Money>,
}

/// A ticket, taken apart. Field: `price`.
#[derive(Debug, Clone, Serialize)]
pub struct TaxExample {
    /// Where another price is asked for.
    pub action: String,
    /// Price as typed.
    pub typed: String,
    /// Price in the list.
    pub list: Money,
    /// What the buyer pays.
    pub buyer_pays: Money,
    /// Tax and service fee in it.
    pub parts: ChargeLines,
    /// What the platform keeps.
    pub platform_fee: Money,
    /// What it takes besides, and settles with the shop.
    pub commission: Option<Money>,
    /// What the organizer gets, taxes included.
    pub you_get: Money,
    /// What he keeps of it after the taxes.
    pub you_keep: Money,
}

/// Taxes of the tickets of an event. Fields: the ids of the types.
#[derive(Debug, Clone, Serialize)]
pub struct EventTaxes {
    /// Name of the event.
    pub title: String,
    /// Where they are posted to.
    pub action: String,
    /// Ticket types.
    pub types: Vec<TypeTax>,
}

/// Tax of a ticket type.
#[derive(Debug, Clone, Serialize)]
pub struct TypeTax {
    /// Name of the field.
    pub field: String,
    /// Name of the type.
    pub name: String,
    /// What buyers see.
    pub price: Money,
    /// Taxes to choose from.
    pub taxes: Vec<Choice>,
    /// Whether its buyers watch from elsewhere. Field: the name with `_virtual`.
    pub is_virtual: bool,
}

impl FeeBandRow {
    fn sample(fields: [&str; 5]) -> Self {
        let [from, fixed, percent, min, max] = fields.map(str::to_owned);
        Self {
            from,
            fixed,
            percent,
            min,
            max,
        }
    }
}

impl PlatformFee {
    fn samples() -> Vec<Self> {
        let of_ticket = Text::new(texts::TAXES_PLATFORM_FEE)
            .with("fixed", sample::nok(300))
            .with("percent", Percent::of_bp(250));
        vec![
            Self {
                text: of_ticket,
                from: None,
                min: None,
                max: None,
            },
            Self {
                text: Text::new(texts::TAXES_PLATFORM_ORDER_SHARE).with("percent", Percent::of_bp(300)),
                from: Some(sample::nok(100_000)),
                min: Some(sample::nok(1_000)),
                max: Some(sample::nok(4_000)),
            },
        ]
    }
}

impl View for TaxesView {
    const TEMPLATE: &'static str = "console/taxes.html";

    fn samples() -> Vec<Self> {
        let row = |code: &str, percent: &str| TaxRateRow {
            code: code.to_owned(),
            country: "NO".to_owned(),
            percent: percent.to_owned(),
            is_added: false,
            from: if code == "MVA12" {
                "2031-01-01".to_owned()
            } else {
                String::new()
            },
        };
        let taxes = |chosen: &str| {
            let choice = |code: &str, label: &str| Choice::new(code, label, code == chosen);
            vec![choice("MVA25", "MVA25 · 25 %"), choice("MVA12", "MVA12 · 12 %")]
        };
        let full = Self {
            action: "/manage/taxes".to_owned(),
            version: 3,
            currency: "NOK".to_owned(),
            rates: vec![row("MVA25", "25"), row("MVA12", "12"), TaxRateRow::default()],
            default_tax: taxes("MVA25"),
            vat_id: "NO 987654321MVA".to_owned(),
            rounding: "sum_by_net_keep_gross".to_owned(),
            fees: vec![
                FeeBandRow::sample(["", "10", "2", "", ""]),
                FeeBandRow::sample(["1000", "", "2.5", "", "60"]),
                FeeBandRow::default(),
            ],
            platform_fees: PlatformFee::samples(),
            passes_on: true,
            asks_businesses: true,
            corrections: vec![CorrectionRow::sample()],
            errors: FieldErrors::none(),
            example: TaxExample {
                action: "/manage/taxes".to_owned(),
                typed: "500".to_owned(),
                list: sample::nok(50_000),
                buyer_pays: sample::nok(53_641),
                parts: ChargeLines::sample(),
                platform_fee: sample::nok(1_641),
                commission: Some(sample::nok(250)),
                you_get: sample::nok(52_000),
                you_keep: sample::nok(41_272),
            },
            events: vec![EventTaxes::sample(taxes("MVA12"))],
        };
        let wrong = Self {
            errors: FieldErrors::none()
                .with("rate_0", Text::new(texts::FIELD_TAX_RATE_INVALID))
                .with("fee_0", Text::new(texts::FIELD_FEE_PERCENT_INVALID))
                .with("fee_1", Text::new(texts::FIELD_FEE_BOUNDS))
                .with("default", Text::new(texts::FIELD_TAX_DEFAULT_INVALID))
                .with("vat_id", Text::new(texts::FIELD_VAT_ID_INVALID))
                .with("price", Text::new(texts::FIELD_PRICE_INVALID)),
            ..full.clone()
        };
        let empty = Self {
            version: 0,
            rates: vec![TaxRateRow::default(), TaxRateRow::default()],
            default_tax: Vec::new(),
            platform_fees: Vec::new(),
            passes_on: false,
            fees: vec![FeeBandRow::default()],
            corrections: Vec::new(),
            events: Vec::new(),
            ..full.clone()
        };
        vec![full, wrong, empty]
    }
}
