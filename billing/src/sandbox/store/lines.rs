//! SQL of the sandbox's statement.

use bilten_tenancy::{DbError, TenantTx};
use uuid::Uuid;

/// A movement in the books. `part` says which: 0 payment, 1 refund, 2 and 3 contest and its end, 4 and 5 payout and its return.
pub(in crate::sandbox) struct LineRow {
    pub id: Uuid,
    pub part: i32,
    pub payment_id: Option<Uuid>,
    pub our_key: Option<String>,
    pub amount_minor: i64,
    pub fee_minor: i64,
    pub currency: String,
    pub at: jiff_sqlx::Timestamp,
}

/// Lists movements by their ids, from two bounds on: payments and refunds from the first, contests and payouts, which move for
/// long, from the second.
pub(in crate::sandbox) async fn list_lines(
    tx: &mut TenantTx,
    (paid_from, moving_from): (Uuid, Uuid),
    (after, after_part): (Uuid, i32),
    limit: i64,
) -> Result<Vec<LineRow>, DbError> {
    let rows = sqlx::query_as!(
        LineRow,
        r#"select id as "id!", part as "part!", payment_id, our_key, amount_minor as "amount_minor!", fee_minor as "fee_minor!",
                  currency as "currency!", at as "at!: jiff_sqlx::Timestamp"
           from (
               (select id, 0 as part, id as payment_id, idempotency_key as our_key, amount_minor, 0::bigint as fee_minor, currency,
                       created_at as at
                from sandbox_payments where id >= greatest($1::uuid, $3::uuid) and state = 'succeeded' order by id limit $5::bigint + 2)
               union all
               (select r.id, 1, r.payment_id, r.idempotency_key, -r.amount_minor, 0, p.currency, r.created_at
                from sandbox_refunds r join sandbox_payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id
                where r.id >= greatest($1::uuid, $3::uuid) order by r.id limit $5::bigint + 2)
               union all
               (select d.id, x.part, d.payment_id, null,
                       case x.part when 2 then -d.amount_minor else d.amount_minor end,
                       case x.part when 2 then d.fee_minor else -d.fee_minor end, p.currency, d.opened_at
                from sandbox_disputes d join sandbox_payments p on p.tenant_id = d.tenant_id and p.id = d.payment_id
                cross join (values (2), (3)) as x(part)
                where d.id >= greatest($2::uuid, $3::uuid) and (x.part = 2 or d.state = 'won') order by d.id, x.part limit $5::bigint + 2)
               union all
               (select o.id, x.part, null, o.idempotency_key,
                       case x.part when 4 then -o.amount_minor else o.amount_minor end, 0, o.currency, o.created_at
                from sandbox_payouts o cross join (values (4), (5)) as x(part)
                where o.id >= greatest($2::uuid, $3::uuid) and (x.part = 4 or o.state = 'failed') order by o.id, x.part limit $5::bigint + 2)) l
           where (id, part) > ($3::uuid, $4)
           order by id, part limit $5::bigint"#,
        paid_from,
        moving_from,
        after,
        after_part,
        limit
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// Lists the currencies in the books.
pub(in crate::sandbox) async fn list_currencies(tx: &mut TenantTx) -> Result<Vec<String>, DbError> {
    let rows = sqlx::query_scalar!("select distinct currency from sandbox_payments where state = 'succeeded'");
    Ok(rows.fetch_all(tx.conn()).await?)
}
