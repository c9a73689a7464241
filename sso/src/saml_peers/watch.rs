//! Certificates end one day, and then providers sign with others: somebody is warned before.

use bilten_kernel::{Ctx, SsoConnectionId};
use bilten_tenancy::{DbError, TenantTx};

use super::store;

/// A certificate that ends soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateWarning {
    /// Whose.
    pub connection: SsoConnectionId,
    /// Name of the connection.
    pub name: String,
    /// Days that are left; below zero when it is over.
    pub days_left: i32,
}

/// Finds the warnings that are due and notes them as given: each step once. Nobody is warned of a certificate beside which a
/// later one is pinned already. `step` tells which step has come of the days that are left and the last step that was warned at.
///
/// # Errors
/// The database refused.
pub async fn due_warnings(
    tx: &mut TenantTx,
    ctx: &Ctx,
    step: fn(i32, Option<i32>) -> Option<i32>,
) -> Result<Vec<CertificateWarning>, DbError> {
    let all = store::list_watched(tx).await?;
    let mut due = Vec::new();
    for found in &all {
        let mut others = all.iter().filter(|other| other.connection == found.connection);
        if others.any(|other| other.not_after > found.not_after) {
            continue;
        }
        let hours = found.not_after.duration_since(ctx.now()).as_hours();
        let days_left = i32::try_from(hours.div_euclid(24)).unwrap_or(i32::MAX);
        if let Some(step) = step(days_left, found.warned) {
            store::update_warned(tx, (found.connection, &found.fingerprint), step).await?;
            due.push(CertificateWarning {
                connection: found.connection,
                name: found.name.clone(),
                days_left,
            });
        }
    }
    Ok(due)
}
