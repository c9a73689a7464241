//! SQL of `payout_rests`.

use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{Rest, RestId, RestWhy};
use crate::provider::AccountRef;

/// Rests that one list holds at most; a tenant has an account or two.
const LIST_LIMIT: i64 = 100;

pub(super) async fn insert(tx: &mut TenantTx, rest: &Rest) -> Result<(), DbError> {
    sqlx::query!(
        "insert into payout_rests (tenant_id, id, provider, account, why, note, since, until)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.tenant().uuid(),
        rest.id.uuid(),
        rest.provider,
        rest.account.as_str(),
        rest.why.name(),
        rest.note,
        rest.since.to_sqlx() as _,
        rest.until.map(ToSqlx::to_sqlx) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list_open(tx: &mut TenantTx, now: Timestamp) -> Result<Vec<Rest>, DbError> {
    let rows = sqlx::query!(
        r#"select id, provider, account, why, note, since as "since: jiff_sqlx::Timestamp", until as "until: jiff_sqlx::Timestamp"
           from payout_rests where lifted_at is null and (until is null or until > $1) order by since, id limit $2"#,
        now.to_sqlx() as _,
        LIST_LIMIT
    );
    let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
    let rows = rows.fetch_all(tx.conn()).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Rest {
                id: row.id.into(),
                provider: row.provider,
                account: AccountRef::parse(&row.account).map_err(|_| odd("account of a rest"))?,
                why: RestWhy::from_name(&row.why).ok_or_else(|| odd("reason of a rest"))?,
                note: row.note,
                since: row.since.to_jiff(),
                until: row.until.map(jiff_sqlx::Timestamp::to_jiff),
            })
        })
        .collect()
}

/// Ends one that holds; tells whether it did.
pub(super) async fn lift(tx: &mut TenantTx, ctx: &Ctx, id: RestId, reason: &str) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update payout_rests set lifted_at = $2, lifted_by = $3, lifted_why = $4
         where id = $1 and lifted_at is null and (until is null or until > $2)",
        id.uuid(),
        ctx.now().to_sqlx() as _,
        ctx.actor.to_string(),
        reason
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
