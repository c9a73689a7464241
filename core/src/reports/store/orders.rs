//! SQL of the list of orders and of one order's page.

use bilten_kernel::{EventId, OrderId, OrganizerId, TicketId, Timestamp, ZoneName};
use bilten_tenancy::{DbError, TenantTx, permissions::Scope, settings};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{money, stored};
use crate::{
    reports::{OrderCursor, OrderFilter, OrderLine, Reach, TicketLine},
    seating::Seat,
};

/// Newest orders among which a text is looked for: names cannot be found by an index under row
/// security, so the search is bounded instead.
const SEARCHED: i64 = 20_000;
/// Tickets that one order may have.
const MAX_TICKETS: i64 = 1_000;

pub async fn list(
    tx: &mut TenantTx,
    filter: &OrderFilter,
    reach: &Reach,
    after: Option<OrderCursor>,
    limit: i64,
) -> Result<Vec<OrderLine>, DbError> {
    let searched = if filter.text.is_some() { SEARCHED } else { limit };
    // Ids sort by time: the primary key, or index orders_of_event. The inner limit bounds what a text is compared with.
    let rows = sqlx::query!(
        r#"select o.id, o.code, o.buyer_name, o.buyer_email, o.event_id, o.state, o.currency, o.total_minor,
                  o.created_at, e.name as "event_name?", e.time_zone as "time_zone?",
                  coalesce((select sum(l.quantity) from order_lines l
                            where l.tenant_id = o.tenant_id and l.order_id = o.id), 0)::bigint as "tickets!"
           from (select * from orders
                 where ($1::uuid is null or id < $1)
                   and ($2::uuid is null or event_id = $2)
                   and ($3::text is null or state = $3)
                   and ($4::uuid[] is null or event_id in (select id from events where organizer_id = any($4) or id = any($4)))
                 order by id desc limit $5) o
           left join events e on e.tenant_id = o.tenant_id and e.id = o.event_id
           where ($6::text is null or upper($6) = o.code
                  or strpos(o.buyer_email_norm, lower($6)) > 0 or strpos(lower(o.buyer_name), lower($6)) > 0)
           order by o.id desc limit $7"#,
        after.map(|cursor| cursor.0.uuid()),
        filter.event.map(EventId::uuid),
        filter.state.as_deref(),
        reach.uuids() as _,
        searched,
        filter.text.as_deref(),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(OrderLine {
            id: row.id.into(),
            code: row.code,
            buyer_name: row.buyer_name,
            buyer_email: row.buyer_email,
            event: row.event_id.map(EventId::from_uuid),
            event_name: row.event_name,
            time_zone: zone(tx, row.time_zone.as_deref()).await?,
            tickets: row.tickets,
            total: money(row.total_minor, &row.currency)?,
            state: row.state,
            created_at: row.created_at.to_jiff(),
        });
    }
    Ok(lines)
}

/// The zone of an order's times.
async fn zone(tx: &mut TenantTx, of_event: Option<&str>) -> Result<ZoneName, DbError> {
    match of_event {
        Some(zone) => stored(zone),
        None => Ok(settings::read(tx).await?.time_zone),
    }
}

/// Everything of one order that its page shows.
#[derive(Debug)]
pub struct Found {
    pub line: OrderLine,
    pub hold: Uuid,
    pub organizer: Option<Uuid>,
    pub event_slug: Option<String>,
    pub paid_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub promo_code: Option<String>,
}

pub async fn find(tx: &mut TenantTx, id: OrderId) -> Result<Option<Found>, DbError> {
    let row = sqlx::query!(
        r#"select o.id, o.code, o.buyer_name, o.buyer_email, o.event_id, o.state, o.currency, o.total_minor,
                  o.created_at, o.paid_at, o.closed_at, o.hold_id, o.promo_code, e.name as "event_name?",
                  e.time_zone as "time_zone?", e.organizer_id as "organizer_id?", e.slug as "slug?",
                  coalesce((select sum(l.quantity) from order_lines l
                            where l.tenant_id = o.tenant_id and l.order_id = o.id), 0)::bigint as "tickets!"
           from orders o left join events e on e.tenant_id = o.tenant_id and e.id = o.event_id where o.id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Found {
        line: OrderLine {
            id,
            code: row.code,
            buyer_name: row.buyer_name,
            buyer_email: row.buyer_email,
            event: row.event_id.map(EventId::from_uuid),
            event_name: row.event_name,
            time_zone: zone(tx, row.time_zone.as_deref()).await?,
            tickets: row.tickets,
            total: money(row.total_minor, &row.currency)?,
            state: row.state,
            created_at: row.created_at.to_jiff(),
        },
        hold: row.hold_id,
        organizer: row.organizer_id,
        event_slug: row.slug,
        paid_at: row.paid_at.map(jiff_sqlx::Timestamp::to_jiff),
        closed_at: row.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
        promo_code: row.promo_code,
    }))
}

/// What was bought: name of the type, quantity, price of one with and without the promo code, in the order of the lines.
pub async fn list_lines(tx: &mut TenantTx, id: OrderId) -> Result<Vec<(String, i32, i64, i64)>, DbError> {
    // A cart has 20 types at most, each with a line for each of its prices.
    let rows = sqlx::query!(
        r#"select t.name, l.quantity, l.unit_price_minor, coalesce(l.full_price_minor, l.unit_price_minor) as "full_price!"
         from order_lines l join ticket_types t on t.tenant_id = l.tenant_id and t.id = l.ticket_type_id
         where l.order_id = $1 order by l.position, l.id"#,
        id.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let lines = rows
        .into_iter()
        .map(|row| (row.name, row.quantity, row.unit_price_minor, row.full_price));
    Ok(lines.collect())
}

pub async fn list_tickets(tx: &mut TenantTx, id: OrderId) -> Result<Vec<TicketLine>, DbError> {
    let rows = sqlx::query!(
        r#"select t.id, t.order_line_id, tt.name as type_name, tt.per_admission is not null as "is_add_on!", t.seat_section, t.seat_row, t.seat_number, t.holder_name, t.state, c.admitted_at as "admitted_at?"
           from tickets t
           join order_lines l on l.tenant_id = t.tenant_id and l.id = t.order_line_id
           join ticket_types tt on tt.tenant_id = t.tenant_id and tt.id = t.ticket_type_id
           left join check_ins c on c.tenant_id = t.tenant_id and c.ticket_id = t.id
           where t.order_id = $1 order by l.position, t.ordinal limit $2"#,
        id.uuid(),
        MAX_TICKETS
    )
    .fetch_all(tx.conn())
    .await?;
    let tickets = rows.into_iter().map(|row| TicketLine {
        id: TicketId::from_uuid(row.id),
        line: row.order_line_id.into(),
        type_name: row.type_name,
        is_add_on: row.is_add_on,
        seat: Seat::stored(row.seat_section, row.seat_row, row.seat_number),
        holder_name: row.holder_name,
        is_void: row.state == "void",
        admitted_at: row.admitted_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(tickets.collect())
}

/// Finds in whose reach an order is: that of its event and the event's organizer, or the whole tenant's.
pub async fn find_scope(tx: &mut TenantTx, order: OrderId) -> Result<Option<Scope>, DbError> {
    let found = sqlx::query!(
        r#"select e.organizer_id as "organizer_id?", o.event_id from orders o
           left join events e on e.tenant_id = o.tenant_id and e.id = o.event_id where o.id = $1"#,
        order.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.map(|row| {
        let holders = row.organizer_id.zip(row.event_id);
        holders.map_or(Scope::Tenant, |(organizer, event)| {
            Scope::Event(OrganizerId::from_uuid(organizer), EventId::from_uuid(event))
        })
    }))
}

/// Paid orders of the buyer of another one, by his mail address: index orders_by_buyer.
pub async fn list_paid_of_buyer(
    tx: &mut TenantTx,
    of: OrderId,
    (from, until): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<(OrderId, String)>, DbError> {
    let rows = sqlx::query!(
        "select id, code from orders
         where buyer_email_norm = (select buyer_email_norm from orders where id = $1) and id <> $1
           and paid_at >= $2 and paid_at < $3
         order by id desc limit $4",
        of.uuid(),
        from.to_sqlx() as _,
        until.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.code)).collect())
}
