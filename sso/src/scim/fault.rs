//! Why a directory is refused, in the words of RFC 7644 §3.12.

use std::borrow::Cow;

use bilten_tenancy::{DbError, permissions::MembershipError};

/// A refusal: nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Status of the answer.
    pub status: u16,
    /// Keyword of RFC 7644, table 9.
    pub kind: Option<&'static str>,
    /// For whoever runs the directory. It holds no person's data.
    pub detail: Cow<'static, str>,
}

impl Fault {
    fn bad(kind: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status: 400,
            kind: Some(kind),
            detail: detail.into(),
        }
    }

    fn of(status: u16, detail: &'static str) -> Self {
        Self {
            status,
            kind: None,
            detail: Cow::Borrowed(detail),
        }
    }

    /// A filter that cannot be read.
    pub fn filter(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("invalidFilter", detail)
    }

    /// A path that leads nowhere.
    pub fn path(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("invalidPath", detail)
    }

    /// A value that does not fit.
    pub fn value(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("invalidValue", detail)
    }

    /// A body of another form.
    pub fn syntax(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("invalidSyntax", detail)
    }

    /// A path that fits nothing.
    pub fn no_target(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("noTarget", detail)
    }

    /// Only the server sets it.
    pub fn mutability(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("mutability", detail)
    }

    /// More would be looked at than is looked at.
    pub fn too_many(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("tooMany", detail)
    }

    /// Somebody else has the name.
    pub fn taken(detail: &'static str) -> Self {
        Self {
            kind: Some("uniqueness"),
            ..Self::of(409, detail)
        }
    }

    /// There is nothing of this id.
    pub fn not_found() -> Self {
        Self::of(404, "There is no resource with this id.")
    }

    /// It was changed since it was read.
    pub fn stale() -> Self {
        Self::of(412, "The resource has another version by now.")
    }

    /// It contradicts a rule of the shop.
    pub fn conflict(detail: &'static str) -> Self {
        Self::of(409, detail)
    }

    /// More than is taken at once.
    pub fn too_large(detail: &'static str) -> Self {
        Self::of(413, detail)
    }
}

/// Why a request of a directory came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ScimError {
    /// It was refused.
    #[error("refused: {}", .0.detail)]
    Refused(Fault),
    /// The database refused.
    #[error("could not do what the directory asked")]
    Db(#[from] DbError),
}

impl From<Fault> for ScimError {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault)
    }
}

impl From<MembershipError> for ScimError {
    fn from(error: MembershipError) -> Self {
        let detail = match error {
            MembershipError::Db(error) => return error.into(),
            MembershipError::LastOwner => "This is the last owner of the shop, who cannot be removed or lose the role.",
            MembershipError::TooManyOwners => "There are as many owners as there may be: five.",
            MembershipError::Unknown
            | MembershipError::NoRole
            | MembershipError::Own
            | MembershipError::NotHeld(_)
            | MembershipError::WrongPlace
            | MembershipError::WrongEnd
            | MembershipError::OwnerEnds
            | MembershipError::Held => "The role cannot be given or taken.",
        };
        Fault::conflict(detail).into()
    }
}
