//! Reads the books: present balances, balances as of an instant, transactions.

use std::collections::HashMap;

use bilten_kernel::{Money, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::{
    account::{Account, Book, Code, Dimension},
    store::{self, BalanceRow},
    txn::{Head, Kind, NewTxn, Posting},
};

/// Minutes of a slot. Every day of every time zone begins and ends with one.
const SLOT_MINUTES: i64 = 15;

/// The edge of a quarter of an hour: the instants as of which balances can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(Timestamp);

impl Slot {
    /// The latest edge that is not after the instant.
    pub fn floor(at: Timestamp) -> Self {
        let length = SLOT_MINUTES * 60;
        let second = at.as_second() - at.as_second().rem_euclid(length);
        // A second that is rounded towards one that exists.
        Self(Timestamp::from_second(second).unwrap_or(at))
    }

    /// The instant.
    pub const fn at(self) -> Timestamp {
        self.0
    }
}

/// An account and what is in it: debit above zero, credit below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Which account.
    pub account: Account,
    /// How much.
    pub amount: Money,
}

/// Reads the present balances of the accounts of a code, or of all.
///
/// # Errors
/// The database refused.
pub async fn balances(tx: &mut TenantTx, code: Option<Code>) -> Result<Vec<Balance>, DbError> {
    let rows = store::list_balances(tx, code.map(Code::number)).await?;
    rows.iter().map(read).collect()
}

/// Reads the present balance of an account; an account that nobody posted to has nothing.
///
/// # Errors
/// The database refused.
pub async fn balance(tx: &mut TenantTx, account: &Account) -> Result<Money, DbError> {
    let minor = store::balance(tx, account.number()).await?;
    Ok(Money::new(minor, account.currency))
}

/// Reads what an account held of everything booked before an instant.
///
/// # Errors
/// The database refused.
pub async fn balance_as_of(tx: &mut TenantTx, account: &Account, until: Slot) -> Result<Money, DbError> {
    let minor = store::balance_before(tx, account.number(), until.at()).await?;
    Ok(Money::new(minor, account.currency))
}

/// Finds a transaction by what it is the consequence of.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, kind: Kind, key: &str) -> Result<Option<NewTxn>, DbError> {
    let Some(stored) = store::find_txn(tx, kind, key).await? else {
        return Ok(None);
    };
    let rows = store::list_accounts(tx, &stored.account_ids).await?;
    let accounts: HashMap<i64, Account> = rows
        .iter()
        .map(|row| Ok((row.id, read(row)?.account)))
        .collect::<Result<_, DbError>>()?;
    let head = Head {
        kind,
        key: key.to_owned(),
        at: stored.occurred_at,
        order: stored.order,
        event: stored.event,
    };
    let postings = stored.account_ids.iter().zip(&stored.amounts).map(|(id, minor)| {
        let account = accounts.get(id).cloned().ok_or_else(|| odd("account"))?;
        Ok(Posting { account, minor: *minor })
    });
    let postings = postings.collect::<Result<_, DbError>>()?;
    Ok(Some(NewTxn::stored(head, postings)))
}

fn read(row: &BalanceRow) -> Result<Balance, DbError> {
    let code = Code::from_number(row.code).ok_or_else(|| odd("code"))?;
    let currency = row.currency.parse().map_err(|_| odd("currency"))?;
    let account = Account {
        book: Book::parse(&row.kind, &row.payee).ok_or_else(|| odd("book"))?,
        code,
        currency,
        dimension: Dimension::parse(code, &row.dimension).ok_or_else(|| odd("dimension"))?,
    };
    let amount = Money::new(row.minor, currency);
    Ok(Balance { account, amount })
}

fn odd(what: &'static str) -> DbError {
    sqlx::Error::Decode(format!("{what} of an account").into()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_begin_at_quarters_of_an_hour() {
        for (at, edge) in [
            ("2031-05-01T10:14:59.9Z", "2031-05-01T10:00:00Z"),
            ("2031-05-01T10:15:00Z", "2031-05-01T10:15:00Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:45:00Z"),
        ] {
            assert_eq!(Slot::floor(at.parse().unwrap()).at(), edge.parse().unwrap());
        }
    }
}
