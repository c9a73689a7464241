//! SQL of `person_counts` and `hold_persons`.

use std::collections::BTreeSet;

use bilten_kernel::{EventId, HoldId, PoolId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{
    Identity, IdentityKind, PersonClaim,
    tally::{Limits, Scope, What},
};

/// Reads the limits per person of events and of their types, and which types are add-ons.
pub(super) async fn list_limits(tx: &mut TenantTx, events: &BTreeSet<EventId>) -> Result<Limits, DbError> {
    let events: Vec<Uuid> = events.iter().map(|event| event.uuid()).collect();
    let rows = sqlx::query!(
        r#"select e.id as "event!", null::uuid as ticket_type, e.max_per_person as most, false as "is_add_on!" from events e
           where e.tenant_id = $1 and e.id = any($2) and e.max_per_person is not null
           union all
           select t.event_id, t.id, t.max_per_person, t.per_admission is not null from ticket_types t
           where t.tenant_id = $1 and t.event_id = any($2) and (t.max_per_person is not null or t.per_admission is not null)"#,
        tx.tenant().uuid(),
        &events
    )
    .fetch_all(tx.conn())
    .await?;
    let mut limits = Limits::default();
    for row in rows {
        let ticket_type = row.ticket_type.map(TicketTypeId::from_uuid);
        if let Some(most) = row.most {
            let scope: Scope = (row.event.into(), ticket_type.map_or(What::All, What::ticket_type));
            limits.most.insert(scope, u32::try_from(most).unwrap_or(0));
        }
        limits.add_ons.extend(ticket_type.filter(|_| row.is_add_on));
    }
    Ok(limits)
}

/// Takes the counts for the rest of the transaction, in the order given, which is everybody's; makes those that there are
/// not yet.
pub(super) async fn lock(tx: &mut TenantTx, keys: &[(Scope, Identity, u32)]) -> Result<(), DbError> {
    let events: Vec<Uuid> = keys.iter().map(|((event, _), ..)| event.uuid()).collect();
    let types: Vec<Uuid> = keys.iter().map(|(scope, ..)| type_or_nil(*scope)).collect();
    let persons: Vec<Vec<u8>> = keys.iter().map(|(_, person, _)| person.hash.to_vec()).collect();
    let most: Vec<i32> = keys.iter().map(|(.., most)| whole(*most)).collect();
    sqlx::query!(
        "insert into person_counts as c (tenant_id, event_id, ticket_type_id, identity, tickets, most)
         select $1, k.event_id, k.ticket_type_id, k.identity, 0, k.most
         from unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::int[]) with ordinality
              as k(event_id, ticket_type_id, identity, most, place)
         order by k.place
         on conflict (tenant_id, event_id, ticket_type_id, identity) do update set tickets = c.tickets",
        tx.tenant().uuid(),
        &events,
        &types,
        &persons,
        &most,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Reads how many tickets the persons have of each type in holds that are alive, apart from some holds.
pub(super) async fn list_live(
    tx: &mut TenantTx,
    persons: &BTreeSet<(EventId, Identity)>,
    but: &[HoldId],
    now: Timestamp,
) -> Result<Vec<(EventId, TicketTypeId, Identity, u32)>, DbError> {
    let events: Vec<Uuid> = persons.iter().map(|(event, _)| event.uuid()).collect();
    let hashes: Vec<Vec<u8>> = persons.iter().map(|(_, person)| person.hash.to_vec()).collect();
    let but: Vec<Uuid> = but.iter().map(|hold| hold.uuid()).collect();
    let rows = sqlx::query!(
        r#"select p.event_id, p.kind, p.identity, l.ticket_type_id, sum(l.quantity)::bigint as "tickets!"
           from unnest($2::uuid[], $3::bytea[]) as u(event_id, identity)
           join hold_persons p on p.tenant_id = $1 and p.event_id = u.event_id and p.identity = u.identity
           join holds h on h.tenant_id = p.tenant_id and h.id = p.hold_id
           join hold_lines l on l.tenant_id = p.tenant_id and l.hold_id = p.hold_id
           where h.id <> all($4)
             and (h.state in ('pinned', 'cancelling', 'converted') or h.state = 'held' and h.expires_at > $5)
           group by p.event_id, p.kind, p.identity, l.ticket_type_id"#,
        tx.tenant().uuid(),
        &events,
        &hashes,
        &but,
        now.to_sqlx() as _
    )
    .fetch_all(tx.conn())
    .await?;
    let has = rows.into_iter().filter_map(|row| {
        let tickets = u32::try_from(row.tickets).unwrap_or(u32::MAX);
        let person = identity(&row.kind, row.identity)?;
        Some((row.event_id.into(), row.ticket_type_id.into(), person, tickets))
    });
    Ok(has.collect())
}

/// Reads how often the persons use these codes in holds that are alive, apart from some holds.
pub(super) async fn list_uses(
    tx: &mut TenantTx,
    (persons, codes): (&BTreeSet<(EventId, Identity)>, &[PoolId]),
    but: &[HoldId],
    now: Timestamp,
) -> Result<Vec<(EventId, PoolId, Identity, u32)>, DbError> {
    let events: Vec<Uuid> = persons.iter().map(|(event, _)| event.uuid()).collect();
    let hashes: Vec<Vec<u8>> = persons.iter().map(|(_, person)| person.hash.to_vec()).collect();
    let codes: Vec<Uuid> = codes.iter().map(|code| code.uuid()).collect();
    let but: Vec<Uuid> = but.iter().map(|hold| hold.uuid()).collect();
    let rows = sqlx::query!(
        r#"select p.event_id, p.kind, p.identity, c.id as "code!", count(*) as "uses!"
           from unnest($2::uuid[], $3::bytea[]) as u(event_id, identity)
           join hold_persons p on p.tenant_id = $1 and p.event_id = u.event_id and p.identity = u.identity
           join holds h on h.tenant_id = p.tenant_id and h.id = p.hold_id
           join hold_lines l on l.tenant_id = p.tenant_id and l.hold_id = p.hold_id and l.code_pools is not null
           join unnest($4::uuid[]) as c(id) on c.id = any(l.code_pools)
           where h.id <> all($5)
             and (h.state in ('pinned', 'cancelling', 'converted') or h.state = 'held' and h.expires_at > $6)
           group by p.event_id, p.kind, p.identity, c.id"#,
        tx.tenant().uuid(),
        &events,
        &hashes,
        &codes,
        &but,
        now.to_sqlx() as _
    )
    .fetch_all(tx.conn())
    .await?;
    let uses = rows.into_iter().filter_map(|row| {
        let uses = u32::try_from(row.uses).unwrap_or(u32::MAX);
        let person = identity(&row.kind, row.identity)?;
        Some((row.event_id.into(), row.code.into(), person, uses))
    });
    Ok(uses.collect())
}

/// Notes whose the holds are, and how many tickets everybody has now.
pub(super) async fn write(
    tx: &mut TenantTx,
    claims: &[&PersonClaim<'_>],
    counts: &[(Scope, Identity, u32, u32)],
) -> Result<(), DbError> {
    let holds: Vec<Uuid> = claims.iter().map(|claim| claim.hold.id.uuid()).collect();
    let hold_events: Vec<Uuid> = claims.iter().map(|claim| claim.hold.event.uuid()).collect();
    let kinds: Vec<String> = claims.iter().map(|claim| claim.person.kind.name().to_owned()).collect();
    let owners: Vec<Vec<u8>> = claims.iter().map(|claim| claim.person.hash.to_vec()).collect();
    let events: Vec<Uuid> = counts.iter().map(|((event, _), ..)| event.uuid()).collect();
    let types: Vec<Uuid> = counts.iter().map(|(scope, ..)| type_or_nil(*scope)).collect();
    let persons: Vec<Vec<u8>> = counts.iter().map(|(_, person, ..)| person.hash.to_vec()).collect();
    let tickets: Vec<i32> = counts.iter().map(|(.., tickets, _)| whole(*tickets)).collect();
    let most: Vec<i32> = counts.iter().map(|(.., most)| whole(*most)).collect();
    sqlx::query!(
        "with claims as (
             select * from unnest($2::uuid[], $3::text[], $4::uuid[], $5::bytea[]) as c(hold_id, kind, event_id, identity)),
         gone as (
             delete from hold_persons p using claims c
             where p.tenant_id = $1 and p.hold_id = c.hold_id and p.kind = c.kind and p.identity <> c.identity),
         claimed as (
             insert into hold_persons (tenant_id, hold_id, kind, event_id, identity)
             select $1, c.hold_id, c.kind, c.event_id, c.identity from claims c
             on conflict (tenant_id, hold_id, identity) do nothing)
         update person_counts c set tickets = k.tickets, most = k.most
         from unnest($6::uuid[], $7::uuid[], $8::bytea[], $9::int[], $10::int[]) as k(event_id, ticket_type_id, identity, tickets, most)
         where c.tenant_id = $1 and c.event_id = k.event_id and c.ticket_type_id = k.ticket_type_id and c.identity = k.identity",
        tx.tenant().uuid(),
        &holds,
        &kinds,
        &hold_events,
        &owners,
        &events,
        &types,
        &persons,
        &tickets,
        &most,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists the persons whose the hold is.
pub(super) async fn list_persons(tx: &mut TenantTx, hold: HoldId) -> Result<Vec<Identity>, DbError> {
    let rows = sqlx::query!(
        "select kind, identity from hold_persons where tenant_id = $1 and hold_id = $2",
        tx.tenant().uuid(),
        hold.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| identity(&row.kind, row.identity))
        .collect())
}

/// Counts the holds as nobody's any more.
pub(in super::super) async fn forget(tx: &mut TenantTx, holds: &[HoldId]) -> Result<(), DbError> {
    let holds: Vec<Uuid> = holds.iter().map(|hold| hold.uuid()).collect();
    sqlx::query!(
        "delete from hold_persons where tenant_id = $1 and hold_id = any($2)",
        tx.tenant().uuid(),
        &holds
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn identity(kind: &str, hash: Vec<u8>) -> Option<Identity> {
    Some(Identity {
        kind: IdentityKind::from_name(kind)?,
        hash: hash.try_into().ok()?,
    })
}

/// The whole event is written as the nil id, because a key has no nulls.
const fn type_or_nil((_, what): Scope) -> Uuid {
    match what {
        What::All => Uuid::nil(),
        What::One(id, _) => id,
    }
}

fn whole(tickets: u32) -> i32 {
    i32::try_from(tickets).unwrap_or(i32::MAX)
}
