//! SQL of `payment_attempts` and `payment_operations`.

pub(crate) mod many;

use bilten_kernel::{AttemptId, Ctx, EventId, HoldId, Id, IdKind, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Attempt, AttemptState};
use crate::{
    payees::Payee,
    provider::{AccountRef, Method, OperationKey, PaymentRef},
    risk::{Hashed, PayerKeys},
};

/// Tries that one order has at most; the last one that fails ends it.
pub(crate) const MAX_ATTEMPTS: i32 = 5;

/// Row as stored, before its texts become types.
struct Row {
    id: Uuid,
    order_id: Uuid,
    hold_id: Uuid,
    event_id: Option<Uuid>,
    generation: i32,
    provider: String,
    method: String,
    provider_account: Option<String>,
    application_fee_minor: i64,
    state: String,
    is_unknown: bool,
    quarantine: Option<String>,
    amount_minor: i64,
    currency: String,
    provider_ref: Option<String>,
    action_url: Option<String>,
    decline_code: Option<String>,
    created_at: jiff_sqlx::Timestamp,
    touched_at: jiff_sqlx::Timestamp,
    asks_three_d_secure: bool,
}

impl Row {
    fn read(self) -> Result<Attempt, DbError> {
        let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
        let currency = self.currency.parse().map_err(|_| odd("currency"))?;
        Ok(Attempt {
            id: self.id.into(),
            order: self.order_id.into(),
            hold: self.hold_id.into(),
            event: self.event_id.map(EventId::from_uuid),
            generation: self.generation,
            provider: self.provider,
            method: Method::from_name(&self.method).ok_or_else(|| odd("payment method"))?,
            account: match self.provider_account {
                Some(text) => Some(AccountRef::parse(&text).map_err(|_| odd("payee account"))?),
                None => None,
            },
            fee: (self.application_fee_minor > 0).then(|| Money::new(self.application_fee_minor, currency)),
            asks_three_d_secure: self.asks_three_d_secure,
            state: AttemptState::from_name(&self.state).ok_or_else(|| odd("attempt state"))?,
            is_unknown: self.is_unknown,
            quarantine: self.quarantine,
            amount: Money::new(self.amount_minor, currency),
            payment: match self.provider_ref {
                Some(text) => Some(PaymentRef::parse(&text).map_err(|_| odd("payment reference"))?),
                None => None,
            },
            action_url: self.action_url,
            decline_code: self.decline_code,
            created_at: self.created_at.to_jiff(),
            touched_at: self.touched_at.to_jiff(),
        })
    }
}

/// Attempt that is about to be made.
pub(crate) struct NewAttempt<'a> {
    pub id: AttemptId,
    pub order: OrderId,
    pub hold: HoldId,
    pub event: Option<EventId>,
    pub provider: &'a str,
    pub method: Method,
    pub payee: Option<&'a Payee>,
    pub payer: PayerKeys,
    pub asks_three_d_secure: bool,
    pub state: AttemptState,
    pub amount: Money,
    /// What of the amount is the platform's, as the order says; it counts where a payee's account takes the money.
    pub platform_part: Money,
}

impl NewAttempt<'_> {
    pub(super) fn account(&self) -> Option<&str> {
        self.payee.map(|payee| payee.account.as_str())
    }

    pub(super) fn fee_minor(&self) -> i64 {
        self.payee.map_or(0, |_| self.platform_part.minor)
    }

    /// The attempt as it is right after it was written.
    pub fn attempt(&self, now: Timestamp) -> Attempt {
        Attempt {
            id: self.id,
            order: self.order,
            hold: self.hold,
            event: self.event,
            // What counts is the row; nobody reads the generation of a fresh attempt.
            generation: 0,
            provider: self.provider.to_owned(),
            method: self.method,
            account: self.payee.map(|payee| payee.account.clone()),
            fee: self.payee.map(|_| self.platform_part).filter(|part| !part.is_zero()),
            asks_three_d_secure: self.asks_three_d_secure,
            state: self.state,
            is_unknown: false,
            quarantine: None,
            amount: self.amount,
            payment: None,
            action_url: None,
            decline_code: None,
            created_at: now,
            touched_at: now,
        }
    }
}

/// Names an operation row.
enum OperationKind {}
impl IdKind for OperationKind {
    const PREFIX: &'static str = "pop";
}

/// Writes the attempt with the operation that will be sent right after the commit.
pub(crate) async fn insert(tx: &mut TenantTx, ctx: &Ctx, new: &NewAttempt<'_>) -> Result<(), DbError> {
    let operation: Id<OperationKind> = ctx.new_id();
    let now = ctx.now().to_sqlx();
    let key = OperationKey::create(new.id);
    sqlx::query!(
        "with attempt as (
             insert into payment_attempts (tenant_id, id, order_id, hold_id, event_id, generation, provider, method, state,
                                           amount_minor, currency, created_at, updated_at, touched_at, provider_account,
                                           application_fee_minor, payer_network, payer_device, asks_three_d_secure)
             select $1, $2, $3, $4, $5, coalesce(max(a.generation), 0) + 1, $6, $7, $8, $9, $10, $11, $11, $11, $14, $15,
                    $16, $17, $18
             from payment_attempts a where a.order_id = $3
             returning tenant_id, id)
         insert into payment_operations (tenant_id, id, attempt_id, kind, idempotency_key, state, created_at)
         select tenant_id, $12, id, 'create', $13, 'sent', $11 from attempt",
        tx.tenant().uuid(),
        new.id.uuid(),
        new.order.uuid(),
        new.hold.uuid(),
        new.event.map(EventId::uuid),
        new.provider,
        new.method.name(),
        new.state.name(),
        new.amount.minor,
        new.amount.currency.code(),
        now as _,
        operation.uuid(),
        key.as_str(),
        new.account(),
        new.fee_minor(),
        new.payer.network.map(|key| key.0.to_vec()),
        new.payer.device.map(|key| key.0.to_vec()),
        new.asks_three_d_secure,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Reads what an attempt keeps of its payer.
pub(crate) async fn find_payer(tx: &mut TenantTx, id: AttemptId) -> Result<PayerKeys, DbError> {
    let row = sqlx::query!(
        "select payer_network, payer_device from payment_attempts where id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let read = |bytes: Option<Vec<u8>>| Hashed::from_bytes(&bytes?);
    Ok(row.map_or_else(PayerKeys::default, |row| PayerKeys {
        network: read(row.payer_network),
        device: read(row.payer_device),
    }))
}

/// Notes that a call is about to be sent; the same call sent again keeps its row.
pub(crate) async fn note_sent(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: AttemptId,
    kind: &str,
    key: &OperationKey,
) -> Result<(), DbError> {
    let operation: Id<OperationKind> = ctx.new_id();
    sqlx::query!(
        "insert into payment_operations (tenant_id, id, attempt_id, kind, idempotency_key, state, created_at)
         values ($1, $2, $3, $4, $5, 'sent', $6) on conflict do nothing",
        tx.tenant().uuid(),
        operation.uuid(),
        attempt.uuid(),
        kind,
        key.as_str(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes how the calls of an attempt that were sent ended.
pub(crate) async fn settle_operations(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: AttemptId,
    outcome: &str,
) -> Result<(), DbError> {
    sqlx::query!(
        "update payment_operations set state = 'settled', outcome = $2, settled_at = $3
         where attempt_id = $1 and state <> 'settled'",
        attempt.uuid(),
        outcome,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds an attempt without locking it.
pub(crate) async fn find(tx: &mut TenantTx, id: AttemptId) -> Result<Option<Attempt>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, order_id, hold_id, event_id, generation, provider, method,
                provider_account, application_fee_minor, state, is_unknown, quarantine, amount_minor,
                currency, provider_ref, action_url, decline_code, created_at, touched_at, asks_three_d_secure
         from payment_attempts where id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

/// Takes an attempt for the rest of the transaction: the first lock of every change.
pub(crate) async fn lock(tx: &mut TenantTx, id: AttemptId) -> Result<Option<Attempt>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, order_id, hold_id, event_id, generation, provider, method,
                provider_account, application_fee_minor, state, is_unknown, quarantine, amount_minor,
                currency, provider_ref, action_url, decline_code, created_at, touched_at, asks_three_d_secure
         from payment_attempts where id = $1 for no key update",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

/// Finds the order's youngest attempt.
pub(crate) async fn find_latest(tx: &mut TenantTx, order: OrderId) -> Result<Option<Attempt>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, order_id, hold_id, event_id, generation, provider, method,
                provider_account, application_fee_minor, state, is_unknown, quarantine, amount_minor,
                currency, provider_ref, action_url, decline_code, created_at, touched_at, asks_three_d_secure
         from payment_attempts where order_id = $1 order by generation desc limit 1",
        order.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

/// Lists the attempts that brought money for the order, oldest first.
pub(crate) async fn list_succeeded(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Attempt>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, order_id, hold_id, event_id, generation, provider, method,
                provider_account, application_fee_minor, state, is_unknown, quarantine, amount_minor,
                currency, provider_ref, action_url, decline_code, created_at, touched_at, asks_three_d_secure
         from payment_attempts where order_id = $1 and state = 'succeeded' order by generation limit $2",
        order.uuid(),
        i64::from(MAX_ATTEMPTS)
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// Finds the attempt that a provider's reference belongs to.
pub(crate) async fn find_by_payment(
    tx: &mut TenantTx,
    provider: &str,
    payment: &PaymentRef,
) -> Result<Option<AttemptId>, DbError> {
    let id = sqlx::query_scalar!(
        "select id from payment_attempts where provider = $1 and provider_ref = $2",
        provider,
        payment.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(AttemptId::from_uuid))
}

/// What the sweep looks after.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenSince {
    /// Attempts that nothing has happened to since then.
    pub quiet: Timestamp,
    /// Attempts that were made before then and can still be called off, however busy they are.
    pub due: Timestamp,
}

/// Takes live attempts for a sweep, those whose time is over first. What was taken is not taken again while it is quiet,
/// so that sweeps side by side, or one that could do nothing, come to the rest. (A sub-select in place of the materialized
/// query would be run again for each row, and take more than the limit.)
pub(crate) async fn take_open(
    tx: &mut TenantTx,
    ctx: &Ctx,
    since: OpenSince,
    limit: i64,
) -> Result<Vec<Attempt>, DbError> {
    sqlx::query_as!(
        Row,
        "with taken as materialized (
             select id from payment_attempts
             where state in ('created', 'confirming', 'action_required', 'processing') and quarantine is null
                   and (updated_at <= $2 or (created_at <= $3 and state <> 'processing'))
                   and (swept_at is null or swept_at <= $2)
             order by (created_at <= $3 and state <> 'processing') desc, updated_at
             limit $4 for no key update skip locked)
         update payment_attempts a set swept_at = $1 from taken where a.id = taken.id
         returning a.id, order_id, hold_id, event_id, generation, provider, method,
                provider_account, application_fee_minor, state, is_unknown, quarantine, amount_minor,
                   currency, provider_ref, action_url, decline_code, created_at, touched_at, asks_three_d_secure",
        ctx.now().to_sqlx() as _,
        since.quiet.to_sqlx() as _,
        since.due.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// Tells whether a sweep would find attempts.
pub(crate) async fn has_open(tx: &mut TenantTx, since: OpenSince) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from payment_attempts
                          where state in ('created', 'confirming', 'action_required', 'processing') and quarantine is null
                                and (updated_at <= $1 or (created_at <= $2 and state <> 'processing'))
                                and (swept_at is null or swept_at <= $1)) as "found!""#,
        since.quiet.to_sqlx() as _,
        since.due.to_sqlx() as _
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

/// Lists live attempts of an event.
pub(crate) async fn list_live_of_event(
    tx: &mut TenantTx,
    event: EventId,
    limit: i64,
) -> Result<Vec<AttemptId>, DbError> {
    let rows = sqlx::query_scalar!(
        "select id from payment_attempts
         where event_id = $1 and state in ('created', 'confirming', 'action_required', 'processing') and quarantine is null
         order by id limit $2",
        event.uuid(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(AttemptId::from_uuid).collect())
}

/// Tells on which account the money of each order lies; orders whose provider has no accounts are left out.
pub(crate) async fn list_accounts(
    tx: &mut TenantTx,
    orders: &[OrderId],
) -> Result<std::collections::HashMap<OrderId, String>, DbError> {
    let orders: Vec<uuid::Uuid> = orders.iter().map(|order| order.uuid()).collect();
    let rows = sqlx::query!(
        r#"select order_id, min(provider_account) as "account!" from payment_attempts
           where order_id = any ($1) and state = 'succeeded' and provider_account is not null group by order_id"#,
        &orders
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.order_id.into(), row.account)).collect())
}

/// Lists attempts that wait for a person, oldest first.
pub(crate) async fn list_quarantined(tx: &mut TenantTx, limit: i64) -> Result<Vec<Attempt>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, order_id, hold_id, event_id, generation, provider, method,
                provider_account, application_fee_minor, state, is_unknown, quarantine, amount_minor,
                currency, provider_ref, action_url, decline_code, created_at, touched_at, asks_three_d_secure
         from payment_attempts where quarantine is not null order by created_at, id limit $1",
        limit
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// Counts attempts that wait for a person, up to a limit.
pub(crate) async fn count_quarantined(tx: &mut TenantTx, limit: i64) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (select id from payment_attempts where quarantine is not null limit $1) waiting"#,
        limit
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// Saves what an answer told.
pub(crate) async fn save(tx: &mut TenantTx, ctx: &Ctx, attempt: &Attempt) -> Result<(), DbError> {
    sqlx::query!(
        "update payment_attempts
         set state = $2, is_unknown = $3, quarantine = $4, provider_ref = $5, action_url = $6, decline_code = $7,
             updated_at = $8, touched_at = $9
         where id = $1",
        attempt.id.uuid(),
        attempt.state.name(),
        attempt.is_unknown,
        attempt.quarantine,
        attempt.payment.as_ref().map(PaymentRef::as_str),
        attempt.action_url,
        attempt.decline_code,
        ctx.now().to_sqlx() as _,
        attempt.touched_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that the buyer was seen.
pub(crate) async fn touch(tx: &mut TenantTx, ctx: &Ctx, attempt: AttemptId) -> Result<(), DbError> {
    sqlx::query!(
        "update payment_attempts set touched_at = $2 where id = $1",
        attempt.uuid(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
