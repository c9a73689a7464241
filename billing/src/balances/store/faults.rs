//! SQL of what is wrong with a balance.

use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use crate::balances::{Place, judge::Found};

/// Looks for things of ours that were over by an instant and have no line; what was looked at before is not again. Tells how many
/// were looked at.
pub(in crate::balances) async fn note_gaps(
    tx: &mut TenantTx,
    ctx: &Ctx,
    place: &Place,
    until: Timestamp,
) -> Result<usize, DbError> {
    let checked = sqlx::query_scalar!(
        r#"with since as materialized (
               select coalesce((select min(checked_until) from balance_looks
                                where provider = $2 and account = $3 and checked_until is not null), '-infinity'::timestamptz) as at),
           ours as materialized (
               select 'payment' as subject, a.id, a.amount_minor - a.application_fee_minor as minor, a.currency
               from payment_attempts a, since
               where a.state = 'succeeded' and a.provider = $2 and coalesce(a.provider_account, '') = $3
                 and a.updated_at > since.at and a.updated_at <= $4
               union all
               select 'refund', r.id, -r.amount_minor, r.currency
               from refunds r join payment_attempts a on a.tenant_id = r.tenant_id and a.id = r.attempt_id, since
               where r.state = 'succeeded' and a.provider = $2 and coalesce(a.provider_account, '') = $3
                 and r.updated_at > since.at and r.updated_at <= $4
               union all
               select 'dispute', d.id, -d.amount_minor - d.fee_minor, d.currency
               from disputes d join payment_attempts a on a.tenant_id = d.tenant_id and a.id = d.attempt_id, since
               where d.provider = $2 and coalesce(a.provider_account, '') = $3 and d.taken_at is not null
                 and d.updated_at > since.at and d.updated_at <= $4
               union all
               select 'payout', p.id, -p.amount_minor, p.currency
               from payouts p, since
               where p.state in ('in_transit', 'paid') and p.provider = $2 and coalesce(p.account, '') = $3
                 and p.updated_at > since.at and p.updated_at <= $4),
           noted as (
               insert into balance_gaps (tenant_id, provider, account, subject, subject_id, amount_minor, currency, found_at)
               select $1, $2, $3, o.subject, o.id, o.minor, o.currency, $5 from ours o
               where not exists (select from balance_lines l where l.subject = o.subject and l.subject_id = o.id)
               order by o.subject, o.id
               on conflict do nothing)
           select count(*) as "checked!" from ours"#,
        tx.tenant().uuid(),
        place.provider,
        place.account(),
        until.to_sqlx() as _,
        ctx.now().to_sqlx() as _
    );
    Ok(usize::try_from(checked.fetch_one(tx.conn()).await?).unwrap_or(0))
}

/// Closes what has a line by now, or is not ours any more because it failed.
pub(in crate::balances) async fn close_gaps(tx: &mut TenantTx, ctx: &Ctx, place: &Place) -> Result<(), DbError> {
    sqlx::query!(
        "update balance_gaps g set closed_at = $3
         where g.provider = $1 and g.account = $2 and g.closed_at is null
           and (exists (select from balance_lines l where l.subject = g.subject and l.subject_id = g.subject_id)
                or (g.subject = 'payout' and exists (select from payouts p where p.id = g.subject_id and p.state = 'failed'))
                or (g.subject = 'refund' and exists (select from refunds r where r.id = g.subject_id and r.state = 'failed')))",
        place.provider,
        place.account(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists the currencies in which something of ours has no line.
pub(in crate::balances) async fn list_gap_currencies(tx: &mut TenantTx, place: &Place) -> Result<Vec<String>, DbError> {
    let rows = sqlx::query_scalar!(
        "select distinct currency from balance_gaps where provider = $1 and account = $2 and closed_at is null",
        place.provider,
        place.account()
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// Counts what is wrong in one currency.
pub(in crate::balances) async fn count_faults(
    tx: &mut TenantTx,
    place: &Place,
    currency: &str,
    sent_before: Timestamp,
) -> Result<Found, DbError> {
    let row = sqlx::query!(
        r#"select (select count(*) from balance_lines where provider = $1 and account = $2 and currency = $3 and state = 'suspense') as "riddles!",
                  (select count(*) from balance_gaps where provider = $1 and account = $2 and currency = $3 and closed_at is null) as "gaps!",
                  (select count(*) from payouts where state = 'in_transit' and provider = $1 and coalesce(account, '') = $2
                   and currency = $3 and created_at <= $4) as "overdue!""#,
        place.provider,
        place.account(),
        currency,
        sent_before.to_sqlx() as _
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Found {
        riddles: row.riddles,
        gaps: row.gaps,
        overdue: row.overdue,
        ..Found::default()
    })
}
