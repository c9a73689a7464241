//! SQL of `money_proofs`, and of what operators are told.

use bilten_kernel::{Ctx, Money, TenantId, Timestamp};
use bilten_tenancy::{DbError, PlatformTx, TenantTx};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use serde_json::Value;

use super::{
    oversight::{MonthSum, Stand, Verdicts},
    verdict::Verdict,
};
use crate::proof::{Check, Funds};

/// Rows of all tenants that one list holds at most.
const LIST_LIMIT: i64 = 20_000;

/// The last look at a tenant's money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What came of it.
    pub verdict: Verdict,
    /// Since when.
    pub changed_at: Timestamp,
    /// When it was.
    pub proven_at: Timestamp,
    /// What was compared.
    pub checks: Vec<Check>,
    /// What lies with providers.
    pub funds: Vec<Funds>,
}

/// Finds the last look; none when nothing was looked at yet.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx) -> Result<Option<Kept>, DbError> {
    let row = sqlx::query!(
        r#"select state, changed_at as "changed_at: jiff_sqlx::Timestamp", proven_at as "proven_at: jiff_sqlx::Timestamp", checks, funds
           from money_proofs"#
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(Kept {
            verdict: Verdict::from_name(&row.state).ok_or_else(|| odd("verdict"))?,
            changed_at: row.changed_at.to_jiff(),
            proven_at: row.proven_at.to_jiff(),
            checks: read(row.checks)?,
            funds: read(row.funds)?,
        })
    })
    .transpose()
}

/// Tells whether payouts may be made and sent: the last look at the tenant's money was sound, or there was none yet.
///
/// # Errors
/// The database refused.
pub async fn lets_money_go(tx: &mut TenantTx) -> Result<bool, DbError> {
    let stopped =
        sqlx::query_scalar!(r#"select exists (select from money_proofs where state <> 'sound') as "stopped!""#);
    Ok(!stopped.fetch_one(tx.conn()).await?)
}

/// Place in the ledger below which a look that begins now sees everything.
pub(super) async fn horizon(tx: &mut TenantTx) -> Result<i64, DbError> {
    let place = sqlx::query_scalar!(r#"select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as "xmin!""#);
    Ok(place.fetch_one(tx.conn()).await?)
}

/// Tells whether something was booked that the last look may not have seen.
pub(super) async fn has_news(tx: &mut TenantTx) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from ledger_txns
                          where xact >= coalesce((select next_xact from money_proofs), 0)) as "found!""#
    );
    Ok(found.fetch_one(tx.conn()).await?)
}

/// Tells whether there was no look yet.
pub(super) async fn is_first(tx: &mut TenantTx) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(r#"select not exists (select from money_proofs) as "is_first!""#);
    Ok(found.fetch_one(tx.conn()).await?)
}

pub(super) async fn keep(tx: &mut TenantTx, kept: &Kept, next_xact: i64) -> Result<(), DbError> {
    let (checks, funds) = (write(&kept.checks)?, write(&kept.funds)?);
    sqlx::query!(
        "insert into money_proofs (tenant_id, state, changed_at, proven_at, next_xact, checks, funds)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant_id) do update
         set state = excluded.state, changed_at = excluded.changed_at, proven_at = excluded.proven_at,
             next_xact = excluded.next_xact, checks = excluded.checks, funds = excluded.funds",
        tx.tenant().uuid(),
        kept.verdict.name(),
        kept.changed_at.to_sqlx() as _,
        kept.proven_at.to_sqlx() as _,
        next_xact,
        checks,
        funds
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Tells operators how a tenant's money stands.
pub(super) async fn tell(tx: &mut PlatformTx, ctx: &Ctx, kept: &Kept, stands: &[Stand]) -> Result<(), DbError> {
    sqlx::query!(
        "insert into platform.money_verdicts (tenant_id, state, changed_at, proven_at) values ($1, $2, $3, $4)
         on conflict (tenant_id) do update
         set state = excluded.state, changed_at = excluded.changed_at, proven_at = excluded.proven_at",
        ctx.tenant.uuid(),
        kept.verdict.name(),
        kept.changed_at.to_sqlx() as _,
        kept.proven_at.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    let of = |figure: fn(&Stand) -> i64| -> Vec<i64> { stands.iter().map(figure).collect() };
    let currencies: Vec<&str> = stands.iter().map(|stand| stand.held.currency.code()).collect();
    sqlx::query!(
        "insert into platform.money_stands (tenant_id, currency, told_at, held_minor, clearing_minor, unexplained_minor,
                                            exposed_minor, failed_payouts, commission_minor, commission_open)
         select $1, s.currency, $2, s.held, s.clearing, s.unexplained, s.exposed, s.failed, s.commission, s.open
         from unnest($3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
              as s(currency, held, clearing, unexplained, exposed, failed, commission, open)
         order by s.currency
         on conflict (tenant_id, currency) do update
         set told_at = excluded.told_at, held_minor = excluded.held_minor, clearing_minor = excluded.clearing_minor,
             unexplained_minor = excluded.unexplained_minor, exposed_minor = excluded.exposed_minor,
             failed_payouts = excluded.failed_payouts, commission_minor = excluded.commission_minor,
             commission_open = excluded.commission_open",
        ctx.tenant.uuid(),
        kept.proven_at.to_sqlx() as _,
        &currencies as _,
        &of(|stand| stand.held.minor),
        &of(|stand| stand.clearing),
        &of(|stand| stand.unexplained),
        &of(|stand| stand.exposed),
        &of(|stand| stand.failed_payouts),
        &of(|stand| stand.commission),
        &of(|stand| stand.open_settlements)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Tells operators what a tenant sold in some months; what was told of them before is replaced.
pub(super) async fn tell_months(tx: &mut PlatformTx, ctx: &Ctx, months: &[MonthSum]) -> Result<(), DbError> {
    let of = |figure: fn(&MonthSum) -> i64| -> Vec<i64> { months.iter().map(figure).collect() };
    let currencies: Vec<&str> = months.iter().map(|month| month.gross.currency.code()).collect();
    let dates: Vec<jiff_sqlx::Date> = months.iter().map(|month| month.month.to_sqlx()).collect();
    sqlx::query!(
        "insert into platform.money_months (tenant_id, currency, month, sales, gross_minor, back_minor, fees_minor, refunds, disputes,
                                            disputed_minor)
         select $1, m.currency, m.month, m.sales, m.gross, m.back, m.fees, m.refunds, m.disputes, m.disputed
         from unnest($2::text[], $3::date[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
                     $10::bigint[]) as m(currency, month, sales, gross, back, fees, refunds, disputes, disputed)
         order by m.month, m.currency
         on conflict (tenant_id, currency, month) do update
         set sales = excluded.sales, gross_minor = excluded.gross_minor, back_minor = excluded.back_minor,
             fees_minor = excluded.fees_minor, refunds = excluded.refunds, disputes = excluded.disputes,
             disputed_minor = excluded.disputed_minor",
        ctx.tenant.uuid(),
        &currencies as _,
        &dates as _,
        &of(|month| month.sales),
        &of(|month| month.gross.minor),
        &of(|month| month.back),
        &of(|month| month.fees),
        &of(|month| month.refunds),
        &of(|month| month.disputes),
        &of(|month| month.disputed)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list_stands(tx: &mut PlatformTx) -> Result<Vec<Stand>, DbError> {
    let rows = sqlx::query!(
        "select tenant_id, currency, held_minor, clearing_minor, unexplained_minor, exposed_minor, failed_payouts,
                commission_minor, commission_open
         from platform.money_stands order by tenant_id, currency limit $1",
        LIST_LIMIT
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Stand {
                tenant: TenantId::from_uuid(row.tenant_id),
                held: Money::new(row.held_minor, row.currency.parse().map_err(|_| odd("currency"))?),
                clearing: row.clearing_minor,
                unexplained: row.unexplained_minor,
                exposed: row.exposed_minor,
                failed_payouts: row.failed_payouts,
                commission: row.commission_minor,
                open_settlements: row.commission_open,
            })
        })
        .collect()
}

pub(super) async fn list_verdicts(tx: &mut PlatformTx) -> Result<Verdicts, DbError> {
    let rows = sqlx::query!(
        r#"select tenant_id, state, changed_at as "changed_at: jiff_sqlx::Timestamp", proven_at as "proven_at: jiff_sqlx::Timestamp"
           from platform.money_verdicts limit $1"#,
        LIST_LIMIT
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let verdict = Verdict::from_name(&row.state).ok_or_else(|| odd("verdict"))?;
            let at = (row.changed_at.to_jiff(), row.proven_at.to_jiff());
            Ok((TenantId::from_uuid(row.tenant_id), (verdict, at.0, at.1)))
        })
        .collect()
}

/// Sums of each tenant and currency over the months between two, both included.
pub(super) async fn list_months(tx: &mut PlatformTx, (first, last): (Date, Date)) -> Result<Vec<MonthSum>, DbError> {
    let rows = sqlx::query!(
        r#"select tenant_id, currency, sum(sales)::bigint as "sales!", sum(gross_minor)::bigint as "gross!",
                  sum(back_minor)::bigint as "back!", sum(fees_minor)::bigint as "fees!", sum(refunds)::bigint as "refunds!",
                  sum(disputes)::bigint as "disputes!", sum(disputed_minor)::bigint as "disputed!"
           from platform.money_months where month between $1 and $2
           group by tenant_id, currency having sum(sales) > 0 or sum(refunds) > 0 or sum(disputes) > 0
           order by sum(gross_minor) desc, tenant_id limit $3"#,
        first.to_sqlx() as _,
        last.to_sqlx() as _,
        LIST_LIMIT
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(MonthSum {
                tenant: TenantId::from_uuid(row.tenant_id),
                month: first,
                gross: Money::new(row.gross, row.currency.parse().map_err(|_| odd("currency"))?),
                sales: row.sales,
                back: row.back,
                fees: row.fees,
                refunds: row.refunds,
                disputes: row.disputes,
                disputed: row.disputed,
            })
        })
        .collect()
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, DbError> {
    serde_json::from_value(value).map_err(|error| sqlx::Error::Decode(Box::new(error)).into())
}

fn write<T: serde::Serialize>(value: &T) -> Result<Value, DbError> {
    serde_json::to_value(value).map_err(|error| sqlx::Error::Encode(Box::new(error)).into())
}

fn odd(what: &'static str) -> DbError {
    sqlx::Error::Decode(format!("{what} of a look at money").into()).into()
}
