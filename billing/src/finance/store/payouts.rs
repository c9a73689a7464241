//! SQL of reports on payouts, what they pay, and what is not paid out yet.

use bilten_kernel::{EventId, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::odd;
use crate::{
    finance::{CalendarLine, PayoutLine, PayoutPart, Release, SetOff},
    payouts::{PayoutId, PayoutState},
};

struct Row {
    id: Uuid,
    provider: String,
    currency: String,
    amount_minor: i64,
    state: String,
    provider_ref: Option<String>,
    failure: Option<String>,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
    orders: i64,
}

impl Row {
    fn read(self) -> Result<PayoutLine, DbError> {
        Ok(PayoutLine {
            id: self.id.into(),
            provider: self.provider,
            amount: Money::new(self.amount_minor, self.currency.parse().map_err(|_| odd("currency"))?),
            state: PayoutState::from_name(&self.state).ok_or_else(|| odd("state of a payout"))?,
            trace: self.provider_ref,
            failure: self.failure,
            made_at: self.created_at.to_jiff(),
            heard_at: self.updated_at.to_jiff(),
            orders: self.orders,
        })
    }
}

pub(in crate::finance) async fn list_payouts(
    tx: &mut TenantTx,
    (only, before): (Option<PayoutId>, Option<PayoutId>),
    limit: i64,
) -> Result<Vec<PayoutLine>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select q.id, q.provider, q.currency, q.amount_minor, q.state, q.provider_ref, q.failure, q.created_at, q.updated_at,
                  (select count(*) from payout_lots p where p.payout_id = q.id) as "orders!"
           from payouts q where ($1::uuid is null or q.id = $1) and ($2::uuid is null or q.id < $2)
           order by q.id desc limit $3"#,
        only.map(PayoutId::uuid),
        before.map(PayoutId::uuid),
        limit
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Row::read).collect()
}

pub(in crate::finance) async fn list_parts(
    tx: &mut TenantTx,
    payout: PayoutId,
    after: Option<OrderId>,
    limit: i64,
) -> Result<Vec<PayoutPart>, DbError> {
    let rows = sqlx::query!(
        "select p.order_id, p.amount_minor, l.event_id, l.currency
         from payout_lots p join lots l on l.tenant_id = p.tenant_id and l.order_id = p.order_id and l.book_id = p.book_id
         where p.payout_id = $1 and ($2::uuid is null or p.order_id > $2) order by p.order_id limit $3",
        payout.uuid(),
        after.map(OrderId::uuid),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(PayoutPart {
                order: OrderId::from_uuid(row.order_id),
                event: row.event_id.map(EventId::from_uuid),
                amount: Money::new(row.amount_minor, row.currency.parse().map_err(|_| odd("currency"))?),
            })
        })
        .collect()
}

/// What is in no payout, by the day on which it may go. A lot is told in two parts: what goes when it is released, and its
/// reserve; whatever meets its deadline before goes then.
pub(in crate::finance) async fn list_calendar(
    tx: &mut TenantTx,
    (now, zone): (Timestamp, &str),
    limit: i64,
) -> Result<Vec<CalendarLine>, DbError> {
    let rows = sqlx::query!(
        r#"with free as (
               select event_id, currency, available_at, releasable_at, reserve_until, deadline_at,
                      brought_minor - taken_minor - owed_minor - allocated_minor as free,
                      ((greatest(brought_minor - taken_minor - owed_minor, 0) * reserve_bp + 9999) / 10000)::bigint as reserve
               from lots where state in ('pending', 'held', 'releasable')
                 and brought_minor - taken_minor - owed_minor > allocated_minor),
           parts as (
               select event_id, currency, least(greatest(releasable_at, available_at), deadline_at) as at,
                      case when deadline_at <= releasable_at then 'deadline' when available_at > releasable_at then 'pending'
                           else 'event' end as why,
                      case when deadline_at <= releasable_at then free else greatest(free - reserve, 0) end as minor
               from free
               union all
               select event_id, currency, least(reserve_until, deadline_at),
                      case when deadline_at < reserve_until then 'deadline' else 'reserve' end, least(free, reserve)
               from free where deadline_at > releasable_at)
           select event_id, currency as "currency!", why as "why!", ((greatest(at, $1::timestamptz)) at time zone $2)::date as "on!: jiff_sqlx::Date",
                  sum(minor)::bigint as "minor!", count(*) as "orders!"
           from parts where minor > 0 group by 1, 2, 3, 4 order by 4, 1, 3 limit $3"#,
        now.to_sqlx() as _,
        zone,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let on: Date = row.on.to_jiff();
            Ok(CalendarLine {
                on,
                event: row.event_id.map(EventId::from_uuid),
                why: Release::from_name(&row.why).ok_or_else(|| odd("reason of a release"))?,
                amount: Money::new(row.minor, row.currency.parse().map_err(|_| odd("currency"))?),
                orders: row.orders,
            })
        })
        .collect()
}

/// What orders owe that brought less than was taken of them, by currency.
pub(in crate::finance) async fn list_set_off(tx: &mut TenantTx) -> Result<Vec<SetOff>, DbError> {
    let rows = sqlx::query!(
        r#"select currency, sum(brought_minor - taken_minor - owed_minor - allocated_minor)::bigint as "minor!", count(*) as "orders!"
           from lots where brought_minor - taken_minor - owed_minor < allocated_minor group by 1 order by 1"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SetOff {
                amount: Money::new(row.minor, row.currency.parse().map_err(|_| odd("currency"))?),
                orders: row.orders,
            })
        })
        .collect()
}

/// What lots hold that is in no payout, by provider and currency.
pub(in crate::finance) async fn sum_lots(tx: &mut TenantTx) -> Result<Vec<(String, Money)>, DbError> {
    let rows = sqlx::query!(
        r#"select provider, currency, sum(brought_minor - taken_minor - allocated_minor)::bigint as "minor!"
           from lots group by 1, 2"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = row.currency.parse().map_err(|_| odd("currency"))?;
            Ok((row.provider, Money::new(row.minor, currency)))
        })
        .collect()
}

/// What was paid out, or is on its way, for events that are not over, by currency.
pub(in crate::finance) async fn sum_exposed(tx: &mut TenantTx, now: Timestamp) -> Result<Vec<Money>, DbError> {
    let rows = sqlx::query!(
        r#"select currency, sum(allocated_minor)::bigint as "minor!" from lots
           where allocated_minor > 0 and releasable_at > $1 group by 1"#,
        now.to_sqlx() as _
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Money::new(
                row.minor,
                row.currency.parse().map_err(|_| odd("currency"))?,
            ))
        })
        .collect()
}

/// Payouts that came back since, by currency.
pub(in crate::finance) async fn count_failed(
    tx: &mut TenantTx,
    since: Timestamp,
) -> Result<Vec<(String, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"select currency, count(*) as "count!" from payouts where state = 'failed' and updated_at >= $1 group by 1"#,
        since.to_sqlx() as _
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.currency, row.count)).collect())
}
