//! What a sale and a refund consist of: the facts that templates are given.

use bilten_core::{
    orders::Order,
    pricing::{self, Charges, Country, Scheme, Share},
};
use bilten_kernel::{EventId, Money, MoneyError, OrderId, Timestamp};

use super::{
    account::{Book, Dimension},
    shares::apportion,
};

/// Tax in a sale, of one code and rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxPart {
    /// Jurisdiction, code and scheme, as [`TaxName`] writes them.
    pub code: String,
    /// Rate in hundredths of a per cent.
    pub rate_bp: u32,
    /// How much.
    pub amount: Money,
    /// What it is of; nothing where that is all of the price.
    pub base: Option<Money>,
}

/// What names a tax in the books: `S`, `NO/S`, `DE/S/destination`. The country is missing in what was booked before it was kept, and
/// the scheme is named when it is not the usual one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaxName {
    /// Country whose tax it is, or in which the buyer owes it.
    pub country: Option<Country>,
    /// Short name that the shop gave it.
    pub code: String,
    /// By which rule it is taken.
    pub scheme: Scheme,
}

impl TaxName {
    /// Reads the name of a tax; whatever cannot be read is a short name.
    pub fn parse(text: &str) -> Self {
        let plain = || Self {
            country: None,
            code: text.to_owned(),
            scheme: Scheme::Standard,
        };
        let Some((country, rest)) = text.split_once('/') else {
            return plain();
        };
        let (code, scheme) = rest.split_once('/').unwrap_or((rest, Scheme::Standard.name()));
        match (country.parse(), Scheme::from_name(scheme)) {
            (Ok(country), Some(scheme)) => Self {
                country: Some(country),
                code: code.to_owned(),
                scheme,
            },
            _ => plain(),
        }
    }

    fn of(tax: &pricing::TaxPart) -> String {
        match (tax.country, tax.scheme) {
            (None, _) => tax.code.to_string(),
            (Some(country), Scheme::Standard) => format!("{}/{}", country.as_str(), tax.code),
            (Some(country), scheme) => format!("{}/{}/{}", country.as_str(), tax.code, scheme.name()),
        }
    }
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
        // One tax of everything needs no word of what it is of.
        let is_plain = matches!((share.taxes.as_slice(), share.bases.as_slice()),
            ([tax], [base]) if tax.amount > 0 && *base == share.net.minor);
        let tax = |(tax, base): (&pricing::TaxPart, &i64)| TaxPart {
            code: TaxName::of(tax),
            rate_bp: u32::try_from(tax.rate_bp).unwrap_or(0),
            amount: Money::new(tax.amount, share.gross.currency),
            base: (!is_plain).then(|| Money::new(*base, share.gross.currency)),
        };
        Ok(Self {
            tickets: share.net.checked_sub(service_fee)?,
            service_fee,
            donation: Money::zero(share.gross.currency),
            taxes: share.taxes.iter().zip(&share.bases).map(tax).collect(),
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
        let mut part = self.with(&apportion(amount.minor, &self.minors())?);
        if self.tells_bases() {
            let net = part.net()?;
            let mut weights = self.bases();
            let untaxed = self.net()? - weights.iter().sum::<i64>();
            weights.push(untaxed.max(0));
            part.set_bases(&apportion(net, &weights)?);
        }
        Ok(part)
    }

    /// Tells whether it says what its taxes are of.
    pub(super) fn tells_bases(&self) -> bool {
        self.taxes.iter().any(|tax| tax.base.is_some())
    }

    /// Says what its one tax is of, where that went without saying.
    pub(super) fn telling_bases(mut self) -> Result<Self, MoneyError> {
        let (net, currency) = (self.net()?, self.tickets.currency);
        for tax in &mut self.taxes {
            tax.base.get_or_insert(Money::new(net, currency));
        }
        Ok(self)
    }

    fn net(&self) -> Result<i64, MoneyError> {
        Ok(self.tickets.checked_add(self.service_fee)?.minor)
    }

    fn bases(&self) -> Vec<i64> {
        self.taxes
            .iter()
            .map(|tax| tax.base.map_or(0, |base| base.minor))
            .collect()
    }

    fn set_bases(&mut self, minors: &[i64]) {
        let currency = self.tickets.currency;
        for (tax, minor) in self.taxes.iter_mut().zip(minors) {
            tax.base = Some(Money::new(*minor, currency));
        }
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
        let mut left = self.with(&left);
        if self.tells_bases() {
            let bases = self.bases().into_iter().zip(part.bases());
            left.set_bases(&bases.map(|(mine, part)| mine.saturating_sub(part)).collect::<Vec<_>>());
        }
        Ok(left)
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
    pub fn of((order, event): (&Order, EventId), provider: &str, at: Timestamp) -> Result<Self, MoneyError> {
        let nothing = Money::zero(order.total.currency);
        let donation = order.donation.unwrap_or(nothing);
        let (mut price, platform_fee, commission) = match order.charges.as_ref().map(Charges::total) {
            Some(share) => (Breakdown::of(&share)?, share.platform_fee, share.commission),
            None => (Breakdown::plain(order.total.checked_sub(donation)?), nothing, nothing),
        };
        price.donation = donation;
        Ok(Self {
            order: order.id,
            event,
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
            base: None,
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

    #[test]
    fn taxes_have_names_that_are_read_again() {
        let part = |country: Option<&str>, scheme| pricing::TaxPart {
            code: "S".parse().unwrap(),
            country: country.map(|country| country.parse().unwrap()),
            scheme,
            rate_bp: 0,
            amount: 0,
        };
        for (part, name) in [
            (part(None, Scheme::Standard), "S"),
            (part(Some("NO"), Scheme::Standard), "NO/S"),
            (part(Some("DE"), Scheme::Destination), "DE/S/destination"),
            (part(Some("FR"), Scheme::ReverseCharge), "FR/S/reverse_charge"),
        ] {
            assert_eq!(TaxName::of(&part), name);
            let read = TaxName::parse(name);
            assert_eq!(
                (read.country, read.code.as_str(), read.scheme),
                (part.country, "S", part.scheme)
            );
        }
        assert_eq!(TaxName::parse("a/b/c").code, "a/b/c");
    }

    proptest! {
        /// Whatever goes back of a price of several taxes, what they are of goes back with it, to the last unit.
        #[test]
        fn bases_go_back_with_their_taxes(
            bases in prop::collection::vec(0_i64..500_000, 1..4), untaxed in 0_i64..300_000, fee in 0_i64..5_000,
            cuts in prop::collection::vec(1_i64..400_000, 0..9),
        ) {
            let net = bases.iter().sum::<i64>() + untaxed;
            let fee = fee.min(net);
            let mut whole = price(net - fee, fee, &bases.iter().map(|base| base / 4).collect::<Vec<_>>());
            whole.set_bases(&bases);
            let (mut left, mut back) = (whole.clone(), vec![0; bases.len()]);
            for cut in cuts.into_iter().chain([i64::MAX]) {
                let part = left.part(eur(cut.min(left.gross().unwrap().minor))).unwrap();
                prop_assert!(part.bases().iter().sum::<i64>() <= part.net().unwrap());
                back = back.iter().zip(part.bases()).map(|(sum, base)| sum + base).collect();
                left = left.less(&part).unwrap();
                prop_assert!(left.bases().iter().all(|base| *base >= 0));
            }
            prop_assert_eq!(back, bases);
        }

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
