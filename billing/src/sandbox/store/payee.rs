//! SQL of `sandbox_payouts` and `sandbox_disputes`, and of what lies in the sandbox.

use bilten_kernel::{Ctx, Currency, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{provider::SendMoney, sandbox::SandboxPaymentId};

/// Contests that one list holds at most.
const LIST_LIMIT: i64 = 1_000;

/// A payout in the books.
pub(in crate::sandbox) struct PayoutRow {
    pub id: Uuid,
    pub amount_minor: i64,
    pub currency: String,
    pub state: String,
    pub arrives_at: Timestamp,
}

pub(in crate::sandbox) async fn lock_payout(tx: &mut TenantTx, key: &str) -> Result<Option<PayoutRow>, DbError> {
    let row = sqlx::query!(
        r#"select id, amount_minor, currency, state, arrives_at as "arrives_at: jiff_sqlx::Timestamp"
           from sandbox_payouts where idempotency_key = $1 for update"#,
        key
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| PayoutRow {
        id: row.id,
        amount_minor: row.amount_minor,
        currency: row.currency,
        state: row.state,
        arrives_at: row.arrives_at.to_jiff(),
    }))
}

pub(in crate::sandbox) async fn insert_payout(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: Uuid,
    (call, arrives_at): (&SendMoney, Timestamp),
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into sandbox_payouts (tenant_id, id, idempotency_key, amount_minor, currency, state, arrives_at, created_at)
         values ($1, $2, $3, $4, $5, 'in_transit', $6, $7)",
        tx.tenant().uuid(),
        id,
        call.key.as_str(),
        call.amount.minor,
        call.amount.currency.code(),
        arrives_at.to_sqlx() as _,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::sandbox) async fn set_payout_state(tx: &mut TenantTx, id: Uuid, state: &str) -> Result<(), DbError> {
    sqlx::query!("update sandbox_payouts set state = $2 where id = $1", id, state)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Contest that is to be entered.
pub(in crate::sandbox) struct NewDispute {
    pub id: Uuid,
    pub payment: SandboxPaymentId,
    pub amount_minor: i64,
    pub fee_minor: i64,
    pub due_by: Timestamp,
}

/// Enters a contest; tells whether it is the payment's first.
pub(in crate::sandbox) async fn insert_dispute(
    tx: &mut TenantTx,
    ctx: &Ctx,
    new: &NewDispute,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into sandbox_disputes (tenant_id, id, payment_id, amount_minor, fee_minor, state, opened_at, due_by)
         values ($1, $2, $3, $4, $5, 'needs_response', $6, $7) on conflict do nothing",
        tx.tenant().uuid(),
        new.id,
        new.payment.uuid(),
        new.amount_minor,
        new.fee_minor,
        ctx.now().to_sqlx() as _,
        new.due_by.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::sandbox) async fn lose_dispute(tx: &mut TenantTx, id: Uuid) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update sandbox_disputes set state = 'lost' where id = $1 and state = 'needs_response'",
        id
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::sandbox) async fn close_dispute(
    tx: &mut TenantTx,
    payment: SandboxPaymentId,
    state: &str,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update sandbox_disputes set state = $2 where payment_id = $1 and state = 'needs_response'",
        payment.uuid(),
        state
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::sandbox) async fn sum_contested(tx: &mut TenantTx, payment: SandboxPaymentId) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from sandbox_disputes where payment_id = $1 and state <> 'won'"#,
        payment.uuid()
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}

/// A contest in the books, with the currency of its payment.
pub(in crate::sandbox) struct DisputeRow {
    pub id: Uuid,
    pub payment_id: Uuid,
    pub amount_minor: i64,
    pub fee_minor: i64,
    pub currency: String,
    pub state: String,
    pub opened_at: jiff_sqlx::Timestamp,
    pub due_by: jiff_sqlx::Timestamp,
}

/// Lists the latest contests opened since. They are few, and looked for once an hour.
pub(in crate::sandbox) async fn list_disputes(tx: &mut TenantTx, since: Timestamp) -> Result<Vec<DisputeRow>, DbError> {
    let rows = sqlx::query_as!(
        DisputeRow,
        r#"select d.id, d.payment_id, d.amount_minor, d.fee_minor, p.currency, d.state,
                  d.opened_at as "opened_at: jiff_sqlx::Timestamp", d.due_by as "due_by: jiff_sqlx::Timestamp"
           from sandbox_disputes d join sandbox_payments p on p.tenant_id = d.tenant_id and p.id = d.payment_id
           where d.opened_at >= $1 order by d.id desc limit $2"#,
        since.to_sqlx() as _,
        LIST_LIMIT
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// What of the merchant's lies in the sandbox, in minor units: it reads all of its books.
pub(crate) async fn total(tx: &mut TenantTx, currency: Currency) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select ((select coalesce(sum(amount_minor - refunded_minor), 0) from sandbox_payments
                    where state = 'succeeded' and currency = $1)
                 - (select coalesce(sum(d.amount_minor + d.fee_minor), 0) from sandbox_disputes d
                    join sandbox_payments p on p.tenant_id = d.tenant_id and p.id = d.payment_id
                    where d.state <> 'won' and p.currency = $1)
                 - (select coalesce(sum(amount_minor), 0) from sandbox_payouts
                    where state <> 'failed' and currency = $1))::bigint as "sum!""#,
        currency.code()
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}
