//! SQL of `sso_connections` and `sso_group_roles`.

use bilten_kernel::{SsoConnectionId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use super::{Connection, ConnectionState, GroupRole, Guide, Kind, MAX_CONNECTIONS, Offered, Terms};
use crate::oidc::ClaimNames;

const MAX_ROWS: i64 = 200;

struct Row {
    id: uuid::Uuid,
    kind: String,
    guide: String,
    name: String,
    state: String,
    issuer: String,
    client_id: String,
    secret_sealed: Option<Vec<u8>>,
    secret_expires_on: Option<jiff_sqlx::Date>,
    jit: bool,
    default_role: Option<String>,
    email_claim: String,
    name_claim: String,
    groups_claim: String,
    revision: i64,
    tested_at: Option<jiff_sqlx::Timestamp>,
    created_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn connection(self) -> Option<Connection> {
        Some(Connection {
            id: SsoConnectionId::from_uuid(self.id),
            kind: Kind::find(&self.kind)?,
            guide: Guide::find(&self.guide),
            name: self.name,
            state: ConnectionState::find(&self.state)?,
            issuer: self.issuer,
            client_id: self.client_id,
            claims: ClaimNames {
                email: self.email_claim,
                name: self.name_claim,
                groups: self.groups_claim,
            },
            secret_expires_on: self.secret_expires_on.map(jiff_sqlx::Date::to_jiff),
            jit: self.jit,
            default_role: self.default_role,
            tested_at: self.tested_at.map(jiff_sqlx::Timestamp::to_jiff),
            created_at: self.created_at.to_jiff(),
            revision: self.revision,
            secret_sealed: self.secret_sealed,
        })
    }
}

/// Returns whether the row was written; it is not when there is one.
pub(super) async fn insert(
    tx: &mut TenantTx,
    id: SsoConnectionId,
    (kind, terms, sealed): (Kind, &Terms, Option<&[u8]>),
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into sso_connections (tenant_id, id, kind, guide, name, state, issuer, client_id, secret_sealed,
             secret_expires_on, jit, default_role, email_claim, name_claim, groups_claim, revision, created_at, updated_at)
         values ($1, $2, $15, $3, $4, 'draft', $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $14)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().uuid(),
        id.uuid(),
        terms.guide.name(),
        terms.name,
        terms.issuer,
        terms.client_id,
        sealed,
        terms.secret_expires_on.map(Date::to_sqlx) as _,
        terms.jit,
        terms.default_role,
        terms.claims.email,
        terms.claims.name,
        terms.claims.groups,
        now.to_sqlx() as _,
        kind.name(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn count(tx: &mut TenantTx) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from sso_connections where state <> 'deleted'"#)
        .fetch_one(tx.conn())
        .await?;
    Ok(count)
}

pub(super) async fn list(tx: &mut TenantTx) -> Result<Vec<Connection>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, kind, guide, name, state, issuer, client_id, secret_sealed,
               secret_expires_on as "secret_expires_on: jiff_sqlx::Date", jit, default_role, email_claim, name_claim,
               groups_claim, revision, tested_at, created_at
           from sso_connections where state <> 'deleted' order by id limit $1"#,
        MAX_CONNECTIONS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(Row::connection).collect())
}

pub(super) async fn list_offered(tx: &mut TenantTx) -> Result<Vec<Offered>, DbError> {
    let rows = sqlx::query!(
        "select id, name from sso_connections where state = 'active' order by id limit $1",
        MAX_CONNECTIONS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Offered {
            id: SsoConnectionId::from_uuid(row.id),
            name: row.name,
        })
        .collect())
}

pub(super) async fn find(tx: &mut TenantTx, id: SsoConnectionId) -> Result<Option<Connection>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, kind, guide, name, state, issuer, client_id, secret_sealed,
               secret_expires_on as "secret_expires_on: jiff_sqlx::Date", jit, default_role, email_claim, name_claim,
               groups_claim, revision, tested_at, created_at
           from sso_connections where id = $1 and state <> 'deleted'"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(Row::connection))
}

pub(super) async fn lock(tx: &mut TenantTx, id: SsoConnectionId) -> Result<Option<Connection>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, kind, guide, name, state, issuer, client_id, secret_sealed,
               secret_expires_on as "secret_expires_on: jiff_sqlx::Date", jit, default_role, email_claim, name_claim,
               groups_claim, revision, tested_at, created_at
           from sso_connections where id = $1 and state <> 'deleted' for no key update"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(Row::connection))
}

/// A new day for the secret's end is watched from the beginning.
pub(super) async fn update(
    tx: &mut TenantTx,
    (id, state): (SsoConnectionId, ConnectionState),
    terms: &Terms,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "update sso_connections set state = $2, guide = $3, name = $4, issuer = $5, client_id = $6,
             secret_warned = case when secret_expires_on is not distinct from $7 then secret_warned end,
             secret_expires_on = $7, jit = $8, default_role = $9, email_claim = $10, name_claim = $11, groups_claim = $12,
             revision = revision + 1, updated_at = $13
         where id = $1 and state <> 'deleted'",
        id.uuid(),
        state.name(),
        terms.guide.name(),
        terms.name,
        terms.issuer,
        terms.client_id,
        terms.secret_expires_on.map(Date::to_sqlx) as _,
        terms.jit,
        terms.default_role,
        terms.claims.email,
        terms.claims.name,
        terms.claims.groups,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn update_secret(
    tx: &mut TenantTx,
    id: SsoConnectionId,
    sealed: &[u8],
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "update sso_connections set secret_sealed = $2, secret_warned = null, secret_expires_on = null,
             revision = revision + 1, updated_at = $3
         where id = $1 and state <> 'deleted'",
        id.uuid(),
        sealed,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What is kept beside the row was changed: what was read for an earlier revision is not used any more.
pub(super) async fn touch(tx: &mut TenantTx, id: SsoConnectionId, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update sso_connections set revision = revision + 1, updated_at = $2 where id = $1",
        id.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn update_state(
    tx: &mut TenantTx,
    id: SsoConnectionId,
    state: ConnectionState,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "update sso_connections set state = $2, updated_at = $3 where id = $1 and state <> 'deleted'",
        id.uuid(),
        state.name(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns whether the connection is still the one that was tested.
pub(super) async fn update_tested(
    tx: &mut TenantTx,
    (id, revision): (SsoConnectionId, i64),
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update sso_connections set tested_at = $3, state = case state when 'draft' then 'tested' else state end
         where id = $1 and revision = $2 and state <> 'deleted'",
        id.uuid(),
        revision,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn update_deleted(tx: &mut TenantTx, id: SsoConnectionId, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update sso_connections set state = 'deleted', secret_sealed = null, revision = revision + 1, updated_at = $2
         where id = $1",
        id.uuid(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A tenant has at most [`MAX_CONNECTIONS`] rows: this looks at all of them.
pub(super) async fn list_expiring(tx: &mut TenantTx) -> Result<Vec<(Offered, Date, Option<i32>)>, DbError> {
    let rows = sqlx::query!(
        r#"select id, name, secret_expires_on as "expires_on!: jiff_sqlx::Date", secret_warned
           from sso_connections where state = 'active' and secret_expires_on is not null
           order by id limit $1 for no key update"#,
        MAX_CONNECTIONS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let found = Offered {
                id: SsoConnectionId::from_uuid(row.id),
                name: row.name,
            };
            (found, row.expires_on.to_jiff(), row.secret_warned)
        })
        .collect())
}

pub(super) async fn update_warned(tx: &mut TenantTx, id: SsoConnectionId, step: i32) -> Result<(), DbError> {
    sqlx::query!(
        "update sso_connections set secret_warned = $2 where id = $1",
        id.uuid(),
        step
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list_group_roles(tx: &mut TenantTx, id: SsoConnectionId) -> Result<Vec<GroupRole>, DbError> {
    let rows = sqlx::query!(
        "select group_name, role from sso_group_roles where connection_id = $1 order by group_name, role limit $2",
        id.uuid(),
        MAX_ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| GroupRole {
            group: row.group_name,
            role: row.role,
        })
        .collect())
}

pub(super) async fn delete_group_roles(tx: &mut TenantTx, id: SsoConnectionId) -> Result<(), DbError> {
    sqlx::query!("delete from sso_group_roles where connection_id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn insert_group_roles(
    tx: &mut TenantTx,
    id: SsoConnectionId,
    map: &[GroupRole],
) -> Result<(), DbError> {
    let groups: Vec<String> = map.iter().map(|row| row.group.clone()).collect();
    let roles: Vec<String> = map.iter().map(|row| row.role.clone()).collect();
    sqlx::query!(
        "insert into sso_group_roles (tenant_id, connection_id, group_name, role)
         select $1, $2, m.group_name, m.role from unnest($3::text[], $4::text[]) as m(group_name, role)
         on conflict do nothing",
        tx.tenant().uuid(),
        id.uuid(),
        &groups,
        &roles,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
