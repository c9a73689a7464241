//! Links that staff get by mail: to log in without a password, or to choose a new one.
//!
//! A link is good once, for twenty minutes, at the host where it was asked for. Its secret is a MAC over the link's id under
//! a key of the tenant, made by `api`: the database keeps nothing that opens anything. Whoever asks gets the same answer
//! after the same statements, whether the address is known or not; how often one may ask is counted per address and network.
//! A link is the first step of a log-in only: a second factor is asked for as after a password.

mod ask;
mod reset;
mod store;
mod take;

pub use ask::{Ask, AskError, ask};
pub use reset::{Reset, ResetError, reset};
pub use take::{Linked, peek, take};

use bilten_kernel::{Ctx, Id, IdKind};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

/// A link is good for so long.
pub const LIFE: SignedDuration = SignedDuration::from_mins(20);

/// Kind of the job that mails a link; its payload is `{"link": id}`.
pub const LINK_JOB: &str = "mail.account_link";

/// Kind of a link's id.
pub enum LinkKind {}

impl IdKind for LinkKind {
    const PREFIX: &'static str = "lnk";
}

/// Identifies a link.
pub type LinkId = Id<LinkKind>;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To choose a new password.
    Reset,
    /// To log in.
    LogIn,
}

impl Purpose {
    /// Name in the database and in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::LogIn => "log_in",
        }
    }

    /// Finds a purpose by its name.
    pub fn find(name: &str) -> Option<Self> {
        [Self::Reset, Self::LogIn]
            .into_iter()
            .find(|purpose| purpose.name() == name)
    }
}

/// A link with what its mail needs.
#[derive(Debug)]
pub struct Letter {
    /// What it is for.
    pub purpose: Purpose,
    /// Mail address of the account.
    pub email: String,
    /// Name of the person.
    pub name: String,
    /// Host at which it is good.
    pub host: String,
    /// Language in which it was asked for.
    pub locale: String,
}

/// Finds what the mail of a link needs; `None` when nobody has the address that was given, or the link is no good any more.
///
/// # Errors
/// The database refused.
pub async fn find_letter(tx: &mut TenantTx, ctx: &Ctx, link: LinkId) -> Result<Option<Letter>, DbError> {
    store::find_letter(tx, link, ctx.now()).await
}

/// Deletes links that are over; returns how many. May run twice.
///
/// # Errors
/// The database refused.
pub async fn sweep(tx: &mut TenantTx, ctx: &Ctx) -> Result<u64, DbError> {
    store::delete_over(tx, ctx.now()).await
}
