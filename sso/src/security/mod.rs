//! A tenant's own rules for the log-ins of its staff.
//!
//! Without a row the defaults hold. A change is seen by the next request on every node: a request reads the rules in the
//! statement that finds its session.

mod limits;
mod store;

use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx, audit};
pub use limits::{LimitsError, SessionLimits};
use serde_json::json;

use crate::factors::{FactorPolicy, sms::Prefixes};

/// Returns how long sessions of the tenant live.
///
/// # Errors
/// The database refused.
pub async fn limits(tx: &mut TenantTx) -> Result<SessionLimits, DbError> {
    Ok(store::find_limits(tx).await?.unwrap_or(SessionLimits::DEFAULT))
}

/// Sets how long sessions of the tenant live; those that are older by now are over.
///
/// # Errors
/// The database refused.
pub async fn set_limits(tx: &mut TenantTx, ctx: &Ctx, limits: SessionLimits) -> Result<(), DbError> {
    store::save_limits(tx, limits, ctx.now()).await?;
    let entry = audit::Entry {
        action: "security.session_limits_set",
        object: tx.tenant().to_string(),
        details: json!({ "idle_minutes": limits.idle_minutes(), "max_hours": limits.max_hours() }),
    };
    audit::record(tx, ctx, entry).await
}

/// What a tenant asks of second factors, with the delay before a lost one is forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorRules {
    /// Who must have one, and by when.
    pub policy: FactorPolicy,
    /// Hours between an owner's approval and the log-in without a lost factor; 1 to 168.
    pub recovery_delay_hours: i32,
    /// Numbers to which codes are sent.
    pub sms: Prefixes,
}

/// Hours that a tenant may choose for the delay.
pub const DELAY_HOURS: std::ops::RangeInclusive<i32> = 1..=168;

/// Returns what the tenant asks of second factors.
///
/// # Errors
/// The database refused.
pub async fn factor_rules(tx: &mut TenantTx) -> Result<FactorRules, DbError> {
    let found = store::find_factor_rules(tx).await?;
    Ok(found.unwrap_or(FactorRules {
        policy: FactorPolicy::DEFAULT,
        recovery_delay_hours: 24,
        sms: Prefixes::default(),
    }))
}

/// Sets what the tenant asks of second factors. Days of grace begin anew when more people are obliged than before.
///
/// # Errors
/// The database refused.
pub async fn set_factor_rules(tx: &mut TenantTx, ctx: &Ctx, mut rules: FactorRules) -> Result<(), DbError> {
    let before = factor_rules(tx).await?.policy;
    let is_wider = rules.policy.duty > before.duty;
    rules.policy.since = if is_wider { Some(ctx.now()) } else { before.since };
    store::save_factor_rules(tx, &rules, ctx.now()).await?;
    let entry = audit::Entry {
        action: "security.factor_rules_set",
        object: tx.tenant().to_string(),
        details: json!({
            "duty": rules.policy.duty.name(),
            "grace_days": rules.policy.grace_days,
            "recovery_delay_hours": rules.recovery_delay_hours,
            "sms": rules.sms.to_row(),
        }),
    };
    audit::record(tx, ctx, entry).await
}

/// Returns the hours between an approval and the log-in without a lost factor.
pub(crate) async fn recovery_delay_hours(tx: &mut TenantTx) -> Result<i32, DbError> {
    Ok(factor_rules(tx).await?.recovery_delay_hours)
}
