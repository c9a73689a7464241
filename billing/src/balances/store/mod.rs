//! SQL of `balance_lines`, `balance_looks` and `balance_gaps`.

mod faults;
mod lines;
mod proof;

use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::Place;

pub(super) use faults::*;
pub(super) use lines::*;
pub use lines::{OpenLine, list_open_lines};
pub(crate) use proof::{Gathered, gather_proof, list_fees};

/// Looks that one list holds at most: a tenant has a balance or two, in a currency or two.
const LIST_LIMIT: i64 = 100;

/// How a balance stood when it was last looked at. Amounts are minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Provider.
    pub provider: String,
    /// The payee's account; empty where the provider has none.
    pub account: String,
    /// In which currency.
    pub currency: String,
    /// Sum of the lines.
    pub lines_minor: i64,
    /// What the provider said lies there.
    pub told_minor: i64,
    /// What of it it would send.
    pub available_minor: i64,
    /// Lines, and things of ours, that were compared so far.
    pub compared: i64,
    /// What is wrong: `sum`, `unexplained`, `missing`, `overdue`.
    pub faults: Vec<String>,
    /// When it was looked at.
    pub looked_at: Timestamp,
    /// Since when something is wrong.
    pub red_since: Option<Timestamp>,
}

/// What a look found in one currency.
pub(super) struct Verdict<'a> {
    pub currency: &'a str,
    pub told: i64,
    pub available: i64,
    pub compared: i64,
    pub faults: &'a [&'static str],
    pub checked_until: Timestamp,
}

/// Lists how the tenant's balances stood when they were last looked at.
///
/// # Errors
/// The database refused.
pub async fn list_looks(tx: &mut TenantTx) -> Result<Vec<Look>, DbError> {
    let rows = sqlx::query!(
        r#"select provider, account, currency, lines_minor, told_minor, available_minor, compared, faults,
                  looked_at as "looked_at: jiff_sqlx::Timestamp", red_since as "red_since: jiff_sqlx::Timestamp"
           from balance_looks where told_minor is not null order by provider, account, currency limit $1"#,
        LIST_LIMIT
    )
    .fetch_all(tx.conn())
    .await?;
    let read = rows.into_iter().map(|row| Look {
        provider: row.provider,
        account: row.account,
        currency: row.currency,
        lines_minor: row.lines_minor,
        told_minor: row.told_minor.unwrap_or_default(),
        available_minor: row.available_minor.unwrap_or_default(),
        compared: row.compared,
        faults: row.faults,
        looked_at: row.looked_at.to_jiff(),
        red_since: row.red_since.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(read.collect())
}

/// How far the lines of a place are listed.
pub(super) struct Progress {
    /// When they were last listed in full.
    pub listed_until: Option<Timestamp>,
    /// The last line that was read of a list which one look did not end, and when it began.
    pub resume: Option<(String, Timestamp)>,
    /// Something of ours has had no line for a short while.
    pub has_fresh_gap: bool,
}

pub(super) async fn find_progress(tx: &mut TenantTx, place: &Place, fresh: Timestamp) -> Result<Progress, DbError> {
    let row = sqlx::query!(
        r#"select min(listed_until) as "listed_until: jiff_sqlx::Timestamp", min(resume_after) as resume_after,
                  min(resume_began) as "resume_began: jiff_sqlx::Timestamp",
                  exists (select from balance_gaps g where g.provider = $1 and g.account = $2 and g.closed_at is null
                          and g.found_at > $3) as "has_fresh_gap!"
           from balance_looks where provider = $1 and account = $2"#,
        place.provider,
        place.account(),
        fresh.to_sqlx() as _
    )
    .fetch_one(tx.conn())
    .await?;
    let began = row.resume_began.map(jiff_sqlx::Timestamp::to_jiff);
    Ok(Progress {
        listed_until: row.listed_until.map(jiff_sqlx::Timestamp::to_jiff),
        resume: row.resume_after.zip(began),
        has_fresh_gap: row.has_fresh_gap,
    })
}

/// Writes down where a list goes on that one look did not end; without a line it is at its end, and all is known that there was
/// when it began.
pub(super) async fn set_resume(
    tx: &mut TenantTx,
    place: &Place,
    (after, began): (Option<&str>, Timestamp),
) -> Result<(), DbError> {
    sqlx::query!(
        "update balance_looks set resume_after = $3, resume_began = case when $3::text is null then null else $4::timestamptz end,
                listed_until = case when $3::text is null then $4 else listed_until end
         where provider = $1 and account = $2",
        place.provider,
        place.account(),
        after,
        began.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sums of the lines of a place, by currency, as they are kept.
pub(super) async fn list_sums(tx: &mut TenantTx, place: &Place) -> Result<Vec<(String, i64)>, DbError> {
    let rows = sqlx::query!(
        "select currency, lines_minor from balance_looks where provider = $1 and account = $2 order by currency",
        place.provider,
        place.account()
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.currency, row.lines_minor)).collect())
}

/// Writes down what a look found.
pub(super) async fn save_look(
    tx: &mut TenantTx,
    ctx: &Ctx,
    place: &Place,
    verdict: &Verdict<'_>,
) -> Result<(), DbError> {
    let faults: Vec<String> = verdict.faults.iter().map(|fault| (*fault).to_owned()).collect();
    sqlx::query!(
        "insert into balance_looks as l (tenant_id, provider, account, currency, lines_minor, told_minor, available_minor, compared,
                                         is_green, faults, listed_until, checked_until, looked_at, red_since)
         values ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10, $11, $10, case when $8 then null else $10::timestamptz end)
         on conflict (tenant_id, provider, account, currency) do update
         set told_minor = excluded.told_minor, available_minor = excluded.available_minor, compared = l.compared + excluded.compared,
             is_green = excluded.is_green, faults = excluded.faults, listed_until = excluded.listed_until,
             checked_until = excluded.checked_until, looked_at = excluded.looked_at,
             red_since = case when excluded.is_green then null else coalesce(l.red_since, excluded.red_since) end",
        tx.tenant().uuid(),
        place.provider,
        place.account(),
        verdict.currency,
        verdict.told,
        verdict.available,
        verdict.compared,
        verdict.faults.is_empty(),
        &faults,
        ctx.now().to_sqlx() as _,
        verdict.checked_until.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
