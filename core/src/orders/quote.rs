//! Turns a cart and its buyer's details into an order.

use bilten_kernel::{CartId, Ctx, Email, MoneyError, OrderId, OrderLineId, PersonName};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{Channel, Order, OrderCode, OrderState, charge, store};
use crate::{
    inventory::{self, Hold, HoldState, LimitReached, PersonClaim},
    pricing::BuyerTax,
};

/// Codes that are tried before giving up; one clash is rare, three in a row do not happen.
pub(super) const CODE_TRIES: usize = 3;

/// What the buyer told.
#[derive(Debug, Clone)]
pub struct QuoteOrder {
    /// Cart.
    pub cart: CartId,
    /// Where the tickets are sent.
    pub buyer_email: Email,
    /// Who buys.
    pub buyer_name: PersonName,
    /// Where the order comes from.
    pub channel: Channel,
    /// What he told of himself for the tax, where he was asked.
    pub tax: Option<BuyerTax>,
}

/// Why there is no order.
#[derive(Debug, thiserror::Error)]
pub enum QuoteError {
    /// No such cart.
    #[error("no such cart")]
    UnknownCart,
    /// The cart has expired or was given back.
    #[error("the cart has expired")]
    CartExpired,
    /// The buyer has as many of these tickets as one person may have.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The sum of the cart overflows.
    #[error("the total cannot be computed")]
    Total(#[from] MoneyError),
    /// The database refused.
    #[error("could not write the order")]
    Db(#[from] DbError),
}

/// Makes the cart's order, or brings its buyer's details up to date while nothing was paid.
/// An order on which a payment is under way, or that has ended, is returned as it is.
///
/// # Errors
/// See [`QuoteError`].
pub async fn quote(ctx: &Ctx, tx: &mut TenantTx, wish: &QuoteOrder) -> Result<Order, QuoteError> {
    let hold = inventory::lock(tx, wish.cart).await?.ok_or(QuoteError::UnknownCart)?;
    if let Some(order) = store::find_by_hold(tx, wish.cart).await? {
        return update(ctx, tx, order, &hold, wish).await;
    }
    if hold.state != HoldState::Held || !hold.is_live(ctx.now()) {
        return Err(QuoteError::CartExpired);
    }
    insert(ctx, tx, &hold, wish).await
}

async fn update(
    ctx: &Ctx,
    tx: &mut TenantTx,
    order: Order,
    hold: &Hold,
    wish: &QuoteOrder,
) -> Result<Order, QuoteError> {
    if order.state != OrderState::Quoted {
        return Ok(order);
    }
    if !hold.is_live(ctx.now()) {
        return Err(QuoteError::CartExpired);
    }
    if order.buyer_email.normalized() != wish.buyer_email.normalized() {
        claim(ctx, tx, hold, wish).await?;
    }
    store::update_buyer(tx, ctx, order.id, wish).await?;
    let order = tax_anew(ctx, tx, order, hold, wish).await?;
    if order.buyer_email != wish.buyer_email || order.buyer_name != wish.buyer_name {
        let entry = audit::Entry {
            action: "order.buyer_changed",
            object: order.id.to_string(),
            details: json!({}),
        };
        audit::record(tx, ctx, entry).await?;
    }
    let updated = Order {
        buyer_email: wish.buyer_email.clone(),
        buyer_name: wish.buyer_name.clone(),
        locale: ctx.locale,
        ..order
    };
    Ok(updated)
}

/// Prices an order anew whose buyer tells something else of himself. Another total is another thing to pay: a gift card that was
/// chosen for the one before is chosen again.
async fn tax_anew(
    ctx: &Ctx,
    tx: &mut TenantTx,
    order: Order,
    hold: &Hold,
    wish: &QuoteOrder,
) -> Result<Order, QuoteError> {
    if wish.tax.is_none() && order.buyer_tax.is_none() {
        return Ok(order);
    }
    // The charges of an order are in the order of its cart's lines.
    let lines: Vec<OrderLineId> = order
        .charges
        .iter()
        .flat_map(|kept| &kept.lines)
        .map(|line| line.line)
        .collect();
    let priced = charge::price(tx, hold, &lines, wish.tax.as_ref()).await??;
    let is_same = priced.buyer == order.buyer_tax && priced.total == order.total && priced.charges == order.charges;
    if is_same {
        return Ok(order);
    }
    store::set_buyer_tax(tx, order.id, &priced).await?;
    store::set_prices(tx, order.id, &lines, &priced.prices).await?;
    let entry = audit::Entry {
        action: "order.taxed_anew",
        object: order.id.to_string(),
        details: json!({ "before_minor": order.total.minor, "total_minor": priced.total.minor }),
    };
    audit::record(tx, ctx, entry).await?;
    store::find(tx, order.id).await?.ok_or(QuoteError::UnknownCart)
}

/// Counts the cart as the buyer's, where that is limited.
async fn claim(ctx: &Ctx, tx: &mut TenantTx, hold: &Hold, wish: &QuoteOrder) -> Result<(), QuoteError> {
    if hold.limits_persons {
        let claims = [PersonClaim::new(ctx, hold, &wish.buyer_email)];
        for answer in inventory::claim_persons(tx, &claims).await? {
            answer?;
        }
    }
    Ok(())
}

async fn insert(ctx: &Ctx, tx: &mut TenantTx, hold: &Hold, wish: &QuoteOrder) -> Result<Order, QuoteError> {
    claim(ctx, tx, hold, wish).await?;
    let id: OrderId = ctx.new_id();
    let lines: Vec<OrderLineId> = hold.lines.iter().map(|_| ctx.new_id()).collect();
    let priced = charge::price(tx, hold, &lines, wish.tax.as_ref()).await??;
    let total = priced.total;
    let mut tries = 0;
    while !store::insert_order(
        tx,
        ctx,
        store::NewOrder {
            id,
            code: &OrderCode::random(ctx),
            hold,
            wish,
            priced: &priced,
        },
    )
    .await?
    {
        tries += 1;
        if tries == CODE_TRIES {
            return Err(QuoteError::UnknownCart);
        }
    }
    store::insert_lines(tx, id, hold, (&lines, &priced.prices)).await?;
    let details =
        json!({ "total_minor": total.minor, "currency": total.currency.code(), "channel": wish.channel.name() });
    audit::record(
        tx,
        ctx,
        audit::Entry {
            action: "order.quoted",
            object: id.to_string(),
            details,
        },
    )
    .await?;
    store::find(tx, id).await?.ok_or(QuoteError::UnknownCart)
}
