//! SQL of `role_permissions`, `memberships` and the policy version.

use bilten_kernel::{AccountId, EventId, MembershipId, OrganizerId, Timestamp};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Membership, Permission, Place, Role, Rules};
use crate::{DbError, TenantTx};

/// More rules than this are not read; a tenant that large needs its roles in groups.
const MAX_RULES: i64 = 50_000;

/// Roles of one account that are listed.
pub(super) const MAX_MEMBERSHIPS_OF_ACCOUNT: i64 = 1_000;
/// Roles of all accounts that are listed.
pub(super) const MAX_MEMBERSHIPS: i64 = 10_000;

/// Owners that are listed.
const LISTED_OWNERS: i64 = 50;

pub(super) async fn find_version(tx: &mut TenantTx) -> Result<Option<i64>, DbError> {
    let version = sqlx::query_scalar!("select policy_version from tenant_settings")
        .fetch_optional(tx.conn())
        .await?;
    Ok(version)
}

/// Adds one to the upper half of the version and puts `random` in its lower half.
pub(super) async fn raise_version(tx: &mut TenantTx, random: i64) -> Result<(), DbError> {
    sqlx::query!(
        "update tenant_settings set policy_version = (((policy_version >> 32) + 1) << 32) + $1",
        random
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Loads what counts at a moment: built-in roles from the program, the tenant's own from its rows.
pub(super) async fn load_rules(tx: &mut TenantTx, at: Timestamp) -> Result<Rules, DbError> {
    let own = sqlx::query!("select role, permission from role_permissions limit $1", MAX_RULES)
        .fetch_all(tx.conn())
        .await?;
    let held = sqlx::query!(
        "select account_id, role, organizer_id, event_id, expires_at from memberships
         where expires_at is null or expires_at > $1 limit $2",
        at.to_sqlx() as _,
        MAX_RULES
    )
    .fetch_all(tx.conn())
    .await?;
    let mut rules = Rules::default();
    for row in held {
        let end = row.expires_at.map(jiff_sqlx::Timestamp::to_jiff);
        rules.valid_until = rules.valid_until.into_iter().chain(end).min();
        let place = place(row.organizer_id, row.event_id);
        rules
            .memberships
            .push((AccountId::from_uuid(row.account_id), row.role, place));
    }
    let is_held = |role: &str| rules.memberships.iter().any(|(_, name, _)| name == role);
    for role in Role::ALL.into_iter().filter(|role| is_held(role.name())) {
        let of_role = role.permissions();
        rules
            .grants
            .extend(of_role.iter().map(|permission| (role.name().to_owned(), permission)));
    }
    // A permission that a newer version of the program wrote is passed over, and so is a row that names a built-in role.
    let own = own.into_iter().filter(|row| Role::find(&row.role).is_none());
    rules
        .grants
        .extend(own.filter_map(|row| Some((row.role, Permission::find(&row.permission)?))));
    Ok(rules)
}

pub(super) async fn insert_membership(
    tx: &mut TenantTx,
    membership: &Membership,
    now: Timestamp,
) -> Result<(), DbError> {
    let (organizer, event) = columns(membership.place);
    sqlx::query!(
        "insert into memberships (tenant_id, id, account_id, role, organizer_id, event_id, expires_at, granted_by, source,
                                  created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tx.tenant().uuid(),
        membership.id.uuid(),
        membership.account.uuid(),
        membership.role.to_string(),
        organizer,
        event,
        membership.expires_at.map(ToSqlx::to_sqlx) as _,
        membership.granted_by.map(AccountId::uuid),
        membership.source,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_membership(tx: &mut TenantTx, id: MembershipId) -> Result<Option<Membership>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "delete from memberships where id = $1
         returning id, account_id, role, organizer_id, event_id, expires_at, granted_by, source, created_at",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(Row::membership))
}

pub(super) async fn find_membership(tx: &mut TenantTx, id: MembershipId) -> Result<Option<Membership>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select id, account_id, role, organizer_id, event_id, expires_at, granted_by, source, created_at
         from memberships where id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(Row::membership))
}

/// Counts who owns the tenant. Owners have no end, so that the count needs no clock.
pub(super) async fn count_owners(tx: &mut TenantTx) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(distinct account_id) as "count!" from memberships
           where role = $1 and organizer_id is null and event_id is null and expires_at is null"#,
        Role::Owner.name()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(super) async fn list_owners(tx: &mut TenantTx) -> Result<Vec<AccountId>, DbError> {
    // A tenant has few owners among few memberships: this looks at all of them.
    let owners = sqlx::query_scalar!(
        "select account_id from memberships where role = $1 and organizer_id is null and event_id is null order by id limit $2",
        Role::Owner.name(),
        LISTED_OWNERS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(owners.into_iter().map(AccountId::from_uuid).collect())
}

/// Lists roles of one account, or of all, what has ended included.
pub(super) async fn list_memberships(
    tx: &mut TenantTx,
    account: Option<AccountId>,
    limit: i64,
) -> Result<Vec<Membership>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, account_id, role, organizer_id, event_id, expires_at, granted_by, source, created_at
         from memberships where $1::uuid is null or account_id = $1 order by id limit $2",
        account.map(AccountId::uuid),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(Row::membership).collect())
}

struct Row {
    id: Uuid,
    account_id: Uuid,
    role: String,
    organizer_id: Option<Uuid>,
    event_id: Option<Uuid>,
    expires_at: Option<jiff_sqlx::Timestamp>,
    granted_by: Option<Uuid>,
    source: Option<String>,
    created_at: jiff_sqlx::Timestamp,
}

impl Row {
    /// `None` for a role that a newer version of the program knows.
    fn membership(self) -> Option<Membership> {
        Some(Membership {
            id: MembershipId::from_uuid(self.id),
            account: AccountId::from_uuid(self.account_id),
            role: self.role.parse().ok()?,
            place: place(self.organizer_id, self.event_id),
            expires_at: self.expires_at.map(jiff_sqlx::Timestamp::to_jiff),
            granted_by: self.granted_by.map(AccountId::from_uuid),
            source: self.source,
            since: self.created_at.to_jiff(),
        })
    }
}

fn place(organizer: Option<Uuid>, event: Option<Uuid>) -> Place {
    match (organizer, event) {
        (_, Some(event)) => Place::Event(EventId::from_uuid(event)),
        (Some(organizer), None) => Place::Organizer(OrganizerId::from_uuid(organizer)),
        (None, None) => Place::Tenant,
    }
}

fn columns(place: Place) -> (Option<Uuid>, Option<Uuid>) {
    match place {
        Place::Tenant => (None, None),
        Place::Organizer(organizer) => (Some(organizer.uuid()), None),
        Place::Event(event) => (None, Some(event.uuid())),
    }
}
