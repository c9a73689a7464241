//! The plan of a shop: its taxes and fees, in versions that never change.
//!
//! A cart names the version that its prices were made by, and keeps the price without fees beside the price with them. So what
//! an order costs is what its cart cost, and taking it apart gives the same answer whenever it is done.

use std::sync::Arc;

use bilten_kernel::{Currency, Money, OrderLineId, TicketTypeId, Timestamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Attendance, BuyerCtx, Charges, Country, FeeBasis, FeePart, FeeRule, FeeSchedule, LineCharges, MAX_RATE_BP, Payer,
    PlanFault, PricingError, Rounding, Scheme, Supply, TaxCode, TaxRate, TaxTable, VatId,
    engine::add_tax,
    finish::{Sale, Ticket, finish},
    place_of_supply,
    trail::Trail,
};
use crate::catalog::MAX_PRICE_MINOR;

/// Rates that a plan may have.
pub const MAX_TAX_RATES: usize = 20;
/// Fees of one kind that a plan may have.
pub const MAX_FEES: usize = 10;

/// Taxes and fees of a shop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Rates, and how tax is rounded. The first rate of a code is that of the country where its tickets are taxed; those of other
    /// countries are for what is watched from there.
    pub taxes: TaxTable,
    /// Tax of what names none; none where the shop charges none.
    pub default_tax: Option<TaxCode>,
    /// Number under which the shop is registered for value added tax.
    #[serde(default)]
    pub vat_id: Option<VatId>,
    /// The organizer's service fee and the platform's fee.
    pub fees: FeeSchedule,
    /// Whether the platform's fee is passed on to buyers.
    pub passes_on: bool,
    /// Whether every buyer is asked if a company buys; where something virtual is sold he is asked anyway.
    #[serde(default)]
    pub asks_businesses: bool,
}

/// A plan with its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanInForce {
    /// Version, from 1.
    pub version: i32,
    /// The plan.
    pub plan: Plan,
}

/// Price without fees, where a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListPrice {
    /// What the organizer asks for one; with its tax when that is inclusive.
    pub price: Money,
    /// Its tax.
    pub tax: Option<TaxCode>,
    /// Day of its event, in a plan whose rates change with days.
    pub day: Option<Date>,
    /// Whether no fee is passed on to the buyer, by a promo code.
    pub is_fee_free: bool,
}

/// Line of an order that is to be taken apart.
#[derive(Debug, Clone, Copy)]
pub struct PricedLine {
    /// Line of the order.
    pub line: OrderLineId,
    /// Type of ticket.
    pub ticket_type: TicketTypeId,
    /// Number of tickets.
    pub quantity: u32,
    /// Price of one without fees.
    pub list: ListPrice,
    /// How its buyer takes part.
    pub attendance: Attendance,
}

impl Plan {
    /// Tells whether it changes nothing of any price.
    pub fn is_empty(&self) -> bool {
        let FeeSchedule {
            organizer,
            platform,
            commission,
            ..
        } = &self.fees;
        self.taxes.rates.is_empty()
            && self.vat_id.is_none()
            && !self.asks_businesses
            && organizer.is_empty()
            && platform.is_empty()
            && commission.is_empty()
    }

    /// Checks what a plan of a shop may say: fees that buyers bear are per ticket, and all are in force at all times, so that the price on
    /// the page is the price in the cart; and tax is rounded so that it stays.
    ///
    /// # Errors
    /// See [`PlanFault`].
    pub fn check(&self) -> Result<(), PlanFault> {
        let rates = &self.taxes.rates;
        if rates.len() > MAX_TAX_RATES || rates.iter().any(|rate| !(0..=MAX_RATE_BP).contains(&rate.rate_bp)) {
            return Err(PlanFault::Rate);
        }
        for (at, rate) in rates.iter().enumerate() {
            let is_same =
                |other: &TaxRate| (other.code, other.country, other.from) == (rate.code, rate.country, rate.from);
            if rates.iter().take(at).any(is_same) {
                return Err(PlanFault::CodeTwice(rate.code));
            }
        }
        if self.default_tax.is_some_and(|code| self.rate(code).is_none()) {
            return Err(PlanFault::Default);
        }
        let is_fee_sound = |rule: &FeeRule| {
            // What buyers bear is of single tickets, so that it is in the price of each.
            let is_shown = rule.basis == FeeBasis::PerTicket || rule.payer == Payer::Payee;
            let is_steady = rule.from.is_none() && rule.to.is_none() && is_shown;
            let is_small = |band: &super::FeeBand| {
                [Some(band.fixed), band.min, band.max]
                    .into_iter()
                    .flatten()
                    .all(|amount| amount <= MAX_PRICE_MINOR)
            };
            rule.is_sound() && is_steady && rule.is_paid_only && rule.bands.iter().all(is_small)
        };
        let kinds = [&self.fees.organizer, &self.fees.platform, &self.fees.commission];
        if kinds.iter().any(|rules| rules.len() > MAX_FEES) || !kinds.into_iter().flatten().all(is_fee_sound) {
            return Err(PlanFault::Fee);
        }
        if self.taxes.rounding.keeps_gross() {
            Ok(())
        } else {
            Err(PlanFault::Rounding)
        }
    }

    /// The tax of a type: its own, or else the shop's.
    pub fn tax_of(&self, own: Option<TaxCode>) -> Option<TaxCode> {
        own.filter(|code| self.rate(*code).is_some()).or(self.default_tax)
    }

    /// Tells whether a rate begins on a day, so that the day of an event counts.
    pub fn is_dated(&self) -> bool {
        self.taxes.rates.iter().any(|rate| rate.from.is_some())
    }

    /// Finds the rate of a tax where its tickets are taxed, for events of a day.
    pub fn rate_on(&self, code: TaxCode, day: Option<Date>) -> Option<&TaxRate> {
        self.taxes.find_on(code, self.rate(code)?.country, day)
    }

    /// Finds the first rate of a tax, whose country is where its tickets are taxed.
    pub fn rate(&self, code: TaxCode) -> Option<&TaxRate> {
        self.taxes.rates.iter().find(|rate| rate.code == code)
    }

    /// The price that a buyer sees everywhere: with every fee and tax that he cannot avoid.
    pub fn display_price(&self, list: ListPrice) -> Money {
        let mut one = [self.ticket(list)];
        // Prices and fees of a plan that was checked are far from the bounds of the arithmetic.
        match finish(&mut one, &self.sale(list.price.currency), &mut Trail::default()) {
            Ok(_) => Money::new(one[0].gross, list.price.currency),
            Err(_) => list.price,
        }
    }

    /// Takes an order apart.
    ///
    /// # Errors
    /// An amount overflows.
    pub fn charges(&self, version: i32, currency: Currency, lines: &[PricedLine]) -> Result<Charges, PricingError> {
        self.charges_for(&BuyerCtx::default(), version, currency, lines)
    }

    /// Takes an order apart for a buyer of whom something is known. A country that has no rate in the table is one where the shop
    /// is not registered: what is watched from there is taxed as if its buyer came.
    ///
    /// # Errors
    /// An amount overflows.
    pub fn charges_for(
        &self,
        buyer: &BuyerCtx,
        version: i32,
        currency: Currency,
        lines: &[PricedLine],
    ) -> Result<Charges, PricingError> {
        let ticket = |line: &PricedLine| {
            let ticket = self.ticket_for(line.list, line.attendance, *buyer);
            (0..line.quantity).map(move |_| ticket)
        };
        let mut tickets: Vec<Ticket> = lines.iter().flat_map(ticket).collect();
        finish(&mut tickets, &self.sale(currency), &mut Trail::default())?;
        let mut rest = tickets.iter();
        let line = |line: &PricedLine| {
            let mut sum = LineCharges {
                line: line.line,
                ticket_type: line.ticket_type,
                quantity: line.quantity,
                gross: 0,
                taxes: Vec::new(),
                service_fee: FeePart::default(),
                platform_fee: 0,
                commission: 0,
            };
            for ticket in rest.by_ref().take(usize::try_from(line.quantity).unwrap_or(usize::MAX)) {
                sum.gross += ticket.gross;
                add_tax(&mut sum.taxes, ticket.tax());
                sum.service_fee.gross += ticket.fee_gross;
                sum.service_fee.tax += ticket.fee_tax;
                sum.platform_fee += ticket.platform;
                sum.commission += ticket.commission;
            }
            sum
        };
        Ok(Charges {
            v: Charges::VERSION,
            currency,
            plan: version,
            rounding: self.taxes.rounding,
            seller_vat_id: self.vat_id.clone(),
            lines: lines.iter().map(line).collect(),
        })
    }

    /// Says who bears the platform's fee of a ticket. A fee of the order is never passed on: no price of a ticket could show it.
    #[must_use]
    pub fn passing_on(mut self, passes_on: bool) -> Self {
        self.passes_on = passes_on;
        for rule in self
            .fees
            .platform
            .iter_mut()
            .filter(|rule| rule.basis == FeeBasis::PerTicket)
        {
            rule.payer = if passes_on { Payer::Buyer } else { Payer::Payee };
        }
        self
    }

    fn ticket(&self, list: ListPrice) -> Ticket {
        let rate = list.tax.and_then(|code| self.rate_on(code, list.day));
        Ticket {
            is_fee_free: list.is_fee_free,
            ..Ticket::new(list.price.minor, rate.copied())
        }
    }

    /// A ticket as this buyer is taxed for it.
    fn ticket_for(&self, list: ListPrice, attendance: Attendance, buyer: BuyerCtx) -> Ticket {
        let Some(home) = list.tax.and_then(|code| self.rate_on(code, list.day)) else {
            return self.ticket(list);
        };
        let taxed = |rate: &TaxRate, scheme, owed_in: Option<Country>| Ticket {
            scheme,
            owed_in,
            is_fee_free: list.is_fee_free,
            ..Ticket::new(list.price.minor, Some(*rate))
        };
        match place_of_supply(attendance, home.country, &buyer) {
            Supply::ReverseCharge => taxed(home, Scheme::ReverseCharge, buyer.country),
            Supply::Taxed(country) if country == home.country => taxed(home, Scheme::Standard, None),
            Supply::Taxed(country) => match self.taxes.find_on(home.code, country, list.day) {
                Some(rate) => taxed(rate, Scheme::Destination, None),
                None => taxed(home, Scheme::Standard, None),
            },
        }
    }

    fn sale(&self, currency: Currency) -> Sale<'_> {
        Sale {
            currency,
            // Fees of a plan are in force at all times.
            now: Timestamp::UNIX_EPOCH,
            schedule: &self.fees,
            taxes: &self.taxes,
            is_business: false,
        }
    }
}

impl PlanInForce {
    /// The price without fees of a type that costs so much in the list, for an event of a day.
    pub fn list(&self, price: Money, own_tax: Option<TaxCode>, day: Option<Date>) -> ListPrice {
        ListPrice {
            price,
            tax: self.plan.tax_of(own_tax),
            day: day.filter(|_| self.plan.is_dated()),
            is_fee_free: false,
        }
    }
}

/// The price that a buyer sees of something that costs so much in the list; that itself where no plan stands.
pub fn display_price(
    plan: Option<&Arc<PlanInForce>>,
    price: Money,
    (own_tax, day): (Option<TaxCode>, Option<Date>),
) -> Money {
    plan.map_or(price, |plan| plan.plan.display_price(plan.list(price, own_tax, day)))
}

/// Ways to round that leave prices as they were shown.
pub fn roundings() -> impl Iterator<Item = Rounding> {
    Rounding::ALL.into_iter().filter(|rounding| rounding.keeps_gross())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::pricing::{FeeBand, FeeBase, RuleRef};

    fn rule(id: u32, payer: Payer, (fixed, rate_bp): (i64, i32)) -> FeeRule {
        FeeRule {
            rule: RuleRef::numbered(id, 1),
            payer,
            basis: FeeBasis::PerTicket,
            base: FeeBase::Gross,
            is_paid_only: true,
            currency: None,
            from: None,
            to: None,
            bands: vec![FeeBand {
                fixed,
                rate_bp,
                ..FeeBand::default()
            }],
        }
    }

    fn rate(code: &str, rate_bp: i32, is_inclusive: bool) -> TaxRate {
        TaxRate {
            code: code.parse().unwrap(),
            country: "NO".parse().unwrap(),
            rate_bp,
            is_inclusive,
            from: None,
        }
    }

    fn plan(passes_on: bool) -> Plan {
        Plan {
            taxes: TaxTable {
                rates: vec![rate("S", 2_500, true), rate("R12", 1_200, true), rate("X", 700, false)],
                rounding: Rounding::SumByNetKeepGross,
            },
            default_tax: Some("S".parse().unwrap()),
            vat_id: Some("NO987654321MVA".parse().unwrap()),
            fees: FeeSchedule {
                version: 1,
                organizer: vec![rule(1, Payer::Buyer, (1_000, 200))],
                platform: vec![rule(2, Payer::Payee, (300, 250))],
                commission: vec![],
            },
            passes_on: false,
            asks_businesses: false,
        }
        .passing_on(passes_on)
    }

    fn nok(minor: i64, tax: &str) -> ListPrice {
        ListPrice {
            price: Money::new(minor, "NOK".parse().unwrap()),
            tax: Some(tax.parse().unwrap()),
            day: None,
            is_fee_free: false,
        }
    }

    #[test]
    fn the_price_shown_has_everything_in_it() {
        // 500.00, a service fee of 10.00 and 2 %; the platform's 3.00 and 2.5 % of all is passed on or not.
        assert_eq!(plan(false).display_price(nok(50_000, "S")).minor, 52_000);
        assert_eq!(plan(true).display_price(nok(50_000, "S")).minor, 53_641);
        // A tax that is added is added to the fees too, and shares are of prices with tax: 2 % of 535.00.
        assert_eq!(plan(false).display_price(nok(50_000, "X")).minor, 55_715);
        assert_eq!(plan(true).display_price(nok(0, "S")).minor, 0);
        assert_eq!(Plan::default().display_price(nok(777, "S")).minor, 777);
    }

    #[test]
    fn a_ticket_without_fees_costs_what_the_list_says_and_the_platform_takes_its_fee_from_that() {
        let free = ListPrice {
            is_fee_free: true,
            ..nok(50_000, "S")
        };
        assert_eq!(plan(true).display_price(free).minor, 50_000);
        let line = PricedLine {
            line: Uuid::from_u128(1).into(),
            ticket_type: Uuid::from_u128(2).into(),
            quantity: 2,
            list: free,
            attendance: Attendance::Physical,
        };
        let charges = plan(true).charges(1, "NOK".parse().unwrap(), &[line]).unwrap();
        let total = charges.total();
        assert_eq!((total.gross.minor, total.service_fee.minor), (100_000, 0));
        assert_eq!(total.platform_fee.minor, 3_100, "3.00 and 2.5 % of each");
    }

    #[test]
    fn a_type_without_a_tax_of_its_own_has_that_of_the_shop() {
        let plan = plan(true);
        let code = |text: &str| text.parse::<TaxCode>().unwrap();
        assert_eq!(plan.tax_of(Some(code("R12"))), Some(code("R12")));
        assert_eq!(plan.tax_of(Some(code("GONE"))), Some(code("S")));
        assert_eq!(Plan::default().tax_of(Some(code("R12"))), None);
    }

    #[test]
    fn plans_that_make_no_sense_are_told() {
        let with = |change: fn(&mut Plan)| {
            let mut plan = plan(true);
            change(&mut plan);
            plan.check()
        };
        assert_eq!(with(|_| {}), Ok(()));
        assert_eq!(with(|p| p.taxes.rates[0].rate_bp = 9_000), Err(PlanFault::Rate));
        assert_eq!(
            with(|p| p.taxes.rates[1].code = "S".parse().unwrap()),
            Err(PlanFault::CodeTwice("S".parse().unwrap()))
        );
        assert_eq!(
            with(|p| p.default_tax = Some("Z".parse().unwrap())),
            Err(PlanFault::Default)
        );
        assert_eq!(
            with(|p| p.fees.organizer[0].basis = FeeBasis::PerOrder),
            Err(PlanFault::Fee)
        );
        assert_eq!(with(|p| p.fees.platform[0].bands[0].rate_bp = -1), Err(PlanFault::Fee));
        assert_eq!(
            with(|p| p.taxes.rounding = Rounding::SumByNet),
            Err(PlanFault::Rounding)
        );
    }

    proptest! {
        /// What an order is taken apart into is what its lines cost.
        #[test]
        fn charges_are_what_was_shown(
            lines in proptest::collection::vec((1_u32..8, 0_i64..200_000, prop_oneof![Just("S"), Just("R12"), Just("X")]), 1..5),
            passes_on: bool,
            by_line: bool,
            of_order: bool,
        ) {
            let mut plan = plan(passes_on);
            if of_order {
                plan.fees.platform.push(FeeRule { basis: FeeBasis::PerOrder, ..rule(3, Payer::Payee, (500, 100)) });
                plan.fees.organizer[0].bands[0].max = Some(2_500);
                plan.fees.organizer[0].bands.push(FeeBand { from: 90_000, rate_bp: 100, min: Some(1_200), ..FeeBand::default() });
                prop_assert_eq!(plan.check(), Ok(()));
            }
            if by_line {
                plan.taxes.rounding = Rounding::Line;
            }
            let line = |((quantity, minor, tax), n): ((u32, i64, &str), u128)| PricedLine {
                line: Uuid::from_u128(n).into(),
                ticket_type: Uuid::from_u128(n).into(),
                quantity,
                list: nok(minor, tax),
                attendance: Attendance::Physical,
            };
            let lines: Vec<PricedLine> = lines.into_iter().zip(1..).map(line).collect();
            let charges = plan.charges(4, "NOK".parse().unwrap(), &lines).unwrap();
            for (line, kept) in lines.iter().zip(&charges.lines) {
                prop_assert_eq!(kept.gross, plan.display_price(line.list).minor * i64::from(line.quantity));
                prop_assert!(kept.net() >= 0 && kept.platform_fee >= 0 && kept.platform_fee <= kept.gross);
                prop_assert!(kept.gross >= line.list.price.minor * i64::from(line.quantity));
                let fees: i64 = kept.service_fee.gross;
                prop_assert!(fees <= kept.gross);
            }
        }
    }
}
