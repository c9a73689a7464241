//! SQL of `orders` and `order_lines`.

mod bare;
pub(super) mod many;

pub(super) use bare::{NewBare, insert as insert_bare};

use bilten_kernel::{CartId, Ctx, EventId, Money, OrderId, OrderLineId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{
    Order, OrderCode, OrderState, QuoteOrder,
    charge::{LinePrice, Priced},
};
use crate::inventory::Hold;

/// Order about to be written.
pub(super) struct NewOrder<'a> {
    pub id: OrderId,
    pub code: &'a OrderCode,
    pub hold: &'a Hold,
    pub wish: &'a QuoteOrder,
    pub priced: &'a Priced,
}

/// Returns whether the code was free.
pub(super) async fn insert_order(tx: &mut TenantTx, ctx: &Ctx, new: NewOrder<'_>) -> Result<bool, DbError> {
    let inserted = sqlx::query!(
        "insert into orders (tenant_id, id, code, event_id, hold_id, state, channel, buyer_email, buyer_email_norm, buyer_name,
                             locale, currency, total_minor, created_at, promo_code, charges, donation_minor, buyer_tax)
         values ($1, $2, $3, $4, $5, 'quoted', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict (tenant_id, code) do nothing",
        tx.tenant().uuid(),
        new.id.uuid(),
        new.code.as_str(),
        new.hold.event.uuid(),
        new.hold.id.uuid(),
        new.wish.channel.name(),
        new.wish.buyer_email.as_str(),
        new.wish.buyer_email.normalized(),
        new.wish.buyer_name.as_str(),
        ctx.locale.tag(),
        new.priced.total.currency.code(),
        new.priced.total.minor,
        ctx.now().to_sqlx() as _,
        new.hold.promo_code(),
        many::stored(new.priced.charges.as_ref())?,
        new.hold.donation.map(|gift| gift.minor),
        many::stored(new.priced.buyer.as_ref())?,
    )
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

pub(super) async fn insert_lines(
    tx: &mut TenantTx,
    order: OrderId,
    hold: &Hold,
    (lines, prices): (&[OrderLineId], &[LinePrice]),
) -> Result<(), DbError> {
    let ids: Vec<Uuid> = lines.iter().map(|id| id.uuid()).collect();
    let types: Vec<Uuid> = hold.lines.iter().map(|line| line.ticket_type.uuid()).collect();
    let quantities: Vec<i32> = hold
        .lines
        .iter()
        .map(|line| i32::try_from(line.quantity).unwrap_or(i32::MAX))
        .collect();
    let full_prices: Vec<Option<i64>> = prices.iter().map(|price| price.full.map(|full| full.minor)).collect();
    let prices: Vec<i64> = prices.iter().map(|price| price.unit.minor).collect();
    let offers: Vec<Option<&str>> = hold.lines.iter().map(|line| line.offer.as_deref()).collect();
    sqlx::query!(
        "insert into order_lines (tenant_id, id, order_id, ticket_type_id, position, quantity, unit_price_minor, full_price_minor,
                                  offer)
         select $1, l.id, $2, l.ticket_type, y.position, l.quantity, l.price, l.full_price, l.offer
         from unnest($3::uuid[], $4::uuid[], $5::int[], $6::bigint[], $7::bigint[], $8::text[])
              as l(id, ticket_type, quantity, price, full_price, offer)
         join ticket_types y on y.id = l.ticket_type",
        tx.tenant().uuid(),
        order.uuid(),
        &ids,
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

pub(super) async fn update_buyer(
    tx: &mut TenantTx,
    ctx: &Ctx,
    order: OrderId,
    wish: &QuoteOrder,
) -> Result<(), DbError> {
    sqlx::query!(
        "update orders set buyer_email = $2, buyer_email_norm = $3, buyer_name = $4, locale = $5 where id = $1 and state = 'quoted'",
        order.uuid(),
        wish.buyer_email.as_str(),
        wish.buyer_email.normalized(),
        wish.buyer_name.as_str(),
        ctx.locale.tag(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sets how an order that nobody is paying is taxed; what a gift card was to pay of another total is forgotten.
pub(super) async fn set_buyer_tax(tx: &mut TenantTx, order: OrderId, priced: &Priced) -> Result<(), DbError> {
    sqlx::query!(
        "update orders set buyer_tax = $2, charges = $3, total_minor = $4,
                gift_card_minor = case when total_minor = $4 then gift_card_minor end
         where id = $1 and state = 'quoted'",
        order.uuid(),
        many::stored(priced.buyer.as_ref())?,
        many::stored(priced.charges.as_ref())?,
        priced.total.minor,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sets the prices of lines of an order.
pub(super) async fn set_prices(
    tx: &mut TenantTx,
    order: OrderId,
    lines: &[OrderLineId],
    prices: &[LinePrice],
) -> Result<(), DbError> {
    let ids: Vec<Uuid> = lines.iter().map(|id| id.uuid()).collect();
    let units: Vec<i64> = prices.iter().map(|price| price.unit.minor).collect();
    let fulls: Vec<Option<i64>> = prices.iter().map(|price| price.full.map(|full| full.minor)).collect();
    sqlx::query!(
        "update order_lines l set unit_price_minor = x.unit, full_price_minor = x.whole
         from unnest($2::uuid[], $3::bigint[], $4::bigint[]) as x(id, unit, whole) where l.order_id = $1 and l.id = x.id",
        order.uuid(),
        &ids,
        &units,
        &fulls as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sets what a gift card shall pay of an order that nobody is paying.
///
/// # Errors
/// The database refused.
pub async fn set_gift_card(tx: &mut TenantTx, order: OrderId, amount: Option<Money>) -> Result<(), DbError> {
    sqlx::query!(
        "update orders set gift_card_minor = $2 where id = $1 and state = 'quoted'",
        order.uuid(),
        amount.map(|amount| amount.minor)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Has an order await a payment, if it is still what was read.
pub(super) async fn set_awaiting_payment(tx: &mut TenantTx, order: &Order) -> Result<bool, DbError> {
    let updated = sqlx::query!(
        "update orders set state = 'awaiting_payment', closed_at = null
         where id = $1 and state in ('quoted', 'awaiting_payment') and gift_card_minor is not distinct from $2",
        order.id.uuid(),
        order.gift_card.map(|amount| amount.minor)
    )
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Moves the order if it is in one of the expected states; the end of an order is stamped.
pub(super) async fn set_state(
    tx: &mut TenantTx,
    ctx: &Ctx,
    order: OrderId,
    from: &[OrderState],
    to: OrderState,
) -> Result<bool, DbError> {
    let from: Vec<String> = from.iter().map(|state| state.name().to_owned()).collect();
    let is_end = matches!(to, OrderState::Expired | OrderState::Cancelled | OrderState::Refunded);
    let closed_at = is_end.then(|| ctx.now().to_sqlx());
    let updated = sqlx::query!(
        "update orders set state = $3, closed_at = $4 where id = $1 and state = any($2)",
        order.uuid(),
        &from,
        to.name(),
        closed_at as _
    )
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected() == 1)
}

pub(super) async fn set_paid(tx: &mut TenantTx, ctx: &Ctx, order: OrderId, from: OrderState) -> Result<bool, DbError> {
    let updated = sqlx::query!(
        "update orders set state = 'paid', paid_at = $3, closed_at = null where id = $1 and state = $2",
        order.uuid(),
        from.name(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Adds to what came back of an order that stays paid: tickets that admitted, and money.
pub(super) async fn note_returned(
    tx: &mut TenantTx,
    order: OrderId,
    tickets: usize,
    refunded_minor: i64,
) -> Result<(), DbError> {
    sqlx::query!(
        "update orders set returned_tickets = returned_tickets + $2, refunded_minor = refunded_minor + $3 where id = $1",
        order.uuid(),
        i32::try_from(tickets).unwrap_or(i32::MAX),
        refunded_minor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Counts the paid orders of an event.
///
/// # Errors
/// The database refused.
pub async fn count_paid(tx: &mut TenantTx, event: EventId) -> Result<i64, DbError> {
    sqlx::query_scalar!(
        r#"select count(*) as "paid!" from orders where event_id = $1 and state = 'paid'"#,
        event.uuid()
    )
    .fetch_one(tx.conn())
    .await
    .map_err(DbError::from)
}

/// Lists paid orders of an event in the order of their ids, after the given one.
///
/// # Errors
/// The database refused.
pub async fn list_paid(
    tx: &mut TenantTx,
    event: EventId,
    after: Option<OrderId>,
    limit: i64,
) -> Result<Vec<OrderId>, DbError> {
    let rows = sqlx::query_scalar!(
        "select id from orders where event_id = $1 and id > $2 and state = 'paid' order by id limit $3",
        event.uuid(),
        after.map_or(Uuid::nil(), OrderId::uuid),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(OrderId::from_uuid).collect())
}

/// Reads an order and keeps others from changing it until the transaction ends.
///
/// # Errors
/// The database refused.
pub async fn lock(tx: &mut TenantTx, id: OrderId) -> Result<Option<Order>, DbError> {
    sqlx::query!("select id from orders where id = $1 for update", id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    find(tx, id).await
}

/// Reads the order made from a cart.
///
/// # Errors
/// The database refused.
pub async fn find_by_hold(tx: &mut TenantTx, cart: CartId) -> Result<Option<Order>, DbError> {
    let ids = many::list_ids_of_carts(tx, &[cart]).await?;
    Ok(many::find_many(tx, &ids).await?.pop())
}

/// Reads the order with this code.
///
/// # Errors
/// The database refused.
pub async fn find_by_code(tx: &mut TenantTx, code: &OrderCode) -> Result<Option<Order>, DbError> {
    let id = sqlx::query_scalar!("select id from orders where code = $1", code.as_str())
        .fetch_optional(tx.conn())
        .await?;
    match id {
        Some(id) => find(tx, id.into()).await,
        None => Ok(None),
    }
}

/// Reads an order.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, id: OrderId) -> Result<Option<Order>, DbError> {
    Ok(many::find_many(tx, &[id]).await?.pop())
}
