//! SQL of `ticket_types`, `ticket_type_pools` and `capacity_pools`.

use std::collections::{HashMap, HashSet};

use bilten_kernel::{Currency, EventId, Money, PoolId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{price_tiers, stored};
use crate::{
    catalog::{Body, EventStock, Line, Pool, SaleTerms, TicketKind, TicketType, TypePricing},
    price_policy,
    pricing::{self, Attendance, OpenPrice, TaxCode},
    promo, seating, waitlist,
};

/// Row limit of one reading: 100 events with 50 ticket types each.
const MAX_ROWS: i64 = 5_000;

/// Loads the ticket types of some events, in their order.
///
/// Carts that have expired count as free although their places still stand in the counter: the
/// inventory gives them to whoever asks next. Places that the waiting list is about to get are marked as reserved.
pub async fn load(
    tx: &mut TenantTx,
    events: &[EventId],
    now: Timestamp,
) -> Result<HashMap<EventId, Vec<TicketType>>, DbError> {
    let events: Vec<Uuid> = events.iter().map(|id| id.uuid()).collect();
    let mut pools = load_pools(tx, &events, now).await?;
    let rows = sqlx::query!(
        r#"select t.id, t.event_id, t.position, t.name, t.description, t.price_minor, e.currency, t.min_per_order,
                t.max_per_order, t.sale_starts_at, t.sale_ends_at, t.is_hidden, t.is_locked, t.per_admission,
                t.seat_kind is not null as "is_seated!",
                exists(select from waitlist_entries w where w.tenant_id = t.tenant_id and w.event_id = t.event_id
                                                        and w.state = 'waiting') as "has_list!",
                exists (select from price_tiers x where x.tenant_id = t.tenant_id and x.ticket_type_id = t.id) as "has_tiers!",
                t.least_minor, t.most_minor, t.policy_version, t.tax_code, t.attendance, e.starts_at, e.time_zone, (select max(x.version) from pricing_plans x where x.tenant_id = $1) as plan_version
         from ticket_types t join events e on e.tenant_id = t.tenant_id and e.id = t.event_id
         where t.tenant_id = $1 and t.event_id = any($2) order by t.event_id, t.position, t.id limit $3"#,
        tx.tenant().uuid(),
        &events,
        MAX_ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let mut currencies: HashMap<Uuid, Currency> = HashMap::new();
    for row in rows.iter().filter(|row| row.has_tiers) {
        currencies.insert(row.id, stored(row.currency.parse())?);
    }
    let mut tiers = if currencies.is_empty() {
        HashMap::new()
    } else {
        price_tiers::load(tx, &currencies).await?
    };
    let policies = rows.iter().filter_map(|row| Some((row.id, row.policy_version?)));
    let mut moving = price_policy::find_moving(tx, policies.collect()).await?;
    let plan = pricing::store::find_version(tx, rows.first().and_then(|row| row.plan_version)).await?;
    let mut types: HashMap<EventId, Vec<TicketType>> = HashMap::new();
    let mut lists = false;
    for row in rows {
        lists |= row.has_list;
        let currency: Currency = stored(row.currency.parse())?;
        let ticket_type = TicketType {
            id: row.id.into(),
            position: row.position,
            terms: SaleTerms {
                name: Line::stored(row.name),
                description: Body::stored(row.description),
                min_per_order: stored(u32::try_from(row.min_per_order))?,
                max_per_order: stored(u32::try_from(row.max_per_order))?,
                sale_starts_at: row.sale_starts_at.map(jiff_sqlx::Timestamp::to_jiff),
                sale_ends_at: row.sale_ends_at.map(jiff_sqlx::Timestamp::to_jiff),
                is_hidden: row.is_hidden,
                is_locked: row.is_locked,
                kind: TicketKind::stored(row.per_admission),
            },
            price: Money::new(row.price_minor, currency),
            pools: pools.remove(&row.id).unwrap_or_default(),
            tiers: tiers.remove(&row.id).unwrap_or_default(),
            open_price: open_price(row.least_minor, row.most_minor),
            moving: moving.remove(&row.id.into()),
            is_seated: row.is_seated,
            pricing: TypePricing {
                tax: row.tax_code.and_then(|code| code.parse().ok()),
                attendance: Attendance::from_name(&row.attendance),
                day: pricing::day_of(row.starts_at.to_jiff(), &row.time_zone),
                plan: plan.clone(),
            },
        };
        types.entry(row.event_id.into()).or_default().push(ticket_type);
    }
    if lists {
        waitlist::reserve(tx, &mut types, now).await?;
    }
    Ok(types)
}

fn open_price(least: Option<i64>, most: Option<i64>) -> Option<OpenPrice> {
    let (min, max) = least.zip(most)?;
    Some(OpenPrice { min, max })
}

/// Reads the pools behind the ticket types of one event, as [`load`] does.
pub async fn load_stock(tx: &mut TenantTx, event: EventId, now: Timestamp) -> Result<EventStock, DbError> {
    let pools = load_pools(tx, &[event.uuid()], now).await?;
    let by_type = pools.into_iter().map(|(id, pools)| (id.into(), pools));
    Ok(EventStock {
        pools: by_type.collect(),
        tiers: price_tiers::load_pools(tx, event).await?,
    })
}

async fn load_pools(tx: &mut TenantTx, events: &[Uuid], now: Timestamp) -> Result<HashMap<Uuid, Vec<Pool>>, DbError> {
    let rows = sqlx::query!(
        r#"
        with expired as (
            select tp.pool_id, sum(l.quantity) as places
            from holds h
            join hold_lines l on l.tenant_id = h.tenant_id and l.hold_id = h.id
            join ticket_type_pools tp on tp.tenant_id = l.tenant_id and tp.ticket_type_id = l.ticket_type_id
            where h.tenant_id = $1 and h.event_id = any($2) and h.state = 'held' and h.expires_at <= $3
            group by tp.pool_id
        )
        select tp.ticket_type_id, p.id, p.name, p.capacity, p.sold,
               greatest(p.held - coalesce(x.places, 0), 0) as "held!"
        from capacity_pools p
        join ticket_type_pools tp on tp.tenant_id = p.tenant_id and tp.pool_id = p.id
        left join expired x on x.pool_id = p.id
        where p.tenant_id = $1 and p.event_id = any($2) and p.purpose = 'places' order by p.id limit $4
        "#,
        tx.tenant().uuid(),
        events,
        now.to_sqlx() as _,
        MAX_ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let mut pools: HashMap<Uuid, Vec<Pool>> = HashMap::new();
    for row in rows {
        pools.entry(row.ticket_type_id).or_default().push(Pool {
            id: row.id.into(),
            name: row.name,
            capacity: row.capacity,
            held: row.held,
            sold: row.sold,
            reserved: 0,
        });
    }
    Ok(pools)
}

pub async fn insert(
    tx: &mut TenantTx,
    event: EventId,
    ticket_type: &TicketType,
    now: Timestamp,
) -> Result<(), DbError> {
    let terms = &ticket_type.terms;
    sqlx::query!(
        "insert into ticket_types (tenant_id, id, event_id, position, name, description, price_minor, min_per_order,
                                   max_per_order, sale_starts_at, sale_ends_at, is_hidden, created_at, is_locked,
                                   per_admission)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        tx.tenant().uuid(),
        ticket_type.id.uuid(),
        event.uuid(),
        ticket_type.position,
        terms.name.as_str(),
        terms.description.as_str(),
        ticket_type.price.minor,
        per_order(terms.min_per_order),
        per_order(terms.max_per_order),
        terms.sale_starts_at.map(ToSqlx::to_sqlx) as _,
        terms.sale_ends_at.map(ToSqlx::to_sqlx) as _,
        terms.is_hidden || terms.is_locked,
        now.to_sqlx() as _,
        terms.is_locked,
        terms.kind.column(),
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

pub async fn update(tx: &mut TenantTx, event: EventId, ticket_type: &TicketType) -> Result<(), DbError> {
    let terms = &ticket_type.terms;
    sqlx::query!(
        "update ticket_types set position = $4, name = $5, description = $6, price_minor = $7, min_per_order = $8,
                max_per_order = $9, sale_starts_at = $10, sale_ends_at = $11, is_hidden = $12, is_locked = $13,
                per_admission = $14
         where tenant_id = $1 and event_id = $2 and id = $3",
        tx.tenant().uuid(),
        event.uuid(),
        ticket_type.id.uuid(),
        ticket_type.position,
        terms.name.as_str(),
        terms.description.as_str(),
        ticket_type.price.minor,
        per_order(terms.min_per_order),
        per_order(terms.max_per_order),
        terms.sale_starts_at.map(ToSqlx::to_sqlx) as _,
        terms.sale_ends_at.map(ToSqlx::to_sqlx) as _,
        terms.is_hidden || terms.is_locked,
        terms.is_locked,
        terms.kind.column(),
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

/// Sets the taxes of types of an event; returns how many there are.
pub async fn set_taxes(
    tx: &mut TenantTx,
    event: EventId,
    taxes: &[(TicketTypeId, Option<TaxCode>, Attendance)],
) -> Result<u64, DbError> {
    let types: Vec<Uuid> = taxes.iter().map(|(id, ..)| id.uuid()).collect();
    let codes: Vec<Option<String>> = taxes.iter().map(|(_, code, _)| code.map(String::from)).collect();
    let attendances: Vec<&str> = taxes.iter().map(|(.., attendance)| attendance.name()).collect();
    let updated = sqlx::query!(
        "update ticket_types t set tax_code = x.code, attendance = x.attendance
         from unnest($3::uuid[], $4::text[], $5::text[]) as x(id, code, attendance)
         where t.tenant_id = $1 and t.event_id = $2 and t.id = x.id",
        tx.tenant().uuid(),
        event.uuid(),
        &types,
        &codes as _,
        &attendances as _,
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(updated.rows_affected())
}

/// Tells which of these types are watched from elsewhere.
///
/// # Errors
/// The database refused.
pub async fn list_virtual(tx: &mut TenantTx, types: &[TicketTypeId]) -> Result<HashSet<TicketTypeId>, DbError> {
    let types: Vec<Uuid> = types.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query_scalar!(
        "select id from ticket_types where tenant_id = $1 and id = any($2) and attendance = 'virtual'",
        tx.tenant().uuid(),
        &types
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(TicketTypeId::from_uuid).collect())
}

/// Sets the bounds of the price that buyers name; returns whether the event has the type.
pub async fn set_open_price(
    tx: &mut TenantTx,
    event: EventId,
    ticket_type: TicketTypeId,
    bounds: Option<OpenPrice>,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update ticket_types set least_minor = $4, most_minor = $5 where tenant_id = $1 and event_id = $2 and id = $3",
        tx.tenant().uuid(),
        event.uuid(),
        ticket_type.uuid(),
        bounds.map(|bounds| bounds.min),
        bounds.map(|bounds| bounds.max),
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(done.rows_affected() == 1)
}

/// Tells whether buyers name the price of a type.
pub async fn has_open_price(tx: &mut TenantTx, ticket_type: TicketTypeId) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        "select id from ticket_types where tenant_id = $1 and id = $2 and least_minor is not null",
        tx.tenant().uuid(),
        ticket_type.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

/// Tells whether a policy moves the price of a type.
pub async fn is_moving(tx: &mut TenantTx, ticket_type: TicketTypeId) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        "select id from ticket_types where tenant_id = $1 and id = $2 and policy_version is not null",
        tx.tenant().uuid(),
        ticket_type.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

fn per_order(limit: u32) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}

/// Deletes a type that nothing refers to; its own pool keeps no places.
pub async fn delete(tx: &mut TenantTx, id: TicketTypeId) -> Result<(), DbError> {
    let tenant = tx.tenant().uuid();
    price_tiers::replace(tx, id, &[], &[]).await?;
    seating::unseat(tx, id).await?;
    promo::store::forget_type(tx, id).await?;
    sqlx::query!(
        "delete from ticket_type_pools where tenant_id = $1 and ticket_type_id = $2",
        tenant,
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update capacity_pools set capacity = 0 where tenant_id = $1 and id = $2",
        tenant,
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from ticket_types where tenant_id = $1 and id = $2",
        tenant,
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

pub async fn insert_pool(
    tx: &mut TenantTx,
    event: EventId,
    (id, name, capacity): (PoolId, &str, i64),
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into capacity_pools (tenant_id, id, event_id, name, capacity) values ($1, $2, $3, $4, $5)",
        tx.tenant().uuid(),
        id.uuid(),
        event.uuid(),
        name,
        capacity
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

pub async fn link_pools(tx: &mut TenantTx, ticket_type: TicketTypeId, pools: &[PoolId]) -> Result<(), DbError> {
    let pools: Vec<Uuid> = pools.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "insert into ticket_type_pools (tenant_id, ticket_type_id, pool_id) select $1, $2, p.id from unnest($3::uuid[]) as p(id)",
        tx.tenant().uuid(),
        ticket_type.uuid(),
        &pools
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

/// What became of a change of capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapacitySet {
    /// It is changed.
    Done,
    /// The event has no such pool.
    NoPool,
    /// More places are held and sold than that.
    Below {
        /// Places held and sold.
        committed: i64,
    },
}

/// Sets the capacity unless more is held and sold; locks the pool, so that nobody comes between.
pub async fn set_capacity(
    tx: &mut TenantTx,
    event: EventId,
    pool: PoolId,
    capacity: i64,
) -> Result<CapacitySet, DbError> {
    let committed = sqlx::query_scalar!(
        r#"select held + sold as "committed!" from capacity_pools
           where tenant_id = $1 and event_id = $2 and id = $3 for no key update"#,
        tx.tenant().uuid(),
        event.uuid(),
        pool.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    match committed {
        None => return Ok(CapacitySet::NoPool),
        Some(committed) if committed > capacity => return Ok(CapacitySet::Below { committed }),
        Some(_) => {}
    }
    sqlx::query!(
        "update capacity_pools set capacity = $4 where tenant_id = $1 and event_id = $2 and id = $3",
        tx.tenant().uuid(),
        event.uuid(),
        pool.uuid(),
        capacity
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(CapacitySet::Done)
}

/// Lists the shared pools of an event: those with a name.
pub async fn list_shared_pools(tx: &mut TenantTx, event: EventId) -> Result<Vec<Pool>, DbError> {
    let rows = sqlx::query!(
        "select id, name, capacity, held, sold from capacity_pools
         where tenant_id = $1 and event_id = $2 and name <> '' order by name, id limit $3",
        tx.tenant().uuid(),
        event.uuid(),
        MAX_ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Pool {
            id: row.id.into(),
            name: row.name,
            capacity: row.capacity,
            held: row.held,
            sold: row.sold,
            reserved: 0,
        })
        .collect())
}
