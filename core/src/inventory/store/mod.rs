//! SQL of `capacity_pools`, `holds` and `hold_lines`.

mod find;
mod lines;
pub(super) mod returns;
mod slot;
mod states;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bilten_kernel::{AttemptId, EventId, HoldId, PoolId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

pub(super) use find::{find_hold, find_holds, lock_holds};
use lines::LineColumns;
pub(super) use slot::{find_slot, insert_slot, lock_slot, release_slots};
pub(super) use states::{extend, keep, pin, set_state, unpin};

use super::{EventFacts, Hold, NotOnSale, PoolFacts, Stock, TierFacts, TypeFacts};
use crate::{
    catalog::TicketKind,
    offers,
    pricing::{self, OpenPrice},
    promo::{self, PromoCode},
    seating::{self, SeatKind, SeatMap},
};

/// Hold that is about to be written.
#[derive(Debug)]
pub(crate) struct NewHold {
    pub hold: Hold,
    /// When it ends at the latest, unless it lasts as long as any cart may.
    pub latest_end: Option<Timestamp>,
    pub request_key: Option<String>,
    pub request_hash: Option<Vec<u8>>,
}

/// Locks the event's pools, but for those of its promo codes, in the order in which everybody takes pools: by purpose and id.
pub(crate) async fn lock_pools(tx: &mut TenantTx, event: EventId) -> Result<BTreeMap<PoolId, PoolFacts>, DbError> {
    let rows = sqlx::query_as!(
        PoolRow,
        "select id, capacity, held, sold from capacity_pools
         where event_id = $1 and purpose in ('places', 'tier') order by purpose, id for update",
        event.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(PoolRow::facts).collect())
}

/// As [`lock_pools`], with the pools of these promo codes, and of their budgets, in their place between the others.
async fn lock_pools_with(
    tx: &mut TenantTx,
    event: EventId,
    codes: &[PromoCode],
) -> Result<BTreeMap<PoolId, PoolFacts>, DbError> {
    let codes: Vec<&str> = codes.iter().map(PromoCode::as_str).collect();
    let rows = sqlx::query_as!(
        PoolRow,
        "select id, capacity, held, sold from capacity_pools
         where event_id = $1 and (purpose in ('places', 'tier') or id = any(array(
             select x.id from promo_codes c cross join lateral (values (c.id), (c.budget_pool_id)) as x(id)
             where c.event_id = $1 and c.code = any($2) and c.withdrawn_at is null)))
         order by purpose, id for update",
        event.uuid(),
        &codes as _
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(PoolRow::facts).collect())
}

struct PoolRow {
    id: Uuid,
    capacity: i64,
    held: i64,
    sold: i64,
}

impl PoolRow {
    fn facts(self) -> (PoolId, PoolFacts) {
        let Self {
            id,
            capacity,
            held,
            sold,
        } = self;
        (id.into(), PoolFacts { capacity, held, sold })
    }
}

/// Locks and reads the stock of an event with the promo codes that were named; `None` when there is no such event.
pub(crate) async fn lock_stock(
    tx: &mut TenantTx,
    event: EventId,
    codes: &[PromoCode],
    now: Timestamp,
) -> Result<Option<Stock>, DbError> {
    let pools = if codes.is_empty() {
        lock_pools(tx, event).await?
    } else {
        lock_pools_with(tx, event, codes).await?
    };
    let Some(mut stock) = read_stock(tx, event, pools, now).await? else {
        return Ok(None);
    };
    if !codes.is_empty() {
        // Read again under the locks: a code that was withdrawn meanwhile is none.
        stock.promos = promo::store::load_facts(tx, event, codes).await?;
    }
    stock.spare_add_ons();
    Ok(Some(stock))
}

async fn read_stock(
    tx: &mut TenantTx,
    event: EventId,
    pools: BTreeMap<PoolId, PoolFacts>,
    now: Timestamp,
) -> Result<Option<Stock>, DbError> {
    let rows = sqlx::query!(
        r#"select e.status, e.currency, e.starts_at, e.time_zone, e.ends_at, e.max_per_person as event_max, t.max_per_person as "type_max?", t.id as "ticket_type?", t.price_minor as "price_minor?",
                  t.min_per_order as "min_per_order?", t.max_per_order as "max_per_order?", t.sale_starts_at, t.sale_ends_at, t.seat_kind,
                  array(select p.pool_id from ticket_type_pools p where p.tenant_id = t.tenant_id and p.ticket_type_id = t.id) as "pools!",
                  exists(select from waitlist_entries w where w.event_id = $1 and w.state = 'waiting')
                  and exists(select from waitlist_entry_types x
                             join waitlist_entries w on w.tenant_id = x.tenant_id and w.id = x.entry_id
                             where x.tenant_id = t.tenant_id and x.ticket_type_id = t.id and w.state = 'waiting') as "is_awaited!",
                  e.donation_cause is not null as "takes_donations!", e.has_offers, t.least_minor as "least_minor?", t.most_minor as "most_minor?",
                  t.is_locked as "is_locked?", t.per_admission as "per_admission?",
                  x.pools as "tier_pools?", x.prices as "tier_prices?", t.tax_code as "tax_code?",
                  (select max(n.version) from pricing_plans n) as plan_version
           from events e left join ticket_types t on t.tenant_id = e.tenant_id and t.event_id = e.id
           left join lateral (
               select array_agg(y.pool_id order by y.position) as pools, array_agg(y.price_minor order by y.position) as prices
               from price_tiers y
               where y.tenant_id = t.tenant_id and y.ticket_type_id = t.id and (y.ends_at is null or y.ends_at > $2)) x on true
           where e.id = $1"#,
        event.uuid(),
        now.to_sqlx() as _
    )
    .fetch_all(tx.conn())
    .await?;
    let Some((first, Ok(currency))) = rows.first().map(|first| (first, first.currency.parse())) else {
        return Ok(None);
    };
    let (plan_version, has_offers) = (first.plan_version, first.has_offers);
    let event_facts = EventFacts {
        closed: closed(&first.status, first.ends_at.to_jiff(), now),
        currency,
        max_per_person: limit(first.event_max),
        takes_donations: first.takes_donations,
        day: pricing::day_of(first.starts_at.to_jiff(), &first.time_zone),
    };
    let mut types = HashMap::with_capacity(rows.len());
    let mut awaited = BTreeSet::new();
    for row in rows {
        let (Some(id), Some(price_minor), Some(min), Some(max)) =
            (row.ticket_type, row.price_minor, row.min_per_order, row.max_per_order)
        else {
            continue;
        };
        let facts = TypeFacts {
            price_minor,
            min_per_order: u32::try_from(min).unwrap_or(1),
            max_per_order: u32::try_from(max).unwrap_or(0),
            sale_starts_at: row.sale_starts_at.map(jiff_sqlx::Timestamp::to_jiff),
            sale_ends_at: row.sale_ends_at.map(jiff_sqlx::Timestamp::to_jiff),
            max_per_person: limit(row.type_max),
            seat_kind: row.seat_kind.as_deref().and_then(SeatKind::from_name),
            pools: row.pools.into_iter().map(PoolId::from_uuid).collect(),
            tiers: tiers(row.tier_pools, row.tier_prices),
            tax: row.tax_code.and_then(|code| code.parse().ok()),
            open_price: open_price(row.least_minor, row.most_minor),
            is_locked: row.is_locked.unwrap_or(false),
            per_admission: TicketKind::stored(row.per_admission).per_admission(),
        };
        types.insert(id.into(), facts);
        awaited.extend(row.is_awaited.then_some(TicketTypeId::from_uuid(id)));
    }
    let plan = pricing::store::find_version(tx, plan_version).await?;
    let offers = offers::store::load_if(has_offers, tx, event, now).await?;
    Ok(Some(Stock {
        plan,
        offers,
        ..untouched(event_facts, pools, (types, awaited))
    }))
}

/// Stock of which nothing was taken, with nothing that only some groups ask for.
fn untouched(
    event: EventFacts,
    pools: BTreeMap<PoolId, PoolFacts>,
    (types, awaited): (HashMap<TicketTypeId, TypeFacts>, BTreeSet<TicketTypeId>),
) -> Stock {
    Stock {
        event,
        pools,
        types,
        promos: HashMap::new(),
        taken: BTreeMap::new(),
        awaited,
        seats: SeatMap::default(),
        plan: None,
        offers: Vec::new(),
    }
}

fn tiers(pools: Option<Vec<Uuid>>, prices: Option<Vec<i64>>) -> Vec<TierFacts> {
    let stored = pools.unwrap_or_default().into_iter().zip(prices.unwrap_or_default());
    let tier = stored.map(|(pool, price_minor)| TierFacts {
        pool: pool.into(),
        price_minor,
    });
    tier.collect()
}

fn open_price(least: Option<i64>, most: Option<i64>) -> Option<OpenPrice> {
    least.zip(most).map(|(min, max)| OpenPrice { min, max })
}

fn limit(stored: Option<i32>) -> Option<u32> {
    stored.and_then(|most| u32::try_from(most).ok())
}

fn closed(status: &str, ends_at: Timestamp, now: Timestamp) -> Option<NotOnSale> {
    match status {
        "published" if now >= ends_at => Some(NotOnSale::Over),
        "published" => None,
        "draft" => Some(NotOnSale::Draft),
        "cancelled" => Some(NotOnSale::Cancelled),
        _ => Some(NotOnSale::Over),
    }
}

/// The day that the taxes of a hold are of, where rates change with days.
fn taxed_on(hold: &Hold) -> Option<jiff_sqlx::Date> {
    let day = hold.lines.iter().find_map(|line| line.list?.day);
    day.map(ToSqlx::to_sqlx)
}

/// Writes holds, their lines and the pools' counters in one statement.
pub(crate) async fn insert_holds(
    tx: &mut TenantTx,
    fresh: &[NewHold],
    taken: &BTreeMap<PoolId, i64>,
    now: Timestamp,
) -> Result<(), DbError> {
    let ids: Vec<Uuid> = fresh.iter().map(|new| new.hold.id.uuid()).collect();
    let events: Vec<Uuid> = fresh.iter().map(|new| new.hold.event.uuid()).collect();
    let currencies: Vec<String> = fresh.iter().map(|new| new.hold.currency.code().to_owned()).collect();
    let expiries: Vec<jiff_sqlx::Timestamp> = fresh.iter().map(|new| new.hold.expires_at.to_sqlx()).collect();
    let seatings: Vec<Option<&str>> = fresh.iter().map(|new| new.hold.seats.seating()).collect();
    let keys: Vec<Option<String>> = fresh.iter().map(|new| new.request_key.clone()).collect();
    let hashes: Vec<Option<Vec<u8>>> = fresh.iter().map(|new| new.request_hash.clone()).collect();
    let promo_codes: Vec<Option<&str>> = fresh.iter().map(|new| new.hold.promo_code()).collect();
    let lines = LineColumns::of(fresh);
    let pools: Vec<Uuid> = taken.keys().map(|pool| pool.uuid()).collect();
    let places: Vec<i64> = taken.values().copied().collect();
    sqlx::query!(
        "with new_holds as (
             insert into holds (tenant_id, id, event_id, state, currency, expires_at, request_key, request_hash, latest_end, created_at,
                                limits_persons, promo_code, seating, plan_version, donation_minor, taxed_on)
             select $1, h.id, h.event_id, 'held', h.currency, h.expires_at, h.request_key, h.request_hash, h.latest_end, $8,
                    h.limits_persons, h.promo_code, h.seating, h.plan_version, h.donation_minor, h.taxed_on
             from unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::bytea[], $18::timestamptz[], $17::boolean[],
                         $19::text[], $22::text[], $23::int[], $26::bigint[], $28::date[])
                  as h(id, event_id, currency, expires_at, request_key, request_hash, latest_end, limits_persons, promo_code, seating,
                       plan_version, donation_minor, taxed_on)),
         new_lines as (
             insert into hold_lines (tenant_id, hold_id, ticket_type_id, quantity, unit_price_minor, part, tier_pool_id,
                                     full_price_minor, promo_code_id, list_price_minor, tax_code, offer, code_pools, code_places, is_fee_free)
             select $1, l.hold_id, l.ticket_type_id, l.quantity, l.unit_price_minor, l.part, l.tier_pool_id,
                    l.full_price_minor, l.promo_code_id, l.list_price_minor, l.tax_code, l.offer,
                    l.code_pools::uuid[], l.code_places::bigint[], l.is_fee_free
             from unnest($9::uuid[], $10::uuid[], $11::int[], $12::bigint[], $15::smallint[], $16::uuid[], $20::bigint[], $21::uuid[],
                         $24::bigint[], $25::text[], $27::text[], $29::text[], $30::text[], $31::boolean[])
                  as l(hold_id, ticket_type_id, quantity, unit_price_minor, part, tier_pool_id, full_price_minor, promo_code_id,
                       list_price_minor, tax_code, offer, code_pools, code_places, is_fee_free))
         update capacity_pools p set held = p.held + t.places
         from unnest($13::uuid[], $14::bigint[]) as t(pool_id, places) where p.id = t.pool_id",
        tx.tenant().uuid(),
        &ids,
        &events,
        &currencies,
        &expiries as _,
        &keys as _,
        &hashes as _,
        now.to_sqlx() as _,
        &lines.holds,
        &lines.types,
        &lines.quantities,
        &lines.prices,
        &pools,
        &places,
        &lines.parts,
        &lines.tiers as _,
        &lines.limits,
        &lines.ends as _,
        &promo_codes as _,
        &lines.full_prices as _,
        &lines.promos as _,
        &seatings as _,
        &lines.plans as _,
        &lines.list_prices as _,
        &lines.taxes as _,
        &lines.donations as _,
        &lines.offers as _,
        &lines.days as _,
        &lines.code_pools as _,
        &lines.code_places as _,
        &lines.fee_free,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list_keys(tx: &mut TenantTx, keys: &[String]) -> Result<Vec<(String, Vec<u8>, HoldId)>, DbError> {
    let rows = sqlx::query!(
        r#"select request_key as "key!", coalesce(request_hash, '') as "hash!", id from holds where request_key = any($1)"#,
        keys
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.key, row.hash, row.id.into())).collect())
}

fn uuids(ids: &[HoldId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}

/// Pins holds that are held and not expired at the time that stands beside each; returns how many were.
pub(super) async fn pin_many(tx: &mut TenantTx, pins: &[(HoldId, AttemptId, Timestamp)]) -> Result<u64, DbError> {
    let ids: Vec<Uuid> = pins.iter().map(|(id, ..)| id.uuid()).collect();
    let attempts: Vec<Uuid> = pins.iter().map(|(_, attempt, _)| attempt.uuid()).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = pins.iter().map(|(.., at)| at.to_sqlx()).collect();
    let updated = sqlx::query!(
        // The state is compared so that only the primary key can find the rows: an index of held rows would look as good.
        "update holds set state = 'pinned', attempt_id = ($2::uuid[])[array_position($1, id)],
                pinned_at = ($3::timestamptz[])[array_position($1, id)]
         where id = any($1) and state || '' = 'held' and expires_at > ($3::timestamptz[])[array_position($1, id)]",
        &ids,
        &attempts,
        &ats as _
    )
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected())
}

/// Converts holds that are held or pinned; returns how many were, and whether any of them has seats.
pub(super) async fn convert_many(tx: &mut TenantTx, ids: &[HoldId]) -> Result<(u64, bool), DbError> {
    let updated = sqlx::query!(
        r#"with sold as (
             update holds set state = 'converted' where id = any($1) and state in ('held', 'pinned') returning seating)
         select count(*) as "holds!", count(seating) > 0 as "are_seated!" from sold"#,
        &uuids(ids)
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((u64::try_from(updated.holds).unwrap_or(0), updated.are_seated))
}

/// Adds a multiple (−1, 0, 1) of the holds' places to their pools' counters, locking these in order.
pub(super) async fn move_places(tx: &mut TenantTx, ids: &[HoldId], held: i64, sold: i64) -> Result<(), DbError> {
    sqlx::query!(
        "with lines as materialized (
             select l.tenant_id, l.ticket_type_id, l.tier_pool_id, l.promo_code_id, l.code_pools, l.code_places,
                    sum(l.quantity) as places, count(*) as uses
             from hold_lines l where l.hold_id = any($1)
             group by l.tenant_id, l.ticket_type_id, l.tier_pool_id, l.promo_code_id, l.code_pools, l.code_places),
         wanted as (
             select w.pool_id, sum(w.places)::bigint as places from (
                 select p.pool_id, l.places
                 from lines l join ticket_type_pools p on p.tenant_id = l.tenant_id and p.ticket_type_id = l.ticket_type_id
                 union all
                 select b.pool_id, b.places from lines l
                 cross join lateral (values (l.tier_pool_id, l.places), (l.promo_code_id, l.uses)) as b(pool_id, places)
                 where b.pool_id is not null
                 union all
                 select x.pool_id, x.places * l.uses from lines l
                 cross join lateral unnest(l.code_pools, l.code_places) as x(pool_id, places)
                 where l.code_pools is not null) w
             group by w.pool_id),
         locked as (
             select c.id from capacity_pools c where c.id in (select pool_id from wanted) order by c.purpose, c.id for update)
         update capacity_pools c set held = c.held + w.places * $2, sold = c.sold + w.places * $3
         from wanted w join locked k on k.id = w.pool_id where c.id = w.pool_id",
        &uuids(ids),
        held,
        sold
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sells the hold's places if all its pools have them free.
pub(super) async fn sell_if_free(tx: &mut TenantTx, id: HoldId) -> Result<bool, DbError> {
    let short = sqlx::query_scalar!(
        r#"with wanted as (
             select w.pool_id, sum(w.places)::bigint as places from (
                 select p.pool_id, l.quantity as places
                 from hold_lines l join ticket_type_pools p on p.tenant_id = l.tenant_id and p.ticket_type_id = l.ticket_type_id
                 where l.hold_id = $1
                 union all
                 select b.pool_id, b.places from hold_lines l
                 cross join lateral (values (l.tier_pool_id, l.quantity), (l.promo_code_id, 1)) as b(pool_id, places)
                 where l.hold_id = $1 and (l.tier_pool_id is not null or l.promo_code_id is not null) and b.pool_id is not null
                 union all
                 select x.pool_id, x.places from hold_lines l
                 cross join lateral unnest(l.code_pools, l.code_places) as x(pool_id, places)
                 where l.hold_id = $1 and l.code_pools is not null) w
             group by w.pool_id),
         locked as (
             select c.id, c.capacity - c.held - c.sold as free from capacity_pools c
             where c.id in (select pool_id from wanted) order by c.purpose, c.id for update)
         select count(*) filter (where k.free < w.places) as "short!" from wanted w join locked k on k.id = w.pool_id"#,
        id.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    if short > 0 {
        return Ok(false);
    }
    move_places(tx, &[id], 0, 1).await?;
    Ok(true)
}

/// Releases expired holds of an event whose pools are locked; returns places given back by pool.
pub(crate) async fn release_expired(
    tx: &mut TenantTx,
    event: EventId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(PoolId, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"with gone as (
             update holds h set state = 'released'
             where h.id = any(array(select x.id from holds x where x.event_id = $1 and x.state = 'held' and x.expires_at <= $2
                            order by x.expires_at limit $3 for update skip locked))
             returning h.tenant_id, h.id, h.seating),
         freed as (
             select w.pool_id, sum(w.places)::bigint as places from (
                 select p.pool_id, l.quantity as places
                 from gone g join hold_lines l on l.tenant_id = g.tenant_id and l.hold_id = g.id
                 join ticket_type_pools p on p.tenant_id = l.tenant_id and p.ticket_type_id = l.ticket_type_id
                 union all
                 select b.pool_id, b.places
                 from gone g join hold_lines l on l.tenant_id = g.tenant_id and l.hold_id = g.id
                 cross join lateral (values (l.tier_pool_id, l.quantity), (l.promo_code_id, 1)) as b(pool_id, places)
                 where (l.tier_pool_id is not null or l.promo_code_id is not null) and b.pool_id is not null
                 union all
                 select x.pool_id, x.places
                 from gone g join hold_lines l on l.tenant_id = g.tenant_id and l.hold_id = g.id
                 cross join lateral unnest(l.code_pools, l.code_places) as x(pool_id, places)
                 where l.code_pools is not null) w
             group by w.pool_id)
         update capacity_pools c set held = c.held - f.places from freed f where c.id = f.pool_id
         returning c.id, f.places as "places!", array(select g.id from gone g where g.seating is not null) as "seated!""#,
        event.uuid(),
        now.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    if let Some(row) = rows.first().filter(|row| !row.seated.is_empty()) {
        let seated: Vec<HoldId> = row.seated.iter().copied().map(HoldId::from_uuid).collect();
        seating::give_back(tx, &seated).await?;
    }
    Ok(rows.into_iter().map(|row| (row.id.into(), row.places)).collect())
}

/// Lists events with expired holds, the one that waits longest first; `None` stands for holds without an event.
pub(super) async fn list_events_with_expired(
    tx: &mut TenantTx,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Option<EventId>>, DbError> {
    // Reads the partial index of held holds, which stays as small as the number of open carts.
    let rows = sqlx::query_scalar!(
        "select event_id from holds where state = 'held' and expires_at <= $1 group by event_id order by min(expires_at) limit $2",
        now.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|event| event.map(EventId::from_uuid)).collect())
}
