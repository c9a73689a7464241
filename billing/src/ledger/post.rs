//! Posts transactions, in the transaction of what they are the consequence of.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use bilten_kernel::{Ctx, TenantId};
use bilten_tenancy::{DbError, TenantTx};

use super::{
    LedgerTxnId,
    account::Account,
    read,
    store::{self, NewRow},
    txn::{Kind, NewTxn, Unbalanced},
};

/// Accounts that a process remembers; more are forgotten all at once.
const MOST_KNOWN: usize = 100_000;

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// It was posted now.
    Now(LedgerTxnId),
    /// The same was posted before; nothing changed.
    Before(LedgerTxnId),
}

impl Posted {
    /// Which transaction it is.
    pub const fn id(self) -> LedgerTxnId {
        match self {
            Self::Now(id) | Self::Before(id) => id,
        }
    }
}

/// Why nothing was posted. The caller rolls back.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The facts make no transaction.
    #[error("the facts make no transaction that balances")]
    Unbalanced(#[from] Unbalanced),
    /// Something else was posted under this kind and key; a person must look.
    #[error("another {} was posted for {key}", kind.name())]
    OtherContent {
        /// What was to be posted.
        kind: Kind,
        /// For what.
        key: String,
    },
    /// A guarded balance would stand on the other side.
    #[error("there is not so much in a guarded account")]
    NotSoMuch,
    /// There is no such transaction to reverse.
    #[error("there is no such transaction")]
    NotFound,
    /// The database refused.
    #[error("the transaction could not be posted")]
    Db(#[source] DbError),
}

impl From<DbError> for PostError {
    fn from(error: DbError) -> Self {
        if error.violates("guarded_balance") {
            Self::NotSoMuch
        } else {
            Self::Db(error)
        }
    }
}

impl From<PostError> for DbError {
    /// For callers to whom a refusal of the books is the same as one of the database: their transaction is rolled back.
    fn from(error: PostError) -> Self {
        match error {
            PostError::Db(error) => error,
            other => sqlx::Error::Decode(Box::new(other)).into(),
        }
    }
}

/// Accounts of which this process knows that they are committed. It saves a statement; nothing else depends on it. Cheap to
/// clone; one per database.
#[derive(Debug, Clone, Default)]
pub struct KnownAccounts(Arc<Mutex<HashSet<(TenantId, i64)>>>);

impl KnownAccounts {
    fn unknown<'a>(&self, tenant: TenantId, mut accounts: BTreeMap<i64, &'a Account>) -> BTreeMap<i64, &'a Account> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.retain(|number, _| !known.contains(&(tenant, *number)));
        accounts
    }

    fn learn(&self, tenant: TenantId, numbers: &[i64]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.extend(numbers.iter().map(|number| (tenant, *number)));
    }
}

/// Posts one transaction.
///
/// # Errors
/// See [`PostError`].
pub async fn post(tx: &mut TenantTx, ctx: &Ctx, txn: &NewTxn) -> Result<Posted, PostError> {
    let posted = post_many(tx, &KnownAccounts::default(), &[(ctx, txn)]).await?;
    posted.first().copied().ok_or(PostError::NotFound)
}

/// Posts the transactions of several requests with one statement; another one makes the accounts that nobody posted to
/// before. Answers in the order given.
///
/// # Errors
/// See [`PostError`].
pub async fn post_many(
    tx: &mut TenantTx,
    known: &KnownAccounts,
    txns: &[(&Ctx, &NewTxn)],
) -> Result<Vec<Posted>, PostError> {
    let Some((ctx, _)) = txns.first() else {
        return Ok(Vec::new());
    };
    make_accounts(tx, ctx, known, txns).await?;
    let rows: Vec<NewRow<'_>> = txns
        .iter()
        .map(|(ctx, txn)| NewRow {
            id: ctx.new_id(),
            recorded_at: ctx.now(),
            txn,
        })
        .collect();
    let written = store::insert_txns(tx, &rows).await?;
    let mut posted = Vec::with_capacity(rows.len());
    for row in &rows {
        posted.push(if written.contains(&row.id) {
            Posted::Now(row.id)
        } else {
            Posted::Before(same_as_before(tx, row.txn).await?)
        });
    }
    Ok(posted)
}

/// Undoes a transaction in full, once.
///
/// # Errors
/// See [`PostError`].
pub async fn reverse(tx: &mut TenantTx, ctx: &Ctx, kind: Kind, key: &str) -> Result<Posted, PostError> {
    let found = read::find(tx, kind, key).await?.ok_or(PostError::NotFound)?;
    post(tx, ctx, &found.reversal(ctx.now())?).await
}

async fn make_accounts(
    tx: &mut TenantTx,
    ctx: &Ctx,
    known: &KnownAccounts,
    txns: &[(&Ctx, &NewTxn)],
) -> Result<(), DbError> {
    let postings = txns.iter().flat_map(|(_, txn)| txn.postings());
    let wanted = postings.map(|posting| (posting.account.number(), &posting.account));
    let mut wanted = known.unknown(tx.tenant(), wanted.collect());
    if wanted.is_empty() {
        return Ok(());
    }
    let found = store::find_accounts(tx, &wanted.keys().copied().collect::<Vec<_>>()).await?;
    for stored in &found {
        if let Some(account) = wanted.remove(&stored.number)
            && !stored.is(account)
        {
            return Err(sqlx::Error::Decode("two accounts with one number".into()).into());
        }
    }
    let committed = found.iter().filter(|stored| stored.is_committed);
    known.learn(tx.tenant(), &committed.map(|stored| stored.number).collect::<Vec<_>>());
    if wanted.is_empty() {
        return Ok(());
    }
    store::insert_accounts(tx, ctx, &wanted).await
}

/// What was posted before under this kind and key must be the same.
async fn same_as_before(tx: &mut TenantTx, txn: &NewTxn) -> Result<LedgerTxnId, PostError> {
    let (kind, key) = (txn.head().kind, &txn.head().key);
    let before = store::find_txn(tx, kind, key).await?.ok_or(PostError::NotFound)?;
    let numbers = txn.postings().iter().map(|posting| posting.account.number());
    let amounts = txn.postings().iter().map(|posting| posting.minor);
    let is_same = before.order == txn.head().order
        && before.event == txn.head().event
        && before.account_ids.iter().copied().eq(numbers)
        && before.amounts.iter().copied().eq(amounts);
    if is_same {
        return Ok(before.id);
    }
    tracing::error!(kind = kind.name(), key, txn = %before.id, "something else was posted under this kind and key");
    Err(PostError::OtherContent { kind, key: key.clone() })
}
