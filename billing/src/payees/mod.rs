//! Who is paid: the tenant's account at a payment provider.
//!
//! ```text
//! creating → onboarding → active ⇄ restricted
//!      any of these → closed
//! ```
//! Invariants:
//! * Only `active` sells: the provider takes cards for the account, and has disabled nothing.
//! * What a row says is what the provider told last; notices are only a reason to ask.
//! * A closed account stays, because what it took is given back from it.
//! * A tenant has one account at a provider that is not closed (unique index `one_open_payee`).
//!
//! Not here: the provider's calls (`stripe`), pages and routes (`api`).

mod store;

use bilten_kernel::{Ctx, Money};
use bilten_tenancy::{Db, DbError};

use crate::provider::AccountRef;

/// Basis points of a whole.
const WHOLE_BP: i128 = 10_000;

/// Account that takes a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// The provider's name of the account.
    pub account: AccountRef,
    /// The platform's part, in basis points.
    pub fee_rate_bp: i32,
}

impl Payee {
    /// The platform's part of a payment, rounded down in the payee's favour.
    pub fn fee_of(&self, amount: Money) -> Money {
        let part = i128::from(amount.minor) * i128::from(self.fee_rate_bp) / WHOLE_BP;
        Money::new(i64::try_from(part).unwrap_or(0), amount.currency)
    }
}

/// Finds the account that takes the tenant's money at a provider, if it may sell now.
///
/// # Errors
/// The database failed.
pub(crate) async fn find_open(db: &Db, ctx: &Ctx, provider: &str) -> Result<Option<Payee>, DbError> {
    let mut tx = db.begin(ctx).await?;
    let found = store::find_active(&mut tx, provider).await?;
    tx.rollback().await?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platforms_part_is_rounded_down() {
        let payee = Payee {
            account: AccountRef::parse("acct_1").unwrap(),
            fee_rate_bp: 250,
        };
        for (minor, fee) in [(10_000, 250), (39, 0), (40, 1), (9_999, 249), (i64::MAX, 230_584_300_921_369_395)] {
            let fee_of = payee.fee_of(Money::new(minor, "EUR".parse().unwrap()));
            assert_eq!(fee_of.minor, fee);
        }
    }
}
