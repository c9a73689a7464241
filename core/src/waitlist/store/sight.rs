//! SQL of what is shown of lists.

use bilten_kernel::{EventId, HoldId, TicketTypeId, Timestamp, WaitlistEntryId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Place, party, unreadable};
use crate::waitlist::{Entry, EntryDetail, EntryState, ListCounts, WaitlistCursor};

/// Types of one event that are counted at most.
const MAX_TYPES: i64 = 100;

/// Row of an entry with its state as it is now, written down or not.
struct Row {
    id: Uuid,
    event_id: Uuid,
    state: String,
    email: String,
    name: String,
    locale: String,
    party_size: i32,
    min_party: i32,
    joined_at: jiff_sqlx::Timestamp,
    hold_id: Option<Uuid>,
    offered_at: Option<jiff_sqlx::Timestamp>,
    offer_until: Option<jiff_sqlx::Timestamp>,
    types: Vec<String>,
}

impl Row {
    fn read(self) -> Result<EntryDetail, DbError> {
        let entry = Entry {
            id: self.id.into(),
            event: self.event_id.into(),
            state: EntryState::from_name(&self.state).ok_or_else(|| unreadable("an unknown state"))?,
            email: self.email.parse().map_err(|_| unreadable("an address"))?,
            name: self.name.parse().map_err(|_| unreadable("a name"))?,
            locale: self.locale.parse().map_err(|_| unreadable("a language"))?,
            party: party(self.party_size, self.min_party)?,
            joined_at: self.joined_at.to_jiff(),
            hold: self.hold_id.map(HoldId::from_uuid),
            offered_at: self.offered_at.map(jiff_sqlx::Timestamp::to_jiff),
            offer_until: self.offer_until.map(jiff_sqlx::Timestamp::to_jiff),
        };
        Ok(EntryDetail {
            entry,
            types: self.types,
            position: None,
        })
    }
}

pub(in crate::waitlist) async fn find_detail(
    tx: &mut TenantTx,
    id: WaitlistEntryId,
    now: Timestamp,
) -> Result<Option<EntryDetail>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select w.id, w.event_id, w.email, w.name, w.locale, w.party_size, w.min_party, w.joined_at, w.hold_id,
                  w.offered_at, w.offer_until,
                  case when w.state in ('offered', 'lapsed') and h.state = 'converted' then 'accepted'
                       when w.state = 'offered' and (h.state = 'released' or (h.state = 'held' and h.expires_at <= $2)) then 'lapsed'
                       else w.state end as "state!",
                  array(select t.name from waitlist_entry_types x
                        join ticket_types t on t.tenant_id = x.tenant_id and t.id = x.ticket_type_id
                        where x.tenant_id = w.tenant_id and x.entry_id = w.id order by t.position, t.id) as "types!"
           from waitlist_entries w
           left join holds h on h.tenant_id = w.tenant_id and h.id = w.hold_id
           where w.id = $1"#,
        id.uuid(),
        now.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut detail = row.read()?;
    if detail.entry.state == EntryState::Waiting {
        let place = Place {
            joined_at: detail.entry.joined_at,
            id: id.uuid(),
        };
        detail.position = Some(count_up_to(tx, detail.entry.event, place).await?);
    }
    Ok(Some(detail))
}

pub(in crate::waitlist) async fn find_by_hold(
    tx: &mut TenantTx,
    hold: HoldId,
) -> Result<Option<WaitlistEntryId>, DbError> {
    let id = sqlx::query_scalar!("select id from waitlist_entries where hold_id = $1", hold.uuid())
        .fetch_optional(tx.conn())
        .await?;
    Ok(id.map(WaitlistEntryId::from_uuid))
}

pub(in crate::waitlist) async fn list_details(
    tx: &mut TenantTx,
    event: EventId,
    (only_open, after): (bool, Option<WaitlistCursor>),
    (now, limit): (Timestamp, i64),
) -> Result<Vec<EntryDetail>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select w.id, w.event_id, w.email, w.name, w.locale, w.party_size, w.min_party, w.joined_at, w.hold_id,
                  w.offered_at, w.offer_until,
                  case when w.state in ('offered', 'lapsed') and h.state = 'converted' then 'accepted'
                       when w.state = 'offered' and (h.state = 'released' or (h.state = 'held' and h.expires_at <= $2)) then 'lapsed'
                       else w.state end as "state!",
                  array(select t.name from waitlist_entry_types x
                        join ticket_types t on t.tenant_id = x.tenant_id and t.id = x.ticket_type_id
                        where x.tenant_id = w.tenant_id and x.entry_id = w.id order by t.position, t.id) as "types!"
           from waitlist_entries w
           left join holds h on h.tenant_id = w.tenant_id and h.id = w.hold_id
           where w.event_id = $1 and ($3::timestamptz is null or (w.joined_at, w.id) > ($3, $4::uuid))
             and (not $5 or w.state = 'waiting'
                  or (w.state = 'offered' and (h.state in ('pinned', 'cancelling') or (h.state = 'held' and h.expires_at > $2))))
           order by w.joined_at, w.id limit $6"#,
        event.uuid(),
        now.to_sqlx() as _,
        after.map(|cursor| cursor.joined_at.to_sqlx()) as _,
        after.map(|cursor| cursor.id.uuid()),
        only_open,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let mut details = rows.into_iter().map(Row::read).collect::<Result<Vec<_>, DbError>>()?;
    let mut position = match after {
        Some(cursor) => {
            let place = Place {
                joined_at: cursor.joined_at,
                id: cursor.id.uuid(),
            };
            count_up_to(tx, event, place).await?
        }
        None => 0,
    };
    // All who wait are listed, so that each one's place follows from that of the one before.
    for detail in &mut details {
        if detail.entry.state == EntryState::Waiting {
            position += 1;
            detail.position = Some(position);
        }
    }
    Ok(details)
}

/// Counts those who wait up to a place, itself included.
async fn count_up_to(tx: &mut TenantTx, event: EventId, place: Place) -> Result<i64, DbError> {
    let before = sqlx::query_scalar!(
        r#"select count(*) as "count!" from waitlist_entries
           where event_id = $1 and state = 'waiting' and (joined_at, id) <= ($2, $3)"#,
        event.uuid(),
        place.joined_at.to_sqlx() as _,
        place.id
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(before)
}

pub(in crate::waitlist) async fn count_states(
    tx: &mut TenantTx,
    event: EventId,
    now: Timestamp,
) -> Result<ListCounts, DbError> {
    let row = sqlx::query!(
        r#"select count(*) filter (where w.state = 'waiting') as "waiting!",
                  coalesce(sum(w.party_size) filter (where w.state = 'waiting'), 0) as "places!",
                  count(*) filter (where w.state = 'offered' and (h.state in ('pinned', 'cancelling')
                                         or (h.state = 'held' and h.expires_at > $2))) as "offered!",
                  count(*) filter (where h.state = 'converted') as "accepted!"
           from waitlist_entries w left join holds h on h.tenant_id = w.tenant_id and h.id = w.hold_id
           where w.event_id = $1"#,
        event.uuid(),
        now.to_sqlx() as _
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(ListCounts {
        waiting: row.waiting,
        places: row.places,
        offered: row.offered,
        accepted: row.accepted,
        types: count_types(tx, event).await?,
    })
}

async fn count_types(tx: &mut TenantTx, event: EventId) -> Result<Vec<(TicketTypeId, i64, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"select x.ticket_type_id, count(*) as "entries!", sum(w.party_size) as "places!"
           from waitlist_entries w join waitlist_entry_types x on x.tenant_id = w.tenant_id and x.entry_id = w.id
           where w.event_id = $1 and w.state = 'waiting' group by x.ticket_type_id limit $2"#,
        event.uuid(),
        MAX_TYPES
    )
    .fetch_all(tx.conn())
    .await?;
    let types = rows.into_iter();
    Ok(types
        .map(|row| (row.ticket_type_id.into(), row.entries, row.places))
        .collect())
}
