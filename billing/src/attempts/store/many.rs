//! SQL that writes or reads the attempts of a whole group at once.

use std::collections::HashMap;

use bilten_kernel::{AttemptId, Ctx, EventId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{NewAttempt, OperationKind, Row};
use crate::{
    attempts::Attempt,
    provider::{OperationKey, PaymentRef},
    risk::Hashed,
};

/// Writes first attempts of orders that were made in this transaction or never tried, each with the operation that will
/// be sent right after the commit.
pub(crate) async fn insert_first(tx: &mut TenantTx, new: &[(&Ctx, NewAttempt<'_>)]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = new.iter().map(|(_, new)| new.id.uuid()).collect();
    let orders: Vec<Uuid> = new.iter().map(|(_, new)| new.order.uuid()).collect();
    let holds: Vec<Uuid> = new.iter().map(|(_, new)| new.hold.uuid()).collect();
    let events: Vec<Option<Uuid>> = new.iter().map(|(_, new)| new.event.map(EventId::uuid)).collect();
    let providers: Vec<&str> = new.iter().map(|(_, new)| new.provider).collect();
    let methods: Vec<&str> = new.iter().map(|(_, new)| new.method.name()).collect();
    let states: Vec<&str> = new.iter().map(|(_, new)| new.state.name()).collect();
    let amounts: Vec<i64> = new.iter().map(|(_, new)| new.amount.minor).collect();
    let currencies: Vec<&str> = new.iter().map(|(_, new)| new.amount.currency.code()).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = new.iter().map(|(ctx, _)| ctx.now().to_sqlx()).collect();
    let operations: Vec<Uuid> = new
        .iter()
        .map(|(ctx, _)| ctx.new_id::<OperationKind>().uuid())
        .collect();
    let accounts: Vec<Option<&str>> = new.iter().map(|(_, new)| new.account()).collect();
    let fees: Vec<i64> = new.iter().map(|(_, new)| new.fee_minor()).collect();
    let networks: Vec<Option<Vec<u8>>> = new.iter().map(|(_, new)| bytes(new.payer.network)).collect();
    let devices: Vec<Option<Vec<u8>>> = new.iter().map(|(_, new)| bytes(new.payer.device)).collect();
    let keys: Vec<OperationKey> = new.iter().map(|(_, new)| OperationKey::create(new.id)).collect();
    let keys: Vec<&str> = keys.iter().map(OperationKey::as_str).collect();
    sqlx::query!(
        "with attempts as (
             insert into payment_attempts (tenant_id, id, order_id, hold_id, event_id, generation, provider, method, state,
                                           amount_minor, currency, created_at, updated_at, touched_at, provider_account,
                                           application_fee_minor, payer_network, payer_device)
             select $1, a.id, a.order_id, a.hold_id, a.event_id, 1, a.provider, a.method, a.state, a.amount, a.currency,
                    a.at, a.at, a.at, a.account, a.fee, a.network, a.device
             from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::bigint[],
                         $10::text[], $11::timestamptz[], $14::text[], $15::bigint[], $16::bytea[], $17::bytea[])
                  as a(id, order_id, hold_id, event_id, provider, method, state, amount, currency, at, account, fee, network,
                       device))
         insert into payment_operations (tenant_id, id, attempt_id, kind, idempotency_key, state, created_at)
         select $1, o.id, o.attempt_id, 'create', o.key, 'sent', o.at
         from unnest($12::uuid[], $2::uuid[], $13::text[], $11::timestamptz[]) as o(id, attempt_id, key, at)",
        tx.tenant().uuid(),
        &ids,
        &orders,
        &holds,
        &events as _,
        &providers as _,
        &methods as _,
        &states as _,
        &amounts,
        &currencies as _,
        &ats as _,
        &operations,
        &keys as _,
        &accounts as _,
        &fees,
        &networks as _,
        &devices as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn bytes(key: Option<Hashed>) -> Option<Vec<u8>> {
    key.map(|key| key.0.to_vec())
}

/// Takes attempts for the rest of the transaction, in the order of their ids.
pub(crate) async fn lock_many(tx: &mut TenantTx, ids: &[AttemptId]) -> Result<HashMap<AttemptId, Attempt>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        "select id, order_id, hold_id, event_id, generation, provider, method,
                provider_account, application_fee_minor, state, is_unknown, quarantine, amount_minor,
                currency, provider_ref, action_url, decline_code, created_at, touched_at, asks_three_d_secure
         from payment_attempts where id = any($1) order by id for no key update",
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| row.read().map(|attempt| (attempt.id, attempt)))
        .collect()
}

/// Saves attempts whose money came, and notes that their calls ended well.
pub(crate) async fn save_succeeded(
    tx: &mut TenantTx,
    attempts: &[(&Ctx, AttemptId, &PaymentRef)],
) -> Result<(), DbError> {
    let ids: Vec<Uuid> = attempts.iter().map(|(_, id, _)| id.uuid()).collect();
    let payments: Vec<&str> = attempts.iter().map(|(.., payment)| payment.as_str()).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = attempts.iter().map(|(ctx, ..)| ctx.now().to_sqlx()).collect();
    sqlx::query!(
        "with operations as (
             update payment_operations set state = 'settled', outcome = 'done',
                    settled_at = ($3::timestamptz[])[array_position($1, attempt_id)]
             where attempt_id = any($1) and state <> 'settled')
         update payment_attempts set state = 'succeeded', is_unknown = false,
                provider_ref = ($2::text[])[array_position($1, id)], updated_at = ($3::timestamptz[])[array_position($1, id)]
         where id = any($1)",
        &ids,
        &payments as _,
        &ats as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Names the orders among these that somebody tried to pay before.
pub(crate) async fn list_tried(tx: &mut TenantTx, orders: &[bilten_kernel::OrderId]) -> Result<Vec<Uuid>, DbError> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = orders.iter().map(|id| id.uuid()).collect();
    let tried = sqlx::query_scalar!(
        "select distinct order_id from payment_attempts where order_id = any($1)",
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(tried)
}
