//! `GET /manage/taxes`.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        Choice, Percent, Section, Text,
        console::{EventTaxes, FeeBandRow, PlatformFee, TaxExample, TaxRateRow, TaxesView, TypeTax},
    },
};
use bilten_core::{
    catalog::{self, EventDetail, EventFilter, Listing, TicketType},
    pricing::{
        self, Attendance, FeeBand, FeeBasis, FeeRule, MAX_TAX_RATES, Plan, PlanInForce, PricedLine, Share, TaxRate,
    },
};
use bilten_kernel::{Currency, Money, Timestamp};
use bilten_tenancy::TenantTx;
use jiff::civil::Date;
use serde::Deserialize;

use super::{bands, corrections, form::Typed, permit};
use crate::{
    http::{extract::Params, problem::Problem},
    organizer::{console::Console, prices, urls},
    storefront::charge_lines,
};

/// Events whose taxes stand on the page.
const EVENTS: u32 = 20;
/// Whole units of the price that the example begins with.
const EXAMPLE: &str = "500";
/// Rows for further rates.
const SPARE_ROWS: usize = 2;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    price: String,
}

pub(super) async fn show(console: Console, Params(asked): Params<Asked>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let currency = console.state.settings.get(&console).await?.currency;
    let found = pricing::find_plan(&mut tx).await?;
    let typed = Typed::of(&found.plan, found.version, currency);
    let view = view(&console, &mut tx, &found, (typed, asked, currency)).await?;
    tx.commit().await?;
    console.html(Section::Taxes, &view)
}

/// Fills the page from the plan that is saved and the form as typed.
pub(super) async fn view(
    console: &Console,
    tx: &mut TenantTx,
    found: &PlanInForce,
    (mut typed, asked, currency): (Typed, Asked, Currency),
) -> Result<TaxesView, Problem> {
    let events = if found.plan.taxes.rates.is_empty() {
        Vec::new()
    } else {
        let filter = EventFilter {
            listing: Listing::All,
            ..EventFilter::default()
        };
        let listed = catalog::list_events(console, tx, &filter, None, EVENTS).await?.events;
        let now = console.now();
        let is_to_come = |detail: &&EventDetail| detail.event.ends_at > now && !detail.ticket_types.is_empty();
        listed
            .iter()
            .filter(is_to_come)
            .map(|detail| event(detail, &found.plan, now))
            .collect()
    };
    let spare = (typed.rates.len() + SPARE_ROWS).min(MAX_TAX_RATES);
    typed.rates.resize_with(spare, TaxRateRow::default);
    let spare = (typed.fees.len() + 1).min(bands::MAX_ROWS);
    typed.fees.resize_with(spare, FeeBandRow::default);
    let text = if asked.price.trim().is_empty() {
        EXAMPLE.to_owned()
    } else {
        asked.price
    };
    let price = prices::read(&text, currency).filter(|minor| *minor <= catalog::MAX_PRICE_MINOR);
    if price.is_none() {
        typed.errors.push("price", Text::new(texts::FIELD_PRICE_INVALID));
    }
    let list = Money::new(price.unwrap_or(0), currency);
    let zone = console.state.settings.get(console).await?.time_zone.clone();
    let today = console.now().to_zoned(zone.zone()).date();
    let corrections = corrections::rows(tx, zone.as_str()).await?;
    Ok(TaxesView {
        corrections,
        asks_businesses: typed.asks_businesses,
        action: urls::TAXES.to_owned(),
        version: typed.seen,
        currency: currency.code().to_owned(),
        default_tax: homes(&found.plan)
            .map(|rate| choice(rate, &typed.default_tax))
            .collect(),
        rates: typed.rates,
        vat_id: typed.vat_id,
        rounding: typed.rounding,
        fees: typed.fees,
        platform_fees: platform_fees(&found.plan, currency),
        passes_on: typed.passes_on,
        errors: typed.errors,
        example: example(found, (list, today), text)?,
        events,
    })
}

/// The rates that tickets can have; those of other countries are found by their codes.
fn homes(plan: &Plan) -> impl Iterator<Item = &TaxRate> {
    let rates = &plan.taxes.rates;
    rates.iter().filter(|rate| plan.rate(rate.code) == Some(*rate))
}

fn choice(rate: &TaxRate, chosen: &str) -> Choice {
    let percent = prices::write_hundredths(i64::from(rate.rate_bp));
    let code = rate.code.as_str();
    Choice::new(code, format!("{code} · {percent} %"), code == chosen)
}

fn platform_fees(plan: &Plan, currency: Currency) -> Vec<PlatformFee> {
    let fee = |rule: &FeeRule, band: &FeeBand| {
        let money = |minor| Money::new(minor, rule.currency.unwrap_or(currency));
        let (fixed, percent) = (money(band.fixed), Percent::of_bp(band.rate_bp));
        let is_of_order = rule.basis == FeeBasis::PerOrder;
        let text = match (band.fixed, band.rate_bp, is_of_order) {
            (_, 0, false) => Text::new(texts::TAXES_PLATFORM_FIXED).with("fixed", fixed),
            (_, 0, true) => Text::new(texts::TAXES_PLATFORM_ORDER_FIXED).with("fixed", fixed),
            (0, _, false) => Text::new(texts::TAXES_PLATFORM_SHARE).with("percent", percent),
            (0, _, true) => Text::new(texts::TAXES_PLATFORM_ORDER_SHARE).with("percent", percent),
            (_, _, of_order) => Text::new(if of_order {
                texts::TAXES_PLATFORM_ORDER_FEE
            } else {
                texts::TAXES_PLATFORM_FEE
            })
            .with("fixed", fixed)
            .with("percent", percent),
        };
        PlatformFee {
            text,
            from: Some(band.from).filter(|from| *from > 0).map(money),
            min: band.min.filter(|min| *min > 0).map(money),
            max: band.max.map(money),
        }
    };
    let rules = plan.fees.platform.iter();
    rules
        .flat_map(|rule| rule.bands.iter().map(move |band| fee(rule, band)))
        .collect()
}

/// Takes a ticket of the price apart, by the plan that is saved.
fn example(found: &PlanInForce, (list, today): (Money, Date), typed: String) -> Result<TaxExample, Problem> {
    let line = PricedLine {
        line: uuid::Uuid::nil().into(),
        ticket_type: uuid::Uuid::nil().into(),
        quantity: 1,
        list: found.list(list, None, Some(today)),
        attendance: Attendance::Physical,
    };
    let charges = found.plan.charges(found.version, list.currency, &[line]);
    let charges = charges.map_err(Problem::internal)?;
    let share: Share = charges.total();
    let you_get = share.payee();
    Ok(TaxExample {
        action: urls::TAXES.to_owned(),
        typed,
        list,
        buyer_pays: share.gross,
        parts: charge_lines(&charges),
        platform_fee: share.platform_fee,
        commission: Some(share.commission).filter(|part| !part.is_zero()),
        you_get,
        you_keep: Money::new(you_get.minor - share.tax().minor, list.currency),
    })
}

fn event(detail: &EventDetail, plan: &Plan, now: Timestamp) -> EventTaxes {
    let row = |ticket_type: &TicketType| {
        let chosen = ticket_type.pricing.tax.map(String::from).unwrap_or_default();
        TypeTax {
            field: ticket_type.id.to_string(),
            name: ticket_type.terms.name.to_string(),
            price: ticket_type.display_price(now),
            taxes: homes(plan).map(|rate| choice(rate, &chosen)).collect(),
            is_virtual: ticket_type.pricing.attendance == Attendance::Virtual,
        }
    };
    EventTaxes {
        title: detail.event.name.to_string(),
        action: urls::event_taxes(detail.event.id),
        types: detail.ticket_types.iter().map(row).collect(),
    }
}
