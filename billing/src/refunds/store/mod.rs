//! SQL of `refunds`.

pub(super) mod returns;
pub(super) mod terms;

use bilten_kernel::{AttemptId, Ctx, Money, OrderId, RefundId, TicketReturnId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::Why;
use crate::{attempts::Attempt, disputes};

/// Refunds that one list holds at most.
const LIST_LIMIT: i64 = 100;

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundState {
    /// Decided, not sent.
    Requested,
    /// Sent, or about to be.
    Submitting,
    /// The provider works on it.
    Pending,
    /// The money went back.
    Succeeded,
    /// The provider refused; a person must look at it.
    Failed,
}

impl RefundState {
    const ALL: [Self; 5] = [
        Self::Requested,
        Self::Submitting,
        Self::Pending,
        Self::Succeeded,
        Self::Failed,
    ];

    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Submitting => "submitting",
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// Money on its way back.
#[derive(Debug, Clone)]
pub struct Refund {
    /// Names the refund.
    pub id: RefundId,
    /// Attempt whose money goes back.
    pub attempt: AttemptId,
    /// Order it belonged to.
    pub order: OrderId,
    /// How much.
    pub amount: Money,
    /// What of it the platform gives of its own part.
    pub fee_returned: Money,
    /// Where it stands.
    pub state: RefundState,
    /// Why.
    pub reason: String,
    /// When it was decided.
    pub created_at: Timestamp,
}

struct Row {
    id: Uuid,
    attempt_id: Uuid,
    order_id: Uuid,
    amount_minor: i64,
    fee_returned_minor: i64,
    currency: String,
    state: String,
    reason: String,
    created_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn read(self) -> Result<Refund, DbError> {
        let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
        let state = RefundState::ALL.into_iter().find(|s| s.name() == self.state);
        let currency = self.currency.parse().map_err(|_| odd("currency"))?;
        Ok(Refund {
            id: self.id.into(),
            attempt: self.attempt_id.into(),
            order: self.order_id.into(),
            amount: Money::new(self.amount_minor, currency),
            fee_returned: Money::new(self.fee_returned_minor, currency),
            state: state.ok_or_else(|| odd("refund state"))?,
            reason: self.reason,
            created_at: self.created_at.to_jiff(),
        })
    }
}

pub(super) async fn insert(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (id, amount, fee_returned): (RefundId, Money, Money),
    attempt: &Attempt,
    why: Why<'_>,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into refunds (tenant_id, id, attempt_id, order_id, amount_minor, currency, state, reason, created_at, updated_at,
                              return_id, fee_returned_minor)
         values ($1, $2, $3, $4, $5, $6, 'requested', $7, $8, $8, $9, $10)",
        tx.tenant().uuid(),
        id.uuid(),
        attempt.id.uuid(),
        attempt.order.uuid(),
        amount.minor,
        amount.currency.code(),
        why.reason,
        ctx.now().to_sqlx() as _,
        why.ticket_return.map(TicketReturnId::uuid),
        fee_returned.minor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sum of an attempt's refunds that have not failed, in minor units.
pub(crate) async fn sum_requested(tx: &mut TenantTx, attempt: AttemptId) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from refunds where attempt_id = $1 and state <> 'failed'"#,
        attempt.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(sum)
}

/// What an attempt brought and nobody has got back yet, or claimed.
pub(super) async fn left(tx: &mut TenantTx, attempt: &Attempt) -> Result<Money, DbError> {
    let gone = sum_requested(tx, attempt.id).await? + disputes::sum_contested(tx, attempt.id).await?;
    Ok(Money::new(
        (attempt.amount.minor - gone).max(0),
        attempt.amount.currency,
    ))
}

/// Sum of what the platform gave back with an attempt's refunds that have not failed, in minor units.
pub(super) async fn sum_fee_returned(tx: &mut TenantTx, attempt: AttemptId) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(fee_returned_minor), 0)::bigint as "sum!" from refunds where attempt_id = $1 and state <> 'failed'"#,
        attempt.uuid()
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}

/// Sum of refunds that are on their way, in minor units of all currencies; for checks.
pub(crate) async fn sum_open(tx: &mut TenantTx) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from refunds where state in ('requested', 'submitting', 'pending')"#
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}

/// Refund that the provider refused, and that none was requested in place of.
pub(super) struct Refused {
    pub id: RefundId,
    pub attempt: AttemptId,
    pub amount: Money,
    pub ticket_return: Option<TicketReturnId>,
}

/// Lists what was refused of an order's refunds and not requested again.
pub(super) async fn list_refused(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Refused>, DbError> {
    let rows = sqlx::query!(
        "select id, attempt_id, amount_minor, currency, return_id from refunds
         where order_id = $1 and state = 'failed' and replaced_by is null order by created_at, id limit $2",
        order.uuid(),
        LIST_LIMIT
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = row
                .currency
                .parse()
                .map_err(|_| DbError::from(sqlx::Error::Decode("currency".into())))?;
            Ok(Refused {
                id: row.id.into(),
                attempt: row.attempt_id.into(),
                amount: Money::new(row.amount_minor, currency),
                ticket_return: row.return_id.map(TicketReturnId::from_uuid),
            })
        })
        .collect()
}

/// Notes that a refused refund was requested again.
pub(super) async fn set_replaced(tx: &mut TenantTx, refused: RefundId, by: RefundId) -> Result<(), DbError> {
    sqlx::query!(
        "update refunds set replaced_by = $2 where id = $1",
        refused.uuid(),
        by.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn lock(tx: &mut TenantTx, id: RefundId) -> Result<Option<Refund>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, attempt_id, order_id, amount_minor, fee_returned_minor, currency, state, reason, created_at
         from refunds where id = $1 for update",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

pub(super) async fn set_state(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: RefundId,
    state: RefundState,
    provider_ref: Option<&str>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update refunds set state = $2, provider_ref = coalesce($3, provider_ref), updated_at = $4
         where id = $1 and state not in ('succeeded', 'failed')",
        id.uuid(),
        state.name(),
        provider_ref,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A refund that had arrived came back.
pub(super) async fn set_came_back(tx: &mut TenantTx, ctx: &Ctx, id: RefundId) -> Result<(), DbError> {
    sqlx::query!(
        "update refunds set state = 'failed', updated_at = $2 where id = $1 and state = 'succeeded'",
        id.uuid(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds a refund of an attempt by the provider's name of it, or by our own where that is not recorded yet.
pub(crate) async fn find_at_provider(
    tx: &mut TenantTx,
    attempt: AttemptId,
    (reference, own): (Option<&str>, Option<RefundId>),
) -> Result<Option<Refund>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, attempt_id, order_id, amount_minor, fee_returned_minor, currency, state, reason, created_at
         from refunds where attempt_id = $1 and (id = $3 or provider_ref = $2) order by id limit 1 for update",
        attempt.uuid(),
        reference,
        own.map(RefundId::uuid)
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

/// Lists the refunds of an order, oldest first.
///
/// # Errors
/// The database failed.
pub async fn list_for_order(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Refund>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, attempt_id, order_id, amount_minor, fee_returned_minor, currency, state, reason, created_at
         from refunds where order_id = $1 order by created_at, id limit $2",
        order.uuid(),
        LIST_LIMIT
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// Lists refunds that nothing has happened to since `before`.
pub(crate) async fn list_open(tx: &mut TenantTx, before: Timestamp, limit: i64) -> Result<Vec<RefundId>, DbError> {
    let rows = sqlx::query_scalar!(
        "select id from refunds where state in ('requested', 'submitting', 'pending') and updated_at <= $1
         order by updated_at limit $2",
        before.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(RefundId::from_uuid).collect())
}
