//! A buyer chooses a gift card for his order, or takes it away.

use bilten_core::{
    inventory::{self, HoldState},
    orders::{self, Order, OrderState},
};
use bilten_kernel::{CartId, Ctx, Money};
use bilten_tenancy::{DbError, TenantTx};

use super::{GiftCard, GiftCards, GiftCode, guesses, least::least_charge, store};

/// What the buyer typed, and where.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// Cart of the order.
    pub cart: CartId,
    /// What he typed.
    pub code: &'a str,
    /// From where, as bytes that stay the same; none for programs.
    pub network: Option<&'a [u8]>,
}

/// Why a card does not pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChooseError {
    /// There is no such card, or it was typed wrong; the same answer for cards of other shops.
    Unknown,
    /// Too many codes were wrong lately.
    TooMany,
    /// It is over, or was stopped.
    Over,
    /// It has nothing left, or payments under way have it.
    Empty,
    /// It is in another currency.
    Currency,
    /// It would leave less to pay than any provider takes, and so pays nothing of so small a sum.
    TooLittleLeft,
    /// The order is paid, ended, or being paid.
    WrongState,
}

/// Lets a card pay what it can of an order that nobody is paying; another one that was chosen before goes. What it pays is told
/// by the order. A wrong code is counted: the caller commits either way.
///
/// # Errors
/// The database failed.
pub async fn choose(
    cards: &GiftCards,
    ctx: &Ctx,
    tx: &mut TenantTx,
    choice: Choice<'_>,
) -> Result<Result<Money, ChooseError>, DbError> {
    let Some(order) = quoted(ctx, tx, choice.cart).await? else {
        return Ok(Err(ChooseError::WrongState));
    };
    let who = guesses::names(&cards.master, ctx, order.id, choice.network);
    if guesses::is_spent(tx, ctx, &who).await? {
        return Ok(Err(ChooseError::TooMany));
    }
    let found = match choice.code.parse::<GiftCode>() {
        Ok(code) => store::lock_by_hash(tx, &code.hash(&cards.master, ctx.tenant)).await?,
        Err(_) => None,
    };
    let Some(card) = found else {
        guesses::count(tx, ctx, &who).await?;
        return Ok(Err(ChooseError::Unknown));
    };
    let amount = match pays(&card, &order, ctx) {
        Ok(amount) => amount,
        Err(refused) => return Ok(Err(refused)),
    };
    store::set_chosen(tx, ctx, (order.id, card.id), amount).await?;
    orders::set_gift_card(tx, order.id, Some(amount)).await?;
    Ok(Ok(amount))
}

/// Takes a chosen card away from an order that nobody is paying; nothing happens when there is none.
///
/// # Errors
/// The database failed.
pub async fn forget(ctx: &Ctx, tx: &mut TenantTx, cart: CartId) -> Result<(), DbError> {
    if let Some(order) = quoted(ctx, tx, cart).await? {
        store::delete_chosen(tx, order.id).await?;
        orders::set_gift_card(tx, order.id, None).await?;
    }
    Ok(())
}

/// What a card pays of an order: all it can, unless so little would be left that nobody takes it.
pub(super) fn pays(card: &GiftCard, order: &Order, ctx: &Ctx) -> Result<Money, ChooseError> {
    let total = order.total;
    if card.balance.currency != total.currency {
        return Err(ChooseError::Currency);
    }
    if !card.is_open(ctx.now()) {
        return Err(ChooseError::Over);
    }
    let free = card.free(ctx.now()).min(total.minor);
    if free <= 0 {
        return Err(ChooseError::Empty);
    }
    let least = least_charge(total.currency).minor;
    let rest = total.minor - free;
    let amount = if rest > 0 && rest < least {
        total.minor - least
    } else {
        free
    };
    if amount > 0 {
        Ok(Money::new(amount, total.currency))
    } else {
        Err(ChooseError::TooLittleLeft)
    }
}

async fn quoted(ctx: &Ctx, tx: &mut TenantTx, cart: CartId) -> Result<Option<Order>, DbError> {
    // Whoever begins to pay takes the hold first, and reads the order then.
    let hold = inventory::lock(tx, cart).await?;
    let is_held = hold.is_some_and(|hold| hold.state == HoldState::Held && hold.is_live(ctx.now()));
    let Some(found) = orders::find_by_hold(tx, cart).await?.filter(|_| is_held) else {
        return Ok(None);
    };
    let order = orders::lock(tx, found.id).await?;
    Ok(order.filter(|order| order.state == OrderState::Quoted && order.event.is_some() && !order.total.is_zero()))
}
