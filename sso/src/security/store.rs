//! SQL of `security_settings`.

use bilten_kernel::Timestamp;
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{FactorRules, SessionLimits};
use crate::factors::{Duty, FactorPolicy, sms::Prefixes};

pub(super) async fn find_limits(tx: &mut TenantTx) -> Result<Option<SessionLimits>, DbError> {
    let row = sqlx::query!(
        "select session_idle_minutes, session_max_hours from security_settings where tenant_id = $1",
        tx.tenant().uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(|row| SessionLimits::try_new(row.session_idle_minutes, row.session_max_hours).ok()))
}

pub(super) async fn save_limits(tx: &mut TenantTx, limits: SessionLimits, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "insert into security_settings (tenant_id, session_idle_minutes, session_max_hours, updated_at)
         values ($1, $2, $3, $4)
         on conflict (tenant_id) do update
         set session_idle_minutes = excluded.session_idle_minutes, session_max_hours = excluded.session_max_hours,
             updated_at = excluded.updated_at",
        tx.tenant().uuid(),
        limits.idle_minutes(),
        limits.max_hours(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find_factor_rules(tx: &mut TenantTx) -> Result<Option<FactorRules>, DbError> {
    let row = sqlx::query!(
        "select factor_duty, factor_grace_days, factor_since, recovery_delay_hours, sms_prefixes
         from security_settings where tenant_id = $1",
        tx.tenant().uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| FactorRules {
        policy: FactorPolicy {
            duty: Duty::find(&row.factor_duty).unwrap_or(Duty::Nobody),
            grace_days: row.factor_grace_days,
            since: row.factor_since.map(jiff_sqlx::Timestamp::to_jiff),
        },
        recovery_delay_hours: row.recovery_delay_hours,
        sms: Prefixes::from_row(row.sms_prefixes.as_deref()),
    }))
}

pub(super) async fn save_factor_rules(tx: &mut TenantTx, rules: &FactorRules, now: Timestamp) -> Result<(), DbError> {
    let limits = SessionLimits::DEFAULT;
    sqlx::query!(
        "insert into security_settings (tenant_id, session_idle_minutes, session_max_hours, factor_duty,
                                        factor_grace_days, factor_since, recovery_delay_hours, updated_at, sms_prefixes)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (tenant_id) do update
         set factor_duty = excluded.factor_duty, factor_grace_days = excluded.factor_grace_days,
             factor_since = excluded.factor_since, recovery_delay_hours = excluded.recovery_delay_hours,
             updated_at = excluded.updated_at, sms_prefixes = excluded.sms_prefixes",
        tx.tenant().uuid(),
        limits.idle_minutes(),
        limits.max_hours(),
        rules.policy.duty.name(),
        rules.policy.grace_days,
        rules.policy.since.map(ToSqlx::to_sqlx) as _,
        rules.recovery_delay_hours,
        now.to_sqlx() as _,
        rules.sms.to_row(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
