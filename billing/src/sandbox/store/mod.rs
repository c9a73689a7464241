//! SQL of `sandbox_payments` and `sandbox_refunds`.

mod lines;
mod payee;

use std::collections::HashSet;

use bilten_kernel::{Ctx, Id, IdKind, Money, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

pub(super) use lines::{LineRow, list_currencies, list_lines};
pub(crate) use payee::total;
pub(super) use payee::{
    DisputeRow, NewDispute, close_dispute, insert_dispute, insert_payout, list_disputes, lock_payout, lose_dispute,
    set_payout_state, sum_contested,
};

use super::{
    SandboxPaymentId,
    books::{BookState, Payment},
};
use crate::provider::{CreatePayment, Method, RefundPayment, ReturnTo};

struct Row {
    id: Uuid,
    attempt_id: Uuid,
    method: String,
    params_hash: Vec<u8>,
    amount_minor: i64,
    currency: String,
    state: String,
    refunded_minor: i64,
    return_url: String,
    silent_until: Option<jiff_sqlx::Timestamp>,
    asks_bank: bool,
}

impl Row {
    fn read(self) -> Result<Payment, DbError> {
        let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
        Ok(Payment {
            id: self.id.into(),
            attempt: self.attempt_id.into(),
            method: Method::from_name(&self.method).ok_or_else(|| odd("sandbox method"))?,
            params_hash: self.params_hash,
            amount: Money::new(self.amount_minor, self.currency.parse().map_err(|_| odd("currency"))?),
            state: BookState::from_name(&self.state).ok_or_else(|| odd("sandbox state"))?,
            refunded_minor: self.refunded_minor,
            return_to: ReturnTo::parse(&self.return_url).ok(),
            silent_until: self.silent_until.map(jiff_sqlx::Timestamp::to_jiff),
            asks_bank: self.asks_bank,
        })
    }
}

/// Payment that is to be entered.
pub(super) struct NewPayment<'a> {
    pub ctx: &'a Ctx,
    pub id: SandboxPaymentId,
    pub call: &'a CreatePayment,
    pub state: BookState,
}

/// Enters payments; names those whose key was free.
pub(super) async fn insert_many(
    tx: &mut TenantTx,
    new: &[NewPayment<'_>],
) -> Result<HashSet<SandboxPaymentId>, DbError> {
    let ids: Vec<Uuid> = new.iter().map(|new| new.id.uuid()).collect();
    let keys: Vec<&str> = new.iter().map(|new| new.call.key.as_str()).collect();
    let hashes: Vec<Vec<u8>> = new.iter().map(|new| new.call.params_hash().to_vec()).collect();
    let attempts: Vec<Uuid> = new.iter().map(|new| new.call.attempt.uuid()).collect();
    let methods: Vec<&str> = new.iter().map(|new| new.call.method.name()).collect();
    let amounts: Vec<i64> = new.iter().map(|new| new.call.amount.minor).collect();
    let currencies: Vec<&str> = new.iter().map(|new| new.call.amount.currency.code()).collect();
    let states: Vec<&str> = new.iter().map(|new| new.state.name()).collect();
    let returns: Vec<String> = new
        .iter()
        .map(|new| new.call.return_to.as_ref().map(ReturnTo::url).unwrap_or_default())
        .collect();
    let asks_bank: Vec<bool> = new.iter().map(|new| new.call.request_three_d_secure).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = new.iter().map(|new| new.ctx.now().to_sqlx()).collect();
    let entered = sqlx::query_scalar!(
        "insert into sandbox_payments (tenant_id, id, idempotency_key, params_hash, attempt_id, method, amount_minor, currency,
                                       state, return_url, created_at, updated_at, asks_bank)
         select $1, p.id, p.key, p.hash, p.attempt_id, p.method, p.amount, p.currency, p.state, p.return_url, p.at, p.at, p.asks_bank
         from unnest($2::uuid[], $3::text[], $4::bytea[], $5::uuid[], $6::text[], $7::bigint[], $8::text[], $9::text[], $10::text[],
                     $11::timestamptz[], $12::boolean[])
              as p(id, key, hash, attempt_id, method, amount, currency, state, return_url, at, asks_bank)
         order by p.key
         on conflict do nothing returning id",
        tx.tenant().uuid(),
        &ids,
        &keys as _,
        &hashes,
        &attempts,
        &methods as _,
        &amounts,
        &currencies as _,
        &states as _,
        &returns,
        &ats as _,
        &asks_bank,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(entered.into_iter().map(SandboxPaymentId::from_uuid).collect())
}

pub(super) async fn lock_by_key(tx: &mut TenantTx, key: &str) -> Result<Option<Payment>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, attempt_id, method, params_hash, amount_minor, currency, state, refunded_minor, return_url, silent_until, asks_bank
         from sandbox_payments where idempotency_key = $1 for update",
        key
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

pub(super) async fn lock(tx: &mut TenantTx, id: SandboxPaymentId) -> Result<Option<Payment>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, attempt_id, method, params_hash, amount_minor, currency, state, refunded_minor, return_url, silent_until, asks_bank
         from sandbox_payments where id = $1 for update",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

pub(super) async fn find(tx: &mut TenantTx, id: SandboxPaymentId) -> Result<Option<Payment>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, attempt_id, method, params_hash, amount_minor, currency, state, refunded_minor, return_url, silent_until, asks_bank
         from sandbox_payments where id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

pub(super) async fn save(tx: &mut TenantTx, ctx: &Ctx, payment: &Payment) -> Result<(), DbError> {
    sqlx::query!(
        "update sandbox_payments set state = $2, silent_until = $3, refunded_minor = $4, return_url = $5, updated_at = $6
         where id = $1",
        payment.id.uuid(),
        payment.state.name(),
        payment.silent_until.map(Timestamp::to_sqlx) as _,
        payment.refunded_minor,
        payment.return_to.as_ref().map(ReturnTo::url).unwrap_or_default(),
        ctx.now().to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Kind of a refund in the sandbox's books.
pub(super) enum SandboxRefundKind {}
impl IdKind for SandboxRefundKind {
    const PREFIX: &'static str = "sbr";
}

/// Enters a refund; tells whether the key was free.
pub(super) async fn insert_refund(
    tx: &mut TenantTx,
    ctx: &Ctx,
    payment: SandboxPaymentId,
    call: &RefundPayment,
) -> Result<bool, DbError> {
    let id: Id<SandboxRefundKind> = ctx.new_id();
    let done = sqlx::query!(
        "insert into sandbox_refunds (tenant_id, id, payment_id, idempotency_key, amount_minor, created_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        tx.tenant().uuid(),
        id.uuid(),
        payment.uuid(),
        call.key.as_str(),
        call.amount.minor,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Finds a refund by its key: name and amount.
pub(super) async fn find_refund(tx: &mut TenantTx, key: &str) -> Result<Option<(String, i64)>, DbError> {
    let row = sqlx::query!(
        "select id, amount_minor from sandbox_refunds where idempotency_key = $1",
        key
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (Id::<SandboxRefundKind>::from_uuid(row.id).to_string(), row.amount_minor)))
}
