//! SQL of `pricing_plans`.

use std::{collections::HashMap, sync::Arc};

use bilten_kernel::Timestamp;
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{Plan, PlanInForce};

/// Reads versions of the plan; those that change no price are missing.
pub(crate) async fn find_versions(
    tx: &mut TenantTx,
    versions: &[i32],
) -> Result<HashMap<i32, Arc<PlanInForce>>, DbError> {
    let rows = sqlx::query!(
        "select version, plan from pricing_plans where version = any($1)",
        versions
    )
    .fetch_all(tx.conn())
    .await?;
    let mut plans = HashMap::with_capacity(rows.len());
    for row in rows {
        let found = read(row.version, row.plan)?;
        if !found.plan.is_empty() {
            plans.insert(row.version, Arc::new(found));
        }
    }
    Ok(plans)
}

/// Reads one version, when there is one; `None` also when it changes no price.
pub(crate) async fn find_version(tx: &mut TenantTx, version: Option<i32>) -> Result<Option<Arc<PlanInForce>>, DbError> {
    match version {
        Some(version) => Ok(find_versions(tx, &[version]).await?.remove(&version)),
        None => Ok(None),
    }
}

/// Reads the plan that is in force, whatever it says.
pub(super) async fn find_latest(tx: &mut TenantTx) -> Result<Option<PlanInForce>, DbError> {
    let row = sqlx::query!("select version, plan from pricing_plans order by version desc limit 1")
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| read(row.version, row.plan)).transpose()
}

fn read(version: i32, plan: serde_json::Value) -> Result<PlanInForce, DbError> {
    let mut plan: Plan = serde_json::from_value(plan).map_err(|error| sqlx::Error::Decode(error.into()))?;
    plan.fees.version = version;
    Ok(PlanInForce { version, plan })
}

/// Adds a version; `false` when somebody else has just added the same one.
pub(super) async fn insert(tx: &mut TenantTx, new: &PlanInForce, now: Timestamp) -> Result<bool, DbError> {
    let plan = serde_json::to_value(&new.plan).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let inserted = sqlx::query!(
        "insert into pricing_plans (tenant_id, version, plan, created_at) values ($1, $2, $3, $4) on conflict do nothing",
        tx.tenant().uuid(),
        new.version,
        plan,
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(inserted.rows_affected() == 1)
}
