//! A statement of the merchant of record: what was earned, and where the money is.

use std::collections::BTreeMap;

use bilten_kernel::{Currency, Money, MoneyError};

use super::{Figure, Movement};
use crate::ledger::{Book, Code, Dimension, Kind};

/// Tax of one code and rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxLine {
    /// Jurisdiction or scheme.
    pub code: String,
    /// Rate in hundredths of a per cent.
    pub rate_bp: u32,
    /// Tax on sales, less that of what came back.
    pub amount: Money,
}

/// What one kind of happening moved at the providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyLine {
    /// What happened.
    pub kind: Kind,
    /// In above zero, out below.
    pub amount: Money,
    /// How often.
    pub postings: i64,
}

/// What a span of time brought a merchant of record, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Currency of all its sums.
    pub currency: Currency,
    /// Sales.
    pub sales: i64,
    /// Tickets sold, without tax.
    pub tickets: Money,
    /// Service fees that buyers paid, without tax.
    pub service_fees: Money,
    /// Taxes in them.
    pub sales_tax: Money,
    /// What buyers paid for.
    pub gross: Money,
    /// What was given back of it.
    pub returned: Money,
    /// What was kept of returned tickets, without tax.
    pub kept: Money,
    /// What the platform took.
    pub platform_fees: Money,
    /// What providers took.
    pub provider_fees: Money,
    /// What contests cost.
    pub dispute_fees: Money,
    /// All fees together.
    pub fees: Money,
    /// Lost in contests after the event.
    pub disputes: Money,
    /// What is left: gross less everything below it.
    pub net: Money,
    /// Taxes owed for the span, by code and rate.
    pub taxes: Vec<TaxLine>,
    /// With the providers before the span.
    pub opening: Money,
    /// What moved there.
    pub moved: Vec<MoneyLine>,
    /// With the providers after it.
    pub closing: Money,
}

/// The currencies that movements are in.
pub fn currencies(movements: &[Movement]) -> Vec<Currency> {
    let mut found: Vec<Currency> = Vec::new();
    for movement in movements {
        if !found.contains(&movement.currency()) {
            found.push(movement.currency());
        }
    }
    found
}

/// Draws up the statement of one currency; `opening` is what lay with the providers before the span.
///
/// # Errors
/// A sum overflows.
pub fn statement(book: Book, movements: &[Movement], opening: Money) -> Result<Statement, MoneyError> {
    let currency = opening.currency;
    let figure = |figure: Figure| figure.sum((book, currency), movements);
    let (gross, returned, kept) = (figure(Figure::Gross)?, figure(Figure::Returned)?, figure(Figure::Kept)?);
    let (fees, disputes) = (figure(Figure::Fees)?, figure(Figure::Disputes)?);
    let net = [returned, fees, disputes]
        .into_iter()
        .try_fold(gross.checked_add(kept)?, Money::checked_sub)?;
    let own: Vec<&Movement> = movements
        .iter()
        .filter(|m| m.account.book == book && m.currency() == currency)
        .collect();
    let moved = moved(&own)?;
    let closing = moved
        .iter()
        .try_fold(opening, |sum, line| sum.checked_add(line.amount))?;
    Ok(Statement {
        currency,
        sales: own
            .iter()
            .filter(|m| Figure::Tickets.holds(m))
            .map(|m| m.postings)
            .sum(),
        tickets: figure(Figure::Tickets)?,
        service_fees: figure(Figure::ServiceFees)?,
        sales_tax: figure(Figure::SalesTax)?,
        gross,
        returned,
        kept,
        platform_fees: figure(Figure::PlatformFees)?,
        provider_fees: figure(Figure::ProviderFees)?,
        dispute_fees: figure(Figure::DisputeFees)?,
        fees,
        disputes,
        net,
        taxes: taxes(&own)?,
        opening,
        moved,
        closing,
    })
}

fn taxes(own: &[&Movement]) -> Result<Vec<TaxLine>, MoneyError> {
    let mut taxes: BTreeMap<(String, u32), Money> = BTreeMap::new();
    for movement in own.iter().filter(|m| m.account.code == Code::TaxPayable) {
        if let Dimension::Tax { code, rate_bp } = &movement.account.dimension {
            let sum = taxes
                .entry((code.clone(), *rate_bp))
                .or_insert_with(|| Money::zero(movement.currency()));
            *sum = sum.checked_sub(movement.amount)?;
        }
    }
    Ok(taxes
        .into_iter()
        .map(|((code, rate_bp), amount)| TaxLine { code, rate_bp, amount })
        .collect())
}

/// Movements at the providers by kind; what only went from pending to available does not show.
fn moved(own: &[&Movement]) -> Result<Vec<MoneyLine>, MoneyError> {
    let mut lines: Vec<MoneyLine> = Vec::new();
    for movement in own.iter().filter(|m| Code::PSP.contains(&m.account.code)) {
        match lines.iter_mut().find(|line| line.kind == movement.kind) {
            Some(line) => {
                line.amount = line.amount.checked_add(movement.amount)?;
                line.postings += movement.postings;
            }
            None => lines.push(MoneyLine {
                kind: movement.kind,
                amount: movement.amount,
                postings: movement.postings,
            }),
        }
    }
    lines.retain(|line| !line.amount.is_zero());
    let place = |kind: Kind| Kind::ALL.iter().position(|other| *other == kind);
    lines.sort_by_key(|line| place(line.kind));
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Account;

    fn eur(minor: i64) -> Money {
        Money::new(minor, "EUR".parse().unwrap())
    }

    fn moved(kind: Kind, code: Code, dimension: Dimension, minor: i64) -> Movement {
        Movement {
            kind,
            account: Account {
                book: Book::Tenant,
                code,
                currency: eur(0).currency,
                dimension,
            },
            amount: eur(minor),
            postings: 1,
        }
    }

    /// Two tickets of 119.00, one of which comes back for a tenth, and the platform's fee of 5.76.
    fn movements() -> Vec<Movement> {
        let tax = || Dimension::Tax {
            code: "DE".to_owned(),
            rate_bp: 1_900,
        };
        let sandbox = || Dimension::Provider("sandbox".to_owned());
        vec![
            moved(Kind::Sale, Code::PspPending, sandbox(), 23_800 - 576),
            moved(Kind::Sale, Code::PlatformFeeExpense, Dimension::None, 576),
            moved(Kind::Sale, Code::TicketDeferred, Dimension::None, -20_000),
            moved(Kind::Sale, Code::TaxPayable, tax(), -3_800),
            moved(Kind::RefundRequested, Code::TicketDeferred, Dimension::None, 10_000),
            moved(Kind::RefundRequested, Code::TaxPayable, tax(), 1_900 - 190),
            moved(
                Kind::RefundRequested,
                Code::CancellationFeeIncome,
                Dimension::None,
                -1_000,
            ),
            moved(Kind::RefundRequested, Code::RefundClearing, Dimension::None, -10_710),
            moved(Kind::RefundSettled, Code::RefundClearing, Dimension::None, 10_710),
            moved(Kind::RefundSettled, Code::PspAvailable, sandbox(), -10_710),
        ]
    }

    #[test]
    fn a_statement_says_what_was_earned_and_ties() {
        let told = statement(Book::Tenant, &movements(), eur(5_000)).unwrap();
        let sums = (
            told.gross.minor,
            told.returned.minor,
            told.kept.minor,
            told.platform_fees.minor,
            told.net.minor,
        );
        assert_eq!(sums, (23_800, 11_710, 1_000, 576, 12_514));
        assert_eq!(
            (told.tickets.minor, told.sales_tax.minor, told.sales),
            (20_000, 3_800, 1)
        );
        assert_eq!(
            told.taxes
                .iter()
                .map(|tax| (tax.rate_bp, tax.amount.minor))
                .collect::<Vec<_>>(),
            [(1_900, 2_090)]
        );
        let kinds: Vec<_> = told.moved.iter().map(|line| (line.kind, line.amount.minor)).collect();
        assert_eq!(kinds, [(Kind::Sale, 23_224), (Kind::RefundSettled, -10_710)]);
        assert_eq!(told.closing.minor, 5_000 + 23_224 - 10_710);
    }

    #[test]
    fn other_books_and_currencies_are_left_out() {
        let mut all = movements();
        for movement in &mut all {
            movement.account.book = Book::Platform;
        }
        let told = statement(Book::Tenant, &all, eur(7)).unwrap();
        assert_eq!((told.gross.minor, told.closing.minor), (0, 7));
        assert_eq!(currencies(&all), [eur(0).currency]);
    }
}
