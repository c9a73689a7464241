//! SQL of `price_tiers` and of the pools that count them.

use std::collections::HashMap;

use bilten_kernel::{Currency, EventId, Money, PoolId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::catalog::{Line, NewPriceTier, Pool, PriceTier};

/// Row limit of one reading: 5,000 ticket types, few of which have tiers.
const MAX_ROWS: i64 = 10_000;

/// Loads the tiers of ticket types, of which the currencies are given, in their order. Types without any are missing.
pub async fn load(
    tx: &mut TenantTx,
    currencies: &HashMap<Uuid, Currency>,
) -> Result<HashMap<Uuid, Vec<PriceTier>>, DbError> {
    let types: Vec<Uuid> = currencies.keys().copied().collect();
    let rows = sqlx::query!(
        "select t.ticket_type_id, t.name, t.price_minor, t.ends_at, p.id, p.capacity, p.held, p.sold
         from price_tiers t join capacity_pools p on p.tenant_id = t.tenant_id and p.id = t.pool_id
         where t.tenant_id = $1 and t.ticket_type_id = any($2) order by t.ticket_type_id, t.position limit $3",
        tx.tenant().uuid(),
        &types,
        MAX_ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let mut tiers: HashMap<Uuid, Vec<PriceTier>> = HashMap::new();
    for row in rows {
        let Some(currency) = currencies.get(&row.ticket_type_id) else {
            continue;
        };
        tiers.entry(row.ticket_type_id).or_default().push(PriceTier {
            name: Line::stored(row.name),
            price: Money::new(row.price_minor, *currency),
            ends_at: row.ends_at.map(jiff_sqlx::Timestamp::to_jiff),
            pool: Pool {
                id: row.id.into(),
                name: String::new(),
                capacity: row.capacity,
                held: row.held,
                sold: row.sold,
                reserved: 0,
            },
        });
    }
    Ok(tiers)
}

/// Loads the pools that count an event's tiers.
pub async fn load_pools(tx: &mut TenantTx, event: EventId) -> Result<HashMap<PoolId, Pool>, DbError> {
    let rows = sqlx::query!(
        "select id, capacity, held, sold from capacity_pools
         where tenant_id = $1 and event_id = $2 and purpose = 'tier' limit $3",
        tx.tenant().uuid(),
        event.uuid(),
        MAX_ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let pool = rows.into_iter().map(|row| {
        let id = PoolId::from_uuid(row.id);
        let pool = Pool {
            id,
            name: String::new(),
            capacity: row.capacity,
            held: row.held,
            sold: row.sold,
            reserved: 0,
        };
        (id, pool)
    });
    Ok(pool.collect())
}

/// Lists the pools of a type's tiers in their order; `None` when the event has no such type.
pub async fn list_pools(
    tx: &mut TenantTx,
    event: EventId,
    ticket_type: TicketTypeId,
) -> Result<Option<Vec<PoolId>>, DbError> {
    let pools = sqlx::query_scalar!(
        r#"select array(select p.pool_id from price_tiers p where p.tenant_id = t.tenant_id and p.ticket_type_id = t.id
                        order by p.position) as "pools!"
           from ticket_types t where t.tenant_id = $1 and t.event_id = $2 and t.id = $3"#,
        tx.tenant().uuid(),
        event.uuid(),
        ticket_type.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let pools: Option<Vec<Uuid>> = pools;
    Ok(pools.map(|pools| pools.into_iter().map(PoolId::from_uuid).collect()))
}

/// Adds the pool of a tier.
pub async fn insert_pool(tx: &mut TenantTx, event: EventId, pool: PoolId, quantity: i64) -> Result<(), DbError> {
    sqlx::query!(
        "insert into capacity_pools (tenant_id, id, event_id, name, capacity, purpose) values ($1, $2, $3, '', $4, 'tier')",
        tx.tenant().uuid(),
        pool.uuid(),
        event.uuid(),
        quantity
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

/// Replaces the tiers of a type; their pools stand beside them.
pub async fn replace(
    tx: &mut TenantTx,
    ticket_type: TicketTypeId,
    tiers: &[NewPriceTier],
    pools: &[PoolId],
) -> Result<(), DbError> {
    let tenant = tx.tenant().uuid();
    sqlx::query!(
        "delete from price_tiers where tenant_id = $1 and ticket_type_id = $2",
        tenant,
        ticket_type.uuid()
    )
    .execute(tx.conn())
    .await?;
    let pools: Vec<Uuid> = pools.iter().map(|pool| pool.uuid()).collect();
    let names: Vec<String> = tiers.iter().map(|tier| tier.name.to_string()).collect();
    let prices: Vec<i64> = tiers.iter().map(|tier| tier.price_minor).collect();
    let ends: Vec<Option<jiff_sqlx::Timestamp>> = tiers.iter().map(|tier| tier.ends_at.map(ToSqlx::to_sqlx)).collect();
    let positions: Vec<i32> = (0_i32..).take(tiers.len()).collect();
    sqlx::query!(
        "insert into price_tiers (tenant_id, ticket_type_id, pool_id, position, name, price_minor, ends_at)
         select $1, $2, t.pool_id, t.position, t.name, t.price_minor, t.ends_at
         from unnest($3::uuid[], $4::int[], $5::text[], $6::bigint[], $7::timestamptz[])
              as t(pool_id, position, name, price_minor, ends_at)",
        tenant,
        ticket_type.uuid(),
        &pools,
        &positions,
        &names,
        &prices,
        &ends as _,
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}
