//! SQL of `sso_policies` and `sso_break_glass`.

use bilten_kernel::{AccountId, SsoConnectionId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::Policy;

pub(super) async fn find(tx: &mut TenantTx) -> Result<Option<Policy>, DbError> {
    let row = sqlx::query!(
        r#"select connection_id, enforced_at,
               array(select account_id from sso_break_glass order by account_id limit 2) as "break_glass!"
           from sso_policies"#
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Policy {
        connection: SsoConnectionId::from_uuid(row.connection_id),
        enforced_at: row.enforced_at.to_jiff(),
        break_glass: row.break_glass.into_iter().map(AccountId::from_uuid).collect(),
    }))
}

pub(super) async fn upsert(tx: &mut TenantTx, connection: SsoConnectionId, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "insert into sso_policies (tenant_id, connection_id, enforced_at) values ($1, $2, $3)
         on conflict (tenant_id) do update set connection_id = excluded.connection_id",
        tx.tenant().uuid(),
        connection.uuid(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn replace_break_glass(
    tx: &mut TenantTx,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!("delete from sso_break_glass").execute(tx.conn()).await?;
    let accounts: Vec<_> = accounts.iter().map(|account| account.uuid()).collect();
    sqlx::query!(
        "insert into sso_break_glass (tenant_id, account_id, created_at)
         select $1, a.id, $3 from unnest($2::uuid[]) as a(id) on conflict do nothing",
        tx.tenant().uuid(),
        &accounts,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut TenantTx) -> Result<(), DbError> {
    sqlx::query!("delete from sso_break_glass").execute(tx.conn()).await?;
    sqlx::query!("delete from sso_policies").execute(tx.conn()).await?;
    Ok(())
}
