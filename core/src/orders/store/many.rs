//! SQL that writes or reads the orders of a whole group at once.

use std::collections::HashMap;

use bilten_kernel::{CartId, Currency, EventId, Money, OrderId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{Channel, Order, OrderLine, OrderState},
    bare,
};

/// Writes a document as it is stored.
pub(super) fn stored<T: Serialize>(document: Option<&T>) -> Result<Option<Value>, DbError> {
    let stored = document.map(serde_json::to_value).transpose();
    Ok(stored.map_err(|error| sqlx::Error::Encode(error.into()))?)
}

/// Reads the names of ticket types, and whether they are add-ons.
pub(in crate::orders) async fn list_type_names(
    tx: &mut TenantTx,
    types: &[TicketTypeId],
) -> Result<HashMap<TicketTypeId, (String, bool)>, DbError> {
    let ids: Vec<Uuid> = types.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select id, name, per_admission is not null as "is_add_on!" from ticket_types where id = any($1)"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let named = rows.into_iter().map(|row| (row.id.into(), (row.name, row.is_add_on)));
    Ok(named.collect())
}

/// Writes orders as they are, with their lines.
pub(in crate::orders) async fn insert_orders(tx: &mut TenantTx, orders: &[&Order]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = orders.iter().map(|order| order.id.uuid()).collect();
    let codes: Vec<&str> = orders.iter().map(|order| order.code.as_str()).collect();
    let events: Vec<Option<Uuid>> = orders.iter().map(|order| order.event.map(EventId::uuid)).collect();
    let holds: Vec<Uuid> = orders.iter().map(|order| order.cart.uuid()).collect();
    let states: Vec<&str> = orders.iter().map(|order| order.state.name()).collect();
    let channels: Vec<&str> = orders.iter().map(|order| order.channel.name()).collect();
    let emails: Vec<&str> = orders.iter().map(|order| order.buyer_email.as_str()).collect();
    let norms: Vec<String> = orders.iter().map(|order| order.buyer_email.normalized()).collect();
    let names: Vec<&str> = orders.iter().map(|order| order.buyer_name.as_str()).collect();
    let locales: Vec<&str> = orders.iter().map(|order| order.locale.tag()).collect();
    let currencies: Vec<&str> = orders.iter().map(|order| order.total.currency.code()).collect();
    let totals: Vec<i64> = orders.iter().map(|order| order.total.minor).collect();
    let made: Vec<jiff_sqlx::Timestamp> = orders.iter().map(|order| order.created_at.to_sqlx()).collect();
    let promo_codes: Vec<Option<&str>> = orders.iter().map(|order| order.promo_code.as_deref()).collect();
    let charges: Vec<Option<Value>> = orders
        .iter()
        .map(|order| stored(order.charges.as_ref()))
        .collect::<Result<_, _>>()?;
    let donations: Vec<Option<i64>> = orders
        .iter()
        .map(|order| order.donation.map(|gift| gift.minor))
        .collect();
    let paid: Vec<Option<jiff_sqlx::Timestamp>> =
        orders.iter().map(|order| order.paid_at.map(ToSqlx::to_sqlx)).collect();
    sqlx::query!(
        "insert into orders (tenant_id, id, code, event_id, hold_id, state, channel, buyer_email, buyer_email_norm, buyer_name,
                             locale, currency, total_minor, created_at, paid_at, promo_code, charges, donation_minor)
         select $1, o.* from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[],
                                    $10::text[], $11::text[], $12::text[], $13::bigint[], $14::timestamptz[], $15::timestamptz[],
                                    $16::text[], $17::jsonb[], $18::bigint[])
              as o(id, code, event_id, hold_id, state, channel, buyer_email, buyer_email_norm, buyer_name, locale, currency,
                   total_minor, created_at, paid_at, promo_code, charges, donation_minor)",
        tx.tenant().uuid(),
        &ids,
        &codes as _,
        &events as _,
        &holds,
        &states as _,
        &channels as _,
        &emails as _,
        &norms,
        &names as _,
        &locales as _,
        &currencies as _,
        &totals,
        &made as _,
        &paid as _,
        &promo_codes as _,
        &charges as _,
        &donations as _,
    )
    .execute(tx.conn())
    .await?;
    insert_lines(tx, orders).await
}

async fn insert_lines(tx: &mut TenantTx, orders: &[&Order]) -> Result<(), DbError> {
    let lines = || {
        orders
            .iter()
            .flat_map(|order| order.lines.iter().map(|line| (order.id, line)))
    };
    let ids: Vec<Uuid> = lines().map(|(_, line)| line.id.uuid()).collect();
    let owners: Vec<Uuid> = lines().map(|(order, _)| order.uuid()).collect();
    let types: Vec<Uuid> = lines().map(|(_, line)| line.ticket_type.uuid()).collect();
    let quantities: Vec<i32> = lines()
        .map(|(_, line)| i32::try_from(line.quantity).unwrap_or(i32::MAX))
        .collect();
    let prices: Vec<i64> = lines().map(|(_, line)| line.unit_price.minor).collect();
    let full_prices: Vec<Option<i64>> = lines()
        .map(|(_, line)| line.full_price.map(|price| price.minor))
        .collect();
    let offers: Vec<Option<&str>> = lines().map(|(_, line)| line.offer.as_deref()).collect();
    sqlx::query!(
        "insert into order_lines (tenant_id, id, order_id, ticket_type_id, position, quantity, unit_price_minor, full_price_minor,
                                  offer)
         select $1, l.id, l.order_id, l.ticket_type, y.position, l.quantity, l.price, l.full_price, l.offer
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::bigint[], $7::bigint[], $8::text[])
              as l(id, order_id, ticket_type, quantity, price, full_price, offer)
         join ticket_types y on y.id = l.ticket_type",
        tx.tenant().uuid(),
        &ids,
        &owners,
        &types,
        &quantities,
        &prices,
        &full_prices as _,
        &offers as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Moves orders that are in the expected state; returns how many were.
pub(in crate::orders) async fn set_states(
    tx: &mut TenantTx,
    orders: &[OrderId],
    from: OrderState,
    to: OrderState,
) -> Result<u64, DbError> {
    let ids: Vec<Uuid> = orders.iter().map(|id| id.uuid()).collect();
    let updated = sqlx::query!(
        "update orders set state = $3 where id = any($1) and state = $2",
        &ids,
        from.name(),
        to.name()
    )
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected())
}

/// Pays orders that are in one of the expected states; returns how many were. `paid_at` stands beside each id.
pub(in crate::orders) async fn set_paid_many(
    tx: &mut TenantTx,
    orders: &[(OrderId, bilten_kernel::Timestamp)],
) -> Result<u64, DbError> {
    let ids: Vec<Uuid> = orders.iter().map(|(id, _)| id.uuid()).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = orders.iter().map(|(_, at)| at.to_sqlx()).collect();
    let updated = sqlx::query!(
        "update orders set state = 'paid', paid_at = ($2::timestamptz[])[array_position($1, id)], closed_at = null
         where id = any($1) and state in ('quoted', 'awaiting_payment')",
        &ids,
        &ats as _
    )
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected())
}

/// Finds the orders that were made from these carts.
pub(in crate::orders) async fn list_ids_of_carts(tx: &mut TenantTx, carts: &[CartId]) -> Result<Vec<OrderId>, DbError> {
    let carts: Vec<Uuid> = carts.iter().map(|id| id.uuid()).collect();
    let ids = sqlx::query_scalar!("select id from orders where hold_id = any($1)", &carts)
        .fetch_all(tx.conn())
        .await?;
    Ok(ids.into_iter().map(OrderId::from_uuid).collect())
}

/// Line of an order, with its order.
struct OrderRow {
    id: Uuid,
    code: String,
    event_id: Option<Uuid>,
    hold_id: Uuid,
    state: String,
    channel: String,
    buyer_email: String,
    buyer_name: String,
    locale: String,
    currency: String,
    total_minor: i64,
    created_at: jiff_sqlx::Timestamp,
    paid_at: Option<jiff_sqlx::Timestamp>,
    closed_at: Option<jiff_sqlx::Timestamp>,
    promo_code: Option<String>,
    refunded_minor: i64,
    charges: Option<Value>,
    donation_minor: Option<i64>,
    gift_card_minor: Option<i64>,
    buyer_tax: Option<Value>,
    line_id: Uuid,
    ticket_type_id: Uuid,
    type_name: String,
    is_add_on: bool,
    quantity: i32,
    unit_price_minor: i64,
    full_price_minor: Option<i64>,
    offer: Option<String>,
}

/// Reads orders with their lines; those that do not exist are missing.
pub(in crate::orders) async fn find_many(tx: &mut TenantTx, orders: &[OrderId]) -> Result<Vec<Order>, DbError> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = orders.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query_as!(
        OrderRow,
        "select o.id, o.code, o.event_id, o.hold_id, o.state, o.channel, o.buyer_email, o.buyer_name, o.locale, o.currency,
                o.total_minor, o.created_at, o.paid_at, o.closed_at, o.promo_code, o.refunded_minor, o.charges, o.donation_minor, o.gift_card_minor, o.buyer_tax,
                l.id as line_id, l.ticket_type_id, l.type_name, l.is_add_on as \"is_add_on!\", l.quantity, l.unit_price_minor, l.full_price_minor, l.offer
         from orders o cross join lateral (
             select l.*, y.name as type_name, y.per_admission is not null as is_add_on
             from order_lines l join ticket_types y on y.tenant_id = l.tenant_id and y.id = l.ticket_type_id
             where l.tenant_id = o.tenant_id and l.order_id = o.id offset 0) l
         where o.id = any($1) order by o.id, l.position, l.id",
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found = orders_of(rows);
    if found.len() < orders.len() {
        found.extend(bare::find(tx, &missing(&ids, &found)).await?);
    }
    Ok(found)
}

/// Those of the ids that were not found: they do not exist, or have no lines.
fn missing(ids: &[Uuid], found: &[Order]) -> Vec<Uuid> {
    let is_found = |id: &Uuid| found.iter().any(|order| order.id.uuid() == *id);
    ids.iter().copied().filter(|id| !is_found(id)).collect()
}

/// Reads orders as [`find_many`] does, and takes them for the rest of the transaction, in the order of their ids.
pub(in crate::orders) async fn lock_many(tx: &mut TenantTx, orders: &[OrderId]) -> Result<Vec<Order>, DbError> {
    let ids: Vec<Uuid> = orders.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query_as!(
        OrderRow,
        "select o.id, o.code, o.event_id, o.hold_id, o.state, o.channel, o.buyer_email, o.buyer_name, o.locale, o.currency,
                o.total_minor, o.created_at, o.paid_at, o.closed_at, o.promo_code, o.refunded_minor, o.charges, o.donation_minor, o.gift_card_minor, o.buyer_tax,
                l.id as line_id, l.ticket_type_id, l.type_name, l.is_add_on as \"is_add_on!\", l.quantity, l.unit_price_minor, l.full_price_minor, l.offer
         from orders o cross join lateral (
             select l.*, y.name as type_name, y.per_admission is not null as is_add_on
             from order_lines l join ticket_types y on y.tenant_id = l.tenant_id and y.id = l.ticket_type_id
             where l.tenant_id = o.tenant_id and l.order_id = o.id offset 0) l
         where o.id = any($1) order by o.id, l.position, l.id for update of o",
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found = orders_of(rows);
    if found.len() < orders.len() {
        found.extend(bare::lock(tx, &missing(&ids, &found)).await?);
    }
    Ok(found)
}

fn orders_of(rows: Vec<OrderRow>) -> Vec<Order> {
    let mut orders: Vec<Order> = Vec::new();
    for row in rows {
        let Ok(currency) = row.currency.parse::<Currency>() else {
            continue;
        };
        let line = OrderLine {
            id: row.line_id.into(),
            ticket_type: row.ticket_type_id.into(),
            type_name: row.type_name.clone(),
            is_add_on: row.is_add_on,
            quantity: u32::try_from(row.quantity).unwrap_or(0),
            unit_price: Money::new(row.unit_price_minor, currency),
            full_price: row.full_price_minor.map(|minor| Money::new(minor, currency)),
            offer: row.offer.clone(),
        };
        match orders.last_mut() {
            Some(last) if last.id.uuid() == row.id => last.lines.push(line),
            _ => orders.extend(row.head(currency, line)),
        }
    }
    orders
}

impl OrderRow {
    /// The order with its first line; `None` when something in the row cannot be read.
    fn head(self, currency: Currency, line: OrderLine) -> Option<Order> {
        Some(Order {
            id: self.id.into(),
            code: self.code.parse().ok()?,
            event: self.event_id.map(EventId::from_uuid),
            cart: self.hold_id.into(),
            state: OrderState::from_name(&self.state)?,
            channel: Channel::from_name(&self.channel)?,
            buyer_email: self.buyer_email.parse().ok()?,
            buyer_name: self.buyer_name.parse().ok()?,
            locale: self.locale.parse().ok()?,
            total: Money::new(self.total_minor, currency),
            donation: self.donation_minor.map(|minor| Money::new(minor, currency)),
            gift_card: self.gift_card_minor.map(|minor| Money::new(minor, currency)),
            refunded: Money::new(self.refunded_minor, currency),
            promo_code: self.promo_code,
            created_at: self.created_at.to_jiff(),
            paid_at: self.paid_at.map(jiff_sqlx::Timestamp::to_jiff),
            closed_at: self.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
            charges: self.charges.map(serde_json::from_value).transpose().ok()?,
            buyer_tax: self.buyer_tax.map(serde_json::from_value).transpose().ok()?,
            lines: vec![line],
        })
    }
}
