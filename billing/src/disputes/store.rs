//! SQL of `disputes`.

use bilten_kernel::{AttemptId, Ctx, Money, OrderId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Dispute, DisputeId, from_name, name, rank};
use crate::{
    attempts::Attempt,
    provider::{DisputeSnapshot, DisputeStatus},
};

/// Contests that one list holds at most.
const LIST_LIMIT: i64 = 100;

struct Row {
    id: Uuid,
    attempt_id: Uuid,
    order_id: Uuid,
    amount_minor: i64,
    fee_minor: i64,
    currency: String,
    state: String,
    due_by: jiff_sqlx::Timestamp,
}

impl Row {
    fn read(self) -> Result<Dispute, DbError> {
        let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
        let currency = self.currency.parse().map_err(|_| odd("currency"))?;
        Ok(Dispute {
            id: self.id.into(),
            attempt: self.attempt_id.into(),
            order: self.order_id.into(),
            amount: Money::new(self.amount_minor, currency),
            fee: Money::new(self.fee_minor, currency),
            status: from_name(&self.state).ok_or_else(|| odd("state of a dispute"))?,
            due_by: self.due_by.to_jiff(),
        })
    }
}

pub(super) async fn find_status(
    tx: &mut TenantTx,
    provider: &str,
    reference: &str,
) -> Result<Option<DisputeStatus>, DbError> {
    let state = sqlx::query_scalar!(
        "select state from disputes where provider = $1 and provider_ref = $2",
        provider,
        reference
    );
    Ok(state
        .fetch_optional(tx.conn())
        .await?
        .and_then(|state| from_name(&state)))
}

pub(super) async fn lock(tx: &mut TenantTx, provider: &str, reference: &str) -> Result<Option<Dispute>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select id, attempt_id, order_id, amount_minor, fee_minor, currency, state, due_by
         from disputes where provider = $1 and provider_ref = $2 for update",
        provider,
        reference
    );
    row.fetch_optional(tx.conn()).await?.map(Row::read).transpose()
}

pub(super) async fn insert(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (dispute, attempt): (&Dispute, &Attempt),
    told: &DisputeSnapshot,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into disputes (tenant_id, id, attempt_id, order_id, event_id, provider, provider_ref, amount_minor, fee_minor,
                               currency, state, opened_at, due_by, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        tx.tenant().uuid(),
        dispute.id.uuid(),
        attempt.id.uuid(),
        attempt.order.uuid(),
        attempt.event.uuid(),
        attempt.provider,
        told.dispute,
        dispute.amount.minor,
        dispute.fee.minor,
        dispute.amount.currency.code(),
        name(dispute.status),
        told.opened_at.to_sqlx() as _,
        told.due_by.to_sqlx() as _,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn set_status(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: DisputeId,
    status: DisputeStatus,
) -> Result<(), DbError> {
    let is_end = rank(status) == 2;
    sqlx::query!(
        "update disputes set state = $2, closed_at = case when $3 then $4::timestamptz end, updated_at = $4
         where id = $1 and state in ('needs_response', 'under_review')",
        id.uuid(),
        name(status),
        is_end,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What of an attempt's money a bank has taken, or holds while it decides, in minor units.
pub(crate) async fn sum_contested(tx: &mut TenantTx, attempt: AttemptId) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from disputes
           where order_id = (select order_id from payment_attempts where id = $1) and attempt_id = $1 and state <> 'won'"#,
        attempt.uuid()
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}

/// What is contested and not decided in the tenant, in minor units of all currencies; for checks.
pub(crate) async fn sum_open(tx: &mut TenantTx) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from disputes where state in ('needs_response', 'under_review')"#
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}

/// Lists the contests of an order, oldest first.
///
/// # Errors
/// The database refused.
pub async fn list_for_order(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Dispute>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, attempt_id, order_id, amount_minor, fee_minor, currency, state, due_by
         from disputes where order_id = $1 order by opened_at, id limit $2",
        order.uuid(),
        LIST_LIMIT
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Row::read).collect()
}
