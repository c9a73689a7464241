//! SQL about what was sold when.

use bilten_kernel::{EventId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::code;
use crate::reports::{
    sales::{Of, Series},
    span::Steps,
};

/// Sums paid orders per step, and up to a point of the span.
pub async fn series(tx: &mut TenantTx, of: Of<'_>, steps: &Steps, point: Timestamp) -> Result<Series, DbError> {
    let bounds: Vec<jiff_sqlx::Timestamp> = steps.bounds.iter().map(|at| at.to_sqlx()).collect();
    // Index orders_paid, or orders_paid_of_event: a span of days at most.
    let rows = sqlx::query!(
        r#"select width_bucket(o.paid_at, $1::timestamptz[]) as "step!", count(*) as "orders!",
                  sum(o.total_minor - o.refunded_minor)::bigint as "gross!",
                  coalesce(sum(o.total_minor - o.refunded_minor) filter (where o.paid_at < $7), 0)::bigint as "until!",
                  coalesce(sum(l.tickets - o.returned_tickets), 0)::bigint as "tickets!"
           from orders o
           cross join lateral (select coalesce(sum(quantity), 0) as tickets from order_lines
                               where tenant_id = o.tenant_id and order_id = o.id
                                 and ticket_type_id <> all(array(select id from ticket_types where per_admission is not null))) l
           where o.state = 'paid' and o.event_id is not null and o.paid_at >= $2 and o.paid_at < $3 and o.currency = $4
             and ($5::uuid is null or o.event_id = $5)
             and ($6::uuid[] is null or o.event_id in (select id from events where organizer_id = any($6) or id = any($6)))
           group by 1"#,
        &bounds as _,
        steps.start().to_sqlx() as _,
        steps.end().to_sqlx() as _,
        code(of.currency),
        of.event.map(EventId::uuid),
        of.reach.uuids() as _,
        point.to_sqlx() as _,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut series = Series {
        gross_minor: vec![0; steps.len()],
        ..Series::default()
    };
    for row in rows {
        // Buckets count from one.
        let step = usize::try_from(row.step).unwrap_or(0).checked_sub(1);
        if let Some(gross) = step.and_then(|step| series.gross_minor.get_mut(step)) {
            *gross = row.gross;
        }
        series.until_minor = series.until_minor.saturating_add(row.until);
        series.orders = series.orders.saturating_add(row.orders);
        series.tickets = series.tickets.saturating_add(row.tickets);
    }
    Ok(series)
}

/// What one ticket type sold, and what lies in carts.
#[derive(Debug, Clone, Copy)]
pub struct TypeTotals {
    pub ticket_type: TicketTypeId,
    pub sold: i64,
    pub held: i64,
    pub gross_minor: i64,
}

/// Sums the paid orders and the live carts of one event per ticket type.
pub async fn totals_by_type(tx: &mut TenantTx, event: EventId, now: Timestamp) -> Result<Vec<TypeTotals>, DbError> {
    // One event's orders (orders_paid_of_event) and carts (holds_expiring, holds_pinned).
    let rows = sqlx::query!(
        r#"select t.id, coalesce(s.sold - v.back, s.sold, 0)::bigint as "sold!",
                  coalesce(s.gross - v.gross, s.gross, 0)::bigint as "gross!",
                  coalesce(h.held, 0)::bigint as "held!"
           from ticket_types t
           left join (select l.ticket_type_id, sum(l.quantity) as sold, sum(l.quantity * l.unit_price_minor) as gross
                      from orders o join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.id
                      where o.event_id = $1 and o.state = 'paid' group by 1) s on s.ticket_type_id = t.id
           left join (select k.ticket_type_id, count(*) as back, sum(l.unit_price_minor) as gross
                      from tickets k join orders o on o.tenant_id = k.tenant_id and o.id = k.order_id and o.state = 'paid'
                      join order_lines l on l.tenant_id = k.tenant_id and l.id = k.order_line_id
                      where k.event_id = $1 and k.state = 'void' group by 1) v on v.ticket_type_id = t.id
           left join (select l.ticket_type_id, sum(l.quantity) as held
                      from holds h join hold_lines l on l.tenant_id = h.tenant_id and l.hold_id = h.id
                      where h.event_id = $1
                        and ((h.state = 'held' and h.expires_at > $2) or h.state in ('pinned', 'cancelling'))
                      group by 1) h on h.ticket_type_id = t.id
           where t.event_id = $1"#,
        event.uuid(),
        now.to_sqlx() as _,
    )
    .fetch_all(tx.conn())
    .await?;
    let totals = rows.into_iter().map(|row| TypeTotals {
        ticket_type: row.id.into(),
        sold: row.sold,
        held: row.held,
        gross_minor: row.gross,
    });
    Ok(totals.collect())
}
