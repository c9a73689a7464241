//! The card's part of a payment: reserved when the payment of the rest begins, spent when its money came, free again when it
//! does not come.

use bilten_core::orders::{self, Order};
use bilten_kernel::{AttemptId, Ctx, Money};
use bilten_tenancy::{DbError, TenantTx};

use super::{ChooseError, UseState, choose::pays, store};

/// What became of a card's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reserved {
    /// It is there; so much is left to pay.
    Rest(Money),
    /// The card has less than it was chosen for: the order says what it pays now, and nothing was reserved.
    Changed,
}

/// Reserves what a card shall pay of a locked order, for an attempt that pays the rest.
pub(crate) async fn reserve(
    tx: &mut TenantTx,
    ctx: &Ctx,
    order: &Order,
    attempt: AttemptId,
) -> Result<Reserved, DbError> {
    if !is_there(tx, ctx, order).await? {
        return Ok(Reserved::Changed);
    }
    let taken = store::set_reserved(tx, ctx, order.id, attempt).await?;
    let rest = order.to_pay();
    Ok(if taken { Reserved::Rest(rest) } else { Reserved::Changed })
}

/// Takes from a card what it pays of a locked order that it pays all of; tells whether it did. Otherwise the order says what the
/// card pays now.
pub(crate) async fn spend_all(tx: &mut TenantTx, ctx: &Ctx, order: &Order) -> Result<bool, DbError> {
    Ok(is_there(tx, ctx, order).await? && store::spend_chosen(tx, ctx, order.id).await?)
}

/// Takes from a card what an attempt reserved, now that its money came. What was free again by then is taken if it is still
/// there; tells whether it was. An order that no card pays has all that it needs.
pub(crate) async fn spend(tx: &mut TenantTx, ctx: &Ctx, order: &Order, attempt: AttemptId) -> Result<bool, DbError> {
    if order.gift_card.is_none() {
        return Ok(true);
    }
    let Some(own) = store::find_use(tx, order.id).await? else {
        return Ok(false);
    };
    match own.state {
        UseState::Reserved => store::spend_reserved(tx, ctx, order.id, attempt).await,
        UseState::Chosen => store::spend_chosen(tx, ctx, order.id).await,
        UseState::Spent => Ok(false),
    }
}

/// Gives back to its card what an attempt reserved: its money does not come. Nothing happens where nothing is reserved.
pub(crate) async fn release(tx: &mut TenantTx, ctx: &Ctx, attempt: AttemptId) -> Result<(), DbError> {
    store::release(tx, ctx, attempt).await
}

/// Tells whether the card still has what it was chosen for; otherwise the order is told what it has now.
async fn is_there(tx: &mut TenantTx, ctx: &Ctx, order: &Order) -> Result<bool, DbError> {
    let (Some(amount), Some(own)) = (order.gift_card, store::find_use(tx, order.id).await?) else {
        return Ok(false);
    };
    let Some(card) = store::lock(tx, own.card).await? else {
        return Ok(false);
    };
    match pays(&card, order, ctx) {
        Ok(now) if now.minor >= amount.minor && own.amount == amount => Ok(true),
        Ok(now) => {
            store::set_chosen(tx, ctx, (order.id, card.id), now).await?;
            orders::set_gift_card(tx, order.id, Some(now)).await?;
            Ok(false)
        }
        Err(
            ChooseError::Unknown
            | ChooseError::TooMany
            | ChooseError::Over
            | ChooseError::Empty
            | ChooseError::Currency
            | ChooseError::TooLittleLeft
            | ChooseError::WrongState,
        ) => {
            store::delete_chosen(tx, order.id).await?;
            orders::set_gift_card(tx, order.id, None).await?;
            Ok(false)
        }
    }
}
