//! How much commission an event has earned, told from what was booked for it.

use std::collections::BTreeMap;

use bilten_kernel::Currency;

use crate::{
    finance::Movement,
    ledger::{Book, Code, Dimension, Kind},
};

/// Commission of one event with one provider, in minor units of a currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Earned {
    /// What is the tenant's.
    pub due: i64,
    /// What was, and went back to buyers with the platform's fee.
    pub given: i64,
}

/// What was booked in one currency.
#[derive(Default)]
struct Sums {
    commission: i64,
    fee: i64,
    fee_left: i64,
    kept: BTreeMap<String, i64>,
}

/// Tells it from all movements of an event, by provider and currency.
pub(super) fn earned(movements: &[Movement]) -> BTreeMap<(String, &'static str), Earned> {
    let mut sums: BTreeMap<&'static str, Sums> = BTreeMap::new();
    for movement in movements
        .iter()
        .filter(|movement| movement.account.book == Book::Platform)
    {
        let sum = sums.entry(movement.currency().code()).or_default();
        let credit = movement.amount.minor.saturating_neg();
        match (movement.account.code, movement.kind, &movement.account.dimension) {
            (Code::PartnerCommissionPayable, Kind::Sale, _) => sum.commission += credit,
            (Code::PlatformFeeRevenue, kind, _) => {
                sum.fee_left += credit;
                if kind == Kind::Sale {
                    sum.fee += credit;
                }
            }
            (Code::PspPending, Kind::Sale, Dimension::Provider(name)) => {
                *sum.kept.entry(name.clone()).or_default() += movement.amount.minor;
            }
            _ => {}
        }
    }
    sums.into_iter()
        .flat_map(|(currency, sum)| by_provider(currency, &sum))
        .collect()
}

fn by_provider(currency: &'static str, sum: &Sums) -> Vec<((String, &'static str), Earned)> {
    if sum.commission <= 0 {
        return Vec::new();
    }
    // Fee and commission go back as one: each bears its part.
    let back = (sum.fee - sum.fee_left).max(0);
    let given = part(sum.commission, back, sum.fee + sum.commission);
    let all: i64 = sum.kept.values().sum();
    let of = |(name, kept): (&String, &i64)| {
        let share = |whole: i64| part(whole, *kept, all);
        let given = share(given);
        let earned = Earned {
            due: share(sum.commission) - given,
            given,
        };
        ((name.clone(), currency), earned)
    };
    sum.kept.iter().filter(|(_, kept)| **kept > 0).map(of).collect()
}

/// The share of `whole` that belongs to `some` of `all`, rounded down: what is left stays owed.
fn part(whole: i64, some: i64, all: i64) -> i64 {
    if all <= 0 || some >= all {
        return whole;
    }
    let share = i128::from(whole) * i128::from(some.max(0)) / i128::from(all);
    i64::try_from(share).unwrap_or(whole)
}

/// Reads a code that came out of [`earned`].
pub(super) fn currency(code: &str) -> Option<Currency> {
    code.parse().ok()
}

#[cfg(test)]
mod tests {
    use bilten_kernel::Money;

    use super::*;
    use crate::ledger::Account;

    fn moved(kind: Kind, code: Code, dimension: Dimension, minor: i64) -> Movement {
        let currency = "EUR".parse().unwrap();
        Movement {
            kind,
            account: Account {
                book: Book::Platform,
                code,
                currency,
                dimension,
            },
            amount: Money::new(minor, currency),
            postings: 1,
        }
    }

    fn at(name: &str) -> Dimension {
        Dimension::Provider(name.to_owned())
    }

    #[test]
    fn commission_is_what_was_sold_less_what_went_back_with_the_fee() {
        let sold = vec![
            moved(Kind::Sale, Code::PspPending, at("stripe"), 800),
            moved(Kind::Sale, Code::PlatformFeeRevenue, Dimension::None, -500),
            moved(Kind::Sale, Code::PartnerCommissionPayable, Dimension::None, -300),
        ];
        let stripe = ("stripe".to_owned(), "EUR");
        assert_eq!(earned(&sold)[&stripe], Earned { due: 300, given: 0 });
        let mut half = sold.clone();
        half.push(moved(
            Kind::RefundRequested,
            Code::PlatformFeeRevenue,
            Dimension::None,
            400,
        ));
        assert_eq!(earned(&half)[&stripe], Earned { due: 150, given: 150 });
        half.push(moved(
            Kind::RefundFailed,
            Code::PlatformFeeRevenue,
            Dimension::None,
            -400,
        ));
        assert_eq!(earned(&half)[&stripe], Earned { due: 300, given: 0 });
    }

    #[test]
    fn money_of_two_providers_is_not_mixed_and_never_more_than_there_is() {
        let told = earned(&[
            moved(Kind::Sale, Code::PspPending, at("sandbox"), 100),
            moved(Kind::Sale, Code::PspPending, at("stripe"), 200),
            moved(Kind::Sale, Code::PartnerCommissionPayable, Dimension::None, -100),
            moved(Kind::Sale, Code::PlatformFeeRevenue, Dimension::None, -200),
        ]);
        let of = |name: &str| told[&(name.to_owned(), "EUR")].due;
        assert_eq!((of("sandbox"), of("stripe")), (33, 66));
        assert!(earned(&[]).is_empty());
    }
}
