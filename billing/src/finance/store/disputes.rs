//! SQL of the report on contests.

use bilten_kernel::{EventId, Money, OrderId};
use bilten_tenancy::{DbError, TenantTx};

use super::odd;
use crate::{
    disputes::{self, DisputeId},
    finance::DisputeLine,
};

pub(in crate::finance) async fn list_disputes(
    tx: &mut TenantTx,
    before: Option<DisputeId>,
    limit: i64,
) -> Result<Vec<DisputeLine>, DbError> {
    let rows = sqlx::query!(
        r#"select id, order_id, event_id, provider, amount_minor, fee_minor, currency, state,
                  opened_at as "opened_at: jiff_sqlx::Timestamp", due_by as "due_by: jiff_sqlx::Timestamp",
                  closed_at as "closed_at: jiff_sqlx::Timestamp"
           from disputes where $1::uuid is null or id < $1 order by id desc limit $2"#,
        before.map(DisputeId::uuid),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = row.currency.parse().map_err(|_| odd("currency"))?;
            Ok(DisputeLine {
                id: row.id.into(),
                order: OrderId::from_uuid(row.order_id),
                event: row.event_id.map(EventId::from_uuid),
                provider: row.provider,
                amount: Money::new(row.amount_minor, currency),
                fee: Money::new(row.fee_minor, currency),
                status: disputes::from_name(&row.state).ok_or_else(|| odd("state of a contest"))?,
                opened_at: row.opened_at.to_jiff(),
                due_by: row.due_by.to_jiff(),
                closed_at: row.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
            })
        })
        .collect()
}
