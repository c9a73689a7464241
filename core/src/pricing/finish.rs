//! From prices to what is paid: fees, taxes, rounding.

use bilten_kernel::{Currency, Timestamp};

use super::{
    Country, FeeBase, FeeBasis, FeeLine, FeeRule, FeeSchedule, FeeTaker, PricingError, Rounding, Scheme, Step, TaxPart,
    TaxRate, TaxTable,
    exact::Exact,
    split::split,
    tax::{self, Taxed},
    trail::Trail,
};

/// Where and when something is sold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sale<'a> {
    pub currency: Currency,
    pub now: Timestamp,
    pub schedule: &'a FeeSchedule,
    pub taxes: &'a TaxTable,
    pub is_business: bool,
}

/// One ticket on its way to what is paid for it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ticket {
    /// Price after discounts.
    pub price: i64,
    /// Whether nothing is passed on to the buyer.
    pub is_fee_free: bool,
    /// Organizer's and platform's fee on top of the price, without a tax that is added.
    pub on_top: i64,
    pub gross: i64,
    pub net: i64,
    /// Tax of what is on top.
    pub fee_tax: i64,
    /// Fee on top, with a tax that is added.
    pub fee_gross: i64,
    pub platform: i64,
    pub commission: i64,
    /// Rate that it is taxed at.
    pub rate: Option<TaxRate>,
    /// By which rule it is taxed.
    pub scheme: Scheme,
    /// Country in which the buyer owes the tax himself.
    pub owed_in: Option<Country>,
}

impl Ticket {
    pub fn new(price: i64, rate: Option<TaxRate>) -> Self {
        Self {
            price,
            rate,
            ..Self::default()
        }
    }

    /// Price and what is on top of it.
    fn sum(&self) -> i64 {
        self.price + self.on_top
    }

    pub fn tax(&self) -> Option<TaxPart> {
        let rate = self.rate?;
        Some(TaxPart {
            code: rate.code,
            country: Some(self.owed_in.unwrap_or(rate.country)),
            scheme: self.scheme,
            rate_bp: rate.rate_bp,
            amount: self.gross - self.net,
        })
    }

    /// What one of price and fees counts for in the base of a fee.
    fn weight(&self, base: FeeBase) -> Result<Exact, PricingError> {
        let Some(rate) = self.rate else { return Ok(Exact::ONE) };
        match (base, rate.is_inclusive) {
            (FeeBase::Gross, true) | (FeeBase::Net, false) => Ok(Exact::ONE),
            (FeeBase::Gross, false) => rate.factor(),
            (FeeBase::Net, true) => Exact::ONE.by(rate.factor()?),
        }
    }
}

/// Takes fees and taxes of tickets whose prices are known; returns what was taken in fees.
pub(super) fn finish(tickets: &mut [Ticket], sale: &Sale<'_>, trail: &mut Trail) -> Result<Vec<FeeLine>, PricingError> {
    for (at, ticket) in tickets.iter_mut().enumerate() {
        reverse_charge(ticket, (at, trail))?;
    }
    let mut fees = Fees {
        sale,
        lines: Vec::new(),
    };
    fees.organizer(tickets, trail)?;
    fees.shared(tickets, trail)?;
    tax_each(tickets, trail)?;
    round(tickets, sale, trail)?;
    for ticket in tickets.iter_mut() {
        ticket.fee_tax = ticket.fee_tax.min(ticket.gross - ticket.net).max(0);
        ticket.fee_gross = ticket.fee_gross.min(ticket.gross);
    }
    let mut lines = fees.lines;
    lines.sort_by_key(|line| (line.taker, line.rule));
    Ok(lines)
}

struct Fees<'a> {
    sale: &'a Sale<'a>,
    lines: Vec<FeeLine>,
}

impl Fees<'_> {
    fn rules<'r>(&'r self, rules: &'r [FeeRule], basis: FeeBasis) -> impl Iterator<Item = &'r FeeRule> {
        rules
            .iter()
            .filter(move |rule| rule.basis == basis && rule.is_in_force(self.sale.currency, self.sale.now))
    }

    fn add(&mut self, taker: FeeTaker, rule: &FeeRule, (total, on_top): (i64, i64)) {
        match self
            .lines
            .iter_mut()
            .find(|line| line.taker == taker && line.rule == rule.rule)
        {
            Some(line) => {
                line.total += total;
                line.on_top += on_top;
            }
            None => self.lines.push(FeeLine {
                taker,
                rule: rule.rule,
                total,
                on_top,
            }),
        }
    }

    /// The organizer's own fees: each of the price, and all that are in force. What he bears himself is no fee.
    fn organizer(&mut self, tickets: &mut [Ticket], trail: &mut Trail) -> Result<(), PricingError> {
        let sale = self.sale;
        let prices: Vec<i64> = tickets.iter().map(|ticket| ticket.price).collect();
        for rule in &sale.schedule.organizer {
            if !rule.is_in_force(sale.currency, sale.now) {
                continue;
            }
            match rule.basis {
                FeeBasis::PerTicket => {
                    for (at, ticket) in tickets.iter_mut().enumerate().filter(|(_, ticket)| !ticket.is_fee_free) {
                        let base = Exact::whole(prices[at]).times(ticket.weight(rule.base)?)?;
                        let fee = rule.buyers_part_on(base)?;
                        self.put(FeeTaker::Organizer, rule, (at, ticket), fee, trail);
                    }
                }
                FeeBasis::PerOrder => {
                    let mut base = Exact::ZERO;
                    for (ticket, price) in tickets.iter().zip(&prices) {
                        base = base.plus(Exact::whole(*price).times(ticket.weight(rule.base)?)?)?;
                    }
                    if tickets.iter().all(|ticket| !ticket.is_fee_free) {
                        let fee = rule.buyers_part_on(base)?;
                        self.spread(FeeTaker::Organizer, rule, tickets, fee, trail)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Puts a fee on top of one ticket.
    fn put(
        &mut self,
        taker: FeeTaker,
        rule: &FeeRule,
        (at, ticket): (usize, &mut Ticket),
        fee: i64,
        trail: &mut Trail,
    ) {
        let step = if taker == FeeTaker::Organizer {
            Step::OrganizerFee
        } else {
            Step::PlatformFee
        };
        let before = ticket.sum();
        ticket.on_top += fee;
        trail.note(step, Some(rule.rule), at, (before, ticket.sum()));
        let total = if taker == FeeTaker::Organizer { fee } else { 0 };
        self.add(taker, rule, (total, fee));
    }

    /// Puts a fee of the order on top of all its tickets, by what they cost.
    fn spread(
        &mut self,
        taker: FeeTaker,
        rule: &FeeRule,
        tickets: &mut [Ticket],
        fee: i64,
        trail: &mut Trail,
    ) -> Result<(), PricingError> {
        let weights: Vec<i64> = tickets.iter().map(Ticket::sum).collect();
        let parts = split(fee, &weights)?;
        for (ticket, part) in tickets.iter_mut().enumerate().zip(parts) {
            self.put(taker, rule, ticket, part, trail);
        }
        Ok(())
    }

    /// Fees of the platform and of the tenant: of everything that the buyer pays.
    fn shared(&mut self, tickets: &mut [Ticket], trail: &mut Trail) -> Result<(), PricingError> {
        let sale = self.sale;
        for basis in [FeeBasis::PerTicket, FeeBasis::PerOrder] {
            let platform = self.rules(&sale.schedule.platform, basis).next().cloned();
            if let Some(rule) = platform {
                match basis {
                    FeeBasis::PerTicket => self.platform_by_ticket(&rule, tickets, trail)?,
                    FeeBasis::PerOrder => self.platform_by_order(&rule, tickets, trail)?,
                }
            }
        }
        for basis in [FeeBasis::PerTicket, FeeBasis::PerOrder] {
            let commission = self.rules(&sale.schedule.commission, basis).next().cloned();
            if let Some(rule) = commission {
                self.commission(&rule, tickets)?;
            }
        }
        Ok(())
    }

    fn platform_by_ticket(
        &mut self,
        rule: &FeeRule,
        tickets: &mut [Ticket],
        trail: &mut Trail,
    ) -> Result<(), PricingError> {
        for (at, ticket) in tickets.iter_mut().enumerate() {
            let weight = ticket.weight(rule.base)?;
            let total = if ticket.is_fee_free {
                rule.on(Exact::whole(ticket.sum()).times(weight)?)?
            } else {
                let fee = rule.passed_on(ticket.sum(), weight)?;
                self.put(FeeTaker::Platform, rule, (at, ticket), fee.on_top, trail);
                fee.total
            };
            // Nobody keeps more than is paid.
            let kept = total.min(ticket.sum());
            ticket.platform += kept;
            self.add(FeeTaker::Platform, rule, (kept, 0));
        }
        Ok(())
    }

    fn platform_by_order(
        &mut self,
        rule: &FeeRule,
        tickets: &mut [Ticket],
        trail: &mut Trail,
    ) -> Result<(), PricingError> {
        let paid: i64 = tickets.iter().map(Ticket::sum).sum();
        let base = base_of(tickets, rule)?;
        let weight = if paid > 0 {
            base.by(Exact::whole(paid))?
        } else {
            Exact::ONE
        };
        let total = if tickets.iter().any(|ticket| ticket.is_fee_free) {
            rule.on(base)?
        } else {
            let fee = rule.passed_on(paid, weight)?;
            self.spread(FeeTaker::Platform, rule, tickets, fee.on_top, trail)?;
            fee.total
        };
        self.keep(rule, tickets, (FeeTaker::Platform, total))
    }

    fn commission(&mut self, rule: &FeeRule, tickets: &mut [Ticket]) -> Result<(), PricingError> {
        match rule.basis {
            FeeBasis::PerTicket => {
                for ticket in tickets.iter_mut() {
                    let fee = rule.on(Exact::whole(ticket.sum()).times(ticket.weight(rule.base)?)?)?;
                    let kept = fee.min(ticket.sum() - ticket.platform).max(0);
                    ticket.commission += kept;
                    self.add(FeeTaker::Tenant, rule, (kept, 0));
                }
                Ok(())
            }
            FeeBasis::PerOrder => {
                let total = rule.on(base_of(tickets, rule)?)?;
                self.keep(rule, tickets, (FeeTaker::Tenant, total))
            }
        }
    }

    /// Divides what is kept of the order among its tickets, none of which gives more than is left of it.
    fn keep(
        &mut self,
        rule: &FeeRule,
        tickets: &mut [Ticket],
        (taker, total): (FeeTaker, i64),
    ) -> Result<(), PricingError> {
        let rooms: Vec<i64> = tickets
            .iter()
            .map(|ticket| (ticket.sum() - ticket.platform - ticket.commission).max(0))
            .collect();
        let kept = total.min(rooms.iter().sum());
        for (ticket, part) in tickets.iter_mut().zip(split(kept, &rooms)?) {
            match taker {
                FeeTaker::Tenant => ticket.commission += part,
                FeeTaker::Platform | FeeTaker::Organizer => ticket.platform += part,
            }
        }
        self.add(taker, rule, (kept, 0));
        Ok(())
    }
}

fn base_of(tickets: &[Ticket], rule: &FeeRule) -> Result<Exact, PricingError> {
    tickets.iter().try_fold(Exact::ZERO, |sum, ticket| {
        sum.plus(Exact::whole(ticket.sum()).times(ticket.weight(rule.base)?)?)
    })
}

/// Takes the tax off a price that contains it where the buyer owes it himself.
fn reverse_charge(ticket: &mut Ticket, (at, trail): (usize, &mut Trail)) -> Result<(), PricingError> {
    let Some(rate) = ticket.rate.filter(|_| ticket.scheme == Scheme::ReverseCharge) else {
        return Ok(());
    };
    if rate.is_inclusive {
        let (net, _) = rate.take_out(ticket.price)?;
        trail.note(Step::Tax, None, at, (ticket.price, net));
        ticket.price = net;
    }
    ticket.rate = Some(TaxRate { rate_bp: 0, ..rate });
    Ok(())
}

/// Takes the tax out of each ticket, or adds it.
fn tax_each(tickets: &mut [Ticket], trail: &mut Trail) -> Result<(), PricingError> {
    for (at, ticket) in tickets.iter_mut().enumerate() {
        let sum = ticket.sum();
        (ticket.net, ticket.gross, ticket.fee_gross) = (sum, sum, ticket.on_top);
        let Some(rate) = ticket.rate else { continue };
        if rate.is_inclusive {
            ticket.net = rate.take_out(sum)?.0;
            ticket.fee_tax = rate.take_out(ticket.on_top)?.1;
        } else {
            ticket.gross += tax_on(sum, &rate)?;
            ticket.fee_tax = tax_on(ticket.on_top, &rate)?;
            ticket.fee_gross += ticket.fee_tax;
        }
        trail.note(Step::Tax, None, at, (sum, ticket.gross));
    }
    Ok(())
}

fn tax_on(net: i64, rate: &TaxRate) -> Result<i64, PricingError> {
    Exact::whole(net).times(Exact::basis_points(rate.rate_bp))?.round()
}

/// Rounds the tax of each rate.
fn round(tickets: &mut [Ticket], sale: &Sale<'_>, trail: &mut Trail) -> Result<(), PricingError> {
    if sale.taxes.rounding == Rounding::Line {
        return Ok(());
    }
    let mut rates: Vec<TaxRate> = Vec::new();
    for rate in tickets.iter().filter_map(|ticket| ticket.rate) {
        if rate.rate_bp != 0 && !rates.contains(&rate) {
            rates.push(rate);
        }
    }
    for rate in rates {
        let members: Vec<usize> = (0..tickets.len())
            .filter(|at| tickets[*at].rate == Some(rate))
            .collect();
        let mut amounts: Vec<Taxed> = members
            .iter()
            .map(|at| Taxed {
                gross: tickets[*at].gross,
                net: tickets[*at].net,
            })
            .collect();
        tax::round(&mut amounts, &rate, sale.taxes.rounding, sale.is_business)?;
        for (at, amount) in members.into_iter().zip(amounts) {
            trail.note(Step::Rounding, None, at, (tickets[at].gross, amount.gross));
            (tickets[at].gross, tickets[at].net) = (amount.gross, amount.net);
        }
    }
    Ok(())
}
