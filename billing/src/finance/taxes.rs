//! Taxes of a span by country, rule and rate, with what they are of: what a shop declares.

use bilten_core::pricing::{Country, Scheme};
use bilten_kernel::Money;
use bilten_tenancy::{DbError, TenantTx};

use super::{Span, store::taxes};
use crate::ledger::TaxName;

/// Taxes of one country, rule, short name and rate. What went back is taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Country whose tax it is, or in which buyers owe it; nothing in what was booked before it was kept.
    pub country: Option<Country>,
    /// By which rule.
    pub scheme: Scheme,
    /// Short name that the shop gave it.
    pub code: String,
    /// Rate in hundredths of a per cent.
    pub rate_bp: u32,
    /// What it is of.
    pub base: Money,
    /// How much it is.
    pub tax: Money,
}

/// Adds the taxes of a span up, from postings alone: together they are what moved on the accounts of taxes.
///
/// # Errors
/// The database refused, or a sum overflows.
pub async fn list_taxes(tx: &mut TenantTx, span: &Span) -> Result<Vec<Declared>, DbError> {
    let sums = taxes::list_taxes(tx, span).await?;
    let too_much = || DbError::from(sqlx::Error::Decode("a sum of taxes".into()));
    let mut declared = sums
        .into_iter()
        .map(|sums| {
            let name = TaxName::parse(&sums.name);
            let untold = base_of(sums.untold, sums.rate_bp).ok_or_else(too_much)?;
            let base = sums
                .base
                .minor
                .checked_add(untold)
                .and_then(i64::checked_neg)
                .ok_or_else(too_much)?;
            let tax = sums.tax.minor.checked_neg().ok_or_else(too_much)?;
            Ok(Declared {
                country: name.country,
                scheme: name.scheme,
                code: name.code,
                rate_bp: sums.rate_bp,
                base: Money::new(base, sums.base.currency),
                tax: Money::new(tax, sums.tax.currency),
            })
        })
        .collect::<Result<Vec<_>, DbError>>()?;
    declared.retain(|row| !row.base.is_zero() || !row.tax.is_zero());
    declared.sort_by(|a, b| {
        let key = |row: &Declared| {
            (
                row.tax.currency.code(),
                row.scheme,
                row.country,
                row.code.clone(),
                row.rate_bp,
            )
        };
        key(a).cmp(&key(b))
    });
    Ok(declared)
}

/// What a tax is of by its rate alone, to the unit: the nearest that is known of old transactions with several taxes.
fn base_of(tax: Money, rate_bp: u32) -> Option<i64> {
    if rate_bp == 0 {
        return Some(0);
    }
    let (rate, doubled) = (i128::from(rate_bp), i128::from(tax.minor) * 20_000);
    let half = if tax.minor < 0 { -rate } else { rate };
    i64::try_from((doubled + half) / (2 * rate)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_old_tax_is_of_is_reckoned_from_its_rate() {
        let nok = |minor| Money::new(minor, "NOK".parse().unwrap());
        assert_eq!(base_of(nok(2_500), 2_500), Some(10_000));
        assert_eq!(base_of(nok(-1), 1_900), Some(-5));
        assert_eq!(base_of(nok(1), 0), Some(0));
    }
}
