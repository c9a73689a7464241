//! Changes a connection, and moves it between its states.

use bilten_kernel::{Ctx, Secret, SsoConnectionId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{Connection, ConnectionState, Fault, Kind, MapError, Terms, roles, store, terms};
use crate::{
    enforcement,
    saml_peers::{self, Provider},
    seal::Seal,
};

/// Failure to change a connection.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// No such connection.
    #[error("no such connection")]
    NotFound,
    /// Its state does not allow it, such as to activate what no test log-in has passed.
    #[error("the connection is {}", .0.name())]
    State(ConnectionState),
    /// The description is of another provider.
    #[error("the description is of another provider")]
    Issuer,
    /// The client secret cannot be used.
    #[error("the client secret cannot be used")]
    Secret(Fault),
    /// The role of newcomers holds more than who would give it.
    #[error("the role of newcomers is not held")]
    Role,
    /// Everybody must log in with it; that is ended first.
    #[error("log-in with it is enforced")]
    Enforced,
    /// The database refused.
    #[error("could not change the connection")]
    Db(#[from] DbError),
}

/// Changes the terms. Another issuer or client makes it a draft again: nobody has logged in through that.
///
/// # Errors
/// See [`ChangeError`].
pub async fn change(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: SsoConnectionId,
    terms: &Terms,
) -> Result<Connection, ChangeError> {
    let former = lock(tx, id).await?;
    let is_same = former.issuer == terms.issuer && former.client_id == terms.client_id;
    if !is_same {
        refuse_enforced(tx, id).await?;
    }
    if let Some(role) = terms
        .default_role
        .as_ref()
        .filter(|role| former.default_role.as_ref() != Some(*role))
    {
        match roles::permit(tx, ctx, role).await {
            Ok(()) => {}
            Err(MapError::NotHeld) => return Err(ChangeError::Role),
            Err(MapError::Db(error)) => return Err(error.into()),
        }
    }
    let state = if is_same { former.state } else { ConnectionState::Draft };
    store::update(tx, (id, state), terms, ctx.now()).await?;
    let details = json!({ "issuer": terms.issuer, "was": former.state.name(), "is": state.name() });
    record(tx, ctx, id, ("sso_connection.changed", details)).await?;
    lock(tx, id).await
}

/// Takes a new client secret, as providers want from time to time.
///
/// # Errors
/// See [`ChangeError`].
pub async fn set_secret(
    tx: &mut TenantTx,
    ctx: &Ctx,
    seal: &Seal,
    (id, secret): (SsoConnectionId, &Secret<String>),
) -> Result<(), ChangeError> {
    let secret = terms::secret(secret).map_err(ChangeError::Secret)?;
    if lock(tx, id).await?.kind != Kind::Oidc {
        return Err(ChangeError::NotFound);
    }
    let sealed = seal.seal(ctx, &id.to_string(), &secret);
    store::update_secret(tx, id, &sealed, ctx.now()).await?;
    record(tx, ctx, id, ("sso_connection.secret_changed", json!({}))).await?;
    Ok(())
}

/// Takes what a SAML provider's description says now: its addresses and certificates. The provider stays the same one.
///
/// # Errors
/// See [`ChangeError`]; [`ChangeError::Issuer`] when the description is of another provider.
pub async fn set_provider(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (id, issuer, provider): (SsoConnectionId, &str, &Provider),
) -> Result<(), ChangeError> {
    let former = lock(tx, id).await?;
    if former.kind != Kind::Saml {
        return Err(ChangeError::NotFound);
    }
    if former.issuer != issuer {
        return Err(ChangeError::Issuer);
    }
    saml_peers::save(tx, ctx, id, provider).await?;
    store::touch(tx, id, ctx.now()).await?;
    let ends: Vec<String> = provider
        .certificates
        .iter()
        .map(|found| found.not_after.to_string())
        .collect();
    record(
        tx,
        ctx,
        id,
        ("sso_connection.provider_changed", json!({ "certificates_end": ends })),
    )
    .await?;
    Ok(())
}

/// Offers it on the log-in page.
///
/// # Errors
/// See [`ChangeError`]; a draft must pass a test log-in first.
pub async fn activate(tx: &mut TenantTx, ctx: &Ctx, id: SsoConnectionId) -> Result<(), ChangeError> {
    let former = lock(tx, id).await?;
    match former.state {
        ConnectionState::Tested | ConnectionState::Disabled => {}
        ConnectionState::Active => return Ok(()),
        ConnectionState::Draft => return Err(ChangeError::State(former.state)),
    }
    store::update_state(tx, id, ConnectionState::Active, ctx.now()).await?;
    record(tx, ctx, id, ("sso_connection.activated", json!({}))).await?;
    Ok(())
}

/// Takes it off the log-in page. Sessions that began with it go on.
///
/// # Errors
/// See [`ChangeError`].
pub async fn disable(tx: &mut TenantTx, ctx: &Ctx, id: SsoConnectionId) -> Result<(), ChangeError> {
    let former = lock(tx, id).await?;
    match former.state {
        ConnectionState::Active => {}
        ConnectionState::Disabled => return Ok(()),
        ConnectionState::Draft | ConnectionState::Tested => return Err(ChangeError::State(former.state)),
    }
    refuse_enforced(tx, id).await?;
    store::update_state(tx, id, ConnectionState::Disabled, ctx.now()).await?;
    record(tx, ctx, id, ("sso_connection.disabled", json!({}))).await?;
    Ok(())
}

/// Deletes it: its secret, who was known by it, and which groups gave roles. Accounts stay.
///
/// # Errors
/// See [`ChangeError`].
pub async fn delete(tx: &mut TenantTx, ctx: &Ctx, id: SsoConnectionId) -> Result<(), ChangeError> {
    lock(tx, id).await?;
    refuse_enforced(tx, id).await?;
    roles::forget(tx, id).await?;
    crate::sign_in::forget_identities(tx, id).await?;
    saml_peers::forget(tx, id).await?;
    store::update_deleted(tx, id, ctx.now()).await?;
    record(tx, ctx, id, ("sso_connection.deleted", json!({}))).await?;
    Ok(())
}

/// Notes that a log-in has passed every check with just these settings. Returns whether they are still the connection's.
///
/// # Errors
/// The database refused.
pub async fn mark_tested(tx: &mut TenantTx, ctx: &Ctx, connection: &Connection) -> Result<bool, DbError> {
    store::update_tested(tx, (connection.id, connection.revision), ctx.now()).await
}

/// Nobody would get in any more.
async fn refuse_enforced(tx: &mut TenantTx, id: SsoConnectionId) -> Result<(), ChangeError> {
    if enforcement::is_with(tx, id).await? {
        return Err(ChangeError::Enforced);
    }
    Ok(())
}

async fn lock(tx: &mut TenantTx, id: SsoConnectionId) -> Result<Connection, ChangeError> {
    store::lock(tx, id).await?.ok_or(ChangeError::NotFound)
}

async fn record(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: SsoConnectionId,
    (action, details): (&str, serde_json::Value),
) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: id.to_string(),
        details,
    };
    audit::record(tx, ctx, entry).await
}
