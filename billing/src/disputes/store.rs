//! SQL of `disputes` and `fraud_warnings`.

use bilten_kernel::{AttemptId, Ctx, EventId, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Dispute, DisputeId, END, from_name, name, rank, warnings::Decision};
use crate::{
    attempts::Attempt,
    provider::{AccountRef, DisputeSnapshot, DisputeStatus, WarningSnapshot},
};

/// Contests that one list holds at most.
const LIST_LIMIT: i64 = 100;

struct Row {
    id: Uuid,
    attempt_id: Uuid,
    order_id: Uuid,
    provider: String,
    account: Option<String>,
    provider_ref: String,
    amount_minor: i64,
    fee_minor: i64,
    fee_returned_minor: i64,
    currency: String,
    claimed_minor: Option<i64>,
    claimed_currency: Option<String>,
    reason: String,
    state: String,
    is_taken: bool,
    opened_at: jiff_sqlx::Timestamp,
    due_by: jiff_sqlx::Timestamp,
    evidence_at: Option<jiff_sqlx::Timestamp>,
    note: String,
    takes_history: bool,
    conceded_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn read(self) -> Result<Dispute, DbError> {
        let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
        let currency = self.currency.parse().map_err(|_| odd("currency"))?;
        let claimed = self.claimed_minor.zip(self.claimed_currency);
        Ok(Dispute {
            id: self.id.into(),
            attempt: self.attempt_id.into(),
            order: self.order_id.into(),
            provider: self.provider,
            account: self.account.and_then(|text| AccountRef::parse(&text).ok()),
            reference: self.provider_ref,
            amount: Money::new(self.amount_minor, currency),
            fee: Money::new(self.fee_minor, currency),
            fee_returned: Money::new(self.fee_returned_minor, currency),
            claimed: claimed.and_then(|(minor, code)| Some(Money::new(minor, code.parse().ok()?))),
            reason: self.reason,
            status: from_name(&self.state).ok_or_else(|| odd("state of a dispute"))?,
            is_taken: self.is_taken,
            opened_at: self.opened_at.to_jiff(),
            due_by: self.due_by.to_jiff(),
            evidence_at: self.evidence_at.map(jiff_sqlx::Timestamp::to_jiff),
            note: self.note,
            takes_history: self.takes_history,
            conceded_at: self.conceded_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// Tells whether what is told is no news: its state, and whether the money was taken, are known.
pub(super) async fn is_old(tx: &mut TenantTx, provider: &str, told: &DisputeSnapshot) -> Result<bool, DbError> {
    let row = sqlx::query!(
        r#"select state, taken_at is not null as "is_taken!" from disputes where provider = $1 and provider_ref = $2"#,
        provider,
        told.dispute
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some_and(|row| {
        let known = from_name(&row.state);
        known.is_some_and(|known| rank(known) >= rank(told.status)) && (row.is_taken || !told.is_taken)
    }))
}

pub(super) async fn lock(tx: &mut TenantTx, provider: &str, reference: &str) -> Result<Option<Dispute>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, attempt_id, order_id, provider, account, provider_ref, amount_minor, fee_minor, fee_returned_minor, currency,
                  claimed_minor, claimed_currency, reason, state, taken_at is not null as "is_taken!",
                  opened_at as "opened_at: jiff_sqlx::Timestamp", due_by as "due_by: jiff_sqlx::Timestamp",
                  evidence_at as "evidence_at: jiff_sqlx::Timestamp", note, takes_history,
                  conceded_at as "conceded_at: jiff_sqlx::Timestamp"
           from disputes where provider = $1 and provider_ref = $2 for update"#,
        provider,
        reference
    );
    row.fetch_optional(tx.conn()).await?.map(Row::read).transpose()
}

/// Finds a contest.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, id: DisputeId) -> Result<Option<Dispute>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, attempt_id, order_id, provider, account, provider_ref, amount_minor, fee_minor, fee_returned_minor, currency,
                  claimed_minor, claimed_currency, reason, state, taken_at is not null as "is_taken!",
                  opened_at as "opened_at: jiff_sqlx::Timestamp", due_by as "due_by: jiff_sqlx::Timestamp",
                  evidence_at as "evidence_at: jiff_sqlx::Timestamp", note, takes_history,
                  conceded_at as "conceded_at: jiff_sqlx::Timestamp"
           from disputes where id = $1"#,
        id.uuid()
    );
    row.fetch_optional(tx.conn()).await?.map(Row::read).transpose()
}

/// Lists contests before one of them, the latest first.
///
/// # Errors
/// The database refused.
pub async fn list_before(tx: &mut TenantTx, before: Option<DisputeId>, limit: i64) -> Result<Vec<Dispute>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, attempt_id, order_id, provider, account, provider_ref, amount_minor, fee_minor, fee_returned_minor, currency,
                  claimed_minor, claimed_currency, reason, state, taken_at is not null as "is_taken!",
                  opened_at as "opened_at: jiff_sqlx::Timestamp", due_by as "due_by: jiff_sqlx::Timestamp",
                  evidence_at as "evidence_at: jiff_sqlx::Timestamp", note, takes_history,
                  conceded_at as "conceded_at: jiff_sqlx::Timestamp"
           from disputes where $1::uuid is null or id < $1 order by id desc limit $2"#,
        before.map(DisputeId::uuid),
        limit
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Row::read).collect()
}

/// Writes a contest down whose money is not booked yet.
pub(super) async fn insert(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: &Attempt,
    told: &DisputeSnapshot,
) -> Result<Dispute, DbError> {
    let first = match told.status {
        DisputeStatus::Warning | DisputeStatus::Dropped => DisputeStatus::Warning,
        DisputeStatus::NeedsResponse
        | DisputeStatus::UnderReview
        | DisputeStatus::Won
        | DisputeStatus::Lost
        | DisputeStatus::Prevented => DisputeStatus::NeedsResponse,
    };
    let dispute = Dispute {
        id: ctx.new_id(),
        attempt: attempt.id,
        order: attempt.order,
        provider: attempt.provider.clone(),
        account: attempt.account.clone(),
        reference: told.dispute.clone(),
        amount: told.amount,
        fee: told.fee_taken,
        fee_returned: Money::zero(told.amount.currency),
        claimed: told.claimed,
        reason: told.reason.clone(),
        status: first,
        is_taken: false,
        opened_at: told.opened_at,
        due_by: told.due_by,
        evidence_at: None,
        note: String::new(),
        takes_history: told.takes_history,
        conceded_at: None,
    };
    sqlx::query!(
        "insert into disputes (tenant_id, id, attempt_id, order_id, event_id, provider, provider_ref, amount_minor, fee_minor,
                               currency, state, opened_at, due_by, updated_at, account, reason, claimed_minor, claimed_currency,
                               takes_history)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        tx.tenant().uuid(),
        dispute.id.uuid(),
        attempt.id.uuid(),
        attempt.order.uuid(),
        attempt.event.map(EventId::uuid),
        attempt.provider,
        told.dispute,
        dispute.amount.minor,
        dispute.fee.minor,
        dispute.amount.currency.code(),
        name(dispute.status),
        told.opened_at.to_sqlx() as _,
        told.due_by.to_sqlx() as _,
        ctx.now().to_sqlx() as _,
        attempt.account.as_ref().map(AccountRef::as_str),
        told.reason,
        told.claimed.map(|claimed| claimed.minor),
        told.claimed.map(|claimed| claimed.currency.code()),
        told.takes_history
    )
    .execute(tx.conn())
    .await?;
    Ok(dispute)
}

/// Writes down that the provider took the money, and how much.
pub(super) async fn set_taken(tx: &mut TenantTx, ctx: &Ctx, dispute: &Dispute) -> Result<(), DbError> {
    sqlx::query!(
        "update disputes set taken_at = $2, amount_minor = $3, fee_minor = $4, currency = $5, updated_at = $2 where id = $1",
        dispute.id.uuid(),
        ctx.now().to_sqlx() as _,
        dispute.amount.minor,
        dispute.fee.minor,
        dispute.amount.currency.code()
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
    sqlx::query!(
        "update disputes set state = $2, closed_at = case when $3 then $4::timestamptz end, updated_at = $4
         where id = $1 and state in ('warning', 'needs_response', 'under_review')",
        id.uuid(),
        name(status),
        rank(status) == END,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes down what of its fee the provider gave back.
pub(super) async fn set_fee_returned(tx: &mut TenantTx, id: DisputeId, fee: Money) -> Result<(), DbError> {
    sqlx::query!(
        "update disputes set fee_returned_minor = $2 where id = $1",
        id.uuid(),
        fee.minor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes down that the evidence was handed in, by whom, and what it was.
pub(super) async fn set_evidence(tx: &mut TenantTx, ctx: &Ctx, id: DisputeId, hash: &[u8]) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update disputes set evidence_at = $2, evidence_by = $3, evidence_hash = $4, updated_at = $2
         where id = $1 and evidence_at is null",
        id.uuid(),
        ctx.now().to_sqlx() as _,
        ctx.actor.to_string(),
        hash
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes down what staff add; tells whether the evidence was not handed in yet.
pub(super) async fn set_note(tx: &mut TenantTx, ctx: &Ctx, id: DisputeId, note: &str) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update disputes set note = $2, updated_at = $3 where id = $1 and evidence_at is null and conceded_at is null",
        id.uuid(),
        note,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes down that somebody gave it up; tells whether nobody had.
pub(super) async fn set_conceded(tx: &mut TenantTx, ctx: &Ctx, id: DisputeId) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update disputes set conceded_at = $2, conceded_by = $3, updated_at = $2 where id = $1 and conceded_at is null",
        id.uuid(),
        ctx.now().to_sqlx() as _,
        ctx.actor.to_string()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Finds a contest by the provider's name of it.
pub(crate) async fn find_by_reference(
    tx: &mut TenantTx,
    provider: &str,
    reference: &str,
) -> Result<Option<Dispute>, DbError> {
    lock(tx, provider, reference).await
}

/// What of an attempt's money a bank has taken, or holds while it decides, in minor units.
pub(crate) async fn sum_contested(tx: &mut TenantTx, attempt: AttemptId) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from disputes
           where order_id = (select order_id from payment_attempts where id = $1) and attempt_id = $1
             and taken_at is not null and state not in ('won', 'dropped')"#,
        attempt.uuid()
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}

/// Tells whether a contest of an order whose money was taken is not decided.
pub(super) async fn has_open(tx: &mut TenantTx, order: OrderId) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from disputes where order_id = $1 and taken_at is not null
                          and state in ('warning', 'needs_response', 'under_review')) as "found!""#,
        order.uuid()
    );
    Ok(found.fetch_one(tx.conn()).await?)
}

/// What is contested and not decided in the tenant, in minor units of all currencies; for checks.
pub(crate) async fn sum_open(tx: &mut TenantTx) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from disputes
           where taken_at is not null and state in ('warning', 'needs_response', 'under_review')"#
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
        r#"select id, attempt_id, order_id, provider, account, provider_ref, amount_minor, fee_minor, fee_returned_minor, currency,
                  claimed_minor, claimed_currency, reason, state, taken_at is not null as "is_taken!",
                  opened_at as "opened_at: jiff_sqlx::Timestamp", due_by as "due_by: jiff_sqlx::Timestamp",
                  evidence_at as "evidence_at: jiff_sqlx::Timestamp", note, takes_history,
                  conceded_at as "conceded_at: jiff_sqlx::Timestamp"
           from disputes where order_id = $1 order by opened_at, id limit $2"#,
        order.uuid(),
        LIST_LIMIT
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Row::read).collect()
}

/// Lists the contests that are not decided, those that must be answered first.
///
/// # Errors
/// The database refused.
pub async fn list_open(tx: &mut TenantTx) -> Result<Vec<Dispute>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, attempt_id, order_id, provider, account, provider_ref, amount_minor, fee_minor, fee_returned_minor, currency,
                  claimed_minor, claimed_currency, reason, state, taken_at is not null as "is_taken!",
                  opened_at as "opened_at: jiff_sqlx::Timestamp", due_by as "due_by: jiff_sqlx::Timestamp",
                  evidence_at as "evidence_at: jiff_sqlx::Timestamp", note, takes_history,
                  conceded_at as "conceded_at: jiff_sqlx::Timestamp"
           from disputes where state in ('warning', 'needs_response', 'under_review') order by due_by, id limit $1"#,
        LIST_LIMIT
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Row::read).collect()
}

pub(super) async fn find_warning(
    tx: &mut TenantTx,
    provider: &str,
    reference: &str,
) -> Result<Option<Decision>, DbError> {
    let found = sqlx::query_scalar!(
        "select decision from fraud_warnings where provider = $1 and provider_ref = $2",
        provider,
        reference
    );
    let found = found.fetch_optional(tx.conn()).await?;
    Ok(found.and_then(|text| Decision::ALL.into_iter().find(|one| one.name() == text)))
}

/// Writes a warning down; tells whether it was the first to.
pub(super) async fn insert_warning(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: &Attempt,
    (told, decision): (&WarningSnapshot, Decision),
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into fraud_warnings (tenant_id, provider, provider_ref, attempt_id, order_id, decision, warned_at, heard_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        tx.tenant().uuid(),
        attempt.provider,
        told.warning,
        attempt.id.uuid(),
        attempt.order.uuid(),
        decision.name(),
        told.warned_at.to_sqlx() as _,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn list_warnings(tx: &mut TenantTx, order: OrderId) -> Result<Vec<(Timestamp, Decision)>, DbError> {
    let rows = sqlx::query!(
        r#"select decision, warned_at as "warned_at: jiff_sqlx::Timestamp" from fraud_warnings where order_id = $1
           order by warned_at limit $2"#,
        order.uuid(),
        LIST_LIMIT
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let read = rows.into_iter().filter_map(|row| {
        let decision = Decision::ALL.into_iter().find(|one| one.name() == row.decision)?;
        Some((row.warned_at.to_jiff(), decision))
    });
    Ok(read.collect())
}

pub(super) async fn count_warnings(tx: &mut TenantTx, since: Timestamp) -> Result<u32, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from fraud_warnings where heard_at > $1 and decision <> 'late'"#,
        since.to_sqlx() as _
    );
    Ok(u32::try_from(count.fetch_one(tx.conn()).await?).unwrap_or(u32::MAX))
}

/// Counts the contests of payments with a provider that opened since.
pub(crate) async fn count_since(tx: &mut TenantTx, provider: &str, since: Timestamp) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from disputes where provider = $1 and opened_at > $2"#,
        provider,
        since.to_sqlx() as _
    );
    Ok(count.fetch_one(tx.conn()).await?)
}
