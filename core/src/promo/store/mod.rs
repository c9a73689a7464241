//! SQL of `promo_codes` and `promo_code_types`, and of the pools that count their uses.

pub(super) mod guesses;
pub(super) mod series;

use std::collections::{BTreeSet, HashMap};

use bilten_kernel::{EventId, PoolId, PromoCodeId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Discount, NewPromo, Promo, PromoCode, PromoRules, Spent};
use crate::inventory::PromoFacts;

/// Reads what matters of the codes that were named; withdrawn and unknown ones are missing. Their pools are locked.
pub(crate) async fn load_facts(
    tx: &mut TenantTx,
    event: EventId,
    codes: &[PromoCode],
) -> Result<HashMap<PromoCode, PromoFacts>, DbError> {
    let codes: Vec<&str> = codes.iter().map(PromoCode::as_str).collect();
    let rows = sqlx::query!(
        r#"select c.id, c.code, c.percent_bp, c.off_minor, c.price_minor, c.off_order_minor, c.starts_at, c.ends_at, c.is_for_all,
                  c.unlocks, c.is_fee_free, c.min_spend_minor, c.max_per_person, c.budget_pool_id, c.stack_group, c.priority,
                  array(select t.ticket_type_id from promo_code_types t
                        where t.tenant_id = c.tenant_id and t.promo_code_id = c.id) as "types!"
           from promo_codes c where c.event_id = $1 and c.code = any($2) and c.withdrawn_at is null"#,
        event.uuid(),
        &codes as _
    )
    .fetch_all(tx.conn())
    .await?;
    let facts = rows.into_iter().map(|row| {
        let types: BTreeSet<TicketTypeId> = row.types.into_iter().map(TicketTypeId::from_uuid).collect();
        let facts = PromoFacts {
            pool: PoolId::from_uuid(row.id),
            discount: discount((row.percent_bp, row.off_minor, row.price_minor, row.off_order_minor)),
            rules: PromoRules {
                unlocks: row.unlocks,
                is_fee_free: row.is_fee_free,
                min_spend_minor: row.min_spend_minor,
                max_per_person: row.max_per_person.and_then(|most| u32::try_from(most).ok()),
                // What is left of it is counted in its pool.
                budget_minor: None,
                stack_group: row.stack_group.and_then(|group| u32::try_from(group).ok()),
                priority: row.priority,
            },
            budget: row.budget_pool_id.map(PoolId::from_uuid),
            types: (!row.is_for_all).then_some(types),
            starts_at: row.starts_at.map(jiff_sqlx::Timestamp::to_jiff),
            ends_at: row.ends_at.map(jiff_sqlx::Timestamp::to_jiff),
        };
        (PromoCode::stored(row.code), facts)
    });
    Ok(facts.collect())
}

/// Reads the one of the columns that is filled, if one is.
fn discount(
    (percent_bp, off_minor, price_minor, off_order_minor): (Option<i32>, Option<i64>, Option<i64>, Option<i64>),
) -> Discount {
    let of_share = percent_bp.map(Discount::Share);
    of_share
        .or(off_minor.map(Discount::Amount))
        .or(price_minor.map(Discount::Price))
        .or(off_order_minor.map(Discount::Order))
        .unwrap_or(Discount::Nothing)
}

/// Reads how many orders one person may make with these codes, where that is limited.
pub(crate) async fn list_person_limits(tx: &mut TenantTx, codes: &[PoolId]) -> Result<Vec<(PoolId, u32)>, DbError> {
    let codes: Vec<Uuid> = codes.iter().map(|code| code.uuid()).collect();
    let rows = sqlx::query!(
        r#"select id, max_per_person as "most!" from promo_codes where id = any($1) and max_per_person is not null"#,
        &codes
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id.into(), u32::try_from(row.most).unwrap_or(0)))
        .collect())
}

/// What a code unlocks.
pub(super) struct Unlocking {
    pub unlocks: bool,
    /// Types that it holds for; `None` for all.
    pub types: Option<Vec<TicketTypeId>>,
}

/// Finds a code of an event that was not withdrawn and holds now.
pub(super) async fn find_unlocking(
    tx: &mut TenantTx,
    event: EventId,
    code: &PromoCode,
    now: Timestamp,
) -> Result<Option<Unlocking>, DbError> {
    let row = sqlx::query!(
        r#"select c.unlocks and (c.starts_at is null or c.starts_at <= $3) and (c.ends_at is null or c.ends_at > $3) as "unlocks!",
                  c.is_for_all,
                  array(select t.ticket_type_id from promo_code_types t
                        where t.tenant_id = c.tenant_id and t.promo_code_id = c.id) as "types!"
           from promo_codes c where c.event_id = $1 and c.code = $2 and c.withdrawn_at is null"#,
        event.uuid(),
        code.as_str(),
        now.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Unlocking {
        unlocks: row.unlocks,
        types: (!row.is_for_all).then(|| row.types.into_iter().map(TicketTypeId::from_uuid).collect()),
    }))
}

/// Counts the codes of an event that were made alone, withdrawn ones too.
pub(super) async fn count(tx: &mut TenantTx, event: EventId) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from promo_codes where event_id = $1 and series is null"#,
        event.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// Tells whether the event has a code of this text that was not withdrawn.
pub(super) async fn exists(tx: &mut TenantTx, event: EventId, code: &PromoCode) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        "select id from promo_codes where event_id = $1 and code = $2 and withdrawn_at is null",
        event.uuid(),
        code.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

/// Lists those of the ticket types that the event has.
pub(super) async fn list_types(
    tx: &mut TenantTx,
    event: EventId,
    types: &[TicketTypeId],
) -> Result<Vec<TicketTypeId>, DbError> {
    let ids: Vec<Uuid> = types.iter().map(|id| id.uuid()).collect();
    let found = sqlx::query_scalar!(
        "select id from ticket_types where event_id = $1 and id = any($2)",
        event.uuid(),
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(found.into_iter().map(TicketTypeId::from_uuid).collect())
}

/// Adds a code with the pool of its uses, and that of its budget.
pub(super) async fn insert(
    tx: &mut TenantTx,
    event: EventId,
    (id, new): (PromoCodeId, &NewPromo),
    (budget, now): (Option<PoolId>, Timestamp),
) -> Result<(), DbError> {
    let tenant = tx.tenant().uuid();
    let types: Vec<Uuid> = new.ticket_types.iter().map(|id| id.uuid()).collect();
    insert_pool(tx, event, (id.uuid(), "promo", new.uses)).await?;
    if let (Some(pool), Some(money)) = (budget, new.rules.budget_minor) {
        insert_pool(tx, event, (pool.uuid(), "promo_budget", money)).await?;
    }
    insert_code(tx, event, (id, new), (budget, now)).await?;
    sqlx::query!(
        "insert into promo_code_types (tenant_id, promo_code_id, ticket_type_id) select $1, $2, t.id from unnest($3::uuid[]) as t(id)",
        tenant,
        id.uuid(),
        &types
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

async fn insert_pool(
    tx: &mut TenantTx,
    event: EventId,
    (id, purpose, capacity): (Uuid, &str, i64),
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into capacity_pools (tenant_id, id, event_id, name, capacity, purpose) values ($1, $2, $3, '', $4, $5)",
        tx.tenant().uuid(),
        id,
        event.uuid(),
        capacity,
        purpose
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

async fn insert_code(
    tx: &mut TenantTx,
    event: EventId,
    (id, new): (PromoCodeId, &NewPromo),
    (budget, now): (Option<PoolId>, Timestamp),
) -> Result<(), DbError> {
    let rules = &new.rules;
    let (percent_bp, off_minor, price_minor, off_order_minor) = columns(new.discount);
    sqlx::query!(
        "insert into promo_codes (tenant_id, id, event_id, code, percent_bp, off_minor, starts_at, ends_at, is_for_all, created_at,
                                  price_minor, off_order_minor, unlocks, is_fee_free, min_spend_minor, max_per_person, budget_pool_id,
                                  stack_group, priority)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        tx.tenant().uuid(),
        id.uuid(),
        event.uuid(),
        new.code.as_str(),
        percent_bp,
        off_minor,
        new.starts_at.map(ToSqlx::to_sqlx) as _,
        new.ends_at.map(ToSqlx::to_sqlx) as _,
        new.ticket_types.is_empty(),
        now.to_sqlx() as _,
        price_minor,
        off_order_minor,
        rules.unlocks,
        rules.is_fee_free,
        rules.min_spend_minor,
        whole(rules.max_per_person),
        budget.map(PoolId::uuid),
        whole(rules.stack_group),
        rules.priority,
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

fn whole(limit: Option<u32>) -> Option<i32> {
    limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX))
}

/// The columns of a discount: share, amount, price, amount off the order.
fn columns(discount: Discount) -> (Option<i32>, Option<i64>, Option<i64>, Option<i64>) {
    match discount {
        Discount::Share(bp) => (Some(bp), None, None, None),
        Discount::Amount(minor) => (None, Some(minor), None, None),
        Discount::Price(minor) => (None, None, Some(minor), None),
        Discount::Order(minor) => (None, None, None, Some(minor)),
        Discount::Nothing => (None, None, None, None),
    }
}

/// Locks the pool of a code; `false` when the event has no such code.
pub(super) async fn lock_pool(tx: &mut TenantTx, event: EventId, id: PromoCodeId) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        "select id from capacity_pools where event_id = $1 and id = $2 and purpose = 'promo' for update",
        event.uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

/// Withdraws a code unless it was withdrawn before; returns whether it was not.
pub(super) async fn withdraw(tx: &mut TenantTx, id: PromoCodeId, now: Timestamp) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update promo_codes set withdrawn_at = $2 where id = $1 and withdrawn_at is null",
        id.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(done.rows_affected() == 1)
}

/// Forgets a ticket type that is about to be deleted. A code that held for it alone holds for nothing then.
pub(crate) async fn forget_type(tx: &mut TenantTx, ticket_type: TicketTypeId) -> Result<(), DbError> {
    sqlx::query!(
        "delete from promo_code_types where ticket_type_id = $1",
        ticket_type.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists codes of an event, the latest first, that are older than the one given.
pub(super) async fn list(
    tx: &mut TenantTx,
    event: EventId,
    before: Option<PromoCodeId>,
    limit: i64,
) -> Result<Vec<Promo>, DbError> {
    load(tx, event, (before, None), limit).await
}

pub(super) async fn find(tx: &mut TenantTx, event: EventId, id: PromoCodeId) -> Result<Option<Promo>, DbError> {
    Ok(load(tx, event, (None, Some([id.uuid()].as_slice())), 1).await?.pop())
}

async fn load(
    tx: &mut TenantTx,
    event: EventId,
    (before, only): (Option<PromoCodeId>, Option<&[Uuid]>),
    limit: i64,
) -> Result<Vec<Promo>, DbError> {
    let rows = sqlx::query!(
        r#"select c.id, c.code, c.percent_bp, c.off_minor, c.price_minor, c.off_order_minor, c.starts_at, c.ends_at, c.is_for_all,
                  c.withdrawn_at, p.capacity, p.held, p.sold, c.unlocks, c.is_fee_free, c.min_spend_minor, c.max_per_person,
                  c.stack_group, c.priority, b.capacity as "budget?", b.held as "budget_held?", b.sold as "budget_sold?",
                  array(select t.ticket_type_id from promo_code_types t
                        where t.tenant_id = c.tenant_id and t.promo_code_id = c.id order by 1) as "types!"
           from promo_codes c join capacity_pools p on p.tenant_id = c.tenant_id and p.id = c.id
           left join capacity_pools b on b.tenant_id = c.tenant_id and b.id = c.budget_pool_id
           where c.event_id = $1 and ($2::uuid is null or c.id < $2) and case when $3::uuid[] is null then c.series is null else c.id = any($3) end
           order by c.id desc limit $4"#,
        event.uuid(),
        before.map(PromoCodeId::uuid),
        only as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let promo = rows.into_iter().map(|row| {
        let types: Vec<TicketTypeId> = row.types.into_iter().map(TicketTypeId::from_uuid).collect();
        Promo {
            id: row.id.into(),
            code: PromoCode::stored(row.code),
            discount: discount((row.percent_bp, row.off_minor, row.price_minor, row.off_order_minor)),
            rules: PromoRules {
                unlocks: row.unlocks,
                is_fee_free: row.is_fee_free,
                min_spend_minor: row.min_spend_minor,
                max_per_person: row.max_per_person.and_then(|most| u32::try_from(most).ok()),
                budget_minor: row.budget,
                stack_group: row.stack_group.and_then(|group| u32::try_from(group).ok()),
                priority: row.priority,
            },
            spent: Spent {
                held_minor: row.budget_held.unwrap_or(0),
                used_minor: row.budget_sold.unwrap_or(0),
            },
            ticket_types: (!row.is_for_all).then_some(types),
            starts_at: row.starts_at.map(jiff_sqlx::Timestamp::to_jiff),
            ends_at: row.ends_at.map(jiff_sqlx::Timestamp::to_jiff),
            withdrawn_at: row.withdrawn_at.map(jiff_sqlx::Timestamp::to_jiff),
            uses: row.capacity,
            held: row.held,
            used: row.sold,
        }
    });
    Ok(promo.collect())
}
