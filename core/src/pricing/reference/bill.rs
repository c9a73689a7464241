//! The second half of the reference: from prices to what is paid.

use super::{Answer, Fraction, deal, int, nearest, share};
use crate::pricing::{
    Attendance, Catalogue, FeeBase, FeeBasis, FeeRule, FeeSchedule, Payer, Rounding, TaxCode, TaxTable, engine::Asked,
};

/// Columns of numbers, one for each ticket.
pub struct Bill<'a> {
    catalogue: &'a Catalogue,
    asked: Asked,
    rounding: Rounding,
    prices: Vec<i64>,
    free: Vec<bool>,
    rates: Vec<Option<(i32, bool)>>,
    top: Vec<i64>,
    platform: Vec<i64>,
    commission: Vec<i64>,
}

fn take_out(gross: i64, bp: i32) -> i64 {
    gross - nearest(&(int(gross) - int(gross) / (int(1) + share(bp))))
}

impl<'a> Bill<'a> {
    pub fn new(
        catalogue: &'a Catalogue,
        (prices, free): (Vec<(i64, Option<TaxCode>)>, Vec<bool>),
        asked: Asked,
        taxes: &TaxTable,
    ) -> Self {
        let home = asked.buyer.country.unwrap_or(catalogue.country);
        let is_foreign = catalogue.attendance == Attendance::Virtual && home != catalogue.country;
        let is_reverse = is_foreign && asked.buyer.is_business && asked.buyer.has_valid_vat_id;
        let country = if is_foreign && !is_reverse {
            home
        } else {
            catalogue.country
        };
        let none = vec![0; prices.len()];
        let mut bill = Self {
            catalogue,
            asked,
            rounding: taxes.rounding,
            prices: Vec::new(),
            free,
            rates: Vec::new(),
            top: none.clone(),
            platform: none.clone(),
            commission: none,
        };
        for (price, code) in prices {
            let found = |code| {
                taxes
                    .rates
                    .iter()
                    .find(|r| r.code == code && r.country == country)
                    .unwrap()
            };
            let rate = code.map(found).map(|rate| (rate.rate_bp, rate.is_inclusive));
            bill.prices.push(match rate {
                Some((bp, true)) if is_reverse => take_out(price, bp),
                _ => price,
            });
            bill.rates
                .push(rate.map(|(bp, is_in)| (if is_reverse { 0 } else { bp }, is_in)));
        }
        bill
    }

    fn all(&self) -> std::ops::Range<usize> {
        0..self.prices.len()
    }

    fn weight(&self, at: usize, base: FeeBase) -> Fraction {
        match (self.rates[at], base) {
            (Some((bp, false)), FeeBase::Gross) => int(1) + share(bp),
            (Some((bp, true)), FeeBase::Net) => int(1) / (int(1) + share(bp)),
            _ => int(1),
        }
    }

    fn paid(&self) -> Vec<i64> {
        self.all().map(|at| self.prices[at] + self.top[at]).collect()
    }

    fn base(&self, amounts: &[i64], base: FeeBase) -> Fraction {
        self.all().map(|at| int(amounts[at]) * self.weight(at, base)).sum()
    }

    fn in_force<'r>(&self, rules: &'r [FeeRule]) -> Vec<&'r FeeRule> {
        let now = self.asked.now;
        let is_in_force = |rule: &&FeeRule| {
            rule.currency.is_none_or(|currency| currency == self.catalogue.currency)
                && rule.from.is_none_or(|from| now >= from)
                && rule.to.is_none_or(|to| now < to)
        };
        rules.iter().filter(is_in_force).collect()
    }

    fn first<'r>(&self, rules: &'r [FeeRule], basis: FeeBasis) -> Option<&'r FeeRule> {
        self.in_force(rules).into_iter().find(|rule| rule.basis == basis)
    }

    pub fn settle(mut self, schedule: &FeeSchedule) -> Answer {
        for rule in self.in_force(&schedule.organizer) {
            self.organizer(rule);
        }
        if let Some(rule) = self.first(&schedule.platform, FeeBasis::PerTicket) {
            for at in self.all() {
                let weight = self.weight(at, rule.base);
                if !self.free[at] {
                    self.top[at] += on_top(rule, self.prices[at] + self.top[at], &weight);
                }
                let paid = self.prices[at] + self.top[at];
                self.platform[at] = fee(rule, &(int(paid) * weight), &int(1)).min(paid);
            }
        }
        if let Some(rule) = self.first(&schedule.platform, FeeBasis::PerOrder) {
            self.platform_of_order(rule);
        }
        let paid = self.paid();
        if let Some(rule) = self.first(&schedule.commission, FeeBasis::PerTicket) {
            for at in self.all() {
                let fee = fee(rule, &(int(paid[at]) * self.weight(at, rule.base)), &int(1));
                self.commission[at] = fee.min(paid[at] - self.platform[at]);
            }
        }
        if let Some(rule) = self.first(&schedule.commission, FeeBasis::PerOrder) {
            let room = |at: usize| paid[at] - self.platform[at] - self.commission[at];
            let rooms: Vec<i64> = self.all().map(room).collect();
            let kept = fee(rule, &self.base(&paid, rule.base), &int(1)).min(rooms.iter().sum());
            for (at, part) in deal(kept, &rooms).into_iter().enumerate() {
                self.commission[at] += part;
            }
        }
        self.taxed()
    }

    fn organizer(&mut self, rule: &FeeRule) {
        let parts = match rule.basis {
            FeeBasis::PerTicket => self
                .all()
                .map(|at| {
                    let base = int(self.prices[at]) * self.weight(at, rule.base);
                    if self.free[at] {
                        0
                    } else {
                        fee(rule, &base, &part_of(rule.payer))
                    }
                })
                .collect(),
            FeeBasis::PerOrder if self.free.contains(&true) => vec![0; self.prices.len()],
            FeeBasis::PerOrder => {
                let base = self.base(&self.prices, rule.base);
                deal(fee(rule, &base, &part_of(rule.payer)), &self.paid())
            }
        };
        self.all().for_each(|at| self.top[at] += parts[at]);
    }

    fn platform_of_order(&mut self, rule: &FeeRule) {
        let paid = self.paid();
        let sum: i64 = paid.iter().sum();
        let mean = if sum > 0 {
            self.base(&paid, rule.base) / int(sum)
        } else {
            int(1)
        };
        let more = if self.free.contains(&true) {
            0
        } else {
            on_top(rule, sum, &mean)
        };
        for (at, part) in deal(more, &paid).into_iter().enumerate() {
            self.top[at] += part;
        }
        let paid = self.paid();
        let rooms: Vec<i64> = self.all().map(|at| paid[at] - self.platform[at]).collect();
        let kept = fee(rule, &(int(sum + more) * mean), &int(1)).min(rooms.iter().sum());
        for (at, part) in deal(kept, &rooms).into_iter().enumerate() {
            self.platform[at] += part;
        }
    }

    fn taxed(self) -> Answer {
        let paid = self.paid();
        let added = |amount: i64, at: usize| match self.rates[at] {
            Some((bp, false)) => nearest(&(int(amount) * share(bp))),
            _ => 0,
        };
        let mut gross: Vec<i64> = self.all().map(|at| paid[at] + added(paid[at], at)).collect();
        let net = |at: usize| match self.rates[at] {
            Some((bp, true)) => take_out(paid[at], bp),
            _ => paid[at],
        };
        let mut net: Vec<i64> = self.all().map(net).collect();
        correct(
            &self.rates,
            (&mut gross, &mut net),
            self.rounding,
            self.asked.buyer.is_business,
        );
        let tickets = self.all().map(|at| {
            let fee = (self.top[at] + added(self.top[at], at)).min(gross[at]);
            [gross[at], net[at], fee, self.platform[at], self.commission[at]]
        });
        Answer {
            tickets: tickets.collect(),
        }
    }
}

/// A fee by the letter of the rule.
fn fee(rule: &FeeRule, base: &Fraction, part: &Fraction) -> i64 {
    if rule.is_paid_only && *base <= int(0) {
        return 0;
    }
    let mut fee = int(0);
    for band in &rule.bands {
        if int(band.from) <= *base {
            fee = int(band.fixed) + share(band.rate_bp) * base;
            if let Some(max) = band.max.map(int).filter(|max| fee > *max) {
                fee = max;
            }
            if let Some(min) = band.min.map(int).filter(|min| fee < *min) {
                fee = min;
            }
        }
    }
    nearest(&(fee * part))
}

fn part_of(payer: Payer) -> Fraction {
    match payer {
        Payer::Buyer => int(1),
        Payer::Payee => int(0),
        Payer::Split(bp) => share(bp),
    }
}

/// Tries nothing, one, two …
fn on_top(rule: &FeeRule, paid: i64, weight: &Fraction) -> i64 {
    let part = part_of(rule.payer);
    (0..1_000_000)
        .find(|p| *p >= fee(rule, &(int(paid + p) * weight), &part) || (rule.is_paid_only && paid == 0))
        .unwrap()
}

/// Moves one unit at a time until the sums are right.
fn correct(
    rates: &[Option<(i32, bool)>],
    (gross, net): (&mut [i64], &mut [i64]),
    rounding: Rounding,
    is_business: bool,
) {
    let by_net = rounding == Rounding::SumByNet || (rounding == Rounding::SumByNetOnlyBusiness && is_business);
    if !by_net && rounding != Rounding::SumByNetKeepGross {
        return;
    }
    let mut seen: Vec<(i32, bool)> = Vec::new();
    for rate in rates.iter().flatten().filter(|rate| rate.0 != 0) {
        if seen.contains(rate) {
            continue;
        }
        seen.push(*rate);
        let mut own: Vec<usize> = (0..rates.len())
            .filter(|at| rates[*at] == Some(*rate) && gross[*at] != 0)
            .collect();
        own.sort_by(|a, b| gross[*b].cmp(&gross[*a]).then(a.cmp(b)));
        let factor = int(1) + share(rate.0);
        let sums = (
            own.iter().map(|at| gross[*at]).sum::<i64>(),
            own.iter().map(|at| net[*at]).sum::<i64>(),
        );
        let target = if by_net {
            nearest(&(int(sums.1) * factor))
        } else {
            sums.0 - nearest(&(int(sums.0) - int(sums.0) / factor))
        };
        let mut off = target - if by_net { sums.0 } else { sums.1 };
        for at in own {
            if off != 0 {
                let column = if by_net { &mut gross[at] } else { &mut net[at] };
                *column += off.signum();
                off -= off.signum();
            }
        }
        assert_eq!(off, 0, "one unit for each ticket is enough");
    }
}
