//! SQL of `events`.

use std::collections::HashMap;

use bilten_kernel::{EventId, Slug, TicketTypeId, Timestamp, VenueId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::stored;
use crate::catalog::{Body, Event, EventCursor, EventFilter, EventStatus, Line, Listing, NewVenue, Venue};

/// Inserts a draft; `false` when its slug is taken.
pub async fn insert(tx: &mut TenantTx, event: &Event) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into events (tenant_id, id, organizer_id, venue_id, slug, name, summary, description, category,
                             status, starts_at, ends_at, time_zone, currency, artwork, refund_policy, created_at, updated_at, doors_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         on conflict (tenant_id, slug) do nothing",
        tx.tenant().uuid(),
        event.id.uuid(),
        event.organizer.uuid(),
        event.venue.as_ref().map(|venue| venue.id.uuid()),
        event.slug.as_str(),
        event.name.as_str(),
        event.summary.as_str(),
        event.description.as_str(),
        event.category.as_str(),
        event.status.name(),
        event.starts_at.to_sqlx() as _,
        event.ends_at.to_sqlx() as _,
        event.time_zone.as_str(),
        event.currency.code(),
        event.artwork.as_str(),
        event.refund_policy.as_str(),
        event.created_at.to_sqlx() as _,
        event.updated_at.to_sqlx() as _,
        event.doors_at.map(ToSqlx::to_sqlx) as _,
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(done.rows_affected() == 1)
}

/// Finds the stored states.
pub async fn find_statuses(tx: &mut TenantTx, ids: &[EventId]) -> Result<HashMap<EventId, EventStatus>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!("select id, status from events where id = any($1)", &ids)
        .fetch_all(tx.conn())
        .await?;
    let status = |id: Uuid, name: &str| Some((EventId::from_uuid(id), EventStatus::parse(name)?));
    Ok(rows.into_iter().filter_map(|row| status(row.id, &row.status)).collect())
}

/// Finds the stored state.
pub async fn find_status(tx: &mut TenantTx, id: EventId) -> Result<Option<EventStatus>, DbError> {
    let status = sqlx::query_scalar!("select status from events where id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    Ok(status.as_deref().and_then(EventStatus::parse))
}

/// Writes everything that may change, if the state in the database is still the expected one.
pub async fn update(tx: &mut TenantTx, event: &Event, expected: EventStatus) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update events set venue_id = $3, name = $4, summary = $5, description = $6, category = $7, status = $8,
                starts_at = $9, ends_at = $10, time_zone = $11, currency = $12, artwork = $13, refund_policy = $14,
                updated_at = $15, published_at = $16, cancelled_at = $17, doors_at = $19
         where tenant_id = $1 and id = $2 and status = $18",
        tx.tenant().uuid(),
        event.id.uuid(),
        event.venue.as_ref().map(|venue| venue.id.uuid()),
        event.name.as_str(),
        event.summary.as_str(),
        event.description.as_str(),
        event.category.as_str(),
        event.status.name(),
        event.starts_at.to_sqlx() as _,
        event.ends_at.to_sqlx() as _,
        event.time_zone.as_str(),
        event.currency.code(),
        event.artwork.as_str(),
        event.refund_policy.as_str(),
        event.updated_at.to_sqlx() as _,
        event.published_at.map(ToSqlx::to_sqlx) as _,
        event.cancelled_at.map(ToSqlx::to_sqlx) as _,
        expected.name(),
        event.doors_at.map(ToSqlx::to_sqlx) as _,
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(done.rows_affected() == 1)
}

/// Locks an event against other changes; holds and orders that name it are not kept waiting.
pub async fn lock(tx: &mut TenantTx, id: EventId) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        "select id from events where tenant_id = $1 and id = $2 for no key update",
        tx.tenant().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

pub async fn find_id(tx: &mut TenantTx, slug: &Slug) -> Result<Option<EventId>, DbError> {
    let id = sqlx::query_scalar!(
        "select id from events where tenant_id = $1 and slug = $2",
        tx.tenant().uuid(),
        slug.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(EventId::from_uuid))
}

/// Sets the most tickets of the event that a person may have.
pub async fn set_max_per_person(tx: &mut TenantTx, event: EventId, max: Option<i32>) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update events set max_per_person = $3 where tenant_id = $1 and id = $2",
        tx.tenant().uuid(),
        event.uuid(),
        max
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(done.rows_affected() == 1)
}

/// Sets what buyers may give something for.
pub async fn set_donation_cause(tx: &mut TenantTx, event: EventId, cause: Option<&str>) -> Result<(), DbError> {
    sqlx::query!(
        "update events set donation_cause = $3 where tenant_id = $1 and id = $2",
        tx.tenant().uuid(),
        event.uuid(),
        cause
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

/// Sets the most tickets of a type that a person may have.
pub async fn set_max_per_person_of_type(
    tx: &mut TenantTx,
    event: EventId,
    ticket_type: TicketTypeId,
    max: Option<i32>,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update ticket_types set max_per_person = $4 where tenant_id = $1 and event_id = $2 and id = $3",
        tx.tenant().uuid(),
        event.uuid(),
        ticket_type.uuid(),
        max
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(done.rows_affected() == 1)
}

struct EventRow {
    id: Uuid,
    organizer_id: Uuid,
    slug: String,
    name: String,
    summary: String,
    description: String,
    category: String,
    status: String,
    doors_at: Option<jiff_sqlx::Timestamp>,
    starts_at: jiff_sqlx::Timestamp,
    ends_at: jiff_sqlx::Timestamp,
    time_zone: String,
    currency: String,
    artwork: String,
    refund_policy: String,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
    published_at: Option<jiff_sqlx::Timestamp>,
    cancelled_at: Option<jiff_sqlx::Timestamp>,
    venue_id: Option<Uuid>,
    venue_name: Option<String>,
    street: Option<String>,
    postcode: Option<String>,
    city: Option<String>,
    country: Option<String>,
    has_promo_codes: bool,
    has_return_policy: bool,
    donation_cause: Option<String>,
    has_offers: bool,
}

/// Loads events in the order of the ids; unknown ids are left out.
pub async fn load(tx: &mut TenantTx, ids: &[EventId]) -> Result<Vec<Event>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query_as!(
        EventRow,
        r#"
        select e.id, e.organizer_id, e.slug, e.name, e.summary, e.description, e.category, e.status, e.doors_at, e.starts_at,
               e.ends_at, e.time_zone, e.currency, e.artwork, e.refund_policy, e.created_at, e.updated_at,
               e.donation_cause, e.has_offers, e.published_at, e.cancelled_at, v.id as "venue_id?", v.name as "venue_name?", v.street as "street?",
               v.postcode as "postcode?", v.city as "city?", v.country as "country?",
               exists(select from promo_codes c
                      where c.tenant_id = e.tenant_id and c.event_id = e.id and c.withdrawn_at is null) as "has_promo_codes!",
               exists(select from return_policies p
                      where p.tenant_id = e.tenant_id and p.event_id = e.id) as "has_return_policy!"
        from unnest($2::uuid[]) with ordinality as wanted(id, place)
        join events e on e.tenant_id = $1 and e.id = wanted.id
        left join venues v on v.tenant_id = e.tenant_id and v.id = e.venue_id
        order by wanted.place
        "#,
        tx.tenant().uuid(),
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(into_event).collect()
}

fn into_event(row: EventRow) -> Result<Event, DbError> {
    let venue = row.venue_id.zip(row.venue_name).map(|(id, name)| Venue {
        id: VenueId::from_uuid(id),
        place: NewVenue {
            name: Line::stored(name),
            street: Line::stored(row.street.unwrap_or_default()),
            postcode: Line::stored(row.postcode.unwrap_or_default()),
            city: Line::stored(row.city.unwrap_or_default()),
            country: Line::stored(row.country.unwrap_or_default()),
        },
    });
    Ok(Event {
        id: row.id.into(),
        organizer: row.organizer_id.into(),
        venue,
        slug: stored(row.slug.parse())?,
        name: Line::stored(row.name),
        summary: Line::stored(row.summary),
        description: Body::stored(row.description),
        category: Line::stored(row.category),
        status: EventStatus::parse(&row.status).expect("the table's check knows the same states"),
        doors_at: row.doors_at.map(jiff_sqlx::Timestamp::to_jiff),
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        time_zone: stored(row.time_zone.parse())?,
        currency: stored(row.currency.parse())?,
        artwork: Line::stored(row.artwork),
        refund_policy: Body::stored(row.refund_policy),
        has_promo_codes: row.has_promo_codes,
        donation_cause: row.donation_cause.map(Line::stored),
        has_offers: row.has_offers,
        has_return_policy: row.has_return_policy,
        created_at: row.created_at.to_jiff(),
        updated_at: row.updated_at.to_jiff(),
        published_at: row.published_at.map(jiff_sqlx::Timestamp::to_jiff),
        cancelled_at: row.cancelled_at.map(jiff_sqlx::Timestamp::to_jiff),
    })
}

/// Lists ids by start. The order uses the index of status and start; text and category are
/// compared row by row, because `lower` is not leakproof and would not use an index anyway.
pub async fn list_ids(
    tx: &mut TenantTx,
    filter: &EventFilter,
    after: Option<EventCursor>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(EventId, Timestamp)>, DbError> {
    match filter.listing {
        Listing::Upcoming => list_ids_ascending(tx, filter, after, now, limit).await,
        Listing::Past | Listing::Status(_) | Listing::All => list_ids_descending(tx, filter, after, now, limit).await,
    }
}

async fn list_ids_ascending(
    tx: &mut TenantTx,
    filter: &EventFilter,
    after: Option<EventCursor>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(EventId, Timestamp)>, DbError> {
    let rows = sqlx::query!(
        "select e.id, e.starts_at from events e
         left join venues v on v.tenant_id = e.tenant_id and v.id = e.venue_id
         where e.tenant_id = $1 and e.status = 'published' and e.ends_at > $2
           and ($3::text is null or position(lower($3) in lower(concat_ws(' ', e.name, e.summary, v.name, v.city))) > 0)
           and ($4::text is null or e.category = $4)
           and ($5::timestamptz is null or e.ends_at > $5)
           and ($6::timestamptz is null or e.starts_at < $6)
           and ($7::timestamptz is null or (e.starts_at, e.id) > ($7, $8::uuid))
           and ($10::text is null or v.city = $10)
           and ($11::uuid[] is null or e.organizer_id = any($11) or e.id = any($11))
         order by e.starts_at, e.id limit $9",
        tx.tenant().uuid(),
        now.to_sqlx() as _,
        filter.text.as_deref(),
        filter.category.as_deref(),
        filter.from.map(ToSqlx::to_sqlx) as _,
        filter.before.map(ToSqlx::to_sqlx) as _,
        after.map(|c| c.starts_at.to_sqlx()) as _,
        after.map(|c| c.id.uuid()),
        limit,
        filter.city.as_deref(),
        filter.reach.uuids() as _,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id.into(), row.starts_at.to_jiff()))
        .collect())
}

async fn list_ids_descending(
    tx: &mut TenantTx,
    filter: &EventFilter,
    after: Option<EventCursor>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(EventId, Timestamp)>, DbError> {
    let statuses = filter.listing.stored_statuses();
    let is_past_only = filter.listing.is_past_only();
    let is_future_only = filter.listing.is_future_only();
    let rows = sqlx::query!(
        "select e.id, e.starts_at from events e
         left join venues v on v.tenant_id = e.tenant_id and v.id = e.venue_id
         where e.tenant_id = $1 and e.status = any($2) and (not $10 or e.ends_at <= $11) and (not $12 or e.ends_at > $11)
           and ($3::text is null or position(lower($3) in lower(concat_ws(' ', e.name, e.summary, v.name, v.city))) > 0)
           and ($4::text is null or e.category = $4)
           and ($5::timestamptz is null or e.ends_at > $5)
           and ($6::timestamptz is null or e.starts_at < $6)
           and ($7::timestamptz is null or (e.starts_at, e.id) < ($7, $8::uuid))
           and ($13::text is null or v.city = $13)
           and ($14::uuid[] is null or e.organizer_id = any($14) or e.id = any($14))
         order by e.starts_at desc, e.id desc limit $9",
        tx.tenant().uuid(),
        &statuses,
        filter.text.as_deref(),
        filter.category.as_deref(),
        filter.from.map(ToSqlx::to_sqlx) as _,
        filter.before.map(ToSqlx::to_sqlx) as _,
        after.map(|c| c.starts_at.to_sqlx()) as _,
        after.map(|c| c.id.uuid()),
        limit,
        is_past_only,
        now.to_sqlx() as _,
        is_future_only,
        filter.city.as_deref(),
        filter.reach.uuids() as _,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id.into(), row.starts_at.to_jiff()))
        .collect())
}

/// Lists category, city and start of events to come, the next first, by the index of status and start.
pub async fn list_traits(
    tx: &mut TenantTx,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(String, String, Timestamp)>, DbError> {
    let rows = sqlx::query!(
        r#"select e.category, coalesce(v.city, '') as "city!", e.starts_at from events e
           left join venues v on v.tenant_id = e.tenant_id and v.id = e.venue_id
           where e.tenant_id = $1 and e.status = 'published' and e.ends_at > $2
           order by e.starts_at, e.id limit $3"#,
        tx.tenant().uuid(),
        now.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.category, row.city, row.starts_at.to_jiff()))
        .collect())
}
