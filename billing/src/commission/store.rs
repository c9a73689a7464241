//! SQL of `commission_terms`, `commission_settlements` and `commission_shares`.

use std::collections::HashMap;

use bilten_kernel::{Ctx, EventId, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Every, Settlement, SettlementId, SettlementState, Terms, due::Earned, settle::Share};
use crate::provider::{AccountRef, TransferSnapshot};

struct Row {
    id: Uuid,
    provider: String,
    account: Option<String>,
    currency: String,
    amount_minor: i64,
    given_minor: i64,
    state: String,
    provider_ref: Option<String>,
    reversal_ref: Option<String>,
    failure: Option<String>,
    tries: i32,
    created_at: jiff_sqlx::Timestamp,
}

fn odd(what: &'static str) -> DbError {
    sqlx::Error::Decode(what.into()).into()
}

impl Row {
    fn read(self) -> Result<Settlement, DbError> {
        let currency = self.currency.parse().map_err(|_| odd("currency"))?;
        Ok(Settlement {
            id: self.id.into(),
            provider: self.provider,
            account: self.account.and_then(|text| AccountRef::parse(&text).ok()),
            amount: Money::new(self.amount_minor, currency),
            given: Money::new(self.given_minor, currency),
            state: SettlementState::from_name(&self.state).ok_or_else(|| odd("state of a settlement"))?,
            reference: self.provider_ref,
            reversal: self.reversal_ref,
            failure: self.failure,
            tries: u32::try_from(self.tries).unwrap_or(0),
            created_at: self.created_at.to_jiff(),
        })
    }
}

/// Finds the terms; none where nothing is settled.
///
/// # Errors
/// The database refused.
pub async fn find_terms(tx: &mut TenantTx) -> Result<Option<Terms>, DbError> {
    let row = sqlx::query!("select every, after_days from commission_terms")
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| {
        Ok(Terms {
            every: Every::from_name(&row.every).ok_or_else(|| odd("period"))?,
            after_days: u16::try_from(row.after_days).map_err(|_| odd("days"))?,
        })
    })
    .transpose()
}

pub(super) async fn save_terms(tx: &mut TenantTx, ctx: &Ctx, terms: Terms) -> Result<(), DbError> {
    sqlx::query!(
        "insert into commission_terms (tenant_id, every, after_days, updated_at) values ($1, $2, $3, $4)
         on conflict (tenant_id) do update
         set every = excluded.every, after_days = excluded.after_days, updated_at = excluded.updated_at",
        tx.tenant().uuid(),
        terms.every.name(),
        i32::from(terms.after_days),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps others from settling, and tells when it was done last.
pub(super) async fn lock_last(tx: &mut TenantTx) -> Result<Option<Timestamp>, DbError> {
    sqlx::query_scalar!("select every from commission_terms for update")
        .fetch_optional(tx.conn())
        .await?;
    let last =
        sqlx::query_scalar!(r#"select max(created_at) as "at: jiff_sqlx::Timestamp" from commission_settlements"#);
    Ok(last.fetch_one(tx.conn()).await?.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Sums up what was settled of an event, and not taken back.
pub(super) async fn sum_settled(
    tx: &mut TenantTx,
    event: EventId,
    (provider, currency): (&str, &str),
) -> Result<Earned, DbError> {
    let row = sqlx::query!(
        r#"select coalesce(sum(h.amount_minor), 0)::bigint as "due!", coalesce(sum(h.given_minor), 0)::bigint as "given!"
           from commission_shares h
           join commission_settlements s on s.tenant_id = h.tenant_id and s.id = h.settlement_id
           where h.event_id = $1 and s.provider = $2 and s.currency = $3 and s.state <> 'reversed'"#,
        event.uuid(),
        provider,
        currency
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Earned {
        due: row.due,
        given: row.given,
    })
}

pub(super) async fn insert(
    tx: &mut TenantTx,
    ctx: &Ctx,
    settlement: &Settlement,
    shares: &[Share],
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into commission_settlements (tenant_id, id, provider, account, currency, amount_minor, given_minor, state, tries,
                                             next_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'owed', 0, $8, $8, $8)",
        tx.tenant().uuid(),
        settlement.id.uuid(),
        settlement.provider,
        settlement.account.as_ref().map(AccountRef::as_str),
        settlement.amount.currency.code(),
        settlement.amount.minor,
        settlement.given.minor,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    let events: Vec<Uuid> = shares.iter().map(|(event, _)| event.uuid()).collect();
    let due: Vec<i64> = shares.iter().map(|(_, share)| share.due).collect();
    let given: Vec<i64> = shares.iter().map(|(_, share)| share.given).collect();
    sqlx::query!(
        "insert into commission_shares (tenant_id, settlement_id, event_id, amount_minor, given_minor)
         select $1, $2, s.event, s.due, s.given
         from unnest($3::uuid[], $4::bigint[], $5::bigint[]) as s(event, due, given) order by s.event",
        tx.tenant().uuid(),
        settlement.id.uuid(),
        &events,
        &due,
        &given
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn lock(tx: &mut TenantTx, id: SettlementId) -> Result<Option<Settlement>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, provider, account, currency, amount_minor, given_minor, state, provider_ref, reversal_ref, failure, tries,
                  created_at as "created_at: jiff_sqlx::Timestamp"
           from commission_settlements where id = $1 for update"#,
        id.uuid()
    );
    row.fetch_optional(tx.conn()).await?.map(Row::read).transpose()
}

/// Lists settlements before one of them, the latest first.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx, before: Option<SettlementId>, limit: i64) -> Result<Vec<Settlement>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, provider, account, currency, amount_minor, given_minor, state, provider_ref, reversal_ref, failure, tries,
                  created_at as "created_at: jiff_sqlx::Timestamp"
           from commission_settlements where $1::uuid is null or id < $1 order by id desc limit $2"#,
        before.map(SettlementId::uuid),
        limit
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Row::read).collect()
}

pub(super) async fn find_by_reference(
    tx: &mut TenantTx,
    provider: &str,
    reference: &str,
) -> Result<Option<Settlement>, DbError> {
    // A tenant has one settlement a week at most.
    let row = sqlx::query_as!(
        Row,
        r#"select id, provider, account, currency, amount_minor, given_minor, state, provider_ref, reversal_ref, failure, tries,
                  created_at as "created_at: jiff_sqlx::Timestamp"
           from commission_settlements where provider = $1 and (provider_ref = $2 or reversal_ref = $2)"#,
        provider,
        reference
    );
    row.fetch_optional(tx.conn()).await?.map(Row::read).transpose()
}

pub(super) async fn set_submitting(tx: &mut TenantTx, ctx: &Ctx, id: SettlementId) -> Result<(), DbError> {
    sqlx::query!(
        "update commission_settlements set state = 'submitting', updated_at = $2 where id = $1 and state = 'owed'",
        id.uuid(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn set_failed(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: SettlementId,
    (why, next_at): (&str, Timestamp),
) -> Result<(), DbError> {
    sqlx::query!(
        "update commission_settlements set failure = $2, tries = tries + 1, next_at = $3, updated_at = $4
         where id = $1 and state in ('owed', 'submitting')",
        id.uuid(),
        why,
        next_at.to_sqlx() as _,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn set_told(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: SettlementId,
    (state, told): (SettlementState, &TransferSnapshot),
) -> Result<(), DbError> {
    sqlx::query!(
        "update commission_settlements set state = $2, provider_ref = $3, reversal_ref = $4, failure = null, updated_at = $5
         where id = $1",
        id.uuid(),
        state.name(),
        told.transfer,
        told.reversal,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Names what is to be tried again by now, and what was sent since.
pub(super) async fn list_to_try(
    tx: &mut TenantTx,
    (now, sent_since): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<SettlementId>, DbError> {
    let rows = sqlx::query_scalar!(
        "(select id from commission_settlements where state in ('owed', 'submitting') and next_at <= $1 order by next_at limit $3)
         union all
         (select id from commission_settlements where state = 'sent' and created_at > $2 order by id desc limit $3)",
        now.to_sqlx() as _,
        sent_since.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().flatten().map(SettlementId::from_uuid).collect())
}

/// Accounts that settlements among these were sent to.
pub(crate) async fn list_accounts(tx: &mut TenantTx, ids: &[OrderId]) -> Result<HashMap<OrderId, String>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select id, account as "account!" from commission_settlements where id = any ($1) and account is not null"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (OrderId::from_uuid(row.id), row.account))
        .collect())
}

/// Counts settlements in a currency that no provider has taken yet.
pub(crate) async fn count_open(tx: &mut TenantTx) -> Result<Vec<(String, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"select currency, count(*) as "count!" from commission_settlements where state in ('owed', 'submitting') group by currency"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.currency, row.count)).collect())
}
