//! SQL of series of promo codes.

use bilten_kernel::{EventId, PromoCodeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{columns, load, whole};
use crate::promo::{NewPromo, PromoCode, Series, SeriesCode, series::MAX_SERIES};

/// Counts the series of an event.
pub(in crate::promo) async fn count(tx: &mut TenantTx, event: EventId) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(distinct series) as "count!" from promo_codes where event_id = $1 and series is not null"#,
        event.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// Tells whether the event has a series whose codes begin so.
pub(in crate::promo) async fn exists(tx: &mut TenantTx, event: EventId, prefix: &PromoCode) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists(select from promo_codes where event_id = $1 and series = $2) as "has!""#,
        event.uuid(),
        prefix.as_str()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

/// Adds codes, each with the pool of its one use.
pub(in crate::promo) async fn insert(
    tx: &mut TenantTx,
    event: EventId,
    (made, prefix, new): (&[(PromoCodeId, PromoCode)], &PromoCode, &NewPromo),
    now: Timestamp,
) -> Result<(), DbError> {
    let tenant = tx.tenant().uuid();
    let ids: Vec<Uuid> = made.iter().map(|(id, _)| id.uuid()).collect();
    let codes: Vec<&str> = made.iter().map(|(_, code)| code.as_str()).collect();
    let types: Vec<Uuid> = new.ticket_types.iter().map(|id| id.uuid()).collect();
    let rules = &new.rules;
    let (percent_bp, off_minor, price_minor, off_order_minor) = columns(new.discount);
    sqlx::query!(
        "insert into capacity_pools (tenant_id, id, event_id, name, capacity, purpose)
         select $1, p.id, $3, '', 1, 'promo' from unnest($2::uuid[]) as p(id)",
        tenant,
        &ids,
        event.uuid()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into promo_codes (tenant_id, id, event_id, code, percent_bp, off_minor, starts_at, ends_at, is_for_all, created_at,
                                  price_minor, off_order_minor, unlocks, is_fee_free, min_spend_minor, max_per_person,
                                  stack_group, priority, series)
         select $1, c.id, $3, c.code, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19
         from unnest($2::uuid[], $4::text[]) as c(id, code)",
        tenant,
        &ids,
        event.uuid(),
        &codes as _,
        percent_bp,
        off_minor,
        new.starts_at.map(ToSqlx::to_sqlx) as _,
        new.ends_at.map(ToSqlx::to_sqlx) as _,
        types.is_empty(),
        now.to_sqlx() as _,
        price_minor,
        off_order_minor,
        rules.unlocks,
        rules.is_fee_free,
        rules.min_spend_minor,
        whole(rules.max_per_person),
        whole(rules.stack_group),
        rules.priority,
        prefix.as_str(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into promo_code_types (tenant_id, promo_code_id, ticket_type_id)
         select $1, c.id, t.id from unnest($2::uuid[]) as c(id) cross join unnest($3::uuid[]) as t(id)",
        tenant,
        &ids,
        &types
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}

/// Lists the series of an event, the latest first.
pub(in crate::promo) async fn list(tx: &mut TenantTx, event: EventId) -> Result<Vec<Series>, DbError> {
    let rows = sqlx::query!(
        r#"select c.series as "prefix!", (array_agg(c.id order by c.id))[1] as "first!", count(*) as "size!",
                  sum(p.held)::bigint as "held!", sum(p.sold)::bigint as "used!"
           from promo_codes c join capacity_pools p on p.tenant_id = c.tenant_id and p.id = c.id
           where c.event_id = $1 and c.series is not null
           group by c.series order by 2 desc limit $2"#,
        event.uuid(),
        MAX_SERIES
    )
    .fetch_all(tx.conn())
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let firsts: Vec<Uuid> = rows.iter().map(|row| row.first).collect();
    let promos = load(tx, event, (None, Some(firsts.as_slice())), MAX_SERIES).await?;
    let series = rows.into_iter().filter_map(|row| {
        let first = promos.iter().find(|promo| promo.id.uuid() == row.first)?;
        Some(Series {
            first: first.clone(),
            prefix: row.prefix,
            size: row.size,
            held: row.held,
            used: row.used,
        })
    });
    Ok(series.collect())
}

/// Finds what the codes of the series begin with that a code is of.
pub(in crate::promo) async fn find_prefix(
    tx: &mut TenantTx,
    event: EventId,
    code: PromoCodeId,
) -> Result<Option<String>, DbError> {
    let found = sqlx::query_scalar!(
        "select series from promo_codes where event_id = $1 and id = $2",
        event.uuid(),
        code.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.flatten())
}

/// Lists the codes of the series that a code is of, or that code alone.
pub(in crate::promo) async fn list_codes(
    tx: &mut TenantTx,
    event: EventId,
    code: PromoCodeId,
) -> Result<Vec<SeriesCode>, DbError> {
    let rows = sqlx::query!(
        r#"select c.code, p.held > 0 as "is_held!", p.sold > 0 as "is_used!", c.withdrawn_at
           from promo_codes c join capacity_pools p on p.tenant_id = c.tenant_id and p.id = c.id
           where c.event_id = $1
             and (c.id = $2 or c.series = (select o.series from promo_codes o where o.event_id = $1 and o.id = $2))
           order by c.id"#,
        event.uuid(),
        code.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let code = |row| {
        let (code, is_held, is_used, withdrawn_at): (String, bool, bool, Option<jiff_sqlx::Timestamp>) = row;
        SeriesCode {
            code: PromoCode::stored(code),
            is_held,
            is_used,
            withdrawn_at: withdrawn_at.map(jiff_sqlx::Timestamp::to_jiff),
        }
    };
    Ok(rows
        .into_iter()
        .map(|row| code((row.code, row.is_held, row.is_used, row.withdrawn_at)))
        .collect())
}

/// Locks the pools of all codes of a series, in order.
pub(in crate::promo) async fn lock_pools(tx: &mut TenantTx, event: EventId, prefix: &str) -> Result<(), DbError> {
    sqlx::query!(
        "select p.id from capacity_pools p where p.event_id = $1 and p.purpose = 'promo' and p.id = any(array(
             select c.id from promo_codes c where c.event_id = $1 and c.series = $2))
         order by p.purpose, p.id for update",
        event.uuid(),
        prefix
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// Withdraws the codes of a series that were not withdrawn before; returns how many.
pub(in crate::promo) async fn withdraw(
    tx: &mut TenantTx,
    event: EventId,
    prefix: &str,
    now: Timestamp,
) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "update promo_codes set withdrawn_at = $3 where event_id = $1 and series = $2 and withdrawn_at is null",
        event.uuid(),
        prefix,
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(done.rows_affected())
}
