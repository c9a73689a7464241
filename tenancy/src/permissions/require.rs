//! Asking for permission.

use std::sync::Arc;

use bilten_kernel::{AccountId, Actor, Ctx, Timestamp};

use super::{Permission, PermissionSet, Policy, Rights, Scope, of_scopes, of_visit, store};
use crate::{DbError, TenantTx};

/// Proof that the actor of this request may do one thing in one place.
///
/// Only [`require`] makes it, so that a use case which takes a permit cannot be called unasked.
#[derive(Debug)]
pub struct Permit {
    permission: Permission,
    scope: Scope,
}

impl Permit {
    /// Returns what was permitted.
    pub const fn permission(&self) -> Permission {
        self.permission
    }

    /// Returns where it was permitted.
    pub const fn scope(&self) -> Scope {
        self.scope
    }
}

/// Why somebody may not.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// He may not even see it; the answer is that of a thing that does not exist.
    #[error("there is no such thing for this actor")]
    Hidden,
    /// He may see it but not do this.
    #[error("{} is not permitted", .0.name())]
    Forbidden(Permission),
    /// The rights could not be read.
    #[error("could not read the rights of the actor")]
    Db(#[from] DbError),
}

/// Asks whether the actor of the context may do it there.
///
/// # Errors
/// [`Denied`]; a key of a program is told that it is forbidden, as its scopes are no secret.
pub async fn require(tx: &mut TenantTx, ctx: &Ctx, permission: Permission, scope: Scope) -> Result<Permit, Denied> {
    let rights = rights(tx, ctx).await?;
    if rights.allows(permission, scope) {
        return Ok(Permit { permission, scope });
    }
    let may_see = match ctx.actor {
        Actor::ApiKey(..) => true,
        Actor::Staff(_)
        | Actor::Directory(_)
        | Actor::Buyer
        | Actor::System
        | Actor::Operator(_)
        | Actor::Visiting(_) => rights.allows(permission.sight(), scope),
    };
    if may_see {
        Err(Denied::Forbidden(permission))
    } else {
        Err(Denied::Hidden)
    }
}

/// Asks whether the program of the context may do it anywhere in its tenant. Its key tells all about its rights, so that
/// nothing is read.
///
/// # Errors
/// The scopes of its key do not include it, or the actor is no program.
pub fn require_program(ctx: &Ctx, permission: Permission) -> Result<Permit, Denied> {
    match ctx.actor {
        Actor::ApiKey(_, scopes) if of_scopes(scopes).contains(permission) => Ok(Permit {
            permission,
            scope: Scope::Tenant,
        }),
        Actor::ApiKey(..)
        | Actor::Staff(_)
        | Actor::Directory(_)
        | Actor::Buyer
        | Actor::System
        | Actor::Operator(_)
        | Actor::Visiting(_) => Err(Denied::Forbidden(permission)),
    }
}

/// Returns the rights of the actor: for navigation, and for lists that filter by reach.
///
/// # Errors
/// The database refused.
pub async fn rights(tx: &mut TenantTx, ctx: &Ctx) -> Result<Arc<Rights>, DbError> {
    match &ctx.actor {
        // A directory takes whatever role somebody held who has left; what it may do at all is a handful of use cases.
        Actor::System | Actor::Directory(_) => Ok(everywhere(PermissionSet::all())),
        Actor::ApiKey(_, scopes) => Ok(everywhere(of_scopes(*scopes))),
        Actor::Visiting(visit) => Ok(everywhere(of_visit(visit.powers))),
        Actor::Buyer | Actor::Operator(_) => Ok(Arc::default()),
        Actor::Staff(account) => {
            let policy = policy(tx, ctx.now()).await?;
            Ok(policy.map_or_else(Arc::default, |policy| policy.rights(*account)))
        }
    }
}

/// Returns what an account may do now, and until when that holds unless something is changed.
///
/// # Errors
/// The database refused.
pub async fn standing(
    tx: &mut TenantTx,
    account: AccountId,
    now: Timestamp,
) -> Result<(Arc<Rights>, Option<Timestamp>), DbError> {
    let policy = policy(tx, now).await?;
    Ok(policy.map_or_else(Default::default, |policy| {
        (policy.rights(account), policy.valid_until())
    }))
}

/// Raises the policy version; each change of roles or memberships begins with it, so that two of them wait for one another.
///
/// What is asked in this transaction afterwards is read from the rows and kept nowhere: the new version stands for what is committed.
///
/// The version grows by one in its upper half and is random in its lower half: a version whose
/// transaction was rolled back is never used again for other rules.
///
/// # Errors
/// The database refused.
pub async fn bump(tx: &mut TenantTx, ctx: &Ctx) -> Result<(), DbError> {
    tx.note_policy_change();
    store::raise_version(tx, i64::from(u32::from_le_bytes(ctx.random()))).await
}

fn everywhere(set: PermissionSet) -> Arc<Rights> {
    Arc::new(Rights::new(set, []))
}

async fn policy(tx: &mut TenantTx, now: Timestamp) -> Result<Option<Arc<Policy>>, DbError> {
    if tx.has_policy_change() {
        return Ok(Some(Arc::new(policy_at(tx, now).await?)));
    }
    let Some(version) = store::find_version(tx).await? else {
        return Ok(None);
    };
    let tenant = tx.tenant();
    if let Some(policy) = tx.policies().find(tenant, version, now).await {
        return Ok(Some(policy));
    }
    let policy = Arc::new(policy_at(tx, now).await?);
    tx.policies().keep(tenant, version, Arc::clone(&policy)).await;
    Ok(Some(policy))
}

/// Makes the policy as it counts at a moment, which may lie ahead; it is kept nowhere.
pub(super) async fn policy_at(tx: &mut TenantTx, at: Timestamp) -> Result<Policy, DbError> {
    let rules = store::load_rules(tx, at).await?;
    let policy = Policy::build(rules).await;
    Ok(policy.expect("the model is a constant and each rule has its three parts"))
}
