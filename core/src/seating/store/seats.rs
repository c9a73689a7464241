//! Free seats, and who has which.

use std::collections::{BTreeMap, HashMap};

use bilten_kernel::{EventId, HoldId, OrderId, TicketId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx};
use uuid::Uuid;

use crate::seating::{
    HeldSeat, HeldSeats, Seat, SeatKind,
    map::{RowChange, StoredRow, StoredSection},
};

/// Reads which of the types are seated, and on what.
pub(in crate::seating) async fn list_kinds(
    tx: &mut TenantTx,
    types: &[TicketTypeId],
) -> Result<BTreeMap<TicketTypeId, SeatKind>, DbError> {
    let rows = sqlx::query!(
        r#"select id, seat_kind as "kind!" from ticket_types where tenant_id = $1 and id = any($2) and seat_kind is not null"#,
        tx.tenant().uuid(),
        &uuids(types)
    )
    .fetch_all(tx.conn())
    .await?;
    let kind = |id: Uuid, kind: &str| Some((id.into(), SeatKind::from_name(kind)?));
    Ok(rows.into_iter().filter_map(|row| kind(row.id, &row.kind)).collect())
}

/// Reads the sections in which the types sit, the best first.
pub(in crate::seating) async fn list_sections(
    tx: &mut TenantTx,
    types: &[TicketTypeId],
) -> Result<Vec<StoredSection>, DbError> {
    let rows = sqlx::query!(
        r#"select s.id, s.name, array_agg(m.ticket_type_id) as "types!"
           from ticket_type_sections m join seat_sections s on s.tenant_id = m.tenant_id and s.id = m.section_id
           where m.tenant_id = $1 and m.ticket_type_id = any($2) group by s.tenant_id, s.id order by s.position, s.id"#,
        tx.tenant().uuid(),
        &uuids(types)
    )
    .fetch_all(tx.conn())
    .await?;
    let types = |ids: Vec<Uuid>| ids.into_iter().map(TicketTypeId::from_uuid).collect();
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.name, types(row.types)))
        .collect())
}

/// Reads the rows of sections that have free seats; at most as many as a plan may have.
pub(in crate::seating) async fn list_rows(tx: &mut TenantTx, sections: &[Uuid]) -> Result<Vec<StoredRow>, DbError> {
    Ok(sqlx::query_as!(
        StoredRow,
        "select id, section_id as section, label, position, layout, numbers, taken from seat_rows
         where tenant_id = $1 and section_id = any($2) and free > 0",
        tx.tenant().uuid(),
        sections
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Takes the rows of sections for the rest of the transaction, in the order of their ids.
pub(in crate::seating) async fn lock_rows(tx: &mut TenantTx, sections: &[Uuid]) -> Result<(), DbError> {
    sqlx::query!(
        "select id from seat_rows where tenant_id = $1 and section_id = any($2) and free > 0 order by id for update",
        tx.tenant().uuid(),
        sections
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// Writes who has which seat, and that these are taken.
pub(in crate::seating) async fn insert(
    tx: &mut TenantTx,
    event: EventId,
    seats: &[(HoldId, &HeldSeat)],
    changes: &[RowChange],
) -> Result<(), DbError> {
    let holds: Vec<Uuid> = seats.iter().map(|(hold, _)| hold.uuid()).collect();
    let types: Vec<Uuid> = seats.iter().map(|(_, seat)| seat.ticket_type.uuid()).collect();
    let ordinals: Vec<i32> = seats
        .iter()
        .map(|(_, seat)| i32::try_from(seat.ordinal).unwrap_or(i32::MAX))
        .collect();
    let rows: Vec<Uuid> = seats.iter().map(|(_, seat)| seat.row).collect();
    let positions: Vec<i32> = seats.iter().map(|(_, seat)| i32::from(seat.position)).collect();
    let changed: Vec<Uuid> = changes.iter().map(|change| change.id).collect();
    let masks: Vec<&str> = changes.iter().map(|change| change.mask.as_str()).collect();
    let counts: Vec<i32> = changes.iter().map(|change| change.seats).collect();
    sqlx::query!(
        "with new_seats as (
             insert into hold_seats as s (tenant_id, hold_id, event_id, ticket_type_id, ordinal, row_id, position, is_live)
             select $1, n.hold_id, $2, n.ticket_type_id, n.ordinal, n.row_id, n.position, true
             from unnest($3::uuid[], $4::uuid[], $5::int[], $6::uuid[], $7::int[]) as n(hold_id, ticket_type_id, ordinal, row_id, position)
             on conflict (tenant_id, hold_id, row_id, position)
             do update set is_live = true, ticket_type_id = excluded.ticket_type_id, ordinal = excluded.ordinal)
         update seat_rows r set taken = (r.taken::bit varying | c.mask::bit varying)::text, free = r.free - c.seats
         from unnest($8::uuid[], $9::text[], $10::int[]) as c(id, mask, seats) where r.tenant_id = $1 and r.id = c.id",
        tx.tenant().uuid(),
        event.uuid(),
        &holds,
        &types,
        &ordinals,
        &rows,
        &positions,
        &changed,
        &masks as _,
        &counts,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Frees the seats that the holds have; the holds remember them.
pub(in crate::seating) async fn free(tx: &mut TenantTx, holds: &[HoldId]) -> Result<(), DbError> {
    sqlx::query!(
        "with gone as (
             update hold_seats s set is_live = false where s.tenant_id = $1 and s.hold_id = any($2) and s.is_live
             returning s.row_id, s.position),
         freed as (
             select g.row_id, count(*) filter (where substr(r.layout, g.position + 1, 1) in ('s', 'w', 'c'))::int as seats,
                    bit_or(set_bit(repeat('0', length(r.taken))::bit varying, g.position, 1)) as mask
             from gone g join seat_rows r on r.tenant_id = $1 and r.id = g.row_id group by g.row_id),
         locked as (
             select r.id from seat_rows r where r.tenant_id = $1 and r.id in (select row_id from freed) order by r.id for update)
         update seat_rows r set taken = (r.taken::bit varying & (~ f.mask))::text, free = r.free + f.seats
         from freed f join locked k on k.id = f.row_id where r.tenant_id = $1 and r.id = f.row_id",
        tx.tenant().uuid(),
        &hold_uuids(holds)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Frees the seats of tickets of an order: the n-th ticket of a type has the n-th seat of the type in the order's hold.
pub(in crate::seating) async fn free_of_tickets(
    tx: &mut TenantTx,
    order: OrderId,
    tickets: &[TicketId],
) -> Result<(), DbError> {
    let ids: Vec<Uuid> = tickets.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "with counted as (
             select t.id, o.hold_id, t.ticket_type_id,
                    row_number() over (partition by t.ticket_type_id order by l.position, l.id, t.ordinal) as n
             from tickets t
             join orders o on o.tenant_id = t.tenant_id and o.id = t.order_id
             join order_lines l on l.tenant_id = t.tenant_id and l.id = t.order_line_id
             where t.tenant_id = $1 and t.order_id = $2),
         gone as (
             update hold_seats s set is_live = false from counted c
             where c.id = any($3) and s.tenant_id = $1 and s.hold_id = c.hold_id and s.ticket_type_id = c.ticket_type_id
               and s.ordinal = c.n and s.is_live
             returning s.row_id, s.position),
         freed as (
             select g.row_id, count(*) filter (where substr(r.layout, g.position + 1, 1) in ('s', 'w', 'c'))::int as seats,
                    bit_or(set_bit(repeat('0', length(r.taken))::bit varying, g.position, 1)) as mask
             from gone g join seat_rows r on r.tenant_id = $1 and r.id = g.row_id group by g.row_id),
         locked as (
             select r.id from seat_rows r where r.tenant_id = $1 and r.id in (select row_id from freed) order by r.id for update)
         update seat_rows r set taken = (r.taken::bit varying & (~ f.mask))::text, free = r.free + f.seats
         from freed f join locked k on k.id = f.row_id where r.tenant_id = $1 and r.id = f.row_id",
        tx.tenant().uuid(),
        order.uuid(),
        &ids
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Reads the seats that the holds have; holds without any are missing.
pub(crate) async fn list_live(tx: &mut TenantTx, holds: &[HoldId]) -> Result<HashMap<HoldId, Vec<HeldSeat>>, DbError> {
    let rows = sqlx::query!(
        r#"select s.hold_id, s.ticket_type_id, s.ordinal, s.row_id, s.position, c.name, r.label,
                  split_part(r.numbers, ' ', s.position + 1) as "number!"
           from hold_seats s
           join seat_rows r on r.tenant_id = s.tenant_id and r.id = s.row_id
           join seat_sections c on c.tenant_id = r.tenant_id and c.id = r.section_id
           where s.tenant_id = $1 and s.hold_id = any($2) and s.is_live order by s.ticket_type_id, s.ordinal"#,
        tx.tenant().uuid(),
        &hold_uuids(holds)
    )
    .fetch_all(tx.conn())
    .await?;
    let mut seats: HashMap<HoldId, Vec<HeldSeat>> = HashMap::new();
    for row in rows {
        seats.entry(row.hold_id.into()).or_default().push(HeldSeat {
            ticket_type: row.ticket_type_id.into(),
            ordinal: u32::try_from(row.ordinal).unwrap_or(0),
            seat: Seat {
                section: row.name,
                row: row.label,
                number: row.number,
            },
            row: row.row_id,
            position: u16::try_from(row.position).unwrap_or(u16::MAX),
        });
    }
    Ok(seats)
}

/// Reads the seats that a hold had before it was released.
pub(in crate::seating) async fn list_former(tx: &mut TenantTx, hold: HoldId) -> Result<HeldSeats, DbError> {
    let rows = sqlx::query!(
        r#"select h.seating, s.ticket_type_id, s.ordinal, s.row_id, s.position, c.name, r.label,
                  split_part(r.numbers, ' ', s.position + 1) as "number!"
           from hold_seats s
           join holds h on h.tenant_id = s.tenant_id and h.id = s.hold_id
           join seat_rows r on r.tenant_id = s.tenant_id and r.id = s.row_id
           join seat_sections c on c.tenant_id = r.tenant_id and c.id = r.section_id
           where s.tenant_id = $1 and s.hold_id = $2 and not s.is_live order by s.ticket_type_id, s.ordinal"#,
        tx.tenant().uuid(),
        hold.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let is_together = rows.iter().all(|row| row.seating.as_deref() == Some("together"));
    let seats = rows.into_iter().map(|row| HeldSeat {
        ticket_type: row.ticket_type_id.into(),
        ordinal: u32::try_from(row.ordinal).unwrap_or(0),
        seat: Seat {
            section: row.name,
            row: row.label,
            number: row.number,
        },
        row: row.row_id,
        position: u16::try_from(row.position).unwrap_or(u16::MAX),
    });
    Ok(HeldSeats {
        seats: seats.collect(),
        is_together,
    })
}

/// Notes how the people of a hold sit.
pub(in crate::seating) async fn note_seating(
    tx: &mut TenantTx,
    hold: HoldId,
    seating: Option<&str>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update holds set seating = $3 where tenant_id = $1 and id = $2",
        tx.tenant().uuid(),
        hold.uuid(),
        seating
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn uuids(types: &[TicketTypeId]) -> Vec<Uuid> {
    types.iter().map(|id| id.uuid()).collect()
}

fn hold_uuids(holds: &[HoldId]) -> Vec<Uuid> {
    holds.iter().map(|id| id.uuid()).collect()
}
