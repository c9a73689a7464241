//! SQL of the ledger's tables.

mod balances;
mod proof;

use std::collections::{BTreeMap, HashSet};

use bilten_kernel::{Ctx, EventId, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{
    LedgerTxnId,
    account::{Account, Book, Rule},
    txn::{Kind, NewTxn},
};

pub(super) use balances::*;
pub(super) use proof::*;

/// An account as it is stored.
pub(super) struct StoredAccount {
    pub number: i64,
    pub book: i64,
    pub code: i16,
    pub currency: String,
    pub dimension: String,
    /// Not made by this very transaction, which may still roll back.
    pub is_committed: bool,
}

impl StoredAccount {
    pub fn is(&self, account: &Account) -> bool {
        self.book == account.book.number()
            && self.code == account.code.number()
            && self.currency == account.currency.code()
            && self.dimension == account.dimension.to_string()
    }
}

/// Finds accounts by their numbers.
pub(super) async fn find_accounts(tx: &mut TenantTx, numbers: &[i64]) -> Result<Vec<StoredAccount>, DbError> {
    let rows = sqlx::query_as!(
        StoredAccount,
        r#"select id as number, book_id as book, code, currency, dimension,
                  xact <> pg_current_xact_id()::text::bigint as "is_committed!"
           from ledger_accounts where id = any ($1)"#,
        numbers
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// Makes accounts, and the books that they are in, unless somebody else does at the same moment.
pub(super) async fn insert_accounts(
    tx: &mut TenantTx,
    ctx: &Ctx,
    accounts: &BTreeMap<i64, &Account>,
) -> Result<(), DbError> {
    let books: BTreeMap<i64, Book> = accounts.values().map(|a| (a.book.number(), a.book)).collect();
    let (book_ids, kinds): (Vec<i64>, Vec<&str>) = books.iter().map(|(id, book)| (*id, book.kind())).unzip();
    let payees: Vec<String> = books.values().map(|book| book.payee()).collect();
    sqlx::query!(
        "insert into ledger_books (tenant_id, id, kind, payee, created_at)
         select $1, b.id, b.kind, b.payee, $5 from unnest($2::bigint[], $3::text[], $4::text[]) as b(id, kind, payee)
         on conflict do nothing",
        tx.tenant().uuid(),
        &book_ids,
        &kinds as _,
        &payees,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    let ids: Vec<i64> = accounts.keys().copied().collect();
    let of: Vec<i64> = accounts.values().map(|a| a.book.number()).collect();
    let codes: Vec<i16> = accounts.values().map(|a| a.code.number()).collect();
    let currencies: Vec<&str> = accounts.values().map(|a| a.currency.code()).collect();
    let dimensions: Vec<String> = accounts.values().map(|a| a.dimension.to_string()).collect();
    let sides: Vec<&str> = accounts.values().map(|a| a.code.side().name()).collect();
    let guarded: Vec<bool> = accounts.values().map(|a| a.code.rule() == Rule::Guarded).collect();
    sqlx::query!(
        "insert into ledger_accounts (tenant_id, id, book_id, code, currency, dimension, side, is_guarded, created_at)
         select $1, a.id, a.book_id, a.code, a.currency, a.dimension, a.side, a.is_guarded, $9
         from unnest($2::bigint[], $3::bigint[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::bool[])
              as a(id, book_id, code, currency, dimension, side, is_guarded)
         on conflict do nothing",
        tx.tenant().uuid(),
        &ids,
        &of,
        &codes,
        &currencies as _,
        &dimensions,
        &sides as _,
        &guarded,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Transaction about to be written.
pub(super) struct NewRow<'a> {
    pub id: LedgerTxnId,
    pub recorded_at: Timestamp,
    pub txn: &'a NewTxn,
}

/// Writes transactions; names those whose kind and key were free.
///
/// The postings of all stand in two arrays, and each row is given its slice of them.
pub(super) async fn insert_txns(tx: &mut TenantTx, rows: &[NewRow<'_>]) -> Result<HashSet<LedgerTxnId>, DbError> {
    let heads = || rows.iter().map(|row| row.txn.head());
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.uuid()).collect();
    let recorded: Vec<jiff_sqlx::Timestamp> = rows.iter().map(|row| row.recorded_at.to_sqlx()).collect();
    let kinds: Vec<&str> = heads().map(|head| head.kind.name()).collect();
    let keys: Vec<&str> = heads().map(|head| head.key.as_str()).collect();
    let occurred: Vec<jiff_sqlx::Timestamp> = heads().map(|head| head.at.to_sqlx()).collect();
    let orders: Vec<Option<Uuid>> = heads().map(|head| head.order.map(OrderId::uuid)).collect();
    let events: Vec<Option<Uuid>> = heads().map(|head| head.event.map(EventId::uuid)).collect();
    let postings = || rows.iter().flat_map(|row| row.txn.postings());
    let accounts: Vec<i64> = postings().map(|posting| posting.account.number()).collect();
    let amounts: Vec<i64> = postings().map(|posting| posting.minor).collect();
    let lengths = rows
        .iter()
        .map(|row| i32::try_from(row.txn.postings().len()).unwrap_or(i32::MAX));
    let lasts: Vec<i32> = lengths
        .scan(0_i32, |sum, length| {
            *sum = sum.saturating_add(length);
            Some(*sum)
        })
        .collect();
    let written = sqlx::query_scalar!(
        "insert into ledger_txns (tenant_id, id, kind, source_key, occurred_at, booked_at, recorded_at, order_id, event_id,
                                  account_ids, amounts)
         select $1, t.id, t.kind, t.key, t.at, greatest(t.at, c.until), t.recorded_at, t.order_id, t.event_id,
                ($10::bigint[])[t.first : t.last], ($11::bigint[])[t.first : t.last]
         from (select max(until) as until from ledger_closings) c
         cross join (select u.*, coalesce(lag(u.last) over (order by u.n), 0) + 1 as first
                     from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::uuid[], $8::uuid[],
                                 $9::int[]) with ordinality as u(id, kind, key, at, recorded_at, order_id, event_id, last, n)) t
         order by t.kind, t.key
         on conflict (tenant_id, kind, source_key) do nothing returning id",
        tx.tenant().uuid(),
        &ids,
        &kinds as _,
        &keys as _,
        &occurred as _,
        &recorded as _,
        &orders as _,
        &events as _,
        &lasts,
        &accounts,
        &amounts,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(written.into_iter().map(LedgerTxnId::from_uuid).collect())
}

/// A transaction as it is stored.
pub(super) struct StoredTxn {
    pub id: LedgerTxnId,
    pub occurred_at: Timestamp,
    pub order: Option<OrderId>,
    pub event: Option<EventId>,
    pub account_ids: Vec<i64>,
    pub amounts: Vec<i64>,
}

pub(super) async fn find_txn(tx: &mut TenantTx, kind: Kind, key: &str) -> Result<Option<StoredTxn>, DbError> {
    let row = sqlx::query!(
        r#"select id, occurred_at as "occurred_at: jiff_sqlx::Timestamp", order_id, event_id, account_ids, amounts
           from ledger_txns where kind = $1 and source_key = $2"#,
        kind.name(),
        key
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| StoredTxn {
        id: row.id.into(),
        occurred_at: row.occurred_at.to_jiff(),
        order: row.order_id.map(OrderId::from_uuid),
        event: row.event_id.map(EventId::from_uuid),
        account_ids: row.account_ids,
        amounts: row.amounts,
    }))
}

/// Part of an order's price that was booked and not undone since.
pub(super) struct PartRow {
    pub code: i16,
    pub currency: String,
    pub dimension: String,
    pub minor: i64,
}

/// Sums up what the sale of an order and everything after it booked on the accounts that its price consists of.
pub(super) async fn list_parts(tx: &mut TenantTx, order: OrderId, codes: &[i16]) -> Result<Vec<PartRow>, DbError> {
    let rows = sqlx::query_as!(
        PartRow,
        r#"with of_order as materialized (
               select account_ids, amounts from ledger_txns where kind = 'sale' and source_key = $1
               union all
               select account_ids, amounts from ledger_txns where kind <> 'sale' and order_id = $2)
           select a.code, a.currency, a.dimension, sum(p.amount)::bigint as "minor!"
           from of_order t cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
           join ledger_accounts a on a.id = p.account_id and a.code = any ($3)
           group by a.id, a.code, a.currency, a.dimension order by a.code, a.dimension"#,
        order.to_string(),
        order.uuid(),
        codes
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}
