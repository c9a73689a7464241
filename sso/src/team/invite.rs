//! Invites somebody, and takes it back.

use bilten_kernel::{AccountId, Actor, Ctx, Email, InvitationId, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx, audit, outbox,
    permissions::{self, Grant, MembershipError, Place, RoleName},
};
use jiff::SignedDuration;
use serde_json::json;

use super::store;

/// How long an invitation counts.
const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Open invitations of a tenant at most.
pub(super) const MAX_OPEN: i64 = 100;
/// Invitations of a tenant within [`SENT_WITHIN`] at most: nobody sends mails in a shop's name without end.
const MAX_SENT: i64 = 200;
/// A day.
const SENT_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Kind of the outbox event: somebody was invited; its payload names the invitation.
pub const INVITED: &str = "staff_invited";

/// An invitation to the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Whom it is bound to.
    pub email: String,
    /// What it gives.
    pub role: RoleName,
    /// Where.
    pub place: Place,
    /// When the role ends.
    pub role_ends_at: Option<Timestamp>,
    /// Who invites.
    pub invited_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// From then on it opens nothing.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// Returns what it gives.
    pub const fn grant(&self) -> Grant {
        Grant {
            role: self.role,
            place: self.place,
            expires_at: self.role_ends_at,
        }
    }
}

/// Whom to invite, and to what.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Mail address.
    pub email: Email,
    /// What it gives.
    pub grant: Grant,
}

/// Why nobody is invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Only staff invite.
    #[error("only a member of the staff invites")]
    NotStaff,
    /// A hundred invitations are open, or two hundred were sent within a day.
    #[error("too many invitations are open")]
    TooMany,
    /// The inviter may not give the role.
    #[error("the role cannot be given")]
    Role(#[from] MembershipError),
    /// The database refused.
    #[error("could not invite")]
    Db(#[from] DbError),
}

/// Invites somebody; the mail is sent after the commit.
///
/// # Errors
/// See [`InviteError`].
pub async fn invite(tx: &mut TenantTx, ctx: &Ctx, new: &NewInvitation) -> Result<InvitationId, InviteError> {
    let Actor::Staff(inviter) = ctx.actor else {
        return Err(InviteError::NotStaff);
    };
    permissions::permit(tx, ctx, &new.grant).await?;
    // The newest invitation of an address is the one that counts.
    store::revoke_of_address(tx, &new.email.normalized(), ctx.now()).await?;
    if store::count_sent(tx, ctx.now() - SENT_WITHIN).await? >= MAX_SENT {
        return Err(InviteError::TooMany);
    }
    if store::count_open(tx, ctx.now()).await? >= MAX_OPEN {
        return Err(InviteError::TooMany);
    }
    let invitation = Invitation {
        id: ctx.new_id(),
        email: new.email.as_str().to_owned(),
        role: new.grant.role,
        place: new.grant.place,
        role_ends_at: new.grant.expires_at,
        invited_by: inviter,
        created_at: ctx.now(),
        expires_at: ctx.now().checked_add(LIFE).unwrap_or(Timestamp::MAX),
    };
    store::insert(tx, &invitation, &new.email.normalized()).await?;
    outbox::publish(tx, ctx, INVITED, 1, &json!({ "invitation": invitation.id })).await?;
    record(tx, ctx, "invitation.sent", &invitation).await?;
    Ok(invitation.id)
}

/// Takes an invitation back; its link opens nothing from then on. Returns whether there was an open one.
///
/// # Errors
/// The database refused.
pub async fn revoke_invitation(tx: &mut TenantTx, ctx: &Ctx, id: InvitationId) -> Result<bool, DbError> {
    let Some(invitation) = store::revoke(tx, id, ctx.now()).await? else {
        return Ok(false);
    };
    record(tx, ctx, "invitation.revoked", &invitation).await?;
    Ok(true)
}

/// Lists the invitations that are open, newest first, at most 100.
///
/// # Errors
/// The database refused.
pub async fn list_open_invitations(tx: &mut TenantTx, ctx: &Ctx) -> Result<Vec<Invitation>, DbError> {
    store::list_open(tx, ctx.now()).await
}

pub(super) async fn record(tx: &mut TenantTx, ctx: &Ctx, action: &str, invitation: &Invitation) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: invitation.id.to_string(),
        details: json!({ "role": invitation.role.to_string() }),
    };
    audit::record(tx, ctx, entry).await
}
