//! SQL that puts sold places back on sale.

use bilten_kernel::{HoldId, OrderId, OrderLineId};
use bilten_tenancy::{DbError, TenantTx};
use uuid::Uuid;

/// Takes so many places of each line of an order off what is sold, and with the last what its promo codes count, locking the
/// pools in order. Lines of an order and of its hold are told apart by type, price and number.
pub(in crate::inventory) async fn return_places(
    tx: &mut TenantTx,
    (hold, order): (HoldId, OrderId),
    places: &[(OrderLineId, i64)],
    is_last: bool,
) -> Result<(), DbError> {
    let lines: Vec<Uuid> = places.iter().map(|(line, _)| line.uuid()).collect();
    let counts: Vec<i64> = places.iter().map(|(_, count)| *count).collect();
    sqlx::query!(
        "with bought as (
             select l.id, l.ticket_type_id,
                    row_number() over (partition by l.ticket_type_id order by l.unit_price_minor, l.quantity, l.id) as n
             from order_lines l where l.tenant_id = $1 and l.order_id = $3),
         held as (
             select l.ticket_type_id, l.tier_pool_id, l.promo_code_id, l.code_pools, l.code_places,
                    row_number() over (partition by l.ticket_type_id order by l.unit_price_minor, l.quantity, l.part) as n
             from hold_lines l where l.tenant_id = $1 and l.hold_id = $2),
         lines as (
             select h.ticket_type_id, h.tier_pool_id, r.places
             from unnest($4::uuid[], $5::bigint[]) as r(line, places)
             join bought b on b.id = r.line
             join held h on h.ticket_type_id = b.ticket_type_id and h.n = b.n),
         wanted as (
             select w.pool_id, sum(w.places)::bigint as places from (
                 select p.pool_id, l.places
                 from lines l join ticket_type_pools p on p.tenant_id = $1 and p.ticket_type_id = l.ticket_type_id
                 union all
                 select l.tier_pool_id, l.places from lines l where l.tier_pool_id is not null
                 union all
                 select h.promo_code_id, 1 from held h where h.promo_code_id is not null and $6
                 union all
                 select x.pool_id, x.places from held h
                 cross join lateral unnest(h.code_pools, h.code_places) as x(pool_id, places)
                 where h.code_pools is not null and $6) w
             group by w.pool_id),
         locked as (
             select c.id from capacity_pools c where c.id in (select pool_id from wanted) order by c.purpose, c.id for update)
         update capacity_pools c set sold = c.sold - w.places
         from wanted w join locked k on k.id = w.pool_id where c.id = w.pool_id",
        tx.tenant().uuid(),
        hold.uuid(),
        order.uuid(),
        &lines,
        &counts,
        is_last
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
