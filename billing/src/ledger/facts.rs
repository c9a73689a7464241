//! What a sale and a refund consist of: the facts that templates are given.

use bilten_core::{
    orders::Order,
    pricing::{self, Charges, Share},
};
use bilten_kernel::{EventId, Money, MoneyError, OrderId, Timestamp};

use super::{
    account::{Book, Dimension},
    shares::apportion,
};

/// Tax in a sale, of one code and rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxPart {
    /// Jurisdiction or scheme.
    pub code: String,
    /// Rate in hundredths of a per cent.
    pub rate_bp: u32,
    /// How much.
    pub amount: Money,
}

impl TaxPart {
    pub(super) fn dimension(&self) -> Dimension {
        Dimension::Tax {
            code: self.code.clone(),
            rate_bp: self.rate_bp,
        }
    }
}

/// What the price of an order, or of a part of it, consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// Tickets without tax.
    pub tickets: Money,
    /// Service fee that the buyer pays, without tax.
    pub service_fee: Money,
    /// What the buyer gives beside both, without tax.
    pub donation: Money,
    /// Taxes on tickets and fee.
    pub taxes: Vec<TaxPart>,
}

impl Breakdown {
    /// A price of which nothing is known but what is paid.
    pub const fn plain(gross: Money) -> Self {
        Self {
            tickets: gross,
            service_fee: Money::zero(gross.currency),
            donation: Money::zero(gross.currency),
            taxes: Vec::new(),
        }
    }

    /// What some tickets of an order were made up of.
    ///
    /// # Errors
    /// A sum overflows.
    pub fn of(share: &Share) -> Result<Self, MoneyError> {
        let service_fee = share.service_fee.checked_sub(share.service_fee_tax)?;
        let tax = |tax: &pricing::TaxPart| TaxPart {
            code: tax.code.to_string(),
            rate_bp: u32::try_from(tax.rate_bp).unwrap_or(0),
            amount: Money::new(tax.amount, share.gross.currency),
        };
        Ok(Self {
            tickets: share.net.checked_sub(service_fee)?,
            service_fee,
            donation: Money::zero(share.gross.currency),
            taxes: share.taxes.iter().map(tax).collect(),
        })
    }

    /// Sums it up.
    ///
    /// # Errors
    /// Currencies differ, or the sum overflows.
    pub fn gross(&self) -> Result<Money, MoneyError> {
        let taxes = self.taxes.iter().map(|tax| tax.amount);
        taxes
            .chain([self.service_fee, self.donation])
            .try_fold(self.tickets, Money::checked_add)
    }

    /// The part of it that giving back `amount` undoes: of each component in proportion, so that all parts of what is
    /// left each time are the whole.
    ///
    /// # Errors
    /// It is more than there is, or in another currency.
    pub fn part(&self, amount: Money) -> Result<Self, MoneyError> {
        self.gross()?.checked_sub(amount)?;
        Ok(self.with(&apportion(amount.minor, &self.minors())?))
    }

    /// What is left of it when a part is undone.
    ///
    /// # Errors
    /// The part is not one of this price.
    pub fn less(&self, part: &Self) -> Result<Self, MoneyError> {
        let (mine, theirs) = (self.minors(), part.minors());
        if mine.len() != theirs.len() || self.tickets.currency != part.tickets.currency {
            return Err(MoneyError::CurrencyMismatch);
        }
        let left: Vec<i64> = mine
            .iter()
            .zip(theirs)
            .map(|(mine, part)| mine.saturating_sub(part))
            .collect();
        Ok(self.with(&left))
    }

    fn minors(&self) -> Vec<i64> {
        let taxes = self.taxes.iter().map(|tax| tax.amount.minor);
        [self.tickets.minor, self.service_fee.minor, self.donation.minor]
            .into_iter()
            .chain(taxes)
            .collect()
    }

    fn with(&self, minors: &[i64]) -> Self {
        let currency = self.tickets.currency;
        let at = |n: usize| Money::new(minors.get(n).copied().unwrap_or(0), currency);
        let tax = |(n, tax): (usize, &TaxPart)| TaxPart {
            amount: at(n + 3),
            ..tax.clone()
        };
        Self {
            tickets: at(0),
            service_fee: at(1),
            donation: at(2),
            taxes: self.taxes.iter().enumerate().map(tax).collect(),
        }
    }
}

/// A sale whose money came by a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleFacts {
    /// What was sold.
    pub order: OrderId,
    /// For what.
    pub event: EventId,
    /// When.
    pub at: Timestamp,
    /// Book of the merchant of record.
    pub payee: Book,
    /// Account with the provider that the money came to.
    pub provider: String,
    /// What the price consists of.
    pub price: Breakdown,
    /// The platform's own fee, kept out of the payment.
    pub platform_fee: Money,
    /// The tenant's share on top of it, where the tenant is not the merchant of record.
    pub commission: Money,
    /// What of the price a gift card paid.
    pub gift_card: Money,
}

impl SaleFacts {
    /// Tells them from an order: where no plan of taxes and fees stood, all but a gift is the tickets' price. The tenant sells for
    /// itself.
    ///
    /// # Errors
    /// A sum overflows.
    pub fn of(order: &Order, provider: &str, at: Timestamp) -> Result<Self, MoneyError> {
        let nothing = Money::zero(order.total.currency);
        let donation = order.donation.unwrap_or(nothing);
        let (mut price, platform_fee, commission) = match order.charges.as_ref().map(Charges::total) {
            Some(share) => (Breakdown::of(&share)?, share.platform_fee, share.commission),
            None => (Breakdown::plain(order.total.checked_sub(donation)?), nothing, nothing),
        };
        price.donation = donation;
        Ok(Self {
            order: order.id,
            event: order.event,
            at,
            payee: Book::Tenant,
            provider: provider.to_owned(),
            price,
            platform_fee,
            commission,
            gift_card: order.gift_card.unwrap_or(nothing),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn eur(minor: i64) -> Money {
        Money::new(minor, "EUR".parse().unwrap())
    }

    fn price(tickets: i64, fee: i64, taxes: &[i64]) -> Breakdown {
        let tax = |minor: &i64| TaxPart {
            code: "NO".to_owned(),
            rate_bp: 2500,
            amount: eur(*minor),
        };
        Breakdown {
            tickets: eur(tickets),
            service_fee: eur(fee),
            donation: eur(0),
            taxes: taxes.iter().map(tax).collect(),
        }
    }

    #[test]
    fn a_refund_takes_of_each_component_in_proportion() {
        let whole = price(10_000, 252, &[1900, 48]);
        let half = whole.part(eur(6100)).unwrap();
        assert_eq!(half, price(5000, 126, &[950, 24]));
        let left = whole.less(&half).unwrap();
        assert_eq!(left.part(eur(6100)).unwrap(), half);
        assert_eq!(left.part(eur(6101)), Err(MoneyError::Overflow));
        let nok = Money::new(1, "NOK".parse().unwrap());
        assert_eq!(whole.part(nok), Err(MoneyError::CurrencyMismatch));
    }

    proptest! {
        #[test]
        fn parts_of_a_price_are_the_whole_whatever_the_order(
            tickets in 0_i64..1_000_000, fee in 0_i64..10_000, taxes in prop::collection::vec(0_i64..300_000, 0..4),
            cuts in prop::collection::vec(1_i64..500_000, 0..12),
        ) {
            let whole = price(tickets, fee, &taxes);
            let mut left = whole.clone();
            let mut given = vec![0; taxes.len() + 3];
            for cut in cuts.into_iter().chain([i64::MAX]) {
                let amount = eur(cut.min(left.gross().unwrap().minor));
                let part = left.part(amount).unwrap();
                prop_assert_eq!(part.gross().unwrap(), amount);
                prop_assert!(part.minors().iter().all(|minor| *minor >= 0));
                given = given.iter().zip(part.minors()).map(|(sum, minor)| sum + minor).collect();
                left = left.less(&part).unwrap();
            }
            prop_assert_eq!(given, whole.minors());
        }
    }
}
