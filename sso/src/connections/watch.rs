//! Secrets at identity providers end one day, and then nobody gets in: somebody is warned before.

use async_trait::async_trait;
use bilten_kernel::{Ctx, SsoConnectionId};
use bilten_tenancy::{
    DbError, TenantTx,
    jobs::{self, Chore, NewJob},
};
use jiff::tz::TimeZone;
use serde_json::json;

use super::store;
use crate::saml_peers::{self, CertificateWarning};

/// Days before the end at which somebody is warned.
pub const WARNED_AT: [i32; 5] = [60, 30, 14, 7, 1];

/// Kind of the job that tells the owners.
pub const SECRET_JOB: &str = "mail.sso_secret";

/// Has the owners warned of secrets and certificates that end soon.
#[derive(Debug, Clone, Copy, Default)]
pub struct WatchSecrets;

#[async_trait]
impl Chore for WatchSecrets {
    fn name(&self) -> &'static str {
        "watch_sso_secrets"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        for warning in due_warnings(tx, ctx).await? {
            let job = NewJob {
                kind: SECRET_JOB,
                payload: json!({ "connection": warning.connection, "name": warning.name, "days": warning.days_left }),
                run_at: ctx.now(),
                unique_key: None,
                is_urgent: false,
            };
            jobs::enqueue(tx, ctx, job).await?;
        }
        for warning in due_certificates(tx, ctx).await? {
            let payload = json!({
                "connection": warning.connection, "name": warning.name, "days": warning.days_left, "of": "certificate",
            });
            let job = NewJob {
                kind: SECRET_JOB,
                payload,
                run_at: ctx.now(),
                unique_key: None,
                is_urgent: false,
            };
            jobs::enqueue(tx, ctx, job).await?;
        }
        Ok(())
    }
}

/// A secret that ends soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretWarning {
    /// Whose.
    pub connection: SsoConnectionId,
    /// Name of the connection.
    pub name: String,
    /// Days that are left; below zero when it is over.
    pub days_left: i32,
}

/// Finds the warnings that are due and notes them as given: each step once. May run twice.
///
/// # Errors
/// The database refused.
pub async fn due_warnings(tx: &mut TenantTx, ctx: &Ctx) -> Result<Vec<SecretWarning>, DbError> {
    let today = ctx.now().to_zoned(TimeZone::UTC).date();
    let mut due = Vec::new();
    for (found, expires_on, warned) in store::list_expiring(tx).await? {
        let days_left = today.until(expires_on).map_or(i32::MAX, |span| span.get_days());
        if let Some(step) = step(days_left, warned) {
            store::update_warned(tx, found.id, step).await?;
            due.push(SecretWarning {
                connection: found.id,
                name: found.name,
                days_left,
            });
        }
    }
    Ok(due)
}

/// The same for certificates with which SAML providers sign.
///
/// # Errors
/// The database refused.
pub async fn due_certificates(tx: &mut TenantTx, ctx: &Ctx) -> Result<Vec<CertificateWarning>, DbError> {
    saml_peers::due_warnings(tx, ctx, step).await
}

/// The step that has come and was not warned at.
fn step(days_left: i32, warned: Option<i32>) -> Option<i32> {
    let reached = WARNED_AT.into_iter().filter(|at| days_left <= *at).min()?;
    warned.is_none_or(|before| reached < before).then_some(reached)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_is_warned_at_once() {
        for (days_left, warned, due) in [
            (61, None, None),
            (60, None, Some(60)),
            (45, Some(60), None),
            (30, Some(60), Some(30)),
            (5, None, Some(7)),
            (5, Some(7), None),
            (1, Some(7), Some(1)),
            (0, Some(1), None),
            (-3, None, Some(1)),
        ] {
            assert_eq!(step(days_left, warned), due, "{days_left} {warned:?}");
        }
    }
}
