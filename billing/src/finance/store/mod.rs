//! SQL that adds up and lists postings.

pub(super) mod disputes;
pub(super) mod payouts;
pub(super) mod taxes;

use std::collections::HashMap;

use bilten_kernel::{EventId, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Entry, EntryFilter, EntryLine, Movement, Span};
use crate::ledger::{Account, Balance, Book, Code, Dimension, Kind, LedgerTxnId};

pub(super) async fn list_movements(tx: &mut TenantTx, span: &Span) -> Result<Vec<Movement>, DbError> {
    // Index ledger_txns_by_time: blocks of the span. Sums are made before accounts are named.
    let rows = sqlx::query!(
        r#"with sums as materialized (
             select t.kind, p.account_id, sum(p.amount)::bigint as minor, count(*) as postings
             from ledger_txns t cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
             where t.tenant_id = $1 and t.booked_at >= $2 and t.booked_at < $3 and ($4::uuid is null or t.event_id = $4)
             group by t.kind, p.account_id)
           select s.kind, s.minor as "minor!", s.postings as "postings!", a.code, a.currency, a.dimension, b.kind as book, b.payee
           from sums s
           join ledger_accounts a on a.tenant_id = $1 and a.id = s.account_id
           join ledger_books b on b.tenant_id = $1 and b.id = a.book_id"#,
        tx.tenant().uuid(),
        span.from.to_sqlx() as _,
        span.until.to_sqlx() as _,
        span.event.map(EventId::uuid)
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let account = account((&row.book, &row.payee), row.code, &row.currency, &row.dimension)?;
            Ok(Movement {
                kind: Kind::from_name(&row.kind).ok_or_else(|| odd("kind"))?,
                amount: Money::new(row.minor, account.currency),
                account,
                postings: row.postings,
            })
        })
        .collect()
}

pub(super) async fn list_movements_by_event(
    tx: &mut TenantTx,
    span: &Span,
) -> Result<Vec<(Option<EventId>, Movement)>, DbError> {
    // As above, kept apart by event.
    let rows = sqlx::query!(
        r#"with sums as materialized (
             select t.event_id, t.kind, p.account_id, sum(p.amount)::bigint as minor, count(*) as postings
             from ledger_txns t cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
             where t.tenant_id = $1 and t.booked_at >= $2 and t.booked_at < $3 and ($4::uuid is null or t.event_id = $4)
             group by t.event_id, t.kind, p.account_id)
           select s.event_id, s.kind, s.minor as "minor!", s.postings as "postings!", a.code, a.currency, a.dimension,
                  b.kind as book, b.payee
           from sums s
           join ledger_accounts a on a.tenant_id = $1 and a.id = s.account_id
           join ledger_books b on b.tenant_id = $1 and b.id = a.book_id"#,
        tx.tenant().uuid(),
        span.from.to_sqlx() as _,
        span.until.to_sqlx() as _,
        span.event.map(EventId::uuid)
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let account = account((&row.book, &row.payee), row.code, &row.currency, &row.dimension)?;
            let movement = Movement {
                kind: Kind::from_name(&row.kind).ok_or_else(|| odd("kind"))?,
                amount: Money::new(row.minor, account.currency),
                account,
                postings: row.postings,
            };
            Ok((row.event_id.map(EventId::from_uuid), movement))
        })
        .collect()
}

/// Balances of everything that was booked before an instant, which must be the edge of a slot.
pub(super) async fn list_balances(tx: &mut TenantTx, until: Timestamp) -> Result<Vec<Balance>, DbError> {
    let rows = sqlx::query!(
        r#"with slots as materialized (
               select account_id, sum(amount_minor) as amount from ledger_slots where slot < $1 group by 1),
           since as materialized (
               select p.account_id, sum(p.amount) as amount
               from ledger_txns t cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
               where t.booked_at < $1 and t.xact >= coalesce((select next_xact from ledger_cursors where name = 'balances'), 0)
               group by 1)
           select a.code, a.currency, a.dimension, b.kind as book, b.payee,
                  (coalesce(l.amount, 0) + coalesce(s.amount, 0))::bigint as "minor!"
           from ledger_accounts a
           join ledger_books b on b.tenant_id = a.tenant_id and b.id = a.book_id
           left join slots l on l.account_id = a.id
           left join since s on s.account_id = a.id
           order by b.kind desc, b.payee, a.code, a.currency, a.dimension"#,
        until.to_sqlx() as _
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let account = account((&row.book, &row.payee), row.code, &row.currency, &row.dimension)?;
            let amount = Money::new(row.minor, account.currency);
            Ok(Balance { account, amount })
        })
        .collect()
}

pub(super) async fn list_entries(
    tx: &mut TenantTx,
    filter: &EntryFilter,
    after: Option<(Timestamp, LedgerTxnId)>,
    limit: i64,
) -> Result<Vec<Entry>, DbError> {
    let kinds: Vec<&str> = filter.kinds.iter().map(|kind| kind.name()).collect();
    let codes: Vec<i16> = filter.codes.iter().map(|code| code.number()).collect();
    let rows = sqlx::query!(
        "select t.id, t.kind, t.source_key, t.booked_at, t.order_id, t.event_id, t.account_ids, t.amounts
         from ledger_txns t
         where t.tenant_id = $1 and t.booked_at >= $2 and t.booked_at < $3 and ($4::uuid is null or t.event_id = $4)
           and (cardinality($5::text[]) = 0 or t.kind = any ($5))
           and (cardinality($6::smallint[]) = 0 or exists (select from unnest(t.account_ids) as u(id)
                                                join ledger_accounts a on a.tenant_id = $1 and a.id = u.id and a.code = any ($6)))
           and ($7::timestamptz is null or (t.booked_at, t.id) < ($7, $8))
         order by t.booked_at desc, t.id desc limit $9",
        tx.tenant().uuid(),
        filter.span.from.to_sqlx() as _,
        filter.span.until.to_sqlx() as _,
        filter.span.event.map(EventId::uuid),
        &kinds as _,
        &codes,
        after.map(|(at, _)| at.to_sqlx()) as _,
        after.map_or(Uuid::nil(), |(_, id)| id.uuid()),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let mut ids: Vec<i64> = rows.iter().flat_map(|row| row.account_ids.iter().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    let accounts = find_accounts(tx, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let lines = row.account_ids.iter().zip(&row.amounts).map(|(id, minor)| {
                let account = accounts.get(id).cloned().ok_or_else(|| odd("account"))?;
                let amount = Money::new(*minor, account.currency);
                Ok(EntryLine { account, amount })
            });
            Ok(Entry {
                id: row.id.into(),
                kind: Kind::from_name(&row.kind).ok_or_else(|| odd("kind"))?,
                key: row.source_key,
                at: row.booked_at.to_jiff(),
                order: row.order_id.map(OrderId::from_uuid),
                event: row.event_id.map(EventId::from_uuid),
                lines: lines.collect::<Result<_, DbError>>()?,
            })
        })
        .collect()
}

async fn find_accounts(tx: &mut TenantTx, ids: &[i64]) -> Result<HashMap<i64, Account>, DbError> {
    let rows = sqlx::query!(
        "select a.id, a.code, a.currency, a.dimension, b.kind as book, b.payee
         from ledger_accounts a join ledger_books b on b.tenant_id = a.tenant_id and b.id = a.book_id
         where a.tenant_id = $1 and a.id = any($2)",
        tx.tenant().uuid(),
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok((
                row.id,
                account((&row.book, &row.payee), row.code, &row.currency, &row.dimension)?,
            ))
        })
        .collect()
}

fn account((kind, payee): (&str, &str), code: i16, currency: &str, dimension: &str) -> Result<Account, DbError> {
    let code = Code::from_number(code).ok_or_else(|| odd("code"))?;
    Ok(Account {
        book: Book::parse(kind, payee).ok_or_else(|| odd("book"))?,
        code,
        currency: currency.parse().map_err(|_| odd("currency"))?,
        dimension: Dimension::parse(code, dimension).ok_or_else(|| odd("dimension"))?,
    })
}

fn odd(what: &'static str) -> DbError {
    sqlx::Error::Decode(format!("{what} of a ledger transaction").into()).into()
}
