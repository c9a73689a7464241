//! SQL of `platform.tenants` and `platform.hosts`: the only look-ups across tenants.

use bilten_kernel::{HostName, OperatorId, Slug, TenantId, Timestamp};
use jiff_sqlx::ToSqlx;
use serde::Serialize;

use super::HistoryEntry;
use crate::{DbError, PlatformTx};

/// Tenants that one listing returns at most.
pub const PRIMARY_HOST_LIMIT: i64 = 10_000;

/// Whether a tenant sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantStatus {
    /// Open.
    Active,
    /// The shop is closed; the door and exports go on.
    Suspended,
}

/// Tenant as the directory knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantEntry {
    /// Identity.
    pub id: TenantId,
    /// Name in addresses.
    pub slug: Slug,
    /// Name for people.
    pub name: String,
    /// Whether it sells.
    pub status: TenantStatus,
    /// Database that holds its rows.
    pub database: String,
    /// Host that its links name.
    pub primary_host: HostName,
    /// When it was provisioned.
    pub created_at: Timestamp,
}

struct Row {
    id: uuid::Uuid,
    slug: String,
    name: String,
    status: String,
    database: String,
    primary_host: String,
    created_at: jiff_sqlx::Timestamp,
}

impl Row {
    /// `None` for a row that no code of ours can have written.
    fn entry(self) -> Option<TenantEntry> {
        Some(TenantEntry {
            id: self.id.into(),
            slug: self.slug.parse().ok()?,
            name: self.name,
            status: if self.status == "active" {
                TenantStatus::Active
            } else {
                TenantStatus::Suspended
            },
            database: self.database,
            primary_host: self.primary_host.parse().ok()?,
            created_at: self.created_at.to_jiff(),
        })
    }
}

pub(super) async fn find_by_host(tx: &mut PlatformTx, host: &HostName) -> Result<Option<TenantEntry>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select t.id, t.slug, t.name, t.status, t.database, p.host as primary_host, t.created_at
         from platform.hosts h join platform.tenants t on t.id = h.tenant_id
         join platform.hosts p on p.tenant_id = t.id and p.is_primary
         where h.host = $1 and t.status <> 'provisioning'",
        host.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(Row::entry))
}

pub(super) async fn find_by_id(tx: &mut PlatformTx, id: TenantId) -> Result<Option<TenantEntry>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select t.id, t.slug, t.name, t.status, t.database, p.host as primary_host, t.created_at
         from platform.tenants t join platform.hosts p on p.tenant_id = t.id and p.is_primary
         where t.id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(Row::entry))
}

pub(super) async fn find_by_slug(tx: &mut PlatformTx, slug: &Slug) -> Result<Option<TenantEntry>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select t.id, t.slug, t.name, t.status, t.database, p.host as primary_host, t.created_at
         from platform.tenants t join platform.hosts p on p.tenant_id = t.id and p.is_primary
         where t.slug = $1",
        slug.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(Row::entry))
}

pub(super) async fn list(tx: &mut PlatformTx) -> Result<Vec<TenantEntry>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select t.id, t.slug, t.name, t.status, t.database, p.host as primary_host, t.created_at
         from platform.tenants t join platform.hosts p on p.tenant_id = t.id and p.is_primary
         where t.status <> 'provisioning' order by t.id limit $1",
        PRIMARY_HOST_LIMIT
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(Row::entry).collect())
}

/// Lists ready tenants in the order of their making, the newest first.
pub(super) async fn list_before(
    tx: &mut PlatformTx,
    before: Option<TenantId>,
    limit: i64,
) -> Result<Vec<TenantEntry>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select t.id, t.slug, t.name, t.status, t.database, p.host as primary_host, t.created_at
         from platform.tenants t join platform.hosts p on p.tenant_id = t.id and p.is_primary
         where t.status <> 'provisioning' and ($1::uuid is null or t.id < $1) order by t.id desc limit $2",
        before.map(TenantId::uuid),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(Row::entry).collect())
}

/// Lists hosts with whether each is the first choice.
pub(super) async fn list_hosts(tx: &mut PlatformTx, id: TenantId) -> Result<Vec<(String, bool)>, DbError> {
    let rows = sqlx::query!(
        "select host, is_primary from platform.hosts where tenant_id = $1 order by is_primary desc, host limit 100",
        id.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.host, row.is_primary)).collect())
}

pub(super) async fn list_history(tx: &mut PlatformTx, id: TenantId, limit: i64) -> Result<Vec<HistoryEntry>, DbError> {
    // Operators change a tenant a handful of times; there is no index for it.
    let rows = sqlx::query!(
        "select at, operator_id, action, details ->> 'reason' as reason
         from platform.audit_entries where tenant_id = $1 order by at desc limit $2",
        id.uuid(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| HistoryEntry {
            at: row.at.to_jiff(),
            operator: row.operator_id.map(OperatorId::from_uuid),
            action: row.action,
            reason: row.reason,
        })
        .collect())
}

/// Inserts the tenant, or returns the id of one with the same slug that is still being made.
pub(crate) async fn insert_tenant(
    tx: &mut PlatformTx,
    id: TenantId,
    slug: &Slug,
    name: &str,
    now: Timestamp,
) -> Result<Option<TenantId>, DbError> {
    let row = sqlx::query_scalar!(
        "insert into platform.tenants (id, slug, name, status, created_at) values ($1, $2, $3, 'provisioning', $4)
         on conflict (slug) do update set name = excluded.name where tenants.status = 'provisioning'
         returning id",
        id.uuid(),
        slug.as_str(),
        name,
        now.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(TenantId::from_uuid))
}

/// Returns whether the host now leads to the tenant.
pub(crate) async fn insert_host(
    tx: &mut PlatformTx,
    host: &HostName,
    tenant: TenantId,
    kind: &str,
    is_primary: bool,
    now: Timestamp,
) -> Result<bool, DbError> {
    sqlx::query!(
        "insert into platform.hosts (host, tenant_id, kind, is_primary, created_at) values ($1, $2, $3, $4, $5)
         on conflict (host) do nothing",
        host.as_str(),
        tenant.uuid(),
        kind,
        is_primary,
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    let owner = sqlx::query_scalar!("select tenant_id from platform.hosts where host = $1", host.as_str())
        .fetch_one(tx.conn())
        .await?;
    Ok(owner == tenant.uuid())
}

/// Moves a tenant between states; returns whether it was in one of the expected states.
pub(crate) async fn set_status(
    tx: &mut PlatformTx,
    tenant: TenantId,
    from: &[&str],
    to: &str,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let from: Vec<String> = from.iter().map(|state| (*state).to_owned()).collect();
    let suspended_at = (to == "suspended").then(|| now.to_sqlx());
    let updated = sqlx::query!(
        "update platform.tenants set status = $3, suspended_at = $4, suspended_reason = $5
         where id = $1 and status = any($2)",
        tenant.uuid(),
        &from,
        to,
        suspended_at as _,
        reason
    )
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Tells every node to forget its look-ups, when this transaction commits.
pub(crate) async fn announce(tx: &mut PlatformTx) -> Result<(), DbError> {
    sqlx::query!("select pg_notify($1, '')", super::CHANNEL)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Writes what an operator did, in the transaction of the change.
///
/// # Errors
/// The database refused.
pub async fn insert_platform_audit(tx: &mut PlatformTx, entry: PlatformAudit<'_>) -> Result<(), DbError> {
    sqlx::query!(
        "insert into platform.audit_entries (id, at, operator_id, tenant_id, action, details) values ($1, $2, $3, $4, $5, $6)",
        entry.id,
        entry.at.to_sqlx() as _,
        entry.operator,
        entry.tenant.map(TenantId::uuid),
        entry.action,
        entry.details
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What an operator did, to a tenant or to the platform itself.
#[derive(Debug)]
pub struct PlatformAudit<'a> {
    /// Identifies the entry.
    pub id: uuid::Uuid,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it; `None` means the platform itself.
    pub operator: Option<uuid::Uuid>,
    /// To whom.
    pub tenant: Option<TenantId>,
    /// Past tense with its noun first, such as `tenant.suspended`.
    pub action: &'a str,
    /// Facts that explain the change.
    pub details: serde_json::Value,
}
