//! SQL of `waiting_rooms` and `waiting_room_passes`.

use std::collections::HashMap;

use bilten_kernel::{Ctx, EventId, HoldId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{EventFacts, Mode, OpenRoom, Room, Schedule, Seed, carts::Made};

/// Rooms that a tenant may have in use; the list in memory is never longer.
const MAX_ROOMS: i64 = 200;

struct Row {
    event_id: Uuid,
    round_id: Uuid,
    mode: String,
    opens_at: Option<jiff_sqlx::Timestamp>,
    per_minute: i32,
    pass_minutes: i32,
    auto_wait_s: i32,
    message: String,
    seed: Vec<u8>,
    next_seat: i64,
    drawn_count: Option<i64>,
    base_count: i64,
    base_at: jiff_sqlx::Timestamp,
    is_paused: bool,
    joined_at: Option<jiff_sqlx::Timestamp>,
    version: i64,
}

impl Row {
    fn room(self) -> Room {
        Room {
            event: self.event_id.into(),
            round: self.round_id,
            mode: Mode::parse(&self.mode).unwrap_or(Mode::Off),
            opens_at: self.opens_at.map(jiff_sqlx::Timestamp::to_jiff),
            pass_minutes: positive(self.pass_minutes),
            auto_wait_s: positive(self.auto_wait_s),
            message: self.message,
            seed: Seed::new(self.seed.try_into().unwrap_or([0; 32])),
            next_seat: count(self.next_seat),
            drawn_count: self.drawn_count.map(count),
            schedule: Schedule {
                base_count: count(self.base_count),
                base_at: self.base_at.to_jiff(),
                per_minute: positive(self.per_minute),
                is_paused: self.is_paused,
            },
            joined_at: self.joined_at.map(jiff_sqlx::Timestamp::to_jiff),
            version: self.version,
        }
    }
}

/// Locks and reads the room of an event.
pub(super) async fn lock(tx: &mut TenantTx, event: EventId) -> Result<Option<Room>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select event_id, round_id, mode, opens_at, per_minute, pass_minutes, auto_wait_s, message, seed, next_seat,
                drawn_count, base_count, base_at, is_paused, joined_at, version
         from waiting_rooms where tenant_id = $1 and event_id = $2 for update",
        tx.tenant().uuid(),
        event.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Row::room))
}

/// Reads the room of an event.
pub(super) async fn find(tx: &mut TenantTx, event: EventId) -> Result<Option<Room>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select event_id, round_id, mode, opens_at, per_minute, pass_minutes, auto_wait_s, message, seed, next_seat,
                drawn_count, base_count, base_at, is_paused, joined_at, version
         from waiting_rooms where tenant_id = $1 and event_id = $2",
        tx.tenant().uuid(),
        event.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Row::room))
}

/// Inserts a room, or writes everything that may change in a row that was locked before.
pub(super) async fn save(tx: &mut TenantTx, room: &Room, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "insert into waiting_rooms (tenant_id, event_id, round_id, mode, opens_at, per_minute, pass_minutes, auto_wait_s,
                                    message, seed, next_seat, drawn_count, base_count, base_at, is_paused, joined_at,
                                    version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)
         on conflict (tenant_id, event_id) do update
         set round_id = excluded.round_id, mode = excluded.mode, opens_at = excluded.opens_at,
             per_minute = excluded.per_minute, pass_minutes = excluded.pass_minutes, auto_wait_s = excluded.auto_wait_s,
             message = excluded.message, seed = excluded.seed, next_seat = excluded.next_seat,
             drawn_count = excluded.drawn_count, base_count = excluded.base_count, base_at = excluded.base_at,
             is_paused = excluded.is_paused, joined_at = excluded.joined_at, version = excluded.version,
             updated_at = excluded.updated_at",
        tx.tenant().uuid(),
        room.event.uuid(),
        room.round,
        room.mode.name(),
        room.opens_at.map(ToSqlx::to_sqlx) as _,
        whole(room.schedule.per_minute),
        whole(room.pass_minutes),
        whole(room.auto_wait_s),
        room.message,
        room.seed.expose().as_slice(),
        stored(room.next_seat),
        room.drawn_count.map(stored),
        stored(room.schedule.base_count),
        room.schedule.base_at.to_sqlx() as _,
        room.schedule.is_paused,
        room.joined_at.map(ToSqlx::to_sqlx) as _,
        room.version,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

/// Writes what a group of arrivals changes in a row that was locked before; leaner than [`save`].
pub(super) async fn save_arrivals(tx: &mut TenantTx, room: &Room, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update waiting_rooms
         set next_seat = $3, drawn_count = $4, base_count = $5, base_at = $6, joined_at = $7, version = $8, updated_at = $7
         where tenant_id = $1 and event_id = $2",
        tx.tenant().uuid(),
        room.event.uuid(),
        stored(room.next_seat),
        room.drawn_count.map(stored),
        stored(room.schedule.base_count),
        room.schedule.base_at.to_sqlx() as _,
        now.to_sqlx() as _,
        room.version,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists the rooms in use with their events. A tenant has few of them, and the query reads them all; those of events
/// that ended a day ago, and those that buyers do not see yet, are left out.
pub(super) async fn list_in_use(tx: &mut TenantTx, now: Timestamp) -> Result<Vec<OpenRoom>, DbError> {
    let rows = sqlx::query!(
        r#"select w.event_id, w.round_id, w.mode, w.opens_at, w.per_minute, w.pass_minutes, w.auto_wait_s, w.message,
                  w.seed, w.next_seat, w.drawn_count, w.base_count, w.base_at, w.is_paused, w.joined_at, w.version,
                  e.slug, e.name, e.artwork, e.time_zone, e.starts_at, e.ends_at, e.status,
                  not exists (select from capacity_pools p
                              where p.tenant_id = w.tenant_id and p.event_id = w.event_id and p.purpose = 'places'
                              and p.sold < p.capacity) as "is_sold_out!"
           from waiting_rooms w join events e on e.tenant_id = w.tenant_id and e.id = w.event_id
           where w.tenant_id = $1 and w.mode <> 'off' and e.ends_at > $2 and e.published_at is not null limit $3"#,
        tx.tenant().uuid(),
        (now - jiff::SignedDuration::from_hours(24)).to_sqlx() as _,
        MAX_ROOMS
    )
    .fetch_all(tx.conn())
    .await?;
    let open = rows.into_iter().filter_map(|row| {
        let is_own = !row.artwork.is_empty();
        let event = EventFacts {
            artwork: if is_own { row.artwork } else { row.slug.clone() },
            slug: row.slug.parse().ok()?,
            name: row.name,
            time_zone: row.time_zone.parse().ok()?,
            starts_at: row.starts_at.to_jiff(),
            ends_at: row.ends_at.to_jiff(),
            is_on_sale: row.status == "published",
            is_sold_out: row.is_sold_out,
        };
        let room = Row {
            event_id: row.event_id,
            round_id: row.round_id,
            mode: row.mode,
            opens_at: row.opens_at,
            per_minute: row.per_minute,
            pass_minutes: row.pass_minutes,
            auto_wait_s: row.auto_wait_s,
            message: row.message,
            seed: row.seed,
            next_seat: row.next_seat,
            drawn_count: row.drawn_count,
            base_count: row.base_count,
            base_at: row.base_at,
            is_paused: row.is_paused,
            joined_at: row.joined_at,
            version: row.version,
        };
        Some(OpenRoom::new(room.room(), event))
    });
    Ok(open.collect())
}

/// A row of somebody who was let in.
pub(super) struct PassRow {
    pub seat: u64,
    pub first_at: Timestamp,
    pub ends_at: Timestamp,
    /// Carts that were made with it.
    pub carts: usize,
}

/// Notes that a seat was used by a browser, unless the seat or the browser has been used before.
pub(super) async fn insert_pass(
    tx: &mut TenantTx,
    (event, round, seat): (EventId, Uuid, u64),
    device: &[u8],
    (first_at, ends_at): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into waiting_room_passes (tenant_id, event_id, round_id, seat, device, first_at, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        tx.tenant().uuid(),
        event.uuid(),
        round,
        stored(seat),
        device,
        first_at.to_sqlx() as _,
        ends_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds and locks the pass of a browser in a round.
pub(super) async fn lock_pass(
    tx: &mut TenantTx,
    event: EventId,
    round: Uuid,
    device: &[u8],
) -> Result<Option<PassRow>, DbError> {
    let row = sqlx::query!(
        r#"select seat, first_at, ends_at, cardinality(carts) as "carts!" from waiting_room_passes
           where tenant_id = $1 and event_id = $2 and round_id = $3 and device = $4 for update"#,
        tx.tenant().uuid(),
        event.uuid(),
        round,
        device
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| PassRow {
        seat: count(row.seat),
        first_at: row.first_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        carts: size(row.carts),
    }))
}

/// Begins a browser's pass anew for a seat that it got later.
pub(super) async fn renew_pass(
    tx: &mut TenantTx,
    (event, round, seat): (EventId, Uuid, u64),
    device: &[u8],
    (first_at, ends_at): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    sqlx::query!(
        "update waiting_room_passes set seat = $5, first_at = $6, ends_at = $7, carts = '{}'
         where tenant_id = $1 and event_id = $2 and round_id = $3 and device = $4 and seat < $5",
        tx.tenant().uuid(),
        event.uuid(),
        round,
        device,
        stored(seat),
        first_at.to_sqlx() as _,
        ends_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Tells what was made with passes of an event, by round and seat.
pub(super) async fn list_carts(
    tx: &mut TenantTx,
    event: EventId,
    passes: &[(Uuid, u64)],
    now: Timestamp,
) -> Result<HashMap<(Uuid, u64), Made>, DbError> {
    let (rounds, seats): (Vec<Uuid>, Vec<i64>) = passes.iter().map(|(round, seat)| (*round, stored(*seat))).unzip();
    let rows = sqlx::query!(
        r#"select p.round_id, p.seat, cardinality(p.carts) as "made!",
                  (select h.id from holds h
                   where h.tenant_id = p.tenant_id and h.id = any(p.carts)
                     and (h.state in ('pinned', 'cancelling') or (h.state = 'held' and h.expires_at > $5)) limit 1) as alive
           from waiting_room_passes p
           where p.tenant_id = $1 and p.event_id = $2
             and (p.round_id, p.seat) in (select * from unnest($3::uuid[], $4::bigint[]))"#,
        tx.tenant().uuid(),
        event.uuid(),
        &rounds,
        &seats,
        now.to_sqlx() as _,
    )
    .fetch_all(tx.conn())
    .await?;
    let made = rows.into_iter().map(|row| {
        let made = Made {
            count: size(row.made),
            alive: row.alive.map(HoldId::from_uuid),
        };
        ((row.round_id, count(row.seat)), made)
    });
    Ok(made.collect())
}

/// Notes carts that were made with passes of an event; each pass stands once.
pub(super) async fn add_carts(
    tx: &mut TenantTx,
    event: EventId,
    carts: &[((Uuid, u64), HoldId)],
) -> Result<(), DbError> {
    let rounds: Vec<Uuid> = carts.iter().map(|((round, _), _)| *round).collect();
    let seats: Vec<i64> = carts.iter().map(|((_, seat), _)| stored(*seat)).collect();
    let holds: Vec<Uuid> = carts.iter().map(|(_, hold)| hold.uuid()).collect();
    sqlx::query!(
        "update waiting_room_passes p set carts = p.carts || x.hold_id
         from unnest($3::uuid[], $4::bigint[], $5::uuid[]) as x (round_id, seat, hold_id)
         where p.tenant_id = $1 and p.event_id = $2 and p.round_id = x.round_id and p.seat = x.seat",
        tx.tenant().uuid(),
        event.uuid(),
        &rounds,
        &seats,
        &holds,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Moves the end of a pass.
pub(super) async fn extend_pass(
    tx: &mut TenantTx,
    (event, round, seat): (EventId, Uuid, u64),
    ends_at: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "update waiting_room_passes set ends_at = $5
         where tenant_id = $1 and event_id = $2 and round_id = $3 and seat = $4",
        tx.tenant().uuid(),
        event.uuid(),
        round,
        stored(seat),
        ends_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Counts who was let in during a round.
pub(super) async fn count_passes(tx: &mut TenantTx, event: EventId, round: Uuid) -> Result<u64, DbError> {
    let found = sqlx::query_scalar!(
        r#"select count(*) as "count!" from waiting_room_passes where tenant_id = $1 and event_id = $2 and round_id = $3"#,
        tx.tenant().uuid(),
        event.uuid(),
        round
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count(found))
}

/// Deletes passes that ended before an instant.
pub(super) async fn delete_passes(tx: &mut TenantTx, before: Timestamp, limit: i64) -> Result<(), DbError> {
    sqlx::query!(
        "delete from waiting_room_passes where (tenant_id, event_id, round_id, seat) in (
             select tenant_id, event_id, round_id, seat from waiting_room_passes
             where tenant_id = $1 and ends_at < $2 order by ends_at limit $3)",
        tx.tenant().uuid(),
        before.to_sqlx() as _,
        limit
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Tells whether the tenant has the event.
pub(super) async fn event_exists(tx: &mut TenantTx, event: EventId) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from events where tenant_id = $1 and id = $2) as "found!""#,
        tx.tenant().uuid(),
        event.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

/// Makes an empty room that is switched off.
pub(super) fn fresh(ctx: &Ctx, event: EventId) -> Room {
    Room {
        event,
        round: ctx.random_uuid(),
        mode: Mode::Off,
        opens_at: None,
        pass_minutes: 10,
        auto_wait_s: 10,
        message: String::new(),
        seed: Seed::new(ctx.random()),
        next_seat: 0,
        drawn_count: None,
        schedule: Schedule {
            base_count: 0,
            base_at: ctx.now(),
            per_minute: 100,
            is_paused: false,
        },
        joined_at: None,
        version: 0,
    }
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn size(number: i32) -> usize {
    usize::try_from(number).unwrap_or(0)
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn positive(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(1)
}

fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
