//! Accepts an invitation.

use bilten_kernel::{AccountId, Actor, Ctx, InvitationId, PersonName};
use bilten_tenancy::{
    DbError, TenantTx,
    permissions::{self, MembershipError, Permission, Scope},
};

use super::{Invitation, invite::record, store};
use crate::{
    accounts::{self, Account, CreateError, NewAccount},
    passwords::PasswordHash,
};

/// What somebody says who accepts. An account that is there keeps its name and password.
#[derive(Debug)]
pub struct Acceptance {
    /// Name of the person.
    pub name: PersonName,
    /// From [`crate::passwords::Passwords::hash`].
    pub password_hash: PasswordHash,
}

/// Why an invitation is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// It was accepted, taken back, is too old, or its sender may not give this any more.
    #[error("the invitation opens nothing")]
    Dead,
    /// Somebody without an account says who he is and chooses a password.
    #[error("a name and a password are wanted")]
    WantsAccount,
    /// There are five owners.
    #[error("there are as many owners as there may be")]
    TooManyOwners,
    /// The database refused.
    #[error("could not accept the invitation")]
    Db(#[from] DbError),
}

/// Finds a living invitation and the account that its address has, if it can log in.
///
/// # Errors
/// The database refused.
pub async fn find_invitation(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: InvitationId,
) -> Result<Option<(Invitation, Option<Account>)>, DbError> {
    let Some(invitation) = store::find_open(tx, id, ctx.now()).await? else {
        return Ok(None);
    };
    let sender = ctx.clone().with_actor(Actor::Staff(invitation.invited_by));
    if !may_still_invite(tx, &sender).await? || permissions::permit(tx, &sender, &invitation.grant()).await.is_err() {
        return Ok(None);
    }
    let account = accounts::find_by_email(tx, &invitation.email).await?;
    Ok(Some((invitation, account.filter(|account| !account.is_disabled))))
}

/// Accepts: makes the account, or adds to the one that is there. Twice is once: the second time the invitation is dead.
///
/// # Errors
/// See [`AcceptError`].
pub async fn accept(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: InvitationId,
    who: Option<&Acceptance>,
) -> Result<AccountId, AcceptError> {
    let invitation = store::find_open(tx, id, ctx.now()).await?.ok_or(AcceptError::Dead)?;
    let sender = ctx.clone().with_actor(Actor::Staff(invitation.invited_by));
    if !may_still_invite(tx, &sender).await? {
        return Err(AcceptError::Dead);
    }
    let account = account_of(tx, ctx, &invitation, who).await?;
    match permissions::give(tx, &sender, account, &invitation.grant()).await {
        Ok(_) | Err(MembershipError::Held) => {}
        Err(MembershipError::TooManyOwners) => return Err(AcceptError::TooManyOwners),
        Err(MembershipError::Db(error)) => return Err(error.into()),
        Err(_) => return Err(AcceptError::Dead),
    }
    // Two who accept at the same moment wait for one another in `give`; the second one finds it gone.
    if !store::mark_accepted(tx, id, account, ctx.now()).await? {
        return Err(AcceptError::Dead);
    }
    let ctx = ctx.clone().with_actor(Actor::Staff(account));
    record(tx, &ctx, "invitation.accepted", &invitation).await?;
    Ok(account)
}

async fn may_still_invite(tx: &mut TenantTx, sender: &Ctx) -> Result<bool, DbError> {
    let rights = permissions::rights(tx, sender).await?;
    Ok(rights.allows(Permission::MemberInvite, Scope::Tenant))
}

async fn account_of(
    tx: &mut TenantTx,
    ctx: &Ctx,
    invitation: &Invitation,
    who: Option<&Acceptance>,
) -> Result<AccountId, AcceptError> {
    match accounts::find_by_email(tx, &invitation.email).await? {
        Some(account) if !account.is_disabled => Ok(account.id),
        Some(account) => {
            // Who was removed comes back with a new password.
            let who = who.ok_or(AcceptError::WantsAccount)?;
            store::revive_account(tx, account.id, who).await?;
            Ok(account.id)
        }
        None => {
            let who = who.ok_or(AcceptError::WantsAccount)?;
            let new = NewAccount {
                email: invitation.email.parse().map_err(|_| AcceptError::Dead)?,
                name: who.name.clone(),
                password_hash: who.password_hash.clone(),
            };
            match accounts::create(tx, ctx, &new).await {
                Ok(account) => Ok(account),
                Err(CreateError::EmailTaken) => Err(AcceptError::Dead),
                Err(CreateError::Db(error)) => Err(error.into()),
            }
        }
    }
}
