//! SQL of `sso_domains`, and of `platform.mail_domains`.

use bilten_kernel::{TenantId, Timestamp};
use bilten_tenancy::{DbError, PlatformTx, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{Domain, MAX_DOMAINS, OwnDomain};

pub(super) async fn is_verified(tx: &mut TenantTx, domain: &str) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select 1 from sso_domains where domain = $1 and verified_at is not null) as "is!""#,
        domain
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

pub(super) async fn count(tx: &mut TenantTx) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from sso_domains"#)
        .fetch_one(tx.conn())
        .await?;
    Ok(count)
}

/// Returns whether the row was written; it is not when there is one.
pub(super) async fn insert(tx: &mut TenantTx, domain: &Domain, token: &str, now: Timestamp) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into sso_domains (tenant_id, domain, token, created_at) values ($1, $2, $3, $4)
         on conflict (tenant_id, domain) do nothing",
        tx.tenant().uuid(),
        domain.as_str(),
        token,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn list(tx: &mut TenantTx) -> Result<Vec<OwnDomain>, DbError> {
    let rows = sqlx::query!(
        "select domain, token, verified_at from sso_domains order by domain limit $1",
        MAX_DOMAINS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OwnDomain {
            domain: Domain::from_row(row.domain),
            token: row.token,
            verified_at: row.verified_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
        .collect())
}

pub(super) async fn find(tx: &mut TenantTx, domain: &Domain) -> Result<Option<OwnDomain>, DbError> {
    let row = sqlx::query!(
        "select token, verified_at from sso_domains where domain = $1",
        domain.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| OwnDomain {
        domain: domain.clone(),
        token: row.token,
        verified_at: row.verified_at.map(jiff_sqlx::Timestamp::to_jiff),
    }))
}

/// Returns whether it was not noted before.
pub(super) async fn update_verified(tx: &mut TenantTx, domain: &Domain, now: Timestamp) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update sso_domains set verified_at = $2, checked_at = $2 where domain = $1 and verified_at is null",
        domain.as_str(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn delete(tx: &mut TenantTx, domain: &Domain) -> Result<bool, DbError> {
    let done = sqlx::query!("delete from sso_domains where domain = $1", domain.as_str())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Returns whose the domain is now: of two who prove it at the same moment one is first.
pub(super) async fn claim(
    tx: &mut PlatformTx,
    tenant: TenantId,
    domain: &Domain,
    now: Timestamp,
) -> Result<TenantId, DbError> {
    sqlx::query!(
        "insert into platform.mail_domains (domain, tenant_id, created_at) values ($1, $2, $3)
         on conflict (domain) do nothing",
        domain.as_str(),
        tenant.uuid(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    let owner = sqlx::query_scalar!(
        "select tenant_id from platform.mail_domains where domain = $1",
        domain.as_str()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(TenantId::from_uuid(owner))
}

pub(super) async fn release(tx: &mut PlatformTx, tenant: TenantId, domain: &Domain) -> Result<(), DbError> {
    sqlx::query!(
        "delete from platform.mail_domains where domain = $1 and tenant_id = $2",
        domain.as_str(),
        tenant.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
