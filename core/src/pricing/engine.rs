//! Computes a quote.

use std::collections::BTreeMap;

use bilten_kernel::{TicketTypeId, Timestamp};

use super::{
    BuyerCtx, Cart, CartLine, Catalogue, ENGINE_VERSION, FeeLine, FeePart, FeeSchedule, Legal, PricingError, Quote,
    QuoteLine, Scheme, Supply, TaxCode, TaxLine, TaxPart, TaxTable,
    finish::{Sale, Ticket, finish},
    input::Channel,
    place_of_supply,
    steps::{self, Moment, Unit},
    trail::Trail,
};
use crate::{
    catalog::MAX_PRICE_MINOR,
    inventory::{MAX_LINES, MAX_TICKETS},
};

/// Who asks, where and when.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// What the tax asks of him.
    pub buyer: BuyerCtx,
    /// Where he buys.
    pub channel: Channel,
    /// When.
    pub now: Timestamp,
}

/// Computes what a cart costs.
///
/// # Errors
/// See [`PricingError`].
pub fn quote(
    catalogue: &Catalogue,
    cart: &Cart,
    asked: Asked,
    schedule: &FeeSchedule,
    taxes: &TaxTable,
) -> Result<Quote, PricingError> {
    let mut trail = Trail::default();
    let units = price(catalogue, cart, asked, &mut trail)?;
    let supply = place_of_supply(catalogue.attendance, catalogue.country, &asked.buyer);
    let sale = Sale {
        currency: catalogue.currency,
        now: asked.now,
        schedule,
        taxes,
        is_business: asked.buyer.is_business,
    };
    // Who owes the tax himself is spared that of the event.
    let (country, scheme) = match supply {
        Supply::Taxed(country) if country == catalogue.country => (country, Scheme::Standard),
        Supply::Taxed(country) => (country, Scheme::Destination),
        Supply::ReverseCharge => (catalogue.country, Scheme::ReverseCharge),
    };
    let owed_in = asked.buyer.country.filter(|_| supply == Supply::ReverseCharge);
    let ticket = |unit: &Unit<'_>| {
        let found = |code| {
            taxes
                .find(code, country)
                .copied()
                .ok_or(PricingError::NoRate(code, country))
        };
        let rate = unit.item.tax.map(found).transpose()?;
        let is_fee_free = unit.is_fee_free;
        Ok(Ticket {
            is_fee_free,
            scheme,
            owed_in,
            ..Ticket::new(unit.price, rate)
        })
    };
    let mut tickets: Vec<Ticket> = units.iter().map(ticket).collect::<Result<_, PricingError>>()?;
    let fees = finish(&mut tickets, &sale, &mut trail)?;
    Ok(assemble(
        catalogue,
        cart,
        (&units, &tickets),
        (fees, schedule.version, supply),
        trail,
    )
    .sealed())
}

/// Prices each ticket up to the fees. The tickets stand in an order of their own, whatever that of the cart is.
fn price<'a>(
    catalogue: &'a Catalogue,
    cart: &Cart,
    asked: Asked,
    trail: &mut Trail,
) -> Result<Vec<Unit<'a>>, PricingError> {
    let moment = Moment {
        channel: asked.channel,
        now: asked.now,
    };
    let mut units = units_of(catalogue, cart)?;
    steps::unlock(&catalogue.codes, cart, &mut units, moment)?;
    steps::list(&mut units, moment, trail);
    let is_sound = |unit: &Unit<'_>| (0..=MAX_PRICE_MINOR).contains(&unit.price);
    if !units.iter().all(is_sound) {
        return Err(PricingError::Overflow);
    }
    steps::voucher(&catalogue.codes, cart, &mut units, moment, trail)?;
    steps::automatic(&catalogue.automatic, &mut units, moment, trail)?;
    steps::promo(&catalogue.codes, cart, &mut units, moment, trail)?;
    steps::group(&catalogue.groups, &mut units, moment, trail)?;
    steps::open_price(&mut units, trail)?;
    Ok(units)
}

fn units_of<'a>(catalogue: &'a Catalogue, cart: &Cart) -> Result<Vec<Unit<'a>>, PricingError> {
    let wanted: u64 = cart.lines.iter().map(|line| u64::from(line.quantity)).sum();
    let is_sound = (1..=u64::from(MAX_TICKETS)).contains(&wanted) && cart.lines.len() <= MAX_LINES;
    if !is_sound {
        return Err(PricingError::Malformed);
    }
    let mut lines: Vec<CartLine> = cart.lines.clone();
    lines.sort_by_key(|line| (line.ticket_type, line.zone, line.named));
    let mut units = Vec::new();
    for line in lines {
        let mut items = catalogue.items.iter();
        let item = items
            .find(|item| item.ticket_type == line.ticket_type)
            .ok_or(PricingError::UnknownType(line.ticket_type))?;
        let unit = Unit {
            item,
            line,
            list: 0,
            price: 0,
            has_voucher: false,
            is_fee_free: false,
        };
        units.extend((0..line.quantity).map(|_| unit));
    }
    Ok(units)
}

fn assemble(
    catalogue: &Catalogue,
    cart: &Cart,
    (units, tickets): (&[Unit<'_>], &[Ticket]),
    (fees, schedule, supply): (Vec<FeeLine>, i32, Supply),
    trail: Trail,
) -> Quote {
    let total = tickets.iter().map(|ticket| ticket.gross).sum();
    Quote {
        engine: ENGINE_VERSION,
        catalogue: catalogue.version,
        schedule,
        currency: catalogue.currency,
        lines: lines_of(units, tickets),
        fees,
        taxes: taxes_of(tickets, supply),
        total,
        explanation: trail.into_steps(),
        legal: Legal {
            total_all_in: total,
            prior_price: cart.prior_total.filter(|prior| *prior > total),
            is_dynamic: units.iter().any(|unit| unit.item.dynamic.is_some()),
            is_reverse_charge: supply == Supply::ReverseCharge,
        },
        hash: String::new(),
    }
}

/// Tickets of the same type and price make a line.
fn lines_of(units: &[Unit<'_>], tickets: &[Ticket]) -> Vec<QuoteLine> {
    type Key = (TicketTypeId, Option<u32>, i64, i64);
    let mut lines: BTreeMap<Key, QuoteLine> = BTreeMap::new();
    for (unit, ticket) in units.iter().zip(tickets) {
        let key = (unit.item.ticket_type, unit.line.zone, unit.list, unit.price);
        let line = lines.entry(key).or_insert_with(|| QuoteLine {
            ticket_type: unit.item.ticket_type,
            zone: unit.line.zone,
            quantity: 0,
            unit_list: unit.list,
            unit_price: unit.price,
            gross: 0,
            net: 0,
            taxes: Vec::new(),
            service_fee: FeePart::default(),
            platform_fee: 0,
            commission: 0,
        });
        line.quantity += 1;
        line.gross += ticket.gross;
        line.net += ticket.net;
        add_tax(&mut line.taxes, ticket.tax());
        line.service_fee.gross += ticket.fee_gross;
        line.service_fee.tax += ticket.fee_tax;
        line.platform_fee += ticket.platform;
        line.commission += ticket.commission;
    }
    lines.into_values().collect()
}

/// Adds a tax to those of a line.
pub(super) fn add_tax(taxes: &mut Vec<TaxPart>, tax: Option<TaxPart>) {
    let Some(tax) = tax else { return };
    match taxes.iter_mut().find(|own| own.is_alike(&tax)) {
        Some(own) => own.amount += tax.amount,
        None => taxes.push(tax),
    }
}

fn taxes_of(tickets: &[Ticket], supply: Supply) -> Vec<TaxLine> {
    let country = match supply {
        Supply::Taxed(country) => Some(country),
        Supply::ReverseCharge => None,
    };
    let mut sums: BTreeMap<(TaxCode, i32), (i64, i64)> = BTreeMap::new();
    for ticket in tickets {
        if let Some(tax) = ticket.tax() {
            let sum = sums.entry((tax.code, tax.rate_bp)).or_default();
            sum.0 += ticket.net;
            sum.1 += tax.amount;
        }
    }
    let line = |((code, rate_bp), (net, amount))| TaxLine {
        code,
        country,
        rate_bp,
        net,
        amount,
    };
    sums.into_iter().map(line).collect()
}
