//! Sets a connection up, as a draft.

use bilten_kernel::{Ctx, Secret, SsoConnectionId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{Fault, Kind, MapError, Terms, roles, store, terms};
use crate::{
    saml_peers::{self, Provider},
    seal::Seal,
};

/// Most connections of a tenant.
pub const MAX_CONNECTIONS: i64 = 20;

/// Failure to set a connection up.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// There is no secret, or it is too long.
    #[error("the client secret cannot be used")]
    Secret(Fault),
    /// There is one of this id: the form was sent before.
    #[error("the connection is there")]
    Exists,
    /// The role of newcomers holds more than who would give it.
    #[error("the role of newcomers is not held")]
    Role,
    /// The tenant has as many as it may have.
    #[error("too many connections")]
    TooMany,
    /// The database refused.
    #[error("could not set the connection up")]
    Db(#[from] DbError),
}

/// Sets a draft up under an id that was made with the form: the provider wants to know the address that holds it before it
/// gives out a client id.
///
/// # Errors
/// See [`CreateError`].
pub async fn create(
    tx: &mut TenantTx,
    ctx: &Ctx,
    seal: &Seal,
    (id, terms, secret): (SsoConnectionId, &Terms, &Secret<String>),
) -> Result<(), CreateError> {
    let secret = terms::secret(secret).map_err(CreateError::Secret)?;
    let sealed = seal.seal(ctx, &id.to_string(), &secret);
    insert(tx, ctx, id, (Kind::Oidc, terms, Some(&sealed))).await
}

/// Sets a draft of a SAML connection up; the terms name the provider and us by our entity ids.
///
/// # Errors
/// See [`CreateError`].
pub async fn create_saml(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (id, terms, provider): (SsoConnectionId, &Terms, &Provider),
) -> Result<(), CreateError> {
    insert(tx, ctx, id, (Kind::Saml, terms, None)).await?;
    saml_peers::save(tx, ctx, id, provider).await?;
    Ok(())
}

async fn insert(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: SsoConnectionId,
    (kind, terms, sealed): (Kind, &Terms, Option<&[u8]>),
) -> Result<(), CreateError> {
    if let Some(role) = &terms.default_role {
        match roles::permit(tx, ctx, role).await {
            Ok(()) => {}
            Err(MapError::NotHeld) => return Err(CreateError::Role),
            Err(MapError::Db(error)) => return Err(error.into()),
        }
    }
    if store::count(tx).await? >= MAX_CONNECTIONS {
        return Err(CreateError::TooMany);
    }
    if !store::insert(tx, id, (kind, terms, sealed), ctx.now()).await? {
        return Err(CreateError::Exists);
    }
    let entry = audit::Entry {
        action: "sso_connection.created",
        object: id.to_string(),
        details: json!({ "kind": kind.name(), "issuer": terms.issuer }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(())
}
