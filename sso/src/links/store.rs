//! SQL of `account_links`.

use bilten_kernel::{AccountId, Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{Ask, Letter, LinkId, Linked, Purpose, ask::end_of};

/// Links that one round of upkeep deletes.
const SWEEP_LIMIT: i64 = 1_000;

/// Writes a link for the account of this address; writes nothing when there is none.
pub(super) async fn insert_for(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (id, ask): (LinkId, &Ask),
    email_norm: &str,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into account_links (tenant_id, id, account_id, purpose, host, locale, created_at, expires_at)
         select a.tenant_id, $1, a.id, $2, $3, $4, $5, $6 from accounts a
         where a.email_norm = $7 and a.disabled_at is null",
        id.uuid(),
        ask.purpose.name(),
        ask.host.as_str(),
        ctx.locale.tag(),
        ctx.now().to_sqlx() as _,
        end_of(ctx.now()).to_sqlx() as _,
        email_norm,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find_letter(tx: &mut TenantTx, id: LinkId, now: Timestamp) -> Result<Option<Letter>, DbError> {
    let row = sqlx::query!(
        "select l.purpose, l.host, l.locale, a.email, a.name
         from account_links l join accounts a on a.tenant_id = l.tenant_id and a.id = l.account_id
         where l.id = $1 and l.used_at is null and l.expires_at > $2 and a.disabled_at is null",
        id.uuid(),
        now.to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(|row| {
        Some(Letter {
            purpose: Purpose::find(&row.purpose)?,
            email: row.email,
            name: row.name,
            host: row.host,
            locale: row.locale,
        })
    }))
}

pub(super) async fn find(
    tx: &mut TenantTx,
    (id, purpose): (LinkId, Purpose),
    host: &str,
    now: Timestamp,
) -> Result<Option<Linked>, DbError> {
    let row = sqlx::query!(
        "select a.id, a.email, a.name
         from account_links l join accounts a on a.tenant_id = l.tenant_id and a.id = l.account_id
         where l.id = $1 and l.purpose = $2 and l.host = $3 and l.used_at is null and l.expires_at > $4
           and a.disabled_at is null",
        id.uuid(),
        purpose.name(),
        host,
        now.to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Linked {
        account: AccountId::from_uuid(row.id),
        email: row.email,
        name: row.name,
    }))
}

/// Returns whether it was not used before.
pub(super) async fn update_used(tx: &mut TenantTx, id: LinkId, now: Timestamp) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update account_links set used_at = $2 where id = $1 and used_at is null",
        id.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes every link of an account worthless.
pub(super) async fn delete_of_account(tx: &mut TenantTx, account: AccountId) -> Result<(), DbError> {
    sqlx::query!("delete from account_links where account_id = $1", account.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_over(tx: &mut TenantTx, now: Timestamp) -> Result<u64, DbError> {
    // A tenant's staff asks for few links: this looks at all of them.
    let done = sqlx::query!(
        "delete from account_links where id in (select id from account_links where expires_at <= $1 limit $2)",
        now.to_sqlx() as _,
        SWEEP_LIMIT,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
