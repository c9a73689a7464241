//! Provisioning: a tenant's directory (Entra, Okta and their like) looks after the staff by SCIM 2.0 (RFC 7643, RFC 7644).
//!
//! ```text
//! token ─▶ people ─▶ accounts           groups ─▶ roles, by a map that somebody set who holds them
//!            └─ not active, deleted: roles, sessions, keys and invitations end in the same transaction
//! ```
//! - Only addresses of domains that the tenant has proved to be its own are taken.
//! - A group is known by its id. What it gives is marked with it, and goes with it.
//! - The last owner stays, whatever the directory says; it is told why.
//! - A path or a filter that is not understood changes nothing.
//! - While a token lives, name, address and roles in the whole tenant of these people are changed by the directory alone
//!   ([`is_managed`]).
//!
//! Not here: HTTP (`api`), and who may do what (`bilten_tenancy::permissions`).

mod document;
mod fault;
mod filter;
mod group;
mod groups;
mod list;
mod patch;
mod requests;
mod roles;
mod schema;
mod shape;
mod store;
mod text;
mod token;
mod tokens;
mod user;
mod users;

use bilten_kernel::{AccountId, Ctx};
use bilten_tenancy::{DbError, TenantTx};
use serde_json::Value;

pub use fault::{Fault, ScimError};
pub use filter::{MAX_DEPTH, MAX_LENGTH, MAX_TERMS};
pub use list::{MAX_COUNT, Page, Query};
pub use requests::{Asked, note, recent};
pub use roles::{
    Effect, MAX_ROLES, MapError, MappedGroup, find_group, list_groups, map, names_of_groups, of_group, preview,
};
pub use schema::{ENTERPRISE, GROUP, Model, USER, published};
pub use shape::{Shape, etag, names_version};
pub use token::ScimToken;
pub use tokens::{
    MAX_LIVE, Token, TokenError, find as find_token, list as list_tokens, make as make_token, revoke as revoke_token,
};

/// People or groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// People.
    User,
    /// Groups.
    Group,
}

impl Kind {
    /// Returns what they are made of.
    pub fn model(self) -> &'static Model {
        match self {
            Self::User => Model::users(),
            Self::Group => Model::groups(),
        }
    }

    /// The attribute that leads to the other kind.
    const fn link(self) -> &'static str {
        match self {
            Self::User => "groups",
            Self::Group => "members",
        }
    }
}

/// What a request says beside its body.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Address of the face, without a slash at the end.
    pub base: &'a str,
    /// What of the resource is answered.
    pub shape: &'a Shape,
    /// Versions that may be changed.
    pub if_match: Option<&'a str>,
}

/// A resource on its way out.
#[derive(Debug)]
pub struct Answer {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// Where it is.
    pub location: String,
    /// The resource; `None` when nobody asked for it.
    pub body: Option<Value>,
}

/// Makes a resource.
///
/// # Errors
/// See [`ScimError`]; nothing must be committed then.
pub async fn create(
    tx: &mut TenantTx,
    ctx: &Ctx,
    kind: Kind,
    (request, body): (&Request<'_>, &Value),
) -> Result<Answer, ScimError> {
    match kind {
        Kind::User => users::create(tx, ctx, request, body).await,
        Kind::Group => groups::create(tx, ctx, request, body).await,
    }
}

/// Finds a resource.
///
/// # Errors
/// See [`ScimError`].
pub async fn get(tx: &mut TenantTx, kind: Kind, request: &Request<'_>, id: &str) -> Result<Answer, ScimError> {
    match kind {
        Kind::User => users::get(tx, request, id).await,
        Kind::Group => groups::get(tx, request, id).await,
    }
}

/// Puts another resource in the place of one.
///
/// # Errors
/// See [`ScimError`]; nothing must be committed then.
pub async fn replace(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (kind, id): (Kind, &str),
    (request, body): (&Request<'_>, &Value),
) -> Result<Answer, ScimError> {
    match kind {
        Kind::User => users::replace(tx, ctx, request, (id, body)).await,
        Kind::Group => groups::replace(tx, ctx, request, (id, body)).await,
    }
}

/// Changes parts of a resource.
///
/// # Errors
/// See [`ScimError`]; nothing must be committed then.
pub async fn patch(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (kind, id): (Kind, &str),
    (request, body): (&Request<'_>, &Value),
) -> Result<Answer, ScimError> {
    match kind {
        Kind::User => users::amend(tx, ctx, request, (id, body)).await,
        Kind::Group => groups::amend(tx, ctx, request, (id, body)).await,
    }
}

/// Ends a resource.
///
/// # Errors
/// See [`ScimError`]; nothing must be committed then.
pub async fn delete(
    tx: &mut TenantTx,
    ctx: &Ctx,
    kind: Kind,
    (request, id): (&Request<'_>, &str),
) -> Result<(), ScimError> {
    match kind {
        Kind::User => users::delete(tx, ctx, request, id).await,
        Kind::Group => groups::delete(tx, ctx, request, id).await,
    }
}

/// Lists resources.
///
/// # Errors
/// See [`ScimError`].
pub async fn list(tx: &mut TenantTx, kind: Kind, query: &Query, base: &str) -> Result<Page, ScimError> {
    list::list(tx, kind, query, base).await
}

/// Tells whether somebody is looked after by a directory: it has a row for him and a token that lives.
///
/// # Errors
/// The database refused.
pub async fn is_managed(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<bool, DbError> {
    Ok(store::users::find_by_account(tx, account).await?.is_some() && !tokens::living(tx, ctx).await?.is_empty())
}

/// Deletes what is kept for seven days.
pub(crate) async fn sweep(tx: &mut TenantTx, ctx: &Ctx) -> Result<(), DbError> {
    requests::sweep(tx, ctx).await
}
