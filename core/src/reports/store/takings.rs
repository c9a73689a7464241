//! SQL of what was sold in a span.

use std::collections::HashMap;

use bilten_kernel::{EventId, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{money, stored};
use crate::reports::{EventName, Taking, VersionTaking};

pub async fn list_takings(
    tx: &mut TenantTx,
    event: EventId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Taking>, DbError> {
    // Index orders_of_event.
    let rows = sqlx::query!(
        r#"select t.name, t.per_admission is not null as "is_add_on!", o.currency, l.unit_price_minor as price, sum(l.quantity)::bigint as "tickets!",
                  sum(l.quantity * l.unit_price_minor)::bigint as "gross!",
                  sum(l.quantity * coalesce(l.full_price_minor - l.unit_price_minor, 0))::bigint as "discount!"
           from orders o
           join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.id
           join ticket_types t on t.tenant_id = l.tenant_id and t.id = l.ticket_type_id
           where o.event_id = $1 and o.paid_at >= $2 and o.paid_at < $3
           group by t.position, t.id, t.name, t.per_admission, o.currency, l.unit_price_minor
           order by t.per_admission is not null, t.position, t.id, l.unit_price_minor desc"#,
        event.uuid(),
        from.to_sqlx() as _,
        until.to_sqlx() as _
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let amount = |minor| money(minor, &row.currency);
            Ok(Taking {
                price: amount(row.price)?,
                gross: amount(row.gross)?,
                discount: amount(row.discount)?,
                tickets: row.tickets,
                ticket_type: row.name,
                is_add_on: row.is_add_on,
            })
        })
        .collect()
}

pub async fn list_by_version(
    tx: &mut TenantTx,
    event: Option<EventId>,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<VersionTaking>, DbError> {
    // Indexes of payments know paid orders alone, and refunded ones count too: all orders of the tenant are read, or with an
    // event those of index orders_of_event.
    let rows = sqlx::query!(
        r#"select (o.charges->>'plan')::int as version, o.currency, count(*) as "orders!", sum(o.total_minor)::bigint as "gross!",
                  coalesce(sum(p.platform_fee), 0)::bigint as "platform_fee!", coalesce(sum(p.service_fee), 0)::bigint as "service_fee!",
                  coalesce(sum(p.commission), 0)::bigint as "commission!"
           from orders o
           left join lateral (
               select sum((l->>'platform_fee')::bigint) as platform_fee, sum((l->'service_fee'->>'gross')::bigint) as service_fee,
                      sum((l->>'commission')::bigint) as commission
               from jsonb_array_elements(o.charges->'lines') l) p on true
           where o.paid_at >= $1 and o.paid_at < $2 and ($3::uuid is null or o.event_id = $3) and o.event_id is not null and o.total_minor > 0
           group by 1, 2 order by 1 desc nulls last, 2"#,
        from.to_sqlx() as _,
        until.to_sqlx() as _,
        event.map(EventId::uuid)
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let gross: Money = money(row.gross, &row.currency)?;
            let amount = |minor| Money::new(minor, gross.currency);
            Ok(VersionTaking {
                version: row.version,
                currency: gross.currency,
                orders: row.orders,
                gross,
                platform_fee: amount(row.platform_fee),
                commission: amount(row.commission),
                service_fee: amount(row.service_fee),
            })
        })
        .collect()
}

pub async fn find_event_names(tx: &mut TenantTx, events: &[EventId]) -> Result<HashMap<EventId, EventName>, DbError> {
    let ids: Vec<Uuid> = events.iter().map(|event| event.uuid()).collect();
    let rows = sqlx::query!(
        r#"select id, name, starts_at as "starts_at: jiff_sqlx::Timestamp", time_zone, status = 'cancelled' as "is_cancelled!"
           from events where id = any ($1)"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let name = EventName {
                name: row.name,
                starts_at: row.starts_at.to_jiff(),
                time_zone: stored(&row.time_zone)?,
                is_cancelled: row.is_cancelled,
            };
            Ok((EventId::from_uuid(row.id), name))
        })
        .collect()
}

pub async fn find_order_codes(tx: &mut TenantTx, orders: &[OrderId]) -> Result<HashMap<OrderId, String>, DbError> {
    let ids: Vec<Uuid> = orders.iter().map(|order| order.uuid()).collect();
    let rows = sqlx::query!("select id, code from orders where id = any ($1)", &ids)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (OrderId::from_uuid(row.id), row.code))
        .collect())
}
