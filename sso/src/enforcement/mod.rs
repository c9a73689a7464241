//! Whether the staff of a tenant must log in at its identity provider.
//!
//! While it is enforced, a password opens the console to nobody but the owners who are kept for the case that the provider
//! fails: two at most. Whenever one of them uses it, all owners are told. It can be enforced only with a connection that is in
//! use and that a test has passed, and such a connection cannot be disabled, deleted or pointed elsewhere meanwhile.
//! Not here: the log-in itself (`login`, `sign_in`).

mod store;

use bilten_kernel::{AccountId, Ctx, SsoConnectionId, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx, audit,
    jobs::{self, NewJob},
    permissions::{self, Place, Role, RoleName},
};
use serde_json::json;

use crate::connections::{self, ConnectionState};

/// Most owners who may still use their passwords.
pub const MAX_BREAK_GLASS: usize = 2;
/// Kind of the job that tells the owners.
pub const ALARM_JOB: &str = "mail.sso_alarm";

/// What stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// With which connection everybody logs in.
    pub connection: SsoConnectionId,
    /// Since when.
    pub enforced_at: Timestamp,
    /// Who may still use a password.
    pub break_glass: Vec<AccountId>,
}

/// What a right password is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It opens the console.
    Open,
    /// It opens the console, and all owners hear of it.
    BreakGlass,
    /// It opens nothing.
    Refused,
}

/// Failure to enforce.
#[derive(Debug, thiserror::Error)]
pub enum EnforceError {
    /// The connection is not in use.
    #[error("the connection is not in use")]
    Connection,
    /// Those who are kept for emergencies must be owners, two at most, one at least.
    #[error("one or two owners must be kept for emergencies")]
    BreakGlass,
    /// The database refused.
    #[error("could not enforce it")]
    Db(#[from] DbError),
}

/// Returns what stands; nothing while passwords open the console to everybody.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx) -> Result<Option<Policy>, DbError> {
    store::find(tx).await
}

/// Makes log-in with this connection the only one, from the next log-in on.
///
/// # Errors
/// See [`EnforceError`].
pub async fn enforce(
    tx: &mut TenantTx,
    ctx: &Ctx,
    connection: SsoConnectionId,
    break_glass: &[AccountId],
) -> Result<(), EnforceError> {
    let found = connections::find(tx, connection).await?;
    let is_fit = found.is_some_and(|found| found.state == ConnectionState::Active && found.tested_at.is_some());
    if !is_fit {
        return Err(EnforceError::Connection);
    }
    if !(1..=MAX_BREAK_GLASS).contains(&break_glass.len()) {
        return Err(EnforceError::BreakGlass);
    }
    for account in break_glass {
        if !is_owner(tx, *account).await? {
            return Err(EnforceError::BreakGlass);
        }
    }
    store::upsert(tx, connection, ctx.now()).await?;
    store::replace_break_glass(tx, break_glass, ctx.now()).await?;
    let details = json!({ "break_glass": break_glass });
    record(tx, ctx, ("sso_policy.enforced", connection.to_string()), details).await?;
    Ok(())
}

/// Lets passwords open the console again.
///
/// # Errors
/// The database refused.
pub async fn end(tx: &mut TenantTx, ctx: &Ctx) -> Result<(), DbError> {
    if let Some(policy) = store::find(tx).await? {
        store::delete(tx).await?;
        record(tx, ctx, ("sso_policy.ended", policy.connection.to_string()), json!({})).await?;
    }
    Ok(())
}

/// Tells whether everybody must log in with this connection.
pub(crate) async fn is_with(tx: &mut TenantTx, connection: SsoConnectionId) -> Result<bool, DbError> {
    Ok(store::find(tx)
        .await?
        .is_some_and(|policy| policy.connection == connection))
}

/// Says what the right password of this account is worth.
pub(crate) async fn judge(tx: &mut TenantTx, account: AccountId) -> Result<Verdict, DbError> {
    let Some(policy) = store::find(tx).await? else {
        return Ok(Verdict::Open);
    };
    let is_kept = policy.break_glass.contains(&account) && is_owner(tx, account).await?;
    Ok(if is_kept { Verdict::BreakGlass } else { Verdict::Refused })
}

/// Has all owners told that a password was used although log-in at the provider is enforced.
pub(crate) async fn alarm(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<(), DbError> {
    record(tx, ctx, ("account.broke_glass", account.to_string()), json!({})).await?;
    let job = NewJob {
        kind: ALARM_JOB,
        payload: json!({ "account": account, "at": ctx.now() }),
        run_at: ctx.now(),
        unique_key: None,
        is_urgent: true,
    };
    jobs::enqueue(tx, ctx, job).await
}

async fn is_owner(tx: &mut TenantTx, account: AccountId) -> Result<bool, DbError> {
    let held = permissions::list_memberships(tx, account).await?;
    let owner = RoleName::BuiltIn(Role::Owner);
    Ok(held
        .iter()
        .any(|held| held.place == Place::Tenant && held.role == owner))
}

async fn record(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (action, object): (&str, String),
    details: serde_json::Value,
) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object,
        details,
    };
    audit::record(tx, ctx, entry).await
}
