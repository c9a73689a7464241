//! SQL of `price_policies`, `price_points` and `price_simulations`.

use std::collections::HashMap;

use bilten_kernel::{EventId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Point, PointCause, PolicyTerms, PricePolicy, SimulatedRun, Source, point::History};
use crate::catalog::{Line, Moving};

/// Versions that are listed of one event.
const MAX_LISTED: i64 = 500;
/// Instants of a sale that are read, each a quarter of an hour.
const MAX_SALES: i64 = 4_000;
/// Sales that a policy can be tried on.
const MAX_SOURCES: i64 = 60;

struct Row {
    event_id: Uuid,
    ticket_type_id: Uuid,
    version: i32,
    floor_minor: i64,
    ceiling_minor: i64,
    start_minor: i64,
    step_minor: i64,
    min_interval_s: i32,
    max_daily_move_minor: i64,
    curve: serde_json::Value,
    tolerance_bp: i32,
    freeze_s: i32,
    starts_at: jiff_sqlx::Timestamp,
    notice: String,
    actor: String,
    created_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn read(self) -> Result<PricePolicy, DbError> {
        Ok(PricePolicy {
            event: self.event_id.into(),
            ticket_type: self.ticket_type_id.into(),
            version: self.version,
            terms: PolicyTerms {
                floor: self.floor_minor,
                ceiling: self.ceiling_minor,
                start: self.start_minor,
                step: self.step_minor,
                min_interval: SignedDuration::from_secs(i64::from(self.min_interval_s)),
                max_daily_move: self.max_daily_move_minor,
                curve: serde_json::from_value(self.curve).map_err(decode)?,
                tolerance_bp: self.tolerance_bp,
                freeze: SignedDuration::from_secs(i64::from(self.freeze_s)),
                starts_at: self.starts_at.to_jiff(),
                notice: Line::stored(self.notice),
            },
            actor: self.actor,
            created_at: self.created_at.to_jiff(),
        })
    }
}

fn decode(error: serde_json::Error) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}

fn encode(error: serde_json::Error) -> sqlx::Error {
    sqlx::Error::Encode(error.into())
}

fn seconds(span: SignedDuration) -> i32 {
    i32::try_from(span.as_secs()).unwrap_or(i32::MAX)
}

/// The newest version of a type's policy; 0 when there is none.
pub(super) async fn last_version(tx: &mut TenantTx, ticket_type: TicketTypeId) -> Result<i32, DbError> {
    let last = sqlx::query_scalar!(
        r#"select coalesce(max(version), 0) as "last!" from price_policies where ticket_type_id = $1"#,
        ticket_type.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(last)
}

/// Tells whether a type ever had a policy.
pub(crate) async fn has_policy(tx: &mut TenantTx, ticket_type: TicketTypeId) -> Result<bool, DbError> {
    Ok(last_version(tx, ticket_type).await? > 0)
}

/// Adds a version.
pub(super) async fn insert_policy(tx: &mut TenantTx, policy: &PricePolicy) -> Result<(), DbError> {
    let terms = &policy.terms;
    sqlx::query!(
        "insert into price_policies (tenant_id, ticket_type_id, version, event_id, floor_minor, ceiling_minor, start_minor, step_minor,
                                     min_interval_s, max_daily_move_minor, curve, tolerance_bp, freeze_s, starts_at, notice, actor, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        tx.tenant().uuid(),
        policy.ticket_type.uuid(),
        policy.version,
        policy.event.uuid(),
        terms.floor,
        terms.ceiling,
        terms.start,
        terms.step,
        seconds(terms.min_interval),
        terms.max_daily_move,
        serde_json::to_value(&terms.curve).map_err(encode)?,
        terms.tolerance_bp,
        seconds(terms.freeze),
        terms.starts_at.to_sqlx() as _,
        terms.notice.as_str(),
        policy.actor,
        policy.created_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds a version.
pub(super) async fn find_policy(
    tx: &mut TenantTx,
    ticket_type: TicketTypeId,
    version: i32,
) -> Result<Option<PricePolicy>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select event_id, ticket_type_id, version, floor_minor, ceiling_minor, start_minor, step_minor, min_interval_s,
                max_daily_move_minor, curve, tolerance_bp, freeze_s, starts_at, notice, actor, created_at
         from price_policies where ticket_type_id = $1 and version = $2",
        ticket_type.uuid(),
        version
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Row::read).transpose()
}

/// Lists the versions of the policies of an event, the newest of each type first.
pub(super) async fn list_policies(tx: &mut TenantTx, event: EventId) -> Result<Vec<PricePolicy>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select event_id, ticket_type_id, version, floor_minor, ceiling_minor, start_minor, step_minor, min_interval_s,
                max_daily_move_minor, curve, tolerance_bp, freeze_s, starts_at, notice, actor, created_at
         from price_policies where event_id = $1 order by ticket_type_id, version desc limit $2",
        event.uuid(),
        MAX_LISTED
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// Reads what buyers are told of policies that are on, by type.
pub(crate) async fn find_moving(
    tx: &mut TenantTx,
    types: Vec<(Uuid, i32)>,
) -> Result<HashMap<TicketTypeId, Moving>, DbError> {
    if types.is_empty() {
        return Ok(HashMap::new());
    }
    let (ids, versions): (Vec<Uuid>, Vec<i32>) = types.into_iter().unzip();
    let rows = sqlx::query!(
        "select p.ticket_type_id, p.version, p.floor_minor, p.ceiling_minor, p.starts_at, p.notice
         from unnest($1::uuid[], $2::int[]) as x(id, version)
         join price_policies p on p.ticket_type_id = x.id and p.version = x.version",
        &ids,
        &versions
    )
    .fetch_all(tx.conn())
    .await?;
    let moving = rows.into_iter().map(|row| {
        let moving = Moving {
            version: row.version,
            floor: row.floor_minor,
            ceiling: row.ceiling_minor,
            begins_at: row.starts_at.to_jiff(),
            notice: Line::stored(row.notice),
        };
        (row.ticket_type_id.into(), moving)
    });
    Ok(moving.collect())
}

/// Lists policies that are on, in the order in which their events are locked.
pub(super) async fn list_moving(tx: &mut TenantTx) -> Result<Vec<(EventId, TicketTypeId)>, DbError> {
    let rows =
        sqlx::query!("select event_id, id from ticket_types where policy_version is not null order by event_id, id")
            .fetch_all(tx.conn())
            .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.event_id.into(), row.id.into()))
        .collect())
}

/// Lists policies that are on, have begun, and may move now: nothing moved within their interval.
pub(super) async fn list_due(
    tx: &mut TenantTx,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(EventId, TicketTypeId)>, DbError> {
    let rows = sqlx::query!(
        "select t.event_id, t.id from ticket_types t
         join events e on e.tenant_id = t.tenant_id and e.id = t.event_id
         join price_policies p on p.tenant_id = t.tenant_id and p.ticket_type_id = t.id and p.version = t.policy_version
         where t.policy_version is not null and e.status = 'published' and e.starts_at > $1 and p.starts_at <= $1
           and not exists (select from price_points x
                           where x.tenant_id = t.tenant_id and x.ticket_type_id = t.id and x.cause <> 'stopped'
                             and x.at > $1 - make_interval(secs => p.min_interval_s))
         order by t.event_id, t.id limit $2",
        now.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.event_id.into(), row.id.into()))
        .collect())
}

/// Switches a version on, or all off.
pub(super) async fn switch(tx: &mut TenantTx, ticket_type: TicketTypeId, version: Option<i32>) -> Result<(), DbError> {
    sqlx::query!(
        "update ticket_types set policy_version = $2 where id = $1",
        ticket_type.uuid(),
        version
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

/// Sets the price of a type.
pub(super) async fn set_price(tx: &mut TenantTx, ticket_type: TicketTypeId, price: i64) -> Result<(), DbError> {
    sqlx::query!(
        "update ticket_types set price_minor = $2 where id = $1",
        ticket_type.uuid(),
        price
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

/// Writes a point.
pub(super) async fn insert_point(
    tx: &mut TenantTx,
    (event, ticket_type): (EventId, TicketTypeId),
    point: &Point,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into price_points (tenant_id, ticket_type_id, number, event_id, at, before_minor, price_minor, cause, sold, capacity,
                                   expected_bp, moved_minor, interest_bp, policy_version, actor, shown_before, shown_price)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 10000, $13, $14, $15, $16)",
        tx.tenant().uuid(),
        ticket_type.uuid(),
        point.number,
        event.uuid(),
        point.at.to_sqlx() as _,
        point.before,
        point.price,
        point.cause.name(),
        point.sold,
        point.capacity,
        point.expected_bp,
        point.moved,
        point.policy_version,
        point.actor,
        point.shown_before,
        point.shown_price,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Reads the last point of a type, and what its price moved by itself since an instant, that one left out.
pub(super) async fn find_history(
    tx: &mut TenantTx,
    ticket_type: TicketTypeId,
    since: Timestamp,
) -> Result<Option<History>, DbError> {
    let row = sqlx::query!(
        r#"select number, at, cause,
                  (select coalesce(sum(abs(y.price_minor - y.before_minor)), 0)::bigint from price_points y
                   where y.ticket_type_id = $1 and y.at > $2 and y.cause in ('ahead', 'behind', 'bounds')) as "moved!"
           from price_points where ticket_type_id = $1 order by number desc limit 1"#,
        ticket_type.uuid(),
        since.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(History {
            number: row.number,
            at: row.at.to_jiff(),
            cause: cause(&row.cause)?,
            moved_today: row.moved,
        })
    })
    .transpose()
}

fn cause(name: &str) -> Result<PointCause, DbError> {
    let found = PointCause::from_name(name);
    Ok(found.ok_or_else(|| sqlx::Error::Decode("an unknown cause of a price".into()))?)
}

/// Lists points, the newest first.
pub(super) async fn list_points(
    tx: &mut TenantTx,
    ticket_type: TicketTypeId,
    limit: i64,
) -> Result<Vec<Point>, DbError> {
    let rows = sqlx::query!(
        "select number, at, before_minor, price_minor, cause, sold, capacity, expected_bp, moved_minor, policy_version, actor,
                shown_before, shown_price
         from price_points where ticket_type_id = $1 order by number desc limit $2",
        ticket_type.uuid(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let point = rows.into_iter().map(|row| {
        Ok(Point {
            number: row.number,
            at: row.at.to_jiff(),
            before: row.before_minor,
            price: row.price_minor,
            shown_before: row.shown_before,
            shown_price: row.shown_price,
            cause: cause(&row.cause)?,
            sold: row.sold,
            capacity: row.capacity,
            expected_bp: row.expected_bp,
            moved: row.moved_minor,
            policy_version: row.policy_version,
            actor: row.actor,
        })
    });
    point.collect()
}

/// Finds the event of a sale that a policy of an event may be tried on, and when it begins: that of the same organizer.
pub(super) async fn find_source(
    tx: &mut TenantTx,
    event: EventId,
    source: TicketTypeId,
) -> Result<Option<(EventId, Timestamp)>, DbError> {
    let row = sqlx::query!(
        "select e.id, e.starts_at from ticket_types t join events e on e.tenant_id = t.tenant_id and e.id = t.event_id
         where t.id = $2 and e.organizer_id = (select o.organizer_id from events o where o.id = $1)",
        event.uuid(),
        source.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id.into(), row.starts_at.to_jiff())))
}

/// Lists sales that a policy of an event may be tried on: its own first, then the newest of the same organizer.
pub(super) async fn list_sources(tx: &mut TenantTx, event: EventId) -> Result<Vec<Source>, DbError> {
    let rows = sqlx::query!(
        "select t.id, t.name, e.name as event_name, e.starts_at
         from ticket_types t join events e on e.tenant_id = t.tenant_id and e.id = t.event_id
         where e.status in ('draft', 'published', 'ended') and (e.status <> 'draft' or e.id = $1)
           and e.organizer_id = (select o.organizer_id from events o where o.id = $1)
         order by e.id <> $1, e.starts_at desc, t.position, t.id limit $2",
        event.uuid(),
        MAX_SOURCES
    )
    .fetch_all(tx.conn())
    .await?;
    let source = rows.into_iter().map(|row| Source {
        ticket_type: row.id.into(),
        event_name: row.event_name,
        name: row.name,
        starts_at: row.starts_at.to_jiff(),
    });
    Ok(source.collect())
}

/// Sums what was sold of a type in each quarter of an hour, in order: how many tickets, and nothing about who bought them.
pub(super) async fn list_sales(
    tx: &mut TenantTx,
    event: EventId,
    ticket_type: TicketTypeId,
) -> Result<Vec<(Timestamp, i64)>, DbError> {
    // Orders of one event (orders_by_event).
    let rows = sqlx::query!(
        r#"select date_bin('15 minutes', o.paid_at, 'epoch'::timestamptz) as "at!: jiff_sqlx::Timestamp",
                  sum(l.quantity)::bigint as "tickets!"
           from orders o join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.id
           where o.event_id = $1 and o.state in ('paid', 'refunded') and o.paid_at is not null and l.ticket_type_id = $2
           group by 1 order by 1 limit $3"#,
        event.uuid(),
        ticket_type.uuid(),
        MAX_SALES
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.at.to_jiff(), row.tickets)).collect())
}

/// The newest run of a version; 0 when there is none.
pub(super) async fn last_simulation(
    tx: &mut TenantTx,
    ticket_type: TicketTypeId,
    version: i32,
) -> Result<i32, DbError> {
    let last = sqlx::query_scalar!(
        r#"select coalesce(max(number), 0) as "last!" from price_simulations where ticket_type_id = $1 and version = $2"#,
        ticket_type.uuid(),
        version
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(last)
}

/// Tells whether a version was simulated.
pub(super) async fn is_simulated(tx: &mut TenantTx, ticket_type: TicketTypeId, version: i32) -> Result<bool, DbError> {
    Ok(last_simulation(tx, ticket_type, version).await? > 0)
}

/// Keeps what a version would have done.
pub(super) async fn insert_simulation(
    tx: &mut TenantTx,
    ticket_type: TicketTypeId,
    (run, actor): (&SimulatedRun, &str),
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into price_simulations (tenant_id, ticket_type_id, version, number, source_type_id, tickets, revenue_minor,
                                        fixed_revenue_minor, moves, actor, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        tx.tenant().uuid(),
        ticket_type.uuid(),
        run.version,
        run.number,
        run.source.uuid(),
        run.tickets,
        run.revenue,
        run.fixed_revenue,
        serde_json::to_value(&run.moves).map_err(encode)?,
        actor,
        run.created_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists the newest runs of a type.
pub(super) async fn list_simulations(
    tx: &mut TenantTx,
    ticket_type: TicketTypeId,
) -> Result<Vec<SimulatedRun>, DbError> {
    let rows = sqlx::query!(
        "select version, number, source_type_id, tickets, revenue_minor, fixed_revenue_minor, moves, created_at
         from price_simulations where ticket_type_id = $1 order by created_at desc, version desc, number desc limit 20",
        ticket_type.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let run = rows.into_iter().map(|row| {
        Ok(SimulatedRun {
            version: row.version,
            number: row.number,
            source: row.source_type_id.into(),
            tickets: row.tickets,
            revenue: row.revenue_minor,
            fixed_revenue: row.fixed_revenue_minor,
            moves: serde_json::from_value(row.moves).map_err(decode)?,
            created_at: row.created_at.to_jiff(),
        })
    });
    run.collect()
}
