//! SQL of those who wait, in their order.

use bilten_kernel::{Email, EventId, HoldId, TicketTypeId, Timestamp, WaitlistEntryId};
use bilten_tenancy::{DbError, TenantTx};
use jiff::tz::TimeZone;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::party;
use crate::waitlist::{Candidate, PATIENCE, SAVING, SHORTEST_OFFER, matching::NO_SAVING, reserve::Claim};

/// Place in the order of joining.
#[derive(Debug, Clone, Copy)]
pub(in crate::waitlist) struct Place {
    pub joined_at: Timestamp,
    pub id: Uuid,
}

/// What is to be given away.
#[derive(Debug)]
pub(in crate::waitlist) struct Wanted<'a> {
    pub event: EventId,
    /// Types that somebody waits for, with their free places.
    pub free: &'a [(TicketTypeId, i64)],
    pub now: Timestamp,
}

/// A piece of the list, and what is known of the event.
#[derive(Debug)]
pub(in crate::waitlist) struct Page {
    pub candidates: Vec<Candidate>,
    pub last: Place,
    pub ends_at: Timestamp,
    pub zone: TimeZone,
}

pub(in crate::waitlist) async fn has_waiting(tx: &mut TenantTx, event: EventId) -> Result<bool, DbError> {
    let has = sqlx::query_scalar!(
        r#"select exists(select from waitlist_entries where event_id = $1 and state = 'waiting') as "has!""#,
        event.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(has)
}

/// Tells whether an address waits for the event or has an offer.
pub(in crate::waitlist) async fn is_open(tx: &mut TenantTx, event: EventId, email: &Email) -> Result<bool, DbError> {
    let is_open = sqlx::query_scalar!(
        r#"select exists(select from waitlist_entries
                         where event_id = $1 and email_norm = $2 and state in ('waiting', 'offered')) as "is_open!""#,
        event.uuid(),
        email.normalized()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(is_open)
}

/// Tells whether the tenant has any entry at all; most have none.
pub(in crate::waitlist) async fn has_any(tx: &mut TenantTx) -> Result<bool, DbError> {
    let has = sqlx::query_scalar!(r#"select exists(select from waitlist_entries) as "has!""#)
        .fetch_one(tx.conn())
        .await?;
    Ok(has)
}

/// Finds the event of a hold if somebody waits for its places.
pub(in crate::waitlist) async fn find_waiting_for(tx: &mut TenantTx, hold: HoldId) -> Result<Option<EventId>, DbError> {
    let event = sqlx::query_scalar!(
        r#"select h.event_id as "event!" from holds h
         where h.id = $1 and exists(select from waitlist_entries w
                                    where w.tenant_id = h.tenant_id and w.event_id = h.event_id and w.state = 'waiting')"#,
        hold.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(event.map(EventId::from_uuid))
}

pub(in crate::waitlist) async fn count_waiting(tx: &mut TenantTx, event: EventId) -> Result<i64, DbError> {
    let waiting = sqlx::query_scalar!(
        r#"select count(*) as "count!" from waitlist_entries where event_id = $1 and state = 'waiting'"#,
        event.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(waiting)
}

/// Reads the entries that wait behind a place and want some of what is free, with those of their types that buyers may
/// see. Left out is who wants more than is free and had his time of being saved for; nothing to read is no round trip.
pub(in crate::waitlist) async fn read_page(
    tx: &mut TenantTx,
    wanted: &Wanted<'_>,
    behind: Option<Place>,
    limit: i64,
) -> Result<Option<Page>, DbError> {
    let Some(most) = wanted.free.iter().map(|(_, room)| *room).max() else {
        return Ok(None);
    };
    let free: Vec<Uuid> = wanted.free.iter().map(|(id, _)| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select w.id, w.joined_at, w.party_size, w.min_party, w.passed_at, e.ends_at, e.time_zone,
                  array(select t.id from waitlist_entry_types x
                        join ticket_types t on t.tenant_id = x.tenant_id and t.id = x.ticket_type_id
                        where x.tenant_id = w.tenant_id and x.entry_id = w.id and not t.is_hidden
                        order by t.position, t.id) as "types!"
           from waitlist_entries w join events e on e.tenant_id = w.tenant_id and e.id = w.event_id
           where w.event_id = $1 and w.state = 'waiting' and ($2::timestamptz is null or (w.joined_at, w.id) > ($2, $3::uuid))
             and exists(select from waitlist_entry_types x
                        where x.tenant_id = w.tenant_id and x.entry_id = w.id and x.ticket_type_id = any($4))
             and (w.min_party <= $5 or w.passed_at is null or w.passed_at > $6)
           order by w.joined_at, w.id limit $7"#,
        wanted.event.uuid(),
        behind.map(|place| place.joined_at.to_sqlx()) as _,
        behind.map(|place| place.id),
        &free,
        i32::try_from(most).unwrap_or(i32::MAX),
        (wanted.now - PATIENCE - SAVING).to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let Some(last) = rows.last() else { return Ok(None) };
    let place = Place {
        joined_at: last.joined_at.to_jiff(),
        id: last.id,
    };
    let ends_at = last.ends_at.to_jiff();
    let zone = TimeZone::get(&last.time_zone).unwrap_or(TimeZone::UTC);
    let candidates = rows.into_iter().map(|row| {
        Ok(Candidate {
            entry: row.id.into(),
            party: party(row.party_size, row.min_party)?,
            types: row.types.into_iter().map(TicketTypeId::from_uuid).collect(),
            passed_at: row.passed_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    Ok(Some(Page {
        candidates: candidates.collect::<Result<_, DbError>>()?,
        last: place,
        ends_at,
        zone,
    }))
}

/// `waiting → offered` for those who still wait; returns them.
pub(in crate::waitlist) async fn mark_offered(
    tx: &mut TenantTx,
    offers: &[(WaitlistEntryId, HoldId, Timestamp)],
    now: Timestamp,
) -> Result<Vec<WaitlistEntryId>, DbError> {
    let entries: Vec<Uuid> = offers.iter().map(|(entry, ..)| entry.uuid()).collect();
    let holds: Vec<Uuid> = offers.iter().map(|(_, hold, _)| hold.uuid()).collect();
    let ends: Vec<jiff_sqlx::Timestamp> = offers.iter().map(|(.., until)| until.to_sqlx()).collect();
    let taken = sqlx::query_scalar!(
        "update waitlist_entries w set state = 'offered', hold_id = o.hold_id, offered_at = $4, offer_until = o.until
         from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as o(entry_id, hold_id, until)
         where w.id = o.entry_id and w.state = 'waiting' returning w.id",
        &entries,
        &holds,
        &ends as _,
        now.to_sqlx() as _,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(taken.into_iter().map(WaitlistEntryId::from_uuid).collect())
}

pub(in crate::waitlist) async fn note_passed(
    tx: &mut TenantTx,
    entries: &[WaitlistEntryId],
    now: Timestamp,
) -> Result<(), DbError> {
    let entries: Vec<Uuid> = entries.iter().map(|entry| entry.uuid()).collect();
    sqlx::query!(
        "update waitlist_entries set passed_at = $2 where id = any($1) and passed_at is null",
        &entries,
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists events where somebody waits for a type of which enough places are free.
pub(in crate::waitlist) async fn list_servable(
    tx: &mut TenantTx,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<EventId>, DbError> {
    // Walks the partial index of those who wait; free places are looked up once for each type that is waited for.
    let events = sqlx::query_scalar!(
        "with wanted as (
             select w.tenant_id, w.event_id, x.ticket_type_id, min(w.min_party) as least
             from waitlist_entries w
             join waitlist_entry_types x on x.tenant_id = w.tenant_id and x.entry_id = w.id
             where w.state = 'waiting' group by w.tenant_id, w.event_id, x.ticket_type_id)
         select distinct w.event_id from wanted w
         join events e on e.tenant_id = w.tenant_id and e.id = w.event_id and e.status = 'published'
         join ticket_types t on t.tenant_id = w.tenant_id and t.id = w.ticket_type_id and not t.is_hidden
         where least(e.ends_at, t.sale_ends_at) >= $1 and (t.sale_starts_at is null or t.sale_starts_at <= $2)
           and (select min(c.capacity - c.held - c.sold) from ticket_type_pools p
                join capacity_pools c on c.tenant_id = p.tenant_id and c.id = p.pool_id
                where p.tenant_id = t.tenant_id and p.ticket_type_id = t.id) >= w.least
         limit $3",
        (now + SHORTEST_OFFER).to_sqlx() as _,
        now.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(events.into_iter().map(EventId::from_uuid).collect())
}

/// Lists what those who wait for one of the types would take of it.
pub(in crate::waitlist) async fn list_claims(
    tx: &mut TenantTx,
    types: &[Uuid],
    now: Timestamp,
) -> Result<Vec<Claim>, DbError> {
    let rows = sqlx::query!(
        r#"select x.ticket_type_id, sum(w.party_size) as "wanted!",
                  min(case when w.passed_at <= $2 and w.passed_at > $3 and least(e.ends_at, t.sale_ends_at) > $4 then 1
                           else greatest(w.min_party, t.min_per_order) end)::bigint as "least!"
           from waitlist_entries w
           join waitlist_entry_types x on x.tenant_id = w.tenant_id and x.entry_id = w.id
           join ticket_types t on t.tenant_id = x.tenant_id and t.id = x.ticket_type_id
           join events e on e.tenant_id = w.tenant_id and e.id = w.event_id
           where x.ticket_type_id = any($1) and w.state = 'waiting' and not t.is_hidden
             and greatest(w.min_party, t.min_per_order) <= t.max_per_order and least(e.ends_at, t.sale_ends_at) >= $5
           group by x.ticket_type_id"#,
        types,
        (now - PATIENCE).to_sqlx() as _,
        (now - PATIENCE - SAVING).to_sqlx() as _,
        (now + NO_SAVING).to_sqlx() as _,
        (now + SHORTEST_OFFER).to_sqlx() as _,
    )
    .fetch_all(tx.conn())
    .await?;
    let claims = rows.into_iter().map(|row| Claim {
        ticket_type: row.ticket_type_id.into(),
        least: row.least,
        wanted: row.wanted,
    });
    Ok(claims.collect())
}
