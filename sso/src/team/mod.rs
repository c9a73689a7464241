//! The staff as a team: who belongs to it, who is invited, who leaves.
//!
//! - An invitation is bound to a mail address and a tenant, counts for seven days, and once. Its link is signed
//!   (`api`), so that no row opens it.
//! - What an invitation gives is asked for twice: when it is sent, and when it is accepted, by what its sender may give
//!   then. One whose sender has left, or holds less by now, is dead.
//! - Who is removed loses roles, sessions and the keys that he made in one transaction.
//!
//! Not here: what a role holds and who may give it (`bilten_tenancy::permissions`), the mail (`api`).

mod accept;
mod invite;
mod list;
mod remove;
mod roles;
mod store;

pub use accept::{AcceptError, Acceptance, accept, find_invitation};
pub use invite::{INVITED, Invitation, InviteError, NewInvitation, invite, list_open_invitations, revoke_invitation};
pub use list::{Member, list_members};
pub(crate) use remove::depart;
pub use remove::{RemoveError, remove};
pub use roles::{RoleError, give_role, take_role};
