//! SQL that proves the books; it reads everything.

use bilten_tenancy::{DbError, TenantTx};

/// Counts of what was looked at, and of what is wrong with it.
pub(in crate::ledger) struct ProofRow {
    pub txns: i64,
    pub postings: i64,
    /// Transactions of which a book does not sum to nothing, or an account is not there.
    pub off: i64,
}

/// Looks at every transaction.
pub(in crate::ledger) async fn prove_txns(tx: &mut TenantTx) -> Result<ProofRow, DbError> {
    let row = sqlx::query_as!(
        ProofRow,
        r#"with sums as (
               select t.id, count(*) as postings, sum(p.amount) as amount, bool_or(a.id is null) as is_unknown
               from ledger_txns t cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
               left join ledger_accounts a on a.tenant_id = t.tenant_id and a.id = p.account_id
               group by t.xact, t.id, a.book_id, a.currency)
           select count(distinct id) as "txns!", coalesce(sum(postings), 0)::bigint as "postings!",
                  count(distinct id) filter (where amount <> 0 or is_unknown) as "off!"
           from sums"#
    );
    Ok(row.fetch_one(tx.conn()).await?)
}

/// Account whose balance is not what was posted to it.
pub(in crate::ledger) struct OffRow {
    pub id: i64,
    pub posted: i64,
    pub rolled: i64,
    pub slots: i64,
}

/// Compares what was rolled up with what was posted up to the cursor.
pub(in crate::ledger) async fn list_off(tx: &mut TenantTx) -> Result<Vec<OffRow>, DbError> {
    let rows = sqlx::query_as!(
        OffRow,
        r#"with posted as materialized (
               select p.account_id, sum(p.amount) as amount
               from ledger_txns t cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
               where t.xact < coalesce((select next_xact from ledger_cursors where name = 'balances'), 0)
               group by p.account_id),
           slots as materialized (select account_id, sum(amount_minor) as amount from ledger_slots group by account_id)
           select a.id, coalesce(p.amount, 0)::bigint as "posted!", coalesce(b.amount_minor, 0) as "rolled!",
                  coalesce(s.amount, 0)::bigint as "slots!"
           from ledger_accounts a
           left join posted p on p.account_id = a.id
           left join ledger_balances b on b.tenant_id = a.tenant_id and b.account_id = a.id
           left join slots s on s.account_id = a.id
           where coalesce(p.amount, 0) <> coalesce(b.amount_minor, 0) or coalesce(p.amount, 0) <> coalesce(s.amount, 0)
           order by a.id"#
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// Tells whether the ledger names database transactions that this server has not reached: it was restored from a dump, and
/// what is rolled up can no longer be told from what is not (docs/guides/ledger.md).
pub(in crate::ledger) async fn is_from_elsewhere(tx: &mut TenantTx) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from ledger_txns
                          where xact >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint) as "found!""#
    );
    Ok(found.fetch_one(tx.conn()).await?)
}
