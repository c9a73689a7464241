//! What an order keeps for ever of how its price is made up.
//!
//! Whatever goes back later (a ticket, an order, the tax or the fee in it) is a share of this and of nothing else, so that all
//! shares together are the whole, in every currency.

use std::collections::{BTreeMap, BTreeSet};

use bilten_kernel::{Currency, Money, OrderLineId, TicketTypeId};
use serde::{Deserialize, Serialize};

use super::{Country, Rounding, Scheme, TaxCode, VatId, split::equal_part, split::equal_parts};

/// Tax in an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxPart {
    /// Which tax.
    pub code: TaxCode,
    /// Country whose tax it is, or in which the buyer owes it; nothing in orders of before that was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// By which rule.
    #[serde(default, skip_serializing_if = "Scheme::is_standard")]
    pub scheme: Scheme,
    /// Rate in hundredths of a per cent.
    pub rate_bp: i32,
    /// Tax in minor units.
    pub amount: i64,
}

/// What taxes are kept apart by.
type TaxKey = (TaxCode, i32, Option<Country>, Scheme);

impl TaxPart {
    /// Tells whether two parts are of the same tax.
    pub fn is_alike(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    fn key(&self) -> TaxKey {
        (self.code, self.rate_bp, self.country, self.scheme)
    }
}

/// Service fee that the buyer pays in a price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeePart {
    /// The fee with its tax, in minor units.
    pub gross: i64,
    /// The tax in it.
    pub tax: i64,
}

/// One line of an order, taken apart. All amounts are minor units and for the whole line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCharges {
    /// Line of the order.
    pub line: OrderLineId,
    /// Type of ticket.
    pub ticket_type: TicketTypeId,
    /// Number of tickets, at least 1.
    pub quantity: u32,
    /// What the buyer pays: quantity times the all-in price.
    pub gross: i64,
    /// Taxes in the gross, those on the service fee included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<TaxPart>,
    /// Service fee in the gross.
    #[serde(default)]
    pub service_fee: FeePart,
    /// What the platform keeps of the gross.
    #[serde(default)]
    pub platform_fee: i64,
    /// What the tenant keeps of the gross when another organizer is paid.
    #[serde(default)]
    pub commission: i64,
}

/// How the price of an order is made up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charges {
    /// Form of this record; 1.
    pub v: u16,
    /// Currency of all amounts.
    pub currency: Currency,
    /// Version of the tenant's plan of taxes and fees that it was made by.
    pub plan: i32,
    /// How tax was rounded.
    pub rounding: Rounding,
    /// Number under which the seller is registered for value added tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_vat_id: Option<VatId>,
    /// The lines of the order.
    pub lines: Vec<LineCharges>,
}

/// Sum of what some tickets, or all, are made up of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// What the buyer paid.
    pub gross: Money,
    /// The gross without taxes.
    pub net: Money,
    /// Taxes, one for each code, rate, country and scheme.
    pub taxes: Vec<TaxPart>,
    /// What each of them is of: the net, in minor units.
    pub bases: Vec<i64>,
    /// Service fee in the gross, with its tax.
    pub service_fee: Money,
    /// Tax in the service fee.
    pub service_fee_tax: Money,
    /// What the platform keeps.
    pub platform_fee: Money,
    /// What the tenant keeps when another organizer is paid.
    pub commission: Money,
}

impl Share {
    /// Sums up the taxes.
    pub fn tax(&self) -> Money {
        let sum = self.taxes.iter().map(|tax| tax.amount).sum();
        Money::new(sum, self.gross.currency)
    }

    /// What is left for whoever is paid for the tickets, taxes included.
    pub fn payee(&self) -> Money {
        let kept = self.platform_fee.minor + self.commission.minor;
        Money::new(self.gross.minor - kept, self.gross.currency)
    }
}

/// One ticket of a line. The tickets of a line are numbered from 0 in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pick {
    /// Line of the order.
    pub line: OrderLineId,
    /// Number of the ticket in the line.
    pub nth: u32,
}

/// Why there is no such share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// The order has no such line, or the line no such ticket.
    #[error("the order has no such ticket")]
    Unknown,
    /// A ticket was named twice.
    #[error("a ticket was named twice")]
    Twice,
}

impl Charges {
    /// Form that is written now.
    pub const VERSION: u16 = 1;

    /// Takes an order apart that no plan of taxes and fees stood for: the gross is the price, and nothing is in it.
    pub fn plain(currency: Currency, lines: impl Iterator<Item = (OrderLineId, TicketTypeId, u32, i64)>) -> Self {
        let line = |(line, ticket_type, quantity, gross)| LineCharges {
            line,
            ticket_type,
            quantity,
            gross,
            taxes: Vec::new(),
            service_fee: FeePart::default(),
            platform_fee: 0,
            commission: 0,
        };
        Self {
            v: Self::VERSION,
            currency,
            plan: 0,
            rounding: Rounding::Line,
            seller_vat_id: None,
            lines: lines.map(line).collect(),
        }
    }

    /// The most special rule by which a part of it is taxed.
    pub fn scheme(&self) -> Scheme {
        let taxes = self.lines.iter().flat_map(|line| &line.taxes);
        taxes.map(|tax| tax.scheme).max().unwrap_or_default()
    }

    /// Sums up the whole order.
    pub fn total(&self) -> Share {
        let mut sum = Sum::default();
        for line in &self.lines {
            sum.add(line, &line.taxes);
        }
        sum.share(self.currency)
    }

    /// Sums up what these tickets are made up of. However an order is divided, the shares sum up to [`total`](Self::total) in
    /// every component, and no component of a ticket is negative.
    ///
    /// # Errors
    /// See [`ShareError`].
    pub fn share(&self, picks: &[Pick]) -> Result<Share, ShareError> {
        let lines: BTreeMap<OrderLineId, &LineCharges> = self.lines.iter().map(|line| (line.line, line)).collect();
        let mut seen = BTreeSet::new();
        let mut sum = Sum::default();
        for pick in picks {
            if !seen.insert(*pick) {
                return Err(ShareError::Twice);
            }
            let line = lines.get(&pick.line).ok_or(ShareError::Unknown)?;
            let part = line.part(pick.nth).ok_or(ShareError::Unknown)?;
            sum.add(&part, &part.taxes);
        }
        Ok(sum.share(self.currency))
    }
}

impl LineCharges {
    /// The gross without taxes, in minor units.
    pub fn net(&self) -> i64 {
        self.gross - self.taxes.iter().map(|tax| tax.amount).sum::<i64>()
    }

    /// What one ticket of the line is made up of; `None` when the line has not so many.
    fn part(&self, nth: u32) -> Option<Self> {
        let share = |amount| equal_part(amount, self.quantity, nth);
        // Taxes and net make up the gross; the tax on the fee and the rest of it make up the fee.
        let mut components: Vec<i64> = self.taxes.iter().map(|tax| tax.amount).collect();
        components.push(self.net());
        let parts = equal_parts(&components, self.quantity, nth);
        let taxes = self.taxes.iter().zip(&parts).map(|(tax, amount)| TaxPart {
            amount: *amount,
            ..*tax
        });
        let fee = equal_parts(
            &[self.service_fee.tax, self.service_fee.gross - self.service_fee.tax],
            self.quantity,
            nth,
        );
        (nth < self.quantity).then(|| Self {
            quantity: 1,
            gross: share(self.gross),
            taxes: taxes.collect(),
            service_fee: FeePart {
                gross: fee.iter().sum(),
                tax: fee.first().copied().unwrap_or(0),
            },
            platform_fee: share(self.platform_fee),
            commission: share(self.commission),
            ..self.clone()
        })
    }
}

#[derive(Default)]
struct Sum {
    gross: i64,
    fee: FeePart,
    platform_fee: i64,
    commission: i64,
    /// Tax and its base.
    taxes: BTreeMap<TaxKey, (i64, i64)>,
}

impl Sum {
    fn add(&mut self, line: &LineCharges, taxes: &[TaxPart]) {
        self.gross += line.gross;
        self.fee.gross += line.service_fee.gross;
        self.fee.tax += line.service_fee.tax;
        self.platform_fee += line.platform_fee;
        self.commission += line.commission;
        for tax in taxes {
            let (amount, base) = self.taxes.entry(tax.key()).or_default();
            *amount += tax.amount;
            *base += line.net();
        }
    }

    fn share(self, currency: Currency) -> Share {
        let money = |minor| Money::new(minor, currency);
        let tax: i64 = self.taxes.values().map(|(amount, _)| amount).sum();
        let bases = self.taxes.values().map(|(_, base)| *base).collect();
        let part = |((code, rate_bp, country, scheme), (amount, _)): (TaxKey, (i64, i64))| TaxPart {
            code,
            country,
            scheme,
            rate_bp,
            amount,
        };
        Share {
            gross: money(self.gross),
            net: money(self.gross - tax),
            taxes: self.taxes.into_iter().map(part).collect(),
            bases,
            service_fee: money(self.fee.gross),
            service_fee_tax: money(self.fee.tax),
            platform_fee: money(self.platform_fee),
            commission: money(self.commission),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn line(number: u128, (quantity, taxes, net): (u32, Vec<i64>, i64), (fee, kept): (i64, i64)) -> LineCharges {
        let rates = [2_500, 1_500, 1_200, 0];
        let gross = net + taxes.iter().sum::<i64>();
        let tax = |(amount, rate_bp): (i64, i32)| TaxPart {
            code: "S".parse().unwrap(),
            country: None,
            scheme: Scheme::Standard,
            rate_bp,
            amount,
        };
        LineCharges {
            line: Uuid::from_u128(number).into(),
            ticket_type: Uuid::from_u128(number).into(),
            quantity,
            gross,
            taxes: taxes.into_iter().zip(rates).map(tax).collect(),
            service_fee: FeePart {
                gross: fee.min(gross),
                tax: fee.min(gross) / 5,
            },
            platform_fee: kept.min(gross),
            commission: kept.min(gross) / 3,
        }
    }

    fn charges(currency: &str, lines: Vec<LineCharges>) -> Charges {
        Charges {
            v: Charges::VERSION,
            currency: currency.parse().unwrap(),
            plan: 7,
            rounding: Rounding::SumByNetKeepGross,
            seller_vat_id: None,
            lines,
        }
    }

    #[test]
    fn a_ticket_is_named_once_and_must_exist() {
        let order = charges("NOK", vec![line(1, (2, vec![1], 2), (1, 1))]);
        let pick = |number, nth| Pick {
            line: Uuid::from_u128(number).into(),
            nth,
        };
        assert_eq!(order.share(&[pick(1, 2)]), Err(ShareError::Unknown));
        assert_eq!(order.share(&[pick(2, 0)]), Err(ShareError::Unknown));
        assert_eq!(order.share(&[pick(1, 0), pick(1, 0)]), Err(ShareError::Twice));
        assert_eq!(order.share(&[]).unwrap().gross.minor, 0);
    }

    #[test]
    fn the_record_is_compact_and_survives_the_round_trip() {
        let order = charges(
            "KWD",
            vec![line(1, (3, vec![10], 40), (5, 2)), line(2, (1, vec![], 0), (0, 0))],
        );
        let json = serde_json::to_value(&order).unwrap();
        assert_eq!(json["lines"][0]["taxes"][0]["code"], "S");
        assert!(json["lines"][1].get("taxes").is_none());
        assert_eq!(serde_json::from_value::<Charges>(json).unwrap(), order);
    }

    proptest! {
        /// However an order is divided, its parts are the whole.
        #[test]
        fn parts_are_the_whole_for_ever(
            currency in prop_oneof![Just("JPY"), Just("NOK"), Just("KWD")],
            lines in proptest::collection::vec(
                ((1_u32..30, proptest::collection::vec(0_i64..50_000, 0..4), 0_i64..500_000), (0_i64..90_000, 0_i64..90_000)), 1..6),
            groups in proptest::collection::vec(0_usize..4, 200),
        ) {
            let lines = lines.into_iter().zip(1..).map(|((amounts, fees), number)| line(number, amounts, fees));
            let order = charges(currency, lines.collect());
            let picks = order.lines.iter().flat_map(|line| (0..line.quantity).map(|nth| Pick { line: line.line, nth }));
            let mut parts: Vec<Vec<Pick>> = vec![Vec::new(); 4];
            for (pick, group) in picks.zip(&groups) {
                parts[*group].push(pick);
            }
            let shares: Vec<Share> = parts.iter().map(|picks| order.share(picks).unwrap()).collect();
            let whole = order.total();
            let sum = |of: fn(&Share) -> i64| shares.iter().map(of).sum::<i64>();
            prop_assert_eq!(sum(|s| s.gross.minor), whole.gross.minor);
            prop_assert_eq!(sum(|s| s.net.minor), whole.net.minor);
            prop_assert_eq!(sum(|s| s.tax().minor), whole.tax().minor);
            prop_assert_eq!(sum(|s| s.service_fee.minor), whole.service_fee.minor);
            prop_assert_eq!(sum(|s| s.service_fee_tax.minor), whole.service_fee_tax.minor);
            prop_assert_eq!(sum(|s| s.platform_fee.minor), whole.platform_fee.minor);
            prop_assert_eq!(sum(|s| s.commission.minor), whole.commission.minor);
            prop_assert_eq!(sum(|s| s.payee().minor), whole.payee().minor);
            for share in &shares {
                prop_assert_eq!(share.net.minor + share.tax().minor, share.gross.minor);
                prop_assert!(share.net.minor >= 0 && share.service_fee_tax.minor >= 0);
                prop_assert!(share.taxes.iter().all(|tax| tax.amount >= 0));
            }
        }
    }
}
