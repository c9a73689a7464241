//! SQL of `phones` and `sms_codes`.

use bilten_kernel::{AccountId, Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{Ask, CodeId, Phone, Purpose};

/// Codes that one round of upkeep deletes; those of the last day stay, because the budget counts them.
const SWEEP_LIMIT: i64 = 1_000;

/// A number as it is kept.
pub(super) struct Kept {
    pub(super) sealed: Vec<u8>,
    pub(super) is_confirmed: bool,
}

/// A code that may be sent.
pub(super) struct CodeRow {
    pub(super) account: AccountId,
    pub(super) sealed: Vec<u8>,
    pub(super) host: String,
    pub(super) locale: String,
}

/// What was sent lately.
pub(super) struct Spent {
    pub(super) of_account: i64,
    pub(super) of_tenant: i64,
    pub(super) last: Option<Timestamp>,
}

pub(super) async fn find(tx: &mut TenantTx, account: AccountId) -> Result<Option<Phone>, DbError> {
    let row = sqlx::query!(
        "select hint, confirmed_at from phones where account_id = $1",
        account.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Phone {
        hint: row.hint,
        since: row.confirmed_at.map(jiff_sqlx::Timestamp::to_jiff),
    }))
}

/// Finds a telephone that counts, where the tenant still sends codes.
pub(in crate::factors) async fn find_active(tx: &mut TenantTx, account: AccountId) -> Result<Option<String>, DbError> {
    let hint = sqlx::query_scalar!(
        "select p.hint from phones p join security_settings s on s.tenant_id = p.tenant_id
         where p.account_id = $1 and p.confirmed_at is not null and s.sms_prefixes is not null",
        account.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(hint)
}

pub(super) async fn find_sealed(tx: &mut TenantTx, account: AccountId) -> Result<Option<Kept>, DbError> {
    let row = sqlx::query!(
        r#"select sealed_number, confirmed_at is not null as "is_confirmed!" from phones where account_id = $1"#,
        account.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Kept {
        sealed: row.sealed_number,
        is_confirmed: row.is_confirmed,
    }))
}

/// Keeps a number that waits for its code; one that counts stays.
pub(super) async fn save_begun(
    tx: &mut TenantTx,
    account: AccountId,
    (sealed, hint): (&[u8], &str),
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into phones as p (tenant_id, account_id, sealed_number, hint, created_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, account_id) do update
         set sealed_number = excluded.sealed_number, hint = excluded.hint, created_at = excluded.created_at
         where p.confirmed_at is null",
        tx.tenant().uuid(),
        account.uuid(),
        sealed,
        hint,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns whether it waited.
pub(super) async fn update_confirmed(tx: &mut TenantTx, account: AccountId, now: Timestamp) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update phones set confirmed_at = $2 where account_id = $1 and confirmed_at is null",
        account.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::factors) async fn delete(tx: &mut TenantTx, account: AccountId) -> Result<(), DbError> {
    sqlx::query!("delete from phones where account_id = $1", account.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn find_prefixes(tx: &mut TenantTx) -> Result<Option<String>, DbError> {
    let row = sqlx::query_scalar!(
        "select sms_prefixes from security_settings where tenant_id = $1",
        tx.tenant().uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.flatten())
}

pub(super) async fn insert_code(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (id, account): (CodeId, AccountId),
    (ask, until): (&Ask, Timestamp),
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into sms_codes (tenant_id, id, account_id, purpose, host, locale, asked_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.tenant().uuid(),
        id.uuid(),
        account.uuid(),
        ask.purpose.name(),
        ask.host.as_str(),
        ctx.locale.tag(),
        ctx.now().to_sqlx() as _,
        until.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds a code that is still good, with the number as it is kept now.
pub(super) async fn find_code(tx: &mut TenantTx, id: CodeId, now: Timestamp) -> Result<Option<CodeRow>, DbError> {
    let row = sqlx::query!(
        "select c.account_id, c.host, c.locale, p.sealed_number
         from sms_codes c join phones p on p.tenant_id = c.tenant_id and p.account_id = c.account_id
         where c.id = $1 and c.used_at is null and c.expires_at > $2",
        id.uuid(),
        now.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| CodeRow {
        account: AccountId::from_uuid(row.account_id),
        sealed: row.sealed_number,
        host: row.host,
        locale: row.locale,
    }))
}

/// Finds the latest code of an account for this, if it is still good: an earlier one is good no more.
pub(super) async fn find_latest(
    tx: &mut TenantTx,
    account: AccountId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<CodeId>, DbError> {
    let row = sqlx::query!(
        "select id, used_at, expires_at from sms_codes where account_id = $1 and purpose = $2
         order by asked_at desc, id desc limit 1",
        account.uuid(),
        purpose.name(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let good = row.filter(|row| row.used_at.is_none() && row.expires_at.to_jiff() > now);
    Ok(good.map(|row| CodeId::from_uuid(row.id)))
}

/// Returns whether it was unused.
pub(super) async fn update_used(tx: &mut TenantTx, id: CodeId, now: Timestamp) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update sms_codes set used_at = $2 where id = $1 and used_at is null",
        id.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn count_codes(tx: &mut TenantTx, account: AccountId, since: Timestamp) -> Result<Spent, DbError> {
    let row = sqlx::query!(
        r#"select count(*) filter (where account_id = $1) as "of_account!", count(*) as "of_tenant!",
                  max(asked_at) filter (where account_id = $1) as last
           from sms_codes where asked_at > $2"#,
        account.uuid(),
        since.to_sqlx() as _,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Spent {
        of_account: row.of_account,
        of_tenant: row.of_tenant,
        last: row.last.map(jiff_sqlx::Timestamp::to_jiff),
    })
}

/// Deletes codes that neither open anything nor count.
pub(crate) async fn delete_over(tx: &mut TenantTx, before: Timestamp) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "delete from sms_codes where id in (select id from sms_codes where asked_at < $1 order by asked_at limit $2)",
        before.to_sqlx() as _,
        SWEEP_LIMIT
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
