//! SQL of `ticket_returns` and `ticket_return_items`.

use bilten_kernel::{Ctx, EventId, Money, OrderId, ReturnPolicyId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::refunds::{Kept, Origin, returns::NewReturn};

/// Returns of one order that a list holds at most.
const LIST_LIMIT: i64 = 100;

/// Writes a return with its tickets; fails when one of them was taken back before.
pub(in crate::refunds) async fn insert(tx: &mut TenantTx, ctx: &Ctx, new: &NewReturn<'_>) -> Result<(), DbError> {
    sqlx::query!(
        "insert into ticket_returns (tenant_id, id, order_id, event_id, origin, reason, tickets, gross_minor, kept_minor,
                                     currency, policy_id, created_at, donation_minor, credited_minor)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        tx.tenant().uuid(),
        new.id.uuid(),
        new.order.id.uuid(),
        new.order.event.map(EventId::uuid),
        new.origin.name(),
        new.reason,
        i32::try_from(new.items.len()).unwrap_or(i32::MAX),
        new.gross.minor,
        new.kept.minor,
        new.gross.currency.code(),
        new.policy.map(ReturnPolicyId::uuid),
        ctx.now().to_sqlx() as _,
        new.donation.minor,
        new.credited.minor
    )
    .execute(tx.conn())
    .await?;
    let tickets: Vec<Uuid> = new.items.iter().map(|(wanted, _)| wanted.ticket.uuid()).collect();
    let gross: Vec<i64> = new.items.iter().map(|(wanted, _)| wanted.price.minor).collect();
    let kept: Vec<i64> = new.items.iter().map(|(_, kept)| kept.minor).collect();
    sqlx::query!(
        "insert into ticket_return_items (tenant_id, ticket_id, return_id, gross_minor, kept_minor)
         select $1, i.ticket, $2, i.gross, i.kept from unnest($3::uuid[], $4::bigint[], $5::bigint[]) as i(ticket, gross, kept)",
        tx.tenant().uuid(),
        new.id.uuid(),
        &tickets,
        &gross,
        &kept
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sum of what went back of an order as new gift cards, in minor units.
pub(in crate::refunds) async fn sum_credited(tx: &mut TenantTx, order: OrderId) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(credited_minor), 0)::bigint as "sum!" from ticket_returns where order_id = $1"#,
        order.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(sum)
}

pub(in crate::refunds) async fn list(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Kept>, DbError> {
    let rows = sqlx::query!(
        "select id, origin, reason, tickets, gross_minor, kept_minor, donation_minor, credited_minor, currency, created_at
         from ticket_returns where order_id = $1 order by created_at, id limit $2",
        order.uuid(),
        LIST_LIMIT
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
            let currency = row.currency.parse().map_err(|_| odd("currency"))?;
            let origin = Origin::ALL.into_iter().find(|origin| origin.name() == row.origin);
            Ok(Kept {
                id: row.id.into(),
                origin: origin.ok_or_else(|| odd("origin of a return"))?,
                reason: row.reason,
                tickets: u32::try_from(row.tickets).unwrap_or(0),
                gross: Money::new(row.gross_minor, currency),
                kept: Money::new(row.kept_minor, currency),
                donation: Money::new(row.donation_minor, currency),
                credited: Money::new(row.credited_minor, currency),
                at: row.created_at.to_jiff(),
            })
        })
        .collect()
}
