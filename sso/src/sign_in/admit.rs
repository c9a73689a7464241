//! Takes somebody in who is not known by his identity yet, and gives the roles that his groups say.

use bilten_kernel::{AccountId, Actor, Ctx, Email, PersonName};
use bilten_tenancy::{
    TenantTx,
    permissions::{self, MembershipError, Place, Role},
};

use super::{FinishError, store};
use crate::{
    Check, accounts,
    connections::{self, Connection},
    oidc::Verified,
};

/// Makes an account for somebody whom nobody here knows, when the connection allows it.
///
/// The address must be verified and of a domain that the tenant has proved to be its own. An account that stands under the
/// same address is never taken over: its owner ties it himself, logged in.
pub(super) async fn admit(
    tx: &mut TenantTx,
    ctx: &Ctx,
    connection: &Connection,
    person: &Verified,
) -> Result<AccountId, FinishError> {
    let email: Option<Email> = person.email.as_deref().and_then(|email| email.parse().ok());
    if let Some(email) = &email
        && accounts::find_by_email(tx, email.as_str()).await?.is_some()
    {
        return Err(Check::NotTied.into());
    }
    if !connection.jit {
        return Err(Check::Unknown.into());
    }
    let email = email.ok_or(Check::Person)?;
    if !person.is_email_verified {
        return Err(Check::EmailUnverified.into());
    }
    if !crate::domains::is_own(tx, &email).await? {
        return Err(Check::Domain.into());
    }
    let roles = first_roles(tx, connection, person).await?;
    if roles.is_empty() {
        return Err(Check::NoRole.into());
    }
    let account = accounts::create_without_password(tx, ctx, &email, &name_of(person, &email))
        .await?
        .ok_or(Check::NotTied)?;
    let system = ctx.clone().with_actor(Actor::System);
    for role in roles {
        permissions::assign(tx, &system, account, role, None).await?;
    }
    store::insert_identity(tx, connection.id, (account, person), ctx.now()).await?;
    Ok(account)
}

/// Makes the roles in the whole tenant those that the groups give, at each log-in. A connection without a map leaves them alone;
/// roles for one organizer are given here and stay.
pub(super) async fn apply_roles(
    tx: &mut TenantTx,
    ctx: &Ctx,
    connection: &Connection,
    (account, person): (AccountId, &Verified),
) -> Result<(), FinishError> {
    let map = connections::group_roles(tx, connection.id).await?;
    if map.is_empty() {
        return Ok(());
    }
    let wanted = connections::roles_of(&map, &person.groups);
    if wanted.is_empty() {
        return Err(Check::NoRole.into());
    }
    // What the provider says is done in nobody's name.
    let ctx = ctx.clone().with_actor(Actor::System);
    let held = permissions::list_memberships(tx, account).await?;
    // What a directory gives is taken by the directory.
    let is_ours = |held: &permissions::Membership| held.place == Place::Tenant && held.source.is_none();
    let held: Vec<_> = held.into_iter().filter(is_ours).collect();
    for role in &wanted {
        let is_held = held
            .iter()
            .any(|held| &held.role.to_string() == role && held.is_alive_at(ctx.now()));
        if let (false, Some(role)) = (is_held, Role::find(role)) {
            permissions::assign(tx, &ctx, account, role, None).await?;
        }
    }
    for held in held.iter().filter(|held| !wanted.contains(&held.role.to_string())) {
        match permissions::withdraw(tx, &ctx, held.id).await {
            // Gone already.
            Ok(_) | Err(MembershipError::Unknown) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

async fn first_roles(tx: &mut TenantTx, connection: &Connection, person: &Verified) -> Result<Vec<Role>, FinishError> {
    let map = connections::group_roles(tx, connection.id).await?;
    let names = if map.is_empty() {
        connection.default_role.iter().cloned().collect()
    } else {
        connections::roles_of(&map, &person.groups)
    };
    Ok(names.iter().filter_map(|name| Role::find(name)).collect())
}

/// Providers that tell no name leave us the part of the address before the `@`.
fn name_of(person: &Verified, email: &Email) -> PersonName {
    let told = person.name.as_deref().and_then(|name| name.parse().ok());
    told.unwrap_or_else(|| {
        let local = email.as_str().split('@').next().unwrap_or_default();
        local
            .parse()
            .unwrap_or_else(|_| "Staff".parse().expect("five letters are a name"))
    })
}
