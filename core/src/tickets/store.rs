//! SQL of `tickets` and `signing_keys`.

use std::collections::HashMap;

use bilten_kernel::{OrderId, TicketId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Ticket, TicketState, issue::NewTicket};
use crate::{catalog::TicketKind, pricing::Pick, seating::Seat};

/// Tickets of one order that are listed.
const TICKETS_PER_ORDER: i64 = 500;

pub(super) async fn insert_key(
    tx: &mut TenantTx,
    key_id: u8,
    public_key: &[u8; 32],
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into signing_keys (tenant_id, key_id, public_key, created_at) values ($1, $2, $3, $4) on conflict do nothing",
        tx.tenant().uuid(),
        i16::from(key_id),
        public_key.as_slice(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn list_keys(tx: &mut TenantTx) -> Result<Vec<(u8, [u8; 32])>, DbError> {
    let rows = sqlx::query!("select key_id, public_key from signing_keys order by key_id")
        .fetch_all(tx.conn())
        .await?;
    let key = |id: i16, bytes: Vec<u8>| Some((u8::try_from(id).ok()?, bytes.try_into().ok()?));
    Ok(rows
        .into_iter()
        .filter_map(|row| key(row.key_id, row.public_key))
        .collect())
}

/// Returns the public key of this number.
pub(crate) async fn find_key(tx: &mut TenantTx, key_id: u8) -> Result<Option<[u8; 32]>, DbError> {
    let key = sqlx::query_scalar!(
        "select public_key from signing_keys where key_id = $1",
        i16::from(key_id)
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(key.and_then(|bytes| bytes.try_into().ok()))
}

pub(super) async fn insert_tickets(tx: &mut TenantTx, tickets: &[NewTicket<'_>]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = tickets.iter().map(|ticket| ticket.id.uuid()).collect();
    let orders: Vec<Uuid> = tickets.iter().map(|ticket| ticket.order.order.uuid()).collect();
    let events: Vec<Uuid> = tickets.iter().map(|ticket| ticket.order.event.uuid()).collect();
    let holders: Vec<&str> = tickets.iter().map(|ticket| ticket.order.holder_name).collect();
    let lines: Vec<Uuid> = tickets.iter().map(|ticket| ticket.line.line.uuid()).collect();
    let types: Vec<Uuid> = tickets.iter().map(|ticket| ticket.line.ticket_type.uuid()).collect();
    let ordinals: Vec<i32> = tickets.iter().map(|ticket| ticket.ordinal).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = tickets.iter().map(|ticket| ticket.at.to_sqlx()).collect();
    sqlx::query!(
        "insert into tickets (tenant_id, id, order_id, order_line_id, ordinal, event_id, ticket_type_id, holder_name, key_id, issued_at)
         select $1, t.id, t.order_id, t.line, t.ordinal, t.event_id, t.ticket_type, t.holder,
                (select max(k.key_id) from signing_keys k where k.retired_at is null), t.at
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::uuid[], $7::uuid[], $8::text[], $9::timestamptz[])
              as t(id, order_id, line, ordinal, event_id, ticket_type, holder, at)",
        tx.tenant().uuid(),
        &ids,
        &orders,
        &lines,
        &ordinals,
        &events,
        &types,
        &holders as _,
        &ats as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Tells the tickets of orders which seats they have: the n-th ticket of a type has the n-th seat of the type in the order's hold.
pub(crate) async fn seat(tx: &mut TenantTx, orders: &[OrderId]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = orders.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "with counted as (
             select t.id, o.hold_id, t.ticket_type_id,
                    row_number() over (partition by t.order_id, t.ticket_type_id order by l.position, l.id, t.ordinal) as n
             from tickets t
             join orders o on o.tenant_id = t.tenant_id and o.id = t.order_id
             join order_lines l on l.tenant_id = t.tenant_id and l.id = t.order_line_id
             where t.tenant_id = $1 and t.order_id = any($2))
         update tickets t set seat_section = s.name, seat_row = r.label, seat_number = split_part(r.numbers, ' ', h.position + 1)
         from counted c
         join hold_seats h on h.tenant_id = $1 and h.hold_id = c.hold_id and h.ticket_type_id = c.ticket_type_id and h.ordinal = c.n
         join seat_rows r on r.tenant_id = $1 and r.id = h.row_id
         join seat_sections s on s.tenant_id = $1 and s.id = r.section_id
         where t.tenant_id = $1 and t.id = c.id and h.is_live",
        tx.tenant().uuid(),
        &ids
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists an order's tickets in the order of its lines; at most as many as a cart may hold.
///
/// # Errors
/// The database refused.
pub async fn list_for_order(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Ticket>, DbError> {
    list_for_orders(tx, &[order]).await
}

/// Lists the tickets of several orders, those of one order in the order of its lines.
///
/// # Errors
/// The database refused.
pub async fn list_for_orders(tx: &mut TenantTx, orders: &[OrderId]) -> Result<Vec<Ticket>, DbError> {
    let ids: Vec<Uuid> = orders.iter().map(|id| id.uuid()).collect();
    let limit = i64::try_from(orders.len())
        .unwrap_or(i64::MAX)
        .saturating_mul(TICKETS_PER_ORDER);
    let rows = sqlx::query!(
        "select t.id, t.order_id, t.event_id, t.ticket_type_id, y.name as type_name, y.per_admission is not null as \"is_add_on!\", t.holder_name, t.state, t.key_id, t.issued_at,
                t.seat_section, t.seat_row, t.seat_number,
                c.admitted_at as \"admitted_at?\"
         from tickets t
         join order_lines l on l.tenant_id = t.tenant_id and l.id = t.order_line_id
         join ticket_types y on y.tenant_id = t.tenant_id and y.id = t.ticket_type_id
         left join check_ins c on c.tenant_id = t.tenant_id and c.ticket_id = t.id
         where t.order_id = any($1) order by l.position, t.ordinal limit $2",
        &ids,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Ticket {
            id: row.id.into(),
            order: row.order_id.into(),
            event: row.event_id.into(),
            ticket_type: row.ticket_type_id.into(),
            type_name: row.type_name,
            is_add_on: row.is_add_on,
            holder_name: row.holder_name,
            seat: Seat::stored(row.seat_section, row.seat_row, row.seat_number),
            state: state(&row.state),
            key_id: u8::try_from(row.key_id).unwrap_or(0),
            issued_at: row.issued_at.to_jiff(),
            admitted_at: row.admitted_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
        .collect())
}

/// Ticket as the door needs it.
pub(crate) struct DoorTicket {
    pub state: TicketState,
    pub is_suspended: bool,
    pub holder_name: String,
    pub type_name: String,
    pub is_add_on: bool,
    pub seat: Option<Seat>,
    pub event_status: String,
}

/// Lets the tickets of an order that admit rest, or ends that; tells how many it was new to.
pub(super) async fn set_suspended(tx: &mut TenantTx, order: OrderId, at: Option<Timestamp>) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "update tickets set suspended_at = $2 where order_id = $1 and state = 'issued' and (suspended_at is null) = ($2::timestamptz is not null)",
        order.uuid(),
        at.map(ToSqlx::to_sqlx) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn find_for_door(tx: &mut TenantTx, ticket: TicketId) -> Result<Option<DoorTicket>, DbError> {
    Ok(find_many_for_door(tx, &[ticket]).await?.remove(&ticket))
}

/// Reads tickets and keeps others from cancelling them until the transaction ends.
pub(crate) async fn find_many_for_door(
    tx: &mut TenantTx,
    tickets: &[TicketId],
) -> Result<HashMap<TicketId, DoorTicket>, DbError> {
    let ids: Vec<Uuid> = tickets.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        "select t.id, t.state, t.suspended_at is not null as \"is_suspended!\", t.holder_name, y.name as type_name, y.per_admission is not null as \"is_add_on!\",
                e.status as event_status,
                t.seat_section, t.seat_row, t.seat_number
         from tickets t
         join ticket_types y on y.tenant_id = t.tenant_id and y.id = t.ticket_type_id
         join events e on e.tenant_id = t.tenant_id and e.id = t.event_id
         where t.id = any($1) order by t.id for share of t",
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let ticket = rows.into_iter().map(|row| {
        let ticket = DoorTicket {
            state: state(&row.state),
            is_suspended: row.is_suspended,
            holder_name: row.holder_name,
            type_name: row.type_name,
            is_add_on: row.is_add_on,
            seat: Seat::stored(row.seat_section, row.seat_row, row.seat_number),
            event_status: row.event_status,
        };
        (row.id.into(), ticket)
    });
    Ok(ticket.collect())
}

/// Finds the n-th ticket of the order with this code, counted from 1 as on the order page.
pub(crate) async fn find_by_order_code(
    tx: &mut TenantTx,
    code: &str,
    n: i64,
) -> Result<Option<(TicketId, bilten_kernel::EventId)>, DbError> {
    let row = sqlx::query!(
        "select t.id, t.event_id from orders o
         join tickets t on t.tenant_id = o.tenant_id and t.order_id = o.id
         join order_lines l on l.tenant_id = t.tenant_id and l.id = t.order_line_id
         where o.code = $1 order by l.position, t.ordinal offset $2 limit 1",
        code,
        n - 1
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id.into(), row.event_id.into())))
}

/// Ticket that can be used, or was.
pub(crate) struct ValidTicket {
    pub ticket: TicketId,
    pub ticket_type: TicketTypeId,
    pub kind: TicketKind,
    pub pick: Pick,
    pub is_used: bool,
}

/// Reads the tickets of an order that admit, in the order of its lines, with whether each was used. They are locked first:
/// an admission that is under way is waited for, and seen.
pub(crate) async fn lock_valid(tx: &mut TenantTx, order: OrderId) -> Result<Vec<ValidTicket>, DbError> {
    let ids = sqlx::query_scalar!(
        "select id from tickets where order_id = $1 and state = 'issued' order by id for update",
        order.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = sqlx::query!(
        r#"select t.id, t.ticket_type_id, y.per_admission, t.order_line_id, t.ordinal, c.ticket_id is not null as "is_used!"
           from tickets t
           join ticket_types y on y.tenant_id = t.tenant_id and y.id = t.ticket_type_id
           join order_lines l on l.tenant_id = t.tenant_id and l.id = t.order_line_id
           left join check_ins c on c.tenant_id = t.tenant_id and c.ticket_id = t.id
           where t.id = any($1) order by l.position, l.id, t.ordinal"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ValidTicket {
            ticket: row.id.into(),
            ticket_type: row.ticket_type_id.into(),
            kind: TicketKind::stored(row.per_admission),
            pick: Pick {
                line: row.order_line_id.into(),
                nth: u32::try_from(row.ordinal - 1).unwrap_or(0),
            },
            is_used: row.is_used,
        })
        .collect())
}

/// Voids tickets of an order; returns how many of them admitted.
pub(crate) async fn void_many(
    tx: &mut TenantTx,
    order: OrderId,
    tickets: &[TicketId],
    now: Timestamp,
) -> Result<usize, DbError> {
    let ids: Vec<Uuid> = tickets.iter().map(|id| id.uuid()).collect();
    let updated = sqlx::query!(
        "update tickets set state = 'void', voided_at = $3 where order_id = $1 and id = any($2) and state = 'issued'",
        order.uuid(),
        &ids,
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(usize::try_from(updated.rows_affected()).unwrap_or(0))
}

/// Counts the tickets of an order that admit.
pub(crate) async fn count_valid(tx: &mut TenantTx, order: OrderId) -> Result<i64, DbError> {
    sqlx::query_scalar!(
        r#"select count(*) as "valid!" from tickets where order_id = $1 and state = 'issued'"#,
        order.uuid()
    )
    .fetch_one(tx.conn())
    .await
    .map_err(DbError::from)
}

fn state(name: &str) -> TicketState {
    if name == "issued" {
        TicketState::Issued
    } else {
        TicketState::Void
    }
}
