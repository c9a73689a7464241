//! SQL of lines.

use bilten_kernel::{AttemptId, Ctx, Currency, Money, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{
    balances::{Known, Place, Riddle, Subject},
    provider::{BalanceLine, LineKind, PaymentRef},
};

/// Lines that one list holds at most.
const LIST_LIMIT: i64 = 200;

/// A line that is not explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLine {
    /// Provider.
    pub provider: String,
    /// The payee's account; empty where the provider has none.
    pub account: String,
    /// The provider's name of the line.
    pub line: String,
    /// What moved.
    pub kind: LineKind,
    /// How much, before fees.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
    /// Why nobody can explain it; none while it waits for what it is about.
    pub why: Option<String>,
}

/// Brings lines in; tells how many are new. The sums are moved in the same statement, so that they are of what is there.
pub(in crate::balances) async fn insert_lines(
    tx: &mut TenantTx,
    ctx: &Ctx,
    place: &Place,
    lines: &[BalanceLine],
) -> Result<usize, DbError> {
    let names: Vec<&str> = lines.iter().map(|line| line.line.as_str()).collect();
    let kinds: Vec<&str> = lines.iter().map(|line| line.kind.name()).collect();
    let sources: Vec<Option<&str>> = lines.iter().map(|line| line.source.as_deref()).collect();
    let payments: Vec<Option<&str>> = lines
        .iter()
        .map(|line| line.payment.as_ref().map(PaymentRef::as_str))
        .collect();
    let keys: Vec<Option<&str>> = lines.iter().map(|line| line.our_key.as_deref()).collect();
    let amounts: Vec<i64> = lines.iter().map(|line| line.amount.minor).collect();
    let fees: Vec<i64> = lines.iter().map(|line| line.fee.minor).collect();
    let parts: Vec<i64> = lines.iter().map(|line| line.platform_fee.minor).collect();
    let currencies: Vec<&str> = lines.iter().map(|line| line.amount.currency.code()).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = lines.iter().map(|line| line.at.to_sqlx()).collect();
    let fresh = sqlx::query_scalar!(
        r#"with fresh as (
               insert into balance_lines (tenant_id, provider, account, line, kind, source, payment, our_key, amount_minor, fee_minor,
                                          platform_fee_minor, currency, happened_at, imported_at, state)
               select $1, $2, $3, n.line, n.kind, n.source, n.payment, n.our_key, n.amount, n.fee, n.part, n.currency, n.at, $14, 'new'
               from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::bigint[],
                           $12::text[], $13::timestamptz[])
                    as n(line, kind, source, payment, our_key, amount, fee, part, currency, at)
               order by n.line
               on conflict do nothing
               returning currency, amount_minor - fee_minor - platform_fee_minor as net),
           sums as (
               insert into balance_looks as l (tenant_id, provider, account, currency, lines_minor, compared, is_green, faults, looked_at)
               select $1, $2, $3, currency, sum(net), 0, true, '{}', $14 from fresh group by currency order by currency
               on conflict (tenant_id, provider, account, currency) do update set lines_minor = l.lines_minor + excluded.lines_minor)
           select count(*) as "fresh!" from fresh"#,
        tx.tenant().uuid(),
        place.provider,
        place.account(),
        &names as _,
        &kinds as _,
        &sources as _,
        &payments as _,
        &keys as _,
        &amounts,
        &fees,
        &parts,
        &currencies as _,
        &ats as _,
        ctx.now().to_sqlx() as _
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(usize::try_from(fresh).unwrap_or(0))
}

/// Matches payments that brought just what we know of, each once; tells line and attempt of each.
pub(in crate::balances) async fn match_payments(
    tx: &mut TenantTx,
    ctx: &Ctx,
    place: &Place,
    limit: i64,
) -> Result<Vec<(BalanceLine, AttemptId)>, DbError> {
    let rows = sqlx::query!(
        r#"with wanted as materialized (
               select line, payment, amount_minor, platform_fee_minor, currency from balance_lines
               where provider = $1 and account = $2 and state = 'new' and kind = 'charge' order by happened_at, line limit $4 for update),
           hit as (
               select distinct on (a.id) w.line, a.id
               from wanted w join payment_attempts a on a.provider = $1 and a.provider_ref = w.payment
               where a.state = 'succeeded' and coalesce(a.provider_account, '') = $2 and a.amount_minor = w.amount_minor
                 and a.currency = w.currency and a.application_fee_minor = w.platform_fee_minor
                 and not exists (select from balance_lines o where o.subject = 'payment' and o.subject_id = a.id)
               order by a.id, w.line)
           update balance_lines b set state = 'matched', subject = 'payment', subject_id = hit.id, settled_at = $3
           from hit where b.provider = $1 and b.account = $2 and b.line = hit.line
           returning b.line, hit.id, b.amount_minor, b.fee_minor, b.platform_fee_minor, b.currency,
                     b.happened_at as "happened_at: jiff_sqlx::Timestamp""#,
        place.provider,
        place.account(),
        ctx.now().to_sqlx() as _,
        limit
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let read = |currency: &str| -> Result<Currency, DbError> {
        Ok(currency.parse().map_err(|_| sqlx::Error::Decode("currency".into()))?)
    };
    rows.into_iter()
        .map(|row| {
            let currency = read(&row.currency)?;
            let line = BalanceLine {
                line: row.line,
                kind: LineKind::Charge,
                source: None,
                payment: None,
                our_key: None,
                amount: Money::new(row.amount_minor, currency),
                fee: Money::new(row.fee_minor, currency),
                platform_fee: Money::new(row.platform_fee_minor, currency),
                at: row.happened_at.to_jiff(),
            };
            Ok((line, row.id.into()))
        })
        .collect()
}

/// Matches refunds that took just what we know of, each once; tells how many.
pub(in crate::balances) async fn match_refunds(
    tx: &mut TenantTx,
    ctx: &Ctx,
    place: &Place,
    limit: i64,
) -> Result<usize, DbError> {
    let done = sqlx::query!(
        "with wanted as materialized (
             select line, source, payment, amount_minor, platform_fee_minor, currency from balance_lines
             where provider = $1 and account = $2 and state = 'new' and kind = 'refund' and fee_minor = 0
             order by happened_at, line limit $4 for update),
         hit as (
             select distinct on (r.id) w.line, r.id
             from wanted w join payment_attempts a on a.provider = $1 and a.provider_ref = w.payment
             join refunds r on r.tenant_id = a.tenant_id and r.attempt_id = a.id and r.provider_ref = w.source
             where r.state = 'succeeded' and coalesce(a.provider_account, '') = $2 and r.amount_minor = -w.amount_minor
               and r.currency = w.currency and r.fee_returned_minor = -w.platform_fee_minor
               and not exists (select from balance_lines o where o.subject = 'refund' and o.subject_id = r.id)
             order by r.id, w.line)
         update balance_lines b set state = 'matched', subject = 'refund', subject_id = hit.id, settled_at = $3
         from hit where b.provider = $1 and b.account = $2 and b.line = hit.line",
        place.provider,
        place.account(),
        ctx.now().to_sqlx() as _,
        limit
    )
    .execute(tx.conn())
    .await?;
    Ok(usize::try_from(done.rows_affected()).unwrap_or(0))
}

/// Lists the names of lines that are not explained, those that wait longest first.
pub(in crate::balances) async fn list_odd(
    tx: &mut TenantTx,
    place: &Place,
    limit: i64,
) -> Result<Vec<String>, DbError> {
    let rows = sqlx::query_scalar!(
        "select line from balance_lines where provider = $1 and account = $2 and state in ('new', 'suspense')
         order by happened_at, line limit $3",
        place.provider,
        place.account(),
        limit
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// Reads a line that is not explained, and keeps others from explaining it.
pub(in crate::balances) async fn lock_line(
    tx: &mut TenantTx,
    place: &Place,
    line: &str,
) -> Result<Option<Known>, DbError> {
    let row = sqlx::query!(
        r#"select kind, source, payment, our_key, amount_minor, fee_minor, platform_fee_minor, currency, state,
                  happened_at as "happened_at: jiff_sqlx::Timestamp", imported_at as "imported_at: jiff_sqlx::Timestamp"
           from balance_lines where provider = $1 and account = $2 and line = $3 and state in ('new', 'suspense') for update"#,
        place.provider,
        place.account(),
        line
    )
    .fetch_optional(tx.conn())
    .await?;
    let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
    let Some(row) = row else { return Ok(None) };
    let currency: Currency = row.currency.parse().map_err(|_| odd("currency"))?;
    Ok(Some(Known {
        line: BalanceLine {
            line: line.to_owned(),
            kind: LineKind::from_name(&row.kind).ok_or_else(|| odd("kind of a line"))?,
            source: row.source,
            payment: row.payment.and_then(|text| PaymentRef::parse(&text).ok()),
            our_key: row.our_key,
            amount: Money::new(row.amount_minor, currency),
            fee: Money::new(row.fee_minor, currency),
            platform_fee: Money::new(row.platform_fee_minor, currency),
            at: row.happened_at.to_jiff(),
        },
        is_in_suspense: row.state == "suspense",
        imported_at: row.imported_at.to_jiff(),
    }))
}

/// Tells whether another line is about the same.
pub(in crate::balances) async fn is_taken(
    tx: &mut TenantTx,
    place: &Place,
    line: &BalanceLine,
    id: Uuid,
) -> Result<bool, DbError> {
    let subject = match line.kind {
        LineKind::Charge => Subject::Payment,
        LineKind::Refund => Subject::Refund,
        LineKind::RefundFailure => Subject::RefundBack,
        LineKind::Dispute => Subject::Dispute,
        LineKind::DisputeReversal => Subject::DisputeWon,
        LineKind::Payout => Subject::Payout,
        LineKind::PayoutFailure => Subject::PayoutBack,
        LineKind::Transfer => Subject::Transfer,
        LineKind::TransferReversal => Subject::TransferBack,
        LineKind::Fee | LineKind::Other => return Ok(false),
    };
    let found = sqlx::query_scalar!(
        r#"select exists (select from balance_lines where subject = $1 and subject_id = $2
                          and not (provider = $3 and account = $4 and line = $5)) as "found!""#,
        subject.name(),
        id,
        place.provider,
        place.account(),
        line.line
    );
    Ok(found.fetch_one(tx.conn()).await?)
}

pub(in crate::balances) async fn set_matched(
    tx: &mut TenantTx,
    ctx: &Ctx,
    place: &Place,
    line: &str,
    (subject, id): (Subject, Option<Uuid>),
) -> Result<(), DbError> {
    sqlx::query!(
        "update balance_lines set state = 'matched', subject = $4, subject_id = $5, why = null, settled_at = $6
         where provider = $1 and account = $2 and line = $3",
        place.provider,
        place.account(),
        line,
        subject.name(),
        id,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::balances) async fn set_foreign(
    tx: &mut TenantTx,
    ctx: &Ctx,
    place: &Place,
    line: &str,
) -> Result<(), DbError> {
    sqlx::query!(
        "update balance_lines set state = 'foreign', why = null, settled_at = $4 where provider = $1 and account = $2 and line = $3",
        place.provider,
        place.account(),
        line,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::balances) async fn set_suspense(
    tx: &mut TenantTx,
    ctx: &Ctx,
    place: &Place,
    line: &str,
    riddle: Riddle,
) -> Result<(), DbError> {
    sqlx::query!(
        "update balance_lines set state = 'suspense', why = $4, settled_at = $5 where provider = $1 and account = $2 and line = $3",
        place.provider,
        place.account(),
        line,
        riddle.name(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists lines that nobody has explained, the oldest first.
///
/// # Errors
/// The database refused.
pub async fn list_open_lines(tx: &mut TenantTx) -> Result<Vec<OpenLine>, DbError> {
    let rows = sqlx::query!(
        r#"select provider, account, line, kind, amount_minor, currency, why, happened_at as "happened_at: jiff_sqlx::Timestamp"
           from balance_lines where state in ('new', 'suspense') order by happened_at, line limit $1"#,
        LIST_LIMIT
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
    rows.into_iter()
        .map(|row| {
            Ok(OpenLine {
                kind: LineKind::from_name(&row.kind).ok_or_else(|| odd("kind of a line"))?,
                amount: Money::new(row.amount_minor, row.currency.parse().map_err(|_| odd("currency"))?),
                provider: row.provider,
                account: row.account,
                line: row.line,
                at: row.happened_at.to_jiff(),
                why: row.why,
            })
        })
        .collect()
}
