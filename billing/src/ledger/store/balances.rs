//! SQL of balances, quarters of an hour, closings and cursors.

use bilten_kernel::Timestamp;
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

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

/// Tells whether anything was posted that a cursor has not come to.
pub(in crate::ledger) async fn has_news(tx: &mut TenantTx, cursor: &str) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from ledger_txns
                          where xact >= coalesce((select next_xact from ledger_cursors where name = $1), 0)) as "found!""#,
        cursor
    );
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

/// What was booked for an order between two places of the ledger, on accounts with a provider and on the way back.
pub(in crate::ledger) struct MoveRow {
    pub order_id: Uuid,
    pub event_id: Option<Uuid>,
    pub book_id: i64,
    pub provider: Option<String>,
    pub currency: String,
    pub at: jiff_sqlx::Timestamp,
    pub brought: i64,
    pub taken: i64,
    pub owed: i64,
}

pub(in crate::ledger) async fn list_moves(
    tx: &mut TenantTx,
    (from, end): (i64, i64),
    (psp, back): (&[i16], i16),
    brings: &[&str],
) -> Result<Vec<MoveRow>, DbError> {
    let rows = sqlx::query_as!(
        MoveRow,
        r#"with chart as materialized (
               select a.id, a.book_id, a.code, a.currency, a.dimension from ledger_accounts a
               join ledger_books b on b.tenant_id = a.tenant_id and b.id = a.book_id and b.kind = 'payee'
               where a.code = any ($3) or a.code = $4)
           select t.order_id as "order_id!", t.event_id, a.book_id, a.currency, max(a.dimension) filter (where a.code <> $4) as provider,
                  min(t.occurred_at) as "at!: jiff_sqlx::Timestamp",
                  coalesce(sum(p.amount) filter (where a.code <> $4 and t.kind = any ($5)), 0)::bigint as "brought!",
                  coalesce(-sum(p.amount) filter (where a.code <> $4 and t.kind <> all ($5)), 0)::bigint as "taken!",
                  coalesce(-sum(p.amount) filter (where a.code = $4), 0)::bigint as "owed!"
           from ledger_txns t cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
           join chart a on a.id = p.account_id
           where t.xact >= $1 and t.xact < $2 and t.order_id is not null
           group by t.order_id, t.event_id, a.book_id, a.currency"#,
        from,
        end,
        psp,
        back,
        brings as _
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// Sum of what orders moved on payees' accounts with providers, up to a cursor.
pub(in crate::ledger) async fn sum_moves(tx: &mut TenantTx, cursor: &str, psp: &[i16]) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(p.amount), 0)::bigint as "sum!"
           from ledger_txns t cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
           join ledger_accounts a on a.tenant_id = t.tenant_id and a.id = p.account_id and a.code = any ($2)
           join ledger_books b on b.tenant_id = a.tenant_id and b.id = a.book_id and b.kind = 'payee'
           where t.order_id is not null and t.xact < coalesce((select next_xact from ledger_cursors where name = $1), 0)"#,
        cursor,
        psp
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}

/// Kind and payee of a book.
pub(in crate::ledger) async fn find_book(tx: &mut TenantTx, book: i64) -> Result<Option<(String, String)>, DbError> {
    let row = sqlx::query!("select kind, payee from ledger_books where id = $1", book)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.kind, row.payee)))
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
