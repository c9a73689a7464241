//! SQL of `cash_payments` and `cash_refunds`.

use bilten_kernel::{AttemptId, Ctx, Id, IdKind, Money};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::CashPaymentId;
use crate::provider::{CreatePayment, OperationKey, PaymentRef, PaymentStatus, RefundPayment, Snapshot};

/// Where a payment in cash stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It was spoken of; no money was taken.
    Asked,
    /// The money is in the box.
    Taken,
    /// It was called off before.
    Void,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Taken => "taken",
            Self::Void => "void",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Asked, Self::Taken, Self::Void]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// Cash that was asked for.
pub(super) struct Payment {
    pub id: CashPaymentId,
    pub attempt: AttemptId,
    pub params_hash: Vec<u8>,
    pub amount: Money,
    pub state: State,
    pub refunded_minor: i64,
    name: PaymentRef,
}

impl Payment {
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            payment: self.name.clone(),
            attempt: self.attempt,
            status: match self.state {
                State::Asked => PaymentStatus::Unconfirmed,
                State::Taken => PaymentStatus::Succeeded,
                State::Void => PaymentStatus::Canceled,
            },
            amount: self.amount,
            decline: None,
            next_action: None,
            card: None,
        }
    }
}

struct Row {
    id: Uuid,
    attempt_id: Uuid,
    params_hash: Vec<u8>,
    amount_minor: i64,
    currency: String,
    state: String,
    refunded_minor: i64,
}

impl Row {
    fn read(self) -> Result<Payment, DbError> {
        let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
        let id = CashPaymentId::from_uuid(self.id);
        Ok(Payment {
            id,
            attempt: self.attempt_id.into(),
            params_hash: self.params_hash,
            amount: Money::new(self.amount_minor, self.currency.parse().map_err(|_| odd("currency"))?),
            state: State::from_name(&self.state).ok_or_else(|| odd("state of cash"))?,
            refunded_minor: self.refunded_minor,
            name: PaymentRef::parse(&id.to_string()).map_err(|_| odd("payment"))?,
        })
    }
}

/// Enters a payment unless its key is known.
pub(super) async fn insert(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: CashPaymentId,
    call: &CreatePayment,
    state: State,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into cash_payments (tenant_id, id, request_key, params_hash, attempt_id, amount_minor, currency, state, refunded_minor,
                                    taken_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $10) on conflict do nothing",
        tx.tenant().uuid(),
        id.uuid(),
        call.key.as_str(),
        &call.params_hash()[..],
        call.attempt.uuid(),
        call.amount.minor,
        call.amount.currency.code(),
        state.name(),
        (state == State::Taken).then(|| ctx.actor.to_string()),
        ctx.now().to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn lock_by_key(tx: &mut TenantTx, key: &OperationKey) -> Result<Option<Payment>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, attempt_id, params_hash, amount_minor, currency, state, refunded_minor
         from cash_payments where request_key = $1 for update",
        key.as_str()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

pub(super) async fn lock(tx: &mut TenantTx, id: CashPaymentId) -> Result<Option<Payment>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, attempt_id, params_hash, amount_minor, currency, state, refunded_minor
         from cash_payments where id = $1 for update",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

pub(super) async fn save(tx: &mut TenantTx, ctx: &Ctx, payment: &Payment) -> Result<(), DbError> {
    sqlx::query!(
        "update cash_payments set state = $2, refunded_minor = $3, taken_by = coalesce(taken_by, $4), updated_at = $5 where id = $1",
        payment.id.uuid(),
        payment.state.name(),
        payment.refunded_minor,
        (payment.state == State::Taken).then(|| ctx.actor.to_string()),
        ctx.now().to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

enum CashRefundKind {}
impl IdKind for CashRefundKind {
    const PREFIX: &'static str = "chr";
}

/// Enters money that is to be handed out; returns its name.
pub(super) async fn insert_refund(
    tx: &mut TenantTx,
    ctx: &Ctx,
    payment: CashPaymentId,
    call: &RefundPayment,
) -> Result<String, DbError> {
    let id: Id<CashRefundKind> = ctx.new_id();
    sqlx::query!(
        "insert into cash_refunds (tenant_id, id, payment_id, request_key, amount_minor, created_at) values ($1, $2, $3, $4, $5, $6)",
        tx.tenant().uuid(),
        id.uuid(),
        payment.uuid(),
        call.key.as_str(),
        call.amount.minor,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(id.to_string())
}

/// Money that goes back.
pub(super) struct KnownRefund {
    pub name: String,
    pub amount_minor: i64,
    pub is_handed_out: bool,
}

pub(super) async fn find_refund(tx: &mut TenantTx, key: &OperationKey) -> Result<Option<KnownRefund>, DbError> {
    let row = sqlx::query!(
        r#"select id, amount_minor, handed_out_at is not null as "is_handed_out!" from cash_refunds where request_key = $1"#,
        key.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| KnownRefund {
        name: Id::<CashRefundKind>::from_uuid(row.id).to_string(),
        amount_minor: row.amount_minor,
        is_handed_out: row.is_handed_out,
    }))
}

/// Of these keys, those whose money is to be handed out still.
pub(super) async fn list_due(tx: &mut TenantTx, keys: &[String]) -> Result<Vec<String>, DbError> {
    let due = sqlx::query_scalar!(
        "select request_key from cash_refunds where request_key = any ($1) and handed_out_at is null",
        keys
    );
    Ok(due.fetch_all(tx.conn()).await?)
}

/// Notes that it was handed out; tells whether it was due.
pub(super) async fn hand_out(tx: &mut TenantTx, ctx: &Ctx, key: &OperationKey) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update cash_refunds set handed_out_at = $2, handed_out_by = $3 where request_key = $1 and handed_out_at is null",
        key.as_str(),
        ctx.now().to_sqlx() as _,
        ctx.actor.to_string(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
