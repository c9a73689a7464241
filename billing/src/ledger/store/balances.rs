//! SQL of balances, quarters of an hour, closings and cursors.

use bilten_kernel::Timestamp;
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

/// Account with its balance.
pub(in crate::ledger) struct BalanceRow {
    pub id: i64,
    pub kind: String,
    pub payee: String,
    pub code: i16,
    pub currency: String,
    pub dimension: String,
    pub minor: i64,
}

/// Reads accounts with their present balances: what was rolled up and what was posted since, of one moment.
///
/// The accounts of a code, or all; they are as many as a tenant has had events, and it is asked for reports, not in sales.
pub(in crate::ledger) async fn list_balances(tx: &mut TenantTx, code: Option<i16>) -> Result<Vec<BalanceRow>, DbError> {
    let rows = sqlx::query_as!(
        BalanceRow,
        r#"with since as materialized (
               select p.account_id, sum(p.amount) as amount
               from ledger_txns t cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
               where t.xact >= coalesce((select next_xact from ledger_cursors where name = 'balances'), 0)
               group by p.account_id)
           select a.id, b.kind, b.payee, a.code, a.currency, a.dimension,
                  (coalesce(r.amount_minor, 0) + coalesce(s.amount, 0))::bigint as "minor!"
           from ledger_accounts a
           join ledger_books b on b.tenant_id = a.tenant_id and b.id = a.book_id
           left join ledger_balances r on r.tenant_id = a.tenant_id and r.account_id = a.id
           left join since s on s.account_id = a.id
           where a.code = $1 or $1 is null
           order by b.kind desc, b.payee, a.code, a.currency, a.dimension"#,
        code
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// Reads accounts by their numbers, as if they held nothing.
pub(in crate::ledger) async fn list_accounts(tx: &mut TenantTx, numbers: &[i64]) -> Result<Vec<BalanceRow>, DbError> {
    let rows = sqlx::query_as!(
        BalanceRow,
        r#"select a.id, b.kind, b.payee, a.code, a.currency, a.dimension, 0::bigint as "minor!"
           from ledger_accounts a join ledger_books b on b.tenant_id = a.tenant_id and b.id = a.book_id
           where a.id = any ($1)"#,
        numbers
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// Present balance of an account.
pub(in crate::ledger) async fn balance(tx: &mut TenantTx, account: i64) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select (coalesce((select amount_minor from ledger_balances where account_id = $1), 0)
                 + coalesce((select sum(p.amount) from ledger_txns t
                             cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
                             where p.account_id = $1
                               and t.xact >= coalesce((select next_xact from ledger_cursors where name = 'balances'), 0)), 0)
                  )::bigint as "sum!""#,
        account
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}

/// Balance of what was booked before an instant, which must be the edge of a slot.
pub(in crate::ledger) async fn balance_before(
    tx: &mut TenantTx,
    account: i64,
    until: Timestamp,
) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select (coalesce((select sum(amount_minor) from ledger_slots where account_id = $1 and slot < $2), 0)
                 + coalesce((select sum(p.amount) from ledger_txns t
                             cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
                             where p.account_id = $1 and t.booked_at < $2
                               and t.xact >= coalesce((select next_xact from ledger_cursors where name = 'balances'), 0)), 0)
                  )::bigint as "sum!""#,
        account,
        until.to_sqlx() as _
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}

/// Tells whether anything was ever posted.
pub(in crate::ledger) async fn has_txns(tx: &mut TenantTx) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(r#"select exists (select from ledger_txns) as "found!""#);
    Ok(found.fetch_one(tx.conn()).await?)
}

/// Takes a cursor for the rest of the transaction, unless somebody else has it; makes it when it is not there.
pub(in crate::ledger) async fn take_cursor(tx: &mut TenantTx, name: &str) -> Result<Option<i64>, DbError> {
    sqlx::query!(
        "insert into ledger_cursors (tenant_id, name, next_xact) select $1, $2, 0
         where not exists (select from ledger_cursors where name = $2) on conflict do nothing",
        tx.tenant().uuid(),
        name
    )
    .execute(tx.conn())
    .await?;
    let taken = sqlx::query_scalar!(
        "select next_xact from ledger_cursors where name = $1 for update skip locked",
        name
    );
    Ok(taken.fetch_optional(tx.conn()).await?)
}

pub(in crate::ledger) async fn move_cursor(tx: &mut TenantTx, name: &str, next: i64) -> Result<(), DbError> {
    sqlx::query!("update ledger_cursors set next_xact = $2 where name = $1", name, next)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How far one may go from a cursor: up to the oldest transaction of the database that is under way, below which nothing
/// can be added any more, and not much beyond `limit` transactions of the ledger. `None` when nothing new is there.
pub(in crate::ledger) async fn find_end(tx: &mut TenantTx, from: i64, limit: i64) -> Result<Option<i64>, DbError> {
    let oldest = sqlx::query_scalar!(r#"select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as "xmin!""#)
        .fetch_one(tx.conn())
        .await?;
    let last = sqlx::query_scalar!(
        "select max(n.xact) from (select xact from ledger_txns where xact >= $1 and xact < $2 order by xact limit $3) n",
        from,
        oldest,
        limit
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(last.map(|last| last + 1))
}

/// Adds what was posted between two places to balances and slots. The statement reads all of it once.
pub(in crate::ledger) async fn add_up(tx: &mut TenantTx, from: i64, end: i64) -> Result<(), DbError> {
    sqlx::query!(
        "with slots as materialized (
             select p.account_id, date_bin('15 minutes', t.booked_at, timestamptz '2000-01-01 00:00:00+00') as slot,
                    sum(p.amount)::bigint as amount
             from ledger_txns t cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
             where t.xact >= $2 and t.xact < $3 group by 1, 2),
         in_slots as (
             insert into ledger_slots as s (tenant_id, account_id, slot, amount_minor)
             select $1, account_id, slot, amount from slots order by account_id, slot
             on conflict (tenant_id, account_id, slot) do update set amount_minor = s.amount_minor + excluded.amount_minor)
         insert into ledger_balances as b (tenant_id, account_id, amount_minor)
         select $1, account_id, sum(amount)::bigint from slots group by account_id order by account_id
         on conflict (tenant_id, account_id) do update set amount_minor = b.amount_minor + excluded.amount_minor",
        tx.tenant().uuid(),
        from,
        end
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes a closing down; tells whether it is new.
pub(in crate::ledger) async fn insert_closing(
    tx: &mut TenantTx,
    until: Timestamp,
    at: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into ledger_closings (tenant_id, until, closed_at) values ($1, $2, $3) on conflict do nothing",
        tx.tenant().uuid(),
        until.to_sqlx() as _,
        at.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Tells whether everybody who began before the closing is done.
pub(in crate::ledger) async fn is_sealed(tx: &mut TenantTx, until: Timestamp) -> Result<bool, DbError> {
    let sealed = sqlx::query_scalar!(
        r#"select exists (select from ledger_closings
                          where until >= $1 and xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint) as "sealed!""#,
        until.to_sqlx() as _
    );
    Ok(sealed.fetch_one(tx.conn()).await?)
}
