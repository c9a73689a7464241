//! Proves the books of a tenant from their postings.

use bilten_tenancy::{DbError, TenantTx};

use super::{read, store};
use crate::ledger::account::{Rule, Side};

/// What was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Transactions.
    pub txns: i64,
    /// Postings in them.
    pub postings: i64,
    /// Accounts.
    pub accounts: usize,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// Something that is wrong with the books.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Transactions do not balance.
    #[error("{0} transactions do not balance")]
    Unbalanced(i64),
    /// A balance is not what was posted.
    #[error("account {account}: posted {posted}, rolled up {rolled}, by quarters {slots}")]
    RolledUp {
        /// Number of the account.
        account: i64,
        /// Sum of its postings up to the cursor.
        posted: i64,
        /// Its balance.
        rolled: i64,
        /// Sum of its quarters of an hour.
        slots: i64,
    },
    /// A guarded balance stands on the other side.
    #[error("guarded balance {account} stands at {minor}")]
    Guarded {
        /// Name of the account.
        account: String,
        /// Its balance.
        minor: i64,
    },
    /// The rows come from another server, see docs/guides/ledger.md.
    #[error("the books come from another database server; their cursor must be reset")]
    FromElsewhere,
}

/// Proves that every transaction balances, that balances and quarters are what was posted, and that guarded balances stand on
/// their side. Reads everything; for checks, not for requests.
///
/// # Errors
/// The database refused.
pub async fn verify(tx: &mut TenantTx) -> Result<Verdict, DbError> {
    let mut faults = Vec::new();
    let proof = store::prove_txns(tx).await?;
    if proof.off > 0 {
        faults.push(Fault::Unbalanced(proof.off));
    }
    if store::is_from_elsewhere(tx).await? {
        faults.push(Fault::FromElsewhere);
    }
    for off in store::list_off(tx).await? {
        faults.push(Fault::RolledUp {
            account: off.id,
            posted: off.posted,
            rolled: off.rolled,
            slots: off.slots,
        });
    }
    let balances = read::balances(tx, None).await?;
    for balance in &balances {
        let minor = balance.amount.minor;
        let is_off = match balance.account.code.side() {
            Side::Debit => minor < 0,
            Side::Credit => minor > 0,
        };
        if is_off && balance.account.code.rule() == Rule::Guarded {
            faults.push(Fault::Guarded {
                account: format!("{} {}", balance.account.book, balance.account.code.name()),
                minor,
            });
        }
    }
    Ok(Verdict {
        txns: proof.txns,
        postings: proof.postings,
        accounts: balances.len(),
        faults,
    })
}
