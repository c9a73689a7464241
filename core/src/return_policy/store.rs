//! SQL of `return_policies`.

use bilten_kernel::{EventId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{ReturnPolicy, Step};

struct Row {
    id: Uuid,
    event_id: Uuid,
    is_self_service: bool,
    withdrawal_days: i32,
    hours_before: Vec<i32>,
    keep_bp: Vec<i32>,
    keep_minor: Vec<i64>,
}

impl Row {
    fn read(self) -> ReturnPolicy {
        let whole = |number: i32| u32::try_from(number).unwrap_or(0);
        let steps = self.hours_before.iter().zip(&self.keep_bp).zip(&self.keep_minor);
        ReturnPolicy {
            id: self.id.into(),
            event: self.event_id.into(),
            is_self_service: self.is_self_service,
            withdrawal_days: whole(self.withdrawal_days),
            steps: steps
                .map(|((hours, bp), minor)| Step {
                    hours_before: whole(*hours),
                    keep_bp: whole(*bp),
                    keep_minor: *minor,
                })
                .collect(),
        }
    }
}

pub(super) async fn insert(tx: &mut TenantTx, policy: &ReturnPolicy, now: Timestamp) -> Result<(), DbError> {
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let hours: Vec<i32> = policy.steps.iter().map(|step| number(step.hours_before)).collect();
    let shares: Vec<i32> = policy.steps.iter().map(|step| number(step.keep_bp)).collect();
    let fixed: Vec<i64> = policy.steps.iter().map(|step| step.keep_minor).collect();
    sqlx::query!(
        "insert into return_policies (tenant_id, id, event_id, is_self_service, withdrawal_days, hours_before, keep_bp,
                                      keep_minor, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tx.tenant().uuid(),
        policy.id.uuid(),
        policy.event.uuid(),
        policy.is_self_service,
        number(policy.withdrawal_days),
        &hours,
        &shares,
        &fixed,
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds the policy that new orders of an event get, if it has one.
///
/// # Errors
/// The database refused.
pub async fn find_now(tx: &mut TenantTx, event: EventId) -> Result<Option<ReturnPolicy>, DbError> {
    find_at(tx, event, Timestamp::MAX).await
}

/// Finds the policy that an order made at the moment has: the newest that there was then.
///
/// # Errors
/// The database refused.
pub async fn find_at(tx: &mut TenantTx, event: EventId, at: Timestamp) -> Result<Option<ReturnPolicy>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select id, event_id, is_self_service, withdrawal_days, hours_before, keep_bp, keep_minor
         from return_policies where event_id = $1 and created_at <= $2 order by created_at desc, id desc limit 1",
        event.uuid(),
        at.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Row::read))
}
