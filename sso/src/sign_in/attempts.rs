//! What became of log-ins, for those who set connections up.

use bilten_kernel::{AccountId, Ctx, SsoAttemptId, SsoConnectionId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

use super::store;
use crate::{Check, oidc::Trace};

/// How long attempts are kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long the page of a failure can be looked at.
const TOLD: SignedDuration = SignedDuration::from_mins(10);
/// Most attempts of a connection that are listed, and that are kept of failures that anybody can cause.
pub(super) const MAX_LISTED: i64 = 50;

/// An attempt that has ended.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// Where.
    pub connection: SsoConnectionId,
    /// What for: `log_in`, `test`, `link` or `logout`.
    pub purpose: &'a str,
    /// Which check failed; none when it went well.
    pub failed: Option<Check>,
    /// Who it was, when that is known.
    pub account: Option<AccountId>,
    /// What arrived.
    pub trace: &'a Trace,
}

/// An attempt in the list.
#[derive(Debug, Clone)]
pub struct AttemptRow {
    /// Names it; people quote it when they ask for help.
    pub id: SsoAttemptId,
    /// What for.
    pub purpose: String,
    /// Name of the check that failed.
    pub failed: Option<String>,
    /// What arrived.
    pub trace: Trace,
    /// When.
    pub at: Timestamp,
}

/// Writes an attempt down; returns its name.
///
/// # Errors
/// The database refused.
pub async fn record(tx: &mut TenantTx, ctx: &Ctx, attempt: &Attempt<'_>) -> Result<SsoAttemptId, DbError> {
    let id: SsoAttemptId = ctx.new_id();
    store::insert_attempt(tx, id, attempt, ctx.now()).await?;
    let outcome = attempt.failed.map_or("passed", Check::name);
    metrics::counter!("sso_attempts_total", "outcome" => outcome).increment(1);
    tracing::info!(tenant = %ctx.tenant, connection = %attempt.connection, attempt = %id, outcome, "log-in at an identity provider");
    Ok(id)
}

/// Lists the latest attempts of a connection.
///
/// # Errors
/// The database refused.
pub async fn recent(tx: &mut TenantTx, connection: SsoConnectionId) -> Result<Vec<AttemptRow>, DbError> {
    store::list_attempts(tx, connection).await
}

/// Finds an attempt that ended a moment ago, for the page that tells of it.
///
/// # Errors
/// The database refused.
pub async fn find_recent(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (connection, id): (SsoConnectionId, SsoAttemptId),
) -> Result<Option<AttemptRow>, DbError> {
    let since = ctx.now().checked_sub(TOLD).unwrap_or(Timestamp::MIN);
    store::find_attempt(tx, (connection, id), since).await
}

pub(super) async fn sweep(tx: &mut TenantTx, ctx: &Ctx) -> Result<(), DbError> {
    let edge = ctx.now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
    store::delete_attempts(tx, edge).await
}
