//! Plans of seats.

use std::collections::{BTreeMap, HashMap};

use bilten_kernel::{EventId, PoolId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx};
use uuid::Uuid;

use crate::seating::{MAX_ROWS, MAX_SECTIONS};

/// Section as it is stored.
#[derive(Debug, Clone)]
pub(in crate::seating) struct SectionRecord {
    pub id: Uuid,
    pub name: String,
    pub position: i32,
    pub is_withdrawn: bool,
}

/// Row as it is stored.
#[derive(Debug, Clone)]
pub(in crate::seating) struct RowRecord {
    pub id: Uuid,
    pub section: Uuid,
    pub label: String,
    pub position: i32,
    pub layout: String,
    pub numbers: String,
    pub taken: String,
    pub free: i32,
    pub is_withdrawn: bool,
}

/// Reads the sections of an event in their order, also those that were withdrawn.
pub(in crate::seating) async fn list_sections(
    tx: &mut TenantTx,
    event: EventId,
) -> Result<Vec<SectionRecord>, DbError> {
    Ok(sqlx::query_as!(
        SectionRecord,
        "select id, name, position, is_withdrawn from seat_sections where tenant_id = $1 and event_id = $2
         order by is_withdrawn, position, id limit $3",
        tx.tenant().uuid(),
        event.uuid(),
        most(MAX_SECTIONS)
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Reads the rows of an event in their order, also those that were withdrawn.
pub(in crate::seating) async fn list_rows(tx: &mut TenantTx, event: EventId) -> Result<Vec<RowRecord>, DbError> {
    Ok(sqlx::query_as!(
        RowRecord,
        "select id, section_id as section, label, position, layout, numbers, taken, free, is_withdrawn from seat_rows
         where tenant_id = $1 and event_id = $2 order by is_withdrawn, section_id, position, id limit $3",
        tx.tenant().uuid(),
        event.uuid(),
        most(MAX_ROWS)
    )
    .fetch_all(tx.conn())
    .await?)
}

/// What a plan was, and what it becomes, has so many of each at most.
fn most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_mul(4)
}

/// Reads in which sections the types of an event sit.
pub(in crate::seating) async fn list_types(
    tx: &mut TenantTx,
    event: EventId,
) -> Result<HashMap<TicketTypeId, (String, Vec<Uuid>)>, DbError> {
    let rows = sqlx::query!(
        r#"select t.id, t.seat_kind as "kind!",
                  array(select m.section_id from ticket_type_sections m where m.tenant_id = t.tenant_id and m.ticket_type_id = t.id) as "sections!"
           from ticket_types t where t.tenant_id = $1 and t.event_id = $2 and t.seat_kind is not null"#,
        tx.tenant().uuid(),
        event.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id.into(), (row.kind, row.sections)))
        .collect())
}

/// Writes sections as they are.
pub(in crate::seating) async fn save_sections(
    tx: &mut TenantTx,
    event: EventId,
    sections: &[SectionRecord],
) -> Result<(), DbError> {
    let ids: Vec<Uuid> = sections.iter().map(|section| section.id).collect();
    let names: Vec<&str> = sections.iter().map(|section| section.name.as_str()).collect();
    let positions: Vec<i32> = sections.iter().map(|section| section.position).collect();
    let withdrawn: Vec<bool> = sections.iter().map(|section| section.is_withdrawn).collect();
    sqlx::query!(
        "insert into seat_sections (tenant_id, id, event_id, name, position, is_withdrawn)
         select $1, s.id, $2, s.name, s.position, s.is_withdrawn
         from unnest($3::uuid[], $4::text[], $5::int[], $6::boolean[]) as s(id, name, position, is_withdrawn)
         on conflict (tenant_id, id) do update set position = excluded.position, is_withdrawn = excluded.is_withdrawn",
        tx.tenant().uuid(),
        event.uuid(),
        &ids,
        &names as _,
        &positions,
        &withdrawn,
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

/// Writes rows as they are.
pub(in crate::seating) async fn save_rows(
    tx: &mut TenantTx,
    event: EventId,
    rows: &[RowRecord],
) -> Result<(), DbError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let sections: Vec<Uuid> = rows.iter().map(|row| row.section).collect();
    let labels: Vec<&str> = rows.iter().map(|row| row.label.as_str()).collect();
    let positions: Vec<i32> = rows.iter().map(|row| row.position).collect();
    let layouts: Vec<&str> = rows.iter().map(|row| row.layout.as_str()).collect();
    let numbers: Vec<&str> = rows.iter().map(|row| row.numbers.as_str()).collect();
    let taken: Vec<&str> = rows.iter().map(|row| row.taken.as_str()).collect();
    let free: Vec<i32> = rows.iter().map(|row| row.free).collect();
    let withdrawn: Vec<bool> = rows.iter().map(|row| row.is_withdrawn).collect();
    sqlx::query!(
        "insert into seat_rows (tenant_id, id, event_id, section_id, label, position, layout, numbers, taken, free, is_withdrawn)
         select $1, r.id, $2, r.section_id, r.label, r.position, r.layout, r.numbers, r.taken, r.free, r.is_withdrawn
         from unnest($3::uuid[], $4::uuid[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[], $10::int[], $11::boolean[])
              as r(id, section_id, label, position, layout, numbers, taken, free, is_withdrawn)
         on conflict (tenant_id, id) do update set position = excluded.position, layout = excluded.layout, numbers = excluded.numbers,
             taken = excluded.taken, free = excluded.free, is_withdrawn = excluded.is_withdrawn",
        tx.tenant().uuid(),
        event.uuid(),
        &ids,
        &sections,
        &labels as _,
        &positions,
        &layouts as _,
        &numbers as _,
        &taken as _,
        &free,
        &withdrawn,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Replaces what is said of where types sit. `None` stands for a type whose tickets take no seats.
pub(in crate::seating) async fn save_types(
    tx: &mut TenantTx,
    types: &[(TicketTypeId, Option<&str>)],
    links: &[(TicketTypeId, Uuid)],
) -> Result<(), DbError> {
    let ids: Vec<Uuid> = types.iter().map(|(id, _)| id.uuid()).collect();
    let kinds: Vec<Option<&str>> = types.iter().map(|(_, kind)| *kind).collect();
    sqlx::query!(
        "with unlinked as (delete from ticket_type_sections where tenant_id = $1 and ticket_type_id = any($2))
         update ticket_types t set seat_kind = k.kind from unnest($2::uuid[], $3::text[]) as k(id, kind)
         where t.tenant_id = $1 and t.id = k.id",
        tx.tenant().uuid(),
        &ids,
        &kinds as _,
    )
    .execute(tx.conn())
    .await?;
    let linked: Vec<Uuid> = links.iter().map(|(id, _)| id.uuid()).collect();
    let sections: Vec<Uuid> = links.iter().map(|(_, section)| *section).collect();
    sqlx::query!(
        "insert into ticket_type_sections (tenant_id, ticket_type_id, section_id)
         select $1, l.ticket_type_id, l.section_id from unnest($2::uuid[], $3::uuid[]) as l(ticket_type_id, section_id)",
        tx.tenant().uuid(),
        &linked,
        &sections,
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

/// Tells whether the event has a plan.
pub(in crate::seating) async fn has_plan(tx: &mut TenantTx, event: EventId) -> Result<bool, DbError> {
    let has = sqlx::query_scalar!(
        r#"select exists (select from seat_sections where tenant_id = $1 and event_id = $2 and not is_withdrawn) as "has!""#,
        tx.tenant().uuid(),
        event.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(has)
}

/// Reads the capacities of an event's pools, and on which of them each type draws.
pub(in crate::seating) async fn list_pools(
    tx: &mut TenantTx,
    event: EventId,
) -> Result<(BTreeMap<PoolId, i64>, HashMap<TicketTypeId, Vec<PoolId>>), DbError> {
    let rows = sqlx::query!(
        "select l.ticket_type_id, p.id, p.capacity
         from capacity_pools p join ticket_type_pools l on l.tenant_id = p.tenant_id and l.pool_id = p.id
         where p.tenant_id = $1 and p.event_id = $2 order by p.id",
        tx.tenant().uuid(),
        event.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut pools: HashMap<TicketTypeId, Vec<PoolId>> = HashMap::new();
    let mut capacities = BTreeMap::new();
    for row in rows {
        pools.entry(row.ticket_type_id.into()).or_default().push(row.id.into());
        capacities.insert(row.id.into(), row.capacity);
    }
    Ok((capacities, pools))
}

/// Forgets where the tickets of a type that is about to be deleted sit.
pub(crate) async fn unseat(tx: &mut TenantTx, ticket_type: TicketTypeId) -> Result<(), DbError> {
    sqlx::query!(
        "delete from ticket_type_sections where tenant_id = $1 and ticket_type_id = $2",
        tx.tenant().uuid(),
        ticket_type.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
