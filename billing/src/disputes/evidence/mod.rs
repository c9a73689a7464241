//! The evidence against a contest: what the shop keeps of the purchase anyway, put together as files, and handed in.
//!
//! Nothing is made up, and nothing is asked of the organizer, who may add a note: the order with its times, what was agreed on
//! giving tickets back, who came in when and where (sealed in the audit chain), what went back already, and what is kept of the payer.
//! Cards and addresses of networks are not in it, because they are not kept; keyed hashes tell that two purchases came from one place.

mod answer;
mod folder;
mod history;
mod pack;

use bilten_tenancy::DbError;

use crate::checkout::PayError;

pub(crate) use answer::submit_due;
pub use answer::{MOST_NOTE, annotate, concede, submit};
pub use folder::{Folder, gather, open};
pub use history::Earlier;
pub use pack::Pack;

/// Why evidence was not handed in.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// There is no such contest.
    #[error("there is no such contest")]
    NotFound,
    /// It is decided, or was answered before.
    #[error("the contest cannot be answered any more")]
    TooLate,
    /// The provider refused it.
    #[error("the provider refused the evidence")]
    Refused,
    /// The provider cannot be reached; trying again is safe.
    #[error("the provider gave no answer")]
    NoAnswer,
    /// The database or the provider's set-up failed.
    #[error("the evidence could not be put together")]
    Pay(#[from] PayError),
}

impl From<DbError> for EvidenceError {
    fn from(error: DbError) -> Self {
        Self::Pay(error.into())
    }
}
