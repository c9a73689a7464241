//! SQL of `provider_events`.

use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use crate::provider::{AccountRef, PaymentAt, PaymentRef, RawEvent};

/// Stores an event, sealed; tells whether it is new.
pub(super) async fn insert_event(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (provider, kind): (&str, Option<&str>),
    event: &RawEvent,
    sealed: &[u8],
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into provider_events (tenant_id, provider, event_id, provider_ref, sealed, received_at, account, kind, object)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        tx.tenant().uuid(),
        provider,
        event.id,
        event.payment.as_ref().map(PaymentRef::as_str),
        sealed,
        ctx.now().to_sqlx() as _,
        event.account.as_ref().map(AccountRef::as_str),
        kind,
        event.object
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Finds the payment that a stored event speaks of, as long as the event waits.
pub(super) async fn find_payment_of_event(
    tx: &mut TenantTx,
    provider: &str,
    event: &str,
) -> Result<Option<PaymentAt>, DbError> {
    let found = sqlx::query!(
        "select provider_ref, account from provider_events
         where provider = $1 and event_id = $2 and processed_at is null",
        provider,
        event
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.and_then(|row| {
        Some(PaymentAt {
            payment: PaymentRef::parse(&row.provider_ref?).ok()?,
            account: row.account.and_then(|text| AccountRef::parse(&text).ok()),
        })
    }))
}

/// Lists the events that wait and speak of this payment.
pub(super) async fn list_waiting(tx: &mut TenantTx, provider: &str, at: &PaymentAt) -> Result<Vec<String>, DbError> {
    Ok(sqlx::query_scalar!(
        "select event_id from provider_events
         where provider = $1 and provider_ref = $2 and account is not distinct from $3 and processed_at is null",
        provider,
        at.payment.as_str(),
        at.account.as_ref().map(AccountRef::as_str)
    )
    .fetch_all(tx.conn())
    .await?)
}

pub(super) async fn mark_processed(
    tx: &mut TenantTx,
    ctx: &Ctx,
    provider: &str,
    events: &[String],
) -> Result<(), DbError> {
    sqlx::query!(
        "update provider_events set processed_at = $3
         where provider = $1 and event_id = any($2) and processed_at is null",
        provider,
        events,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What a stored event is about, where that is no payment.
pub(super) struct Hint {
    pub kind: String,
    pub object: String,
    pub account: Option<AccountRef>,
}

/// Reads what a stored event hints at; none when it names neither kind nor object.
pub(super) async fn find_hint(tx: &mut TenantTx, provider: &str, event: &str) -> Result<Option<Hint>, DbError> {
    let found = sqlx::query!(
        "select kind, object, account from provider_events where provider = $1 and event_id = $2",
        provider,
        event
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.and_then(|row| {
        Some(Hint {
            kind: row.kind?,
            object: row.object?,
            account: row.account.and_then(|text| AccountRef::parse(&text).ok()),
        })
    }))
}
