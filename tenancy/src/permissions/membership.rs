//! Which account holds which role, where, and until when.
//!
//! Nobody gives what he does not hold himself, in that place and for that long, and nobody changes what he holds himself.
//! A tenant has one owner at least and five at most; owners have no end. Each change raises the policy version first,
//! which makes two changes at the same moment wait for one another.

use bilten_kernel::{AccountId, Actor, Ctx, MembershipId, OrganizerId, Timestamp};
use jiff::SignedDuration;
use serde_json::json;

use super::{
    Permission, PermissionSet, Place, Rights, Role, RoleName, Scope, bump, require::policy_at, rights, roles, store,
};
use crate::{DbError, TenantTx, audit};

/// Owners that a tenant has at most.
pub const MAX_OWNERS: i64 = 5;
/// The longest time for which a role that needs an end is given.
pub const MAX_BOXED: SignedDuration = SignedDuration::from_hours(366 * 24);

/// A role of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// Who holds it.
    pub account: AccountId,
    /// The role.
    pub role: RoleName,
    /// Where it is held.
    pub place: Place,
    /// From then on it counts for nothing.
    pub expires_at: Option<Timestamp>,
    /// Who gave it; `None` is the platform.
    pub granted_by: Option<AccountId>,
    /// What gives it and alone takes it; `None` is a person.
    pub source: Option<String>,
    /// When it was given.
    pub since: Timestamp,
}

impl Membership {
    /// Tells whether it counts at that moment.
    pub fn is_alive_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    fn is_ownership(&self) -> bool {
        self.role == RoleName::BuiltIn(Role::Owner) && self.place == Place::Tenant
    }
}

/// What somebody is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: RoleName,
    /// Where.
    pub place: Place,
    /// Until when; `None` is without end.
    pub expires_at: Option<Timestamp>,
}

/// Why a role is neither given nor taken.
#[derive(Debug, thiserror::Error)]
pub enum MembershipError {
    /// No such membership in this tenant.
    #[error("no such membership")]
    Unknown,
    /// No such role in this tenant.
    #[error("no such role")]
    NoRole,
    /// A tenant always has somebody who may do everything.
    #[error("the last owner cannot lose the role")]
    LastOwner,
    /// There are five owners.
    #[error("there are as many owners as there may be")]
    TooManyOwners,
    /// Nobody changes what he may do himself.
    #[error("one's own roles are changed by somebody else")]
    Own,
    /// The role holds this and its giver does not, there or for that long.
    #[error("{} is not held by who would give it", .0.name())]
    NotHeld(Permission),
    /// The role is held in the whole tenant only.
    #[error("the role is held in the whole tenant only")]
    WrongPlace,
    /// The end lies behind, or the role needs one within a year.
    #[error("the role needs an end that lies ahead, within a year")]
    WrongEnd,
    /// The role of an owner has no end.
    #[error("an owner's role has no end")]
    OwnerEnds,
    /// The account holds this role there.
    #[error("the account holds the role")]
    Held,
    /// The database refused.
    #[error("could not change the membership")]
    Db(#[from] DbError),
}

/// Gives an account a role without asking, in the whole tenant or for one organizer: for provisioning.
///
/// # Errors
/// The database refused; also when account or organizer are not of this tenant.
pub async fn assign(
    tx: &mut TenantTx,
    ctx: &Ctx,
    account: AccountId,
    role: Role,
    organizer: Option<OrganizerId>,
) -> Result<MembershipId, DbError> {
    let grant = Grant {
        role: RoleName::BuiltIn(role),
        place: organizer.map_or(Place::Tenant, Place::Organizer),
        expires_at: None,
    };
    bump(tx, ctx).await?;
    insert(tx, ctx, (account, &grant), None).await
}

/// Gives an account a role, if the actor may give it.
///
/// # Errors
/// See [`MembershipError`].
pub async fn give(
    tx: &mut TenantTx,
    ctx: &Ctx,
    account: AccountId,
    grant: &Grant,
) -> Result<MembershipId, MembershipError> {
    bump(tx, ctx).await?;
    still(tx, ctx, [Permission::RoleManage, Permission::MemberInvite]).await?;
    if ctx.actor == Actor::Staff(account) {
        return Err(MembershipError::Own);
    }
    permit(tx, ctx, grant).await?;
    let held = store::list_memberships(tx, Some(account), store::MAX_MEMBERSHIPS_OF_ACCOUNT).await?;
    let is_same = |m: &Membership| m.role == grant.role && m.place == grant.place;
    if held.iter().any(|m| is_same(m) && m.is_alive_at(ctx.now())) {
        return Err(MembershipError::Held);
    }
    if grant.role == RoleName::BuiltIn(Role::Owner) && store::count_owners(tx).await? >= MAX_OWNERS {
        return Err(MembershipError::TooManyOwners);
    }
    Ok(insert(tx, ctx, (account, grant), None).await?)
}

/// Gives an account a role in the whole tenant in the name of what looks after it, such as a group of a directory. Whoever said
/// that it gives the role was asked whether he may; only the number of owners is asked for here.
///
/// # Errors
/// [`MembershipError::NoRole`], [`MembershipError::TooManyOwners`], or the database refused.
pub async fn provide(
    tx: &mut TenantTx,
    ctx: &Ctx,
    account: AccountId,
    (role, source): (RoleName, &str),
) -> Result<MembershipId, MembershipError> {
    bump(tx, ctx).await?;
    if roles::permissions_of(tx, role).await?.is_none() {
        return Err(MembershipError::NoRole);
    }
    let owners = store::list_owners(tx).await?;
    let is_one_more = role == RoleName::BuiltIn(Role::Owner) && !owners.contains(&account);
    if is_one_more && store::count_owners(tx).await? >= MAX_OWNERS {
        return Err(MembershipError::TooManyOwners);
    }
    let grant = Grant {
        role,
        place: Place::Tenant,
        expires_at: None,
    };
    Ok(insert(tx, ctx, (account, &grant), Some(source)).await?)
}

/// Asks again, after waiting for another change of roles, whether a member of staff may change any: the request asked before it
/// waited.
async fn still(tx: &mut TenantTx, ctx: &Ctx, any: [Permission; 2]) -> Result<(), MembershipError> {
    if !matches!(ctx.actor, Actor::Staff(_)) {
        return Ok(());
    }
    let rights = rights(tx, ctx).await?;
    if any
        .into_iter()
        .any(|permission| rights.allows(permission, Scope::Anywhere))
    {
        Ok(())
    } else {
        Err(MembershipError::NotHeld(any[0]))
    }
}

/// Takes a role away, if the actor may; the next request of the account runs without it.
///
/// # Errors
/// See [`MembershipError`].
pub async fn withdraw(tx: &mut TenantTx, ctx: &Ctx, id: MembershipId) -> Result<Membership, MembershipError> {
    // Two owners who remove each other at the same moment wait for one another here.
    bump(tx, ctx).await?;
    still(tx, ctx, [Permission::RoleManage, Permission::MemberRemove]).await?;
    let membership = store::find_membership(tx, id).await?.ok_or(MembershipError::Unknown)?;
    if ctx.actor == Actor::Staff(membership.account) {
        return Err(MembershipError::Own);
    }
    // What has ended, or what nothing is known of any more, is anybody's to tidy.
    let holds = roles::permissions_of(tx, membership.role).await?.unwrap_or_default();
    if membership.is_alive_at(ctx.now()) {
        let rights = rights(tx, ctx).await?;
        check_held(&rights, membership.place, holds)?;
    }
    store::delete_membership(tx, id).await?;
    if membership.is_ownership() && store::count_owners(tx).await? == 0 {
        return Err(MembershipError::LastOwner);
    }
    record(tx, ctx, "membership.withdrawn", &membership).await?;
    Ok(membership)
}

/// Asks whether the actor may give this now: to whom is not asked.
///
/// # Errors
/// See [`MembershipError`].
pub async fn permit(tx: &mut TenantTx, ctx: &Ctx, grant: &Grant) -> Result<(), MembershipError> {
    check_form(ctx.now(), grant)?;
    let holds = roles::permissions_of(tx, grant.role)
        .await?
        .ok_or(MembershipError::NoRole)?;
    let now = rights(tx, ctx).await?;
    check_held(&now, grant.place, holds)?;
    // Whoever holds something until tomorrow gives it until tomorrow.
    if let Actor::Staff(giver) = ctx.actor {
        let end = grant.expires_at.unwrap_or(Timestamp::MAX);
        // The role counts up to its end, not at it.
        let last = end.checked_sub(SignedDuration::from_nanos(1_000)).unwrap_or(end);
        let later = policy_at(tx, last).await?.rights(giver);
        check_held(&later, grant.place, holds)?;
    }
    Ok(())
}

/// Lists the roles of one account, at most 1,000.
///
/// # Errors
/// The database refused.
pub async fn list_memberships(tx: &mut TenantTx, account: AccountId) -> Result<Vec<Membership>, DbError> {
    store::list_memberships(tx, Some(account), store::MAX_MEMBERSHIPS_OF_ACCOUNT).await
}

/// Lists the roles of all accounts in the order in which they were given, at most 10,000.
///
/// # Errors
/// The database refused.
pub async fn list_all_memberships(tx: &mut TenantTx) -> Result<Vec<Membership>, DbError> {
    store::list_memberships(tx, None, store::MAX_MEMBERSHIPS).await
}

fn check_form(now: Timestamp, grant: &Grant) -> Result<(), MembershipError> {
    if let RoleName::BuiltIn(role) = grant.role {
        if role.is_of_tenant() && grant.place != Place::Tenant {
            return Err(MembershipError::WrongPlace);
        }
        if role == Role::Owner && grant.expires_at.is_some() {
            return Err(MembershipError::OwnerEnds);
        }
        let latest = now.checked_add(MAX_BOXED).unwrap_or(Timestamp::MAX);
        if role.needs_end() && grant.expires_at.is_none_or(|end| end > latest) {
            return Err(MembershipError::WrongEnd);
        }
    }
    if grant.expires_at.is_some_and(|end| end <= now) {
        return Err(MembershipError::WrongEnd);
    }
    Ok(())
}

fn check_held(rights: &Rights, place: Place, wanted: PermissionSet) -> Result<(), MembershipError> {
    let missing = wanted.without(rights.held_in(place)).iter().next();
    missing.map_or(Ok(()), |permission| Err(MembershipError::NotHeld(permission)))
}

async fn insert(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (account, grant): (AccountId, &Grant),
    source: Option<&str>,
) -> Result<MembershipId, DbError> {
    let membership = Membership {
        id: ctx.new_id(),
        account,
        role: grant.role,
        place: grant.place,
        expires_at: grant.expires_at,
        granted_by: match ctx.actor {
            Actor::Staff(giver) => Some(giver),
            Actor::ApiKey(..)
            | Actor::Directory(_)
            | Actor::Buyer
            | Actor::System
            | Actor::Operator(_)
            | Actor::Visiting(_) => None,
        },
        source: source.map(str::to_owned),
        since: ctx.now(),
    };
    store::insert_membership(tx, &membership, ctx.now()).await?;
    record(tx, ctx, "membership.assigned", &membership).await?;
    Ok(membership.id)
}

/// Lists who owns the tenant, at most 50, for mails that concern all of them.
///
/// # Errors
/// The database refused.
pub async fn list_owners(tx: &mut TenantTx) -> Result<Vec<AccountId>, DbError> {
    store::list_owners(tx).await
}

async fn record(tx: &mut TenantTx, ctx: &Ctx, action: &str, membership: &Membership) -> Result<(), DbError> {
    let (organizer, event) = match membership.place {
        Place::Tenant => (None, None),
        Place::Organizer(organizer) => (Some(organizer), None),
        Place::Event(event) => (None, Some(event)),
    };
    let entry = audit::Entry {
        action,
        object: membership.account.to_string(),
        details: json!({
            "role": membership.role.to_string(),
            "organizer": organizer,
            "event": event,
            "until": membership.expires_at.map(|end| end.to_string()),
            "source": membership.source,
        }),
    };
    audit::record(tx, ctx, entry).await
}
