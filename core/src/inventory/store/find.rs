//! Reads holds with their lines, and takes them.

use std::collections::{BTreeMap, HashMap};

use bilten_kernel::{AttemptId, Currency, HoldId, Money, PoolId};
use bilten_tenancy::{DbError, TenantTx};
use uuid::Uuid;

use super::uuids;
use crate::{
    inventory::{Hold, HoldLine, HoldState, PromoUse, seats::add_seats},
    pricing::ListPrice,
    seating::HeldSeats,
};

/// Line of a hold, with its hold.
struct HoldRow {
    id: Uuid,
    event_id: Uuid,
    state: String,
    currency: String,
    expires_at: jiff_sqlx::Timestamp,
    extended_at: Option<jiff_sqlx::Timestamp>,
    attempt_id: Option<Uuid>,
    limits_persons: bool,
    seating: Option<String>,
    promo_code: Option<String>,
    ticket_type_id: Uuid,
    quantity: i32,
    unit_price_minor: i64,
    tier_pool_id: Option<Uuid>,
    full_price_minor: Option<i64>,
    promo_code_id: Option<Uuid>,
    plan_version: Option<i32>,
    list_price_minor: Option<i64>,
    tax_code: Option<String>,
    donation_minor: Option<i64>,
    offer: Option<String>,
    taxed_on: Option<jiff_sqlx::Date>,
    code_pools: Option<Vec<Uuid>>,
    code_places: Option<Vec<i64>>,
    is_fee_free: bool,
}

/// Reads holds with their lines; those that do not exist are missing.
pub(in crate::inventory) async fn find_holds(
    tx: &mut TenantTx,
    ids: &[HoldId],
) -> Result<HashMap<HoldId, Hold>, DbError> {
    let rows = sqlx::query_as!(
        HoldRow,
        r#"select h.id, h.event_id as "event_id!", h.state, h.currency, h.expires_at, h.extended_at, h.attempt_id, h.limits_persons, h.seating, h.promo_code,
                l.ticket_type_id, l.quantity, l.unit_price_minor, l.tier_pool_id, l.full_price_minor, l.promo_code_id,
                h.plan_version, l.list_price_minor, l.tax_code, h.donation_minor, l.offer, l.code_pools, l.code_places, l.is_fee_free,
                h.taxed_on as "taxed_on: jiff_sqlx::Date"
         from holds h cross join lateral (
             select l.* from hold_lines l where l.tenant_id = h.tenant_id and l.hold_id = h.id offset 0) l
         where h.id = any($1) order by h.id, l.part, l.ticket_type_id"#,
        &uuids(ids)
    )
    .fetch_all(tx.conn())
    .await?;
    holds(tx, rows).await
}

/// Reads holds as [`find_holds`] does, and takes them for the rest of the transaction, in the order of their ids.
pub(in crate::inventory) async fn lock_holds(
    tx: &mut TenantTx,
    ids: &[HoldId],
) -> Result<HashMap<HoldId, Hold>, DbError> {
    let rows = sqlx::query_as!(
        HoldRow,
        r#"select h.id, h.event_id as "event_id!", h.state, h.currency, h.expires_at, h.extended_at, h.attempt_id, h.limits_persons, h.seating, h.promo_code,
                l.ticket_type_id, l.quantity, l.unit_price_minor, l.tier_pool_id, l.full_price_minor, l.promo_code_id,
                h.plan_version, l.list_price_minor, l.tax_code, h.donation_minor, l.offer, l.code_pools, l.code_places, l.is_fee_free,
                h.taxed_on as "taxed_on: jiff_sqlx::Date"
         from holds h cross join lateral (
             select l.* from hold_lines l where l.tenant_id = h.tenant_id and l.hold_id = h.id offset 0) l
         where h.id = any($1) order by h.id, l.part, l.ticket_type_id for update of h"#,
        &uuids(ids)
    )
    .fetch_all(tx.conn())
    .await?;
    holds(tx, rows).await
}

/// Puts holds together; those that have seats cost one statement more.
async fn holds(tx: &mut TenantTx, rows: Vec<HoldRow>) -> Result<HashMap<HoldId, Hold>, DbError> {
    let mut holds: HashMap<HoldId, Hold> = HashMap::with_capacity(rows.len());
    let mut seated: BTreeMap<HoldId, bool> = BTreeMap::new();
    for row in rows {
        let Ok(currency) = row.currency.parse::<Currency>() else {
            continue;
        };
        let id = HoldId::from_uuid(row.id);
        if let Some(seating) = &row.seating {
            seated.insert(id, seating == "together");
        }
        let hold = holds.entry(id).or_insert_with(|| Hold {
            id,
            event: row.event_id.into(),
            state: state(&row.state, row.attempt_id.map(AttemptId::from_uuid)),
            currency,
            expires_at: row.expires_at.to_jiff(),
            is_extended: row.extended_at.is_some(),
            limits_persons: row.limits_persons,
            plan: row.plan_version,
            donation: row.donation_minor.map(|minor| Money::new(minor, currency)),
            promo: None,
            lines: Vec::new(),
            seats: HeldSeats::default(),
        });
        // It stands in one of the lines.
        let arrays = row.code_pools.zip(row.code_places);
        if let Some(codes) = row.promo_code {
            hold.promo = match (row.promo_code_id, arrays) {
                (Some(pool), _) => Some(PromoUse::of_plain(pool.into(), codes)),
                (None, Some((pools, places))) => {
                    let counted = pools.into_iter().map(PoolId::from_uuid).zip(places);
                    Some(PromoUse::of_several(codes, counted.collect()))
                }
                (None, None) => hold.promo.take(),
            };
        }
        hold.lines.push(HoldLine {
            ticket_type: row.ticket_type_id.into(),
            quantity: u32::try_from(row.quantity).unwrap_or(0),
            unit_price: Money::new(row.unit_price_minor, currency),
            full_price: row.full_price_minor.map(|minor| Money::new(minor, currency)),
            offer: row.offer,
            tier: row.tier_pool_id.map(PoolId::from_uuid),
            list: row.list_price_minor.map(|minor| ListPrice {
                price: Money::new(minor, currency),
                tax: row.tax_code.and_then(|code| code.parse().ok()),
                day: row.taxed_on.map(jiff_sqlx::Date::to_jiff),
                is_fee_free: row.is_fee_free,
            }),
        });
    }
    if !seated.is_empty() {
        add_seats(tx, &mut holds, &seated).await?;
    }
    Ok(holds)
}

/// Reads a hold.
pub(in crate::inventory) async fn find_hold(tx: &mut TenantTx, id: HoldId) -> Result<Option<Hold>, DbError> {
    Ok(find_holds(tx, &[id]).await?.remove(&id))
}

pub(super) fn state(name: &str, attempt: Option<AttemptId>) -> HoldState {
    match (name, attempt) {
        ("held", _) => HoldState::Held,
        ("pinned", Some(attempt)) => HoldState::Pinned(attempt),
        ("cancelling", Some(attempt)) => HoldState::Cancelling(attempt),
        ("converted", _) => HoldState::Converted,
        _ => HoldState::Released,
    }
}
