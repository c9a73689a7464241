//! SQL of orders that have no event, and so no lines.

use bilten_kernel::{CartId, Ctx, Currency, Email, Money, OrderId, PersonName};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::super::{Channel, Order, OrderCode, OrderState};

/// Order without an event that is about to be written.
pub(in crate::orders) struct NewBare<'a> {
    pub id: OrderId,
    pub code: &'a OrderCode,
    pub cart: CartId,
    pub buyer: (&'a Email, &'a PersonName),
    pub channel: Channel,
    pub total: Money,
}

/// Returns whether the code was free.
pub(in crate::orders) async fn insert(tx: &mut TenantTx, ctx: &Ctx, new: &NewBare<'_>) -> Result<bool, DbError> {
    let (email, name) = new.buyer;
    let inserted = sqlx::query!(
        "insert into orders (tenant_id, id, code, hold_id, state, channel, buyer_email, buyer_email_norm, buyer_name, locale,
                             currency, total_minor, created_at)
         values ($1, $2, $3, $4, 'quoted', $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (tenant_id, code) do nothing",
        tx.tenant().uuid(),
        new.id.uuid(),
        new.code.as_str(),
        new.cart.uuid(),
        new.channel.name(),
        email.as_str(),
        email.normalized(),
        name.as_str(),
        ctx.locale.tag(),
        new.total.currency.code(),
        new.total.minor,
        ctx.now().to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

struct BareRow {
    id: Uuid,
    code: String,
    hold_id: Uuid,
    state: String,
    channel: String,
    buyer_email: String,
    buyer_name: String,
    locale: String,
    currency: String,
    total_minor: i64,
    refunded_minor: i64,
    created_at: jiff_sqlx::Timestamp,
    paid_at: Option<jiff_sqlx::Timestamp>,
    closed_at: Option<jiff_sqlx::Timestamp>,
}

/// Reads those of the orders that have no event.
pub(super) async fn find(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Order>, DbError> {
    let rows = sqlx::query_as!(
        BareRow,
        "select id, code, hold_id, state, channel, buyer_email, buyer_name, locale, currency, total_minor, refunded_minor,
                created_at, paid_at, closed_at
         from orders where id = any($1) and event_id is null order by id",
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(BareRow::order).collect())
}

/// Reads them as [`find`] does, and takes them for the rest of the transaction, in the order of their ids.
pub(super) async fn lock(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Order>, DbError> {
    let rows = sqlx::query_as!(
        BareRow,
        "select id, code, hold_id, state, channel, buyer_email, buyer_name, locale, currency, total_minor, refunded_minor,
                created_at, paid_at, closed_at
         from orders where id = any($1) and event_id is null order by id for update",
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(BareRow::order).collect())
}

impl BareRow {
    /// `None` when something in the row cannot be read.
    fn order(self) -> Option<Order> {
        let currency: Currency = self.currency.parse().ok()?;
        Some(Order {
            id: self.id.into(),
            code: self.code.parse().ok()?,
            event: None,
            cart: self.hold_id.into(),
            state: OrderState::from_name(&self.state)?,
            channel: Channel::from_name(&self.channel)?,
            buyer_email: self.buyer_email.parse().ok()?,
            buyer_name: self.buyer_name.parse().ok()?,
            locale: self.locale.parse().ok()?,
            total: Money::new(self.total_minor, currency),
            donation: None,
            gift_card: None,
            refunded: Money::new(self.refunded_minor, currency),
            promo_code: None,
            created_at: self.created_at.to_jiff(),
            paid_at: self.paid_at.map(jiff_sqlx::Timestamp::to_jiff),
            closed_at: self.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
            charges: None,
            buyer_tax: None,
            lines: Vec::new(),
        })
    }
}
