//! Who the gate found: staff, an operator, or a program.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use bilten_kernel::{AccountId, ApiKeyId, OperatorId, Timestamp};
use bilten_sso::{CsrfToken, SessionToken, factors::Standing, visits::RunningVisit};
use bilten_tenancy::permissions::Rights;
use http::request::Parts;

use crate::http::problem::{Code, Problem};

/// A staff member who is logged in.
#[derive(Debug, Clone)]
pub struct StaffSession {
    /// Whose session it is.
    pub account: AccountId,
    /// Name of the person.
    pub name: String,
    /// Mail address of the account.
    pub email: String,
    /// What forms of this session carry.
    pub csrf: CsrfToken,
    /// What the person may do, for navigation and lists.
    pub rights: Arc<Rights>,
    /// When he last proved who he is.
    pub proved_at: Timestamp,
    /// He has a second factor: codes of it prove who he is.
    pub has_factor: bool,
    /// Whether he must get one.
    pub standing: Standing,
    /// The session itself, for logging out.
    pub token: SessionToken,
    /// Set while it is no staff member but an operator on a visit; the account is nobody's then.
    pub visit: Option<Arc<RunningVisit>>,
}

/// An operator who is logged in.
#[derive(Debug, Clone)]
pub struct OperatorSession {
    /// Whose session it is.
    pub operator: OperatorId,
    /// Name of the person.
    pub name: String,
    /// What forms of this session carry.
    pub csrf: CsrfToken,
    /// The session itself, for logging out.
    pub token: SessionToken,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// A program with an API key.
#[derive(Debug, Clone, Copy)]
pub struct ApiCaller {
    /// The key.
    pub key: ApiKeyId,
}

macro_rules! found_by_the_gate {
    ($($person:ty),*) => {$(
        impl<S: Send + Sync> FromRequestParts<S> for $person {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
                parts.extensions.get().cloned().ok_or_else(|| Problem::new(Code::Unauthenticated))
            }
        }
    )*};
}

found_by_the_gate!(StaffSession, OperatorSession, ApiCaller);
