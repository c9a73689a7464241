//! SQL of `invitations`, and of the accounts behind the team.

use bilten_kernel::{AccountId, EventId, InvitationId, OrganizerId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, permissions::Place};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Acceptance, Invitation, Member, invite::MAX_OPEN};

pub(super) async fn insert(tx: &mut TenantTx, new: &Invitation, email_norm: &str) -> Result<(), DbError> {
    let (organizer, event) = match new.place {
        Place::Tenant => (None, None),
        Place::Organizer(organizer) => (Some(organizer.uuid()), None),
        Place::Event(event) => (None, Some(event.uuid())),
    };
    sqlx::query!(
        "insert into invitations (tenant_id, id, email, email_norm, role, organizer_id, event_id, role_ends_at, invited_by,
                                  created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        tx.tenant().uuid(),
        new.id.uuid(),
        new.email,
        email_norm,
        new.role.to_string(),
        organizer,
        event,
        new.role_ends_at.map(ToSqlx::to_sqlx) as _,
        new.invited_by.uuid(),
        new.created_at.to_sqlx() as _,
        new.expires_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn count_open(tx: &mut TenantTx, now: Timestamp) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "n!" from invitations
           where accepted_at is null and revoked_at is null and expires_at > $1"#,
        now.to_sqlx() as _
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(super) async fn list_open(tx: &mut TenantTx, now: Timestamp) -> Result<Vec<Invitation>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, email, role, organizer_id, event_id, role_ends_at, invited_by, created_at, expires_at from invitations
         where accepted_at is null and revoked_at is null and expires_at > $1 order by id desc limit $2",
        now.to_sqlx() as _,
        MAX_OPEN
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(Row::invitation).collect())
}

pub(super) async fn find_open(
    tx: &mut TenantTx,
    id: InvitationId,
    now: Timestamp,
) -> Result<Option<Invitation>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select id, email, role, organizer_id, event_id, role_ends_at, invited_by, created_at, expires_at from invitations
         where id = $1 and accepted_at is null and revoked_at is null and expires_at > $2",
        id.uuid(),
        now.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(Row::invitation))
}

pub(super) async fn mark_accepted(
    tx: &mut TenantTx,
    id: InvitationId,
    account: AccountId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update invitations set accepted_at = $2, accepted_by = $3
         where id = $1 and accepted_at is null and revoked_at is null and expires_at > $2",
        id.uuid(),
        now.to_sqlx() as _,
        account.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn revoke(tx: &mut TenantTx, id: InvitationId, now: Timestamp) -> Result<Option<Invitation>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "update invitations set revoked_at = $2
         where id = $1 and accepted_at is null and revoked_at is null
         returning id, email, role, organizer_id, event_id, role_ends_at, invited_by, created_at, expires_at",
        id.uuid(),
        now.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(Row::invitation))
}

/// Takes back what is open for an address.
pub(super) async fn revoke_of_address(tx: &mut TenantTx, email_norm: &str, now: Timestamp) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "update invitations set revoked_at = $2
         where email_norm = $1 and accepted_at is null and revoked_at is null and expires_at > $2",
        email_norm,
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Counts what was sent since an instant.
pub(super) async fn count_sent(tx: &mut TenantTx, since: Timestamp) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "n!" from invitations where created_at > $1"#,
        since.to_sqlx() as _
    );
    Ok(count.fetch_one(tx.conn()).await?)
}

pub(super) async fn revoke_all_of(tx: &mut TenantTx, account: AccountId, now: Timestamp) -> Result<u64, DbError> {
    // Few invitations are open at a time: index invitations_open.
    let done = sqlx::query!(
        "update invitations set revoked_at = $2
         where (invited_by = $1 or email_norm = (select a.email_norm from accounts a where a.id = $1))
           and accepted_at is null and revoked_at is null and expires_at > $2",
        account.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Lets an account that was closed log in again, with the name and the password of now.
pub(super) async fn revive_account(tx: &mut TenantTx, account: AccountId, who: &Acceptance) -> Result<(), DbError> {
    sqlx::query!(
        "update accounts set disabled_at = null, name = $2, password_hash = $3 where id = $1",
        account.uuid(),
        who.name.as_str(),
        who.password_hash.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list_people(tx: &mut TenantTx, ids: &[AccountId]) -> Result<Vec<Member>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        "select a.id, a.email, a.name,
                (select max(s.last_seen_at) from sessions s where s.tenant_id = a.tenant_id and s.account_id = a.id)
                as last_seen_at
         from accounts a where a.id = any($1) and a.disabled_at is null order by a.name, a.id",
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let people = rows.into_iter().map(|row| Member {
        account: AccountId::from_uuid(row.id),
        email: row.email,
        name: row.name,
        last_seen_at: row.last_seen_at.map(jiff_sqlx::Timestamp::to_jiff),
        memberships: Vec::new(),
    });
    Ok(people.collect())
}

struct Row {
    id: Uuid,
    email: String,
    role: String,
    organizer_id: Option<Uuid>,
    event_id: Option<Uuid>,
    role_ends_at: Option<jiff_sqlx::Timestamp>,
    invited_by: Uuid,
    created_at: jiff_sqlx::Timestamp,
    expires_at: jiff_sqlx::Timestamp,
}

impl Row {
    /// `None` for a role that a newer version of the program knows.
    fn invitation(self) -> Option<Invitation> {
        let organizer = self.organizer_id.map(|id| Place::Organizer(OrganizerId::from_uuid(id)));
        let event = self.event_id.map(|id| Place::Event(EventId::from_uuid(id)));
        Some(Invitation {
            id: InvitationId::from_uuid(self.id),
            email: self.email,
            role: self.role.parse().ok()?,
            place: event.or(organizer).unwrap_or_default(),
            role_ends_at: self.role_ends_at.map(jiff_sqlx::Timestamp::to_jiff),
            invited_by: AccountId::from_uuid(self.invited_by),
            created_at: self.created_at.to_jiff(),
            expires_at: self.expires_at.to_jiff(),
        })
    }
}
