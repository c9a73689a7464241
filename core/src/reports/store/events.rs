//! SQL about totals of events.

use std::collections::HashMap;

use bilten_kernel::{EventId, OrganizerId};
use bilten_tenancy::{DbError, TenantTx};
use uuid::Uuid;

/// What an event sold so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    pub sold: i64,
    pub gross_minor: i64,
}

/// Sums the paid orders of the events of one page.
pub async fn totals(tx: &mut TenantTx, events: &[EventId]) -> Result<HashMap<EventId, Totals>, DbError> {
    let ids: Vec<Uuid> = events.iter().map(|event| event.uuid()).collect();
    // Index orders_paid_of_event, once per event of the page.
    let rows = sqlx::query!(
        r#"select o.event_id as "event_id!", coalesce(sum(l.tickets - o.returned_tickets), 0)::bigint as "sold!",
                  coalesce(sum(o.total_minor - o.refunded_minor), 0)::bigint as "gross!"
           from orders o
           cross join lateral (select coalesce(sum(quantity), 0) as tickets from order_lines
                               where tenant_id = o.tenant_id and order_id = o.id
                                 and ticket_type_id <> all(array(select id from ticket_types where per_admission is not null))) l
           where o.event_id = any($1) and o.state = 'paid' group by 1"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let totals = rows.into_iter().map(|row| {
        let totals = Totals {
            sold: row.sold,
            gross_minor: row.gross,
        };
        (row.event_id.into(), totals)
    });
    Ok(totals.collect())
}

/// Finds who holds an event.
pub async fn find_organizer(tx: &mut TenantTx, event: EventId) -> Result<Option<OrganizerId>, DbError> {
    let found = sqlx::query_scalar!("select organizer_id from events where id = $1", event.uuid())
        .fetch_optional(tx.conn())
        .await?;
    Ok(found.map(OrganizerId::from_uuid))
}
