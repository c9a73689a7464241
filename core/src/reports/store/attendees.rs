//! SQL of the list of attendees and of its export.

use bilten_kernel::{EventId, TicketId};
use bilten_tenancy::{DbError, TenantTx};

use super::money;
use crate::{
    reports::{Attendee, TicketCursor},
    seating::Seat,
};

/// Tickets of the event, from the cursor on, among which a text is looked for: names cannot be
/// found by an index under row security, so the search is bounded instead.
const SEARCHED: i64 = 20_000;

pub async fn list(
    tx: &mut TenantTx,
    event: EventId,
    text: Option<&str>,
    after: Option<TicketCursor>,
    limit: i64,
) -> Result<Vec<Attendee>, DbError> {
    let searched = if text.is_some() { SEARCHED } else { limit };
    // Index tickets_event; the number of a ticket counts within its order, by position and ordinal.
    let rows = sqlx::query!(
        r#"select t.id, t.holder_name, o.id as order_id, o.code, o.buyer_name, o.buyer_email, o.currency,
                  tt.name as type_name, tt.per_admission is not null as "is_add_on!", t.seat_section, t.seat_row, t.seat_number, l.unit_price_minor, c.admitted_at as "admitted_at?", c.gate as "gate?",
                  (select count(*) from tickets s
                   join order_lines sl on sl.tenant_id = s.tenant_id and sl.id = s.order_line_id
                   where s.tenant_id = t.tenant_id and s.order_id = t.order_id
                     and (sl.position, s.ordinal) <= (l.position, t.ordinal)) as "number!"
           from (select * from tickets
                 where event_id = $1 and state = 'issued' and ($2::uuid is null or id > $2)
                 order by id limit $3) t
           join orders o on o.tenant_id = t.tenant_id and o.id = t.order_id
           join order_lines l on l.tenant_id = t.tenant_id and l.id = t.order_line_id
           join ticket_types tt on tt.tenant_id = t.tenant_id and tt.id = t.ticket_type_id
           left join check_ins c on c.tenant_id = t.tenant_id and c.ticket_id = t.id
           where ($4::text is null or upper($4) = o.code or strpos(lower(t.holder_name), lower($4)) > 0
                  or strpos(lower(o.buyer_name), lower($4)) > 0 or strpos(o.buyer_email_norm, lower($4)) > 0)
           order by t.id limit $5"#,
        event.uuid(),
        after.map(|cursor| cursor.0.uuid()),
        searched,
        text,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Attendee {
                ticket: TicketId::from_uuid(row.id),
                number: row.number,
                holder_name: row.holder_name,
                order: row.order_id.into(),
                order_code: row.code,
                buyer_name: row.buyer_name,
                buyer_email: row.buyer_email,
                type_name: row.type_name,
                is_add_on: row.is_add_on,
                seat: Seat::stored(row.seat_section, row.seat_row, row.seat_number),
                price: money(row.unit_price_minor, &row.currency)?,
                admitted_at: row.admitted_at.map(jiff_sqlx::Timestamp::to_jiff),
                gate: row.gate.unwrap_or_default(),
            })
        })
        .collect()
}
