//! Gift cards that buyers buy in the shop.
//!
//! The order has no event and no lines: its total is what the card is worth. The card is made in the transaction in which the money
//! comes, and not before. Its code is told from the order by a key of the tenant: whoever may see the order is shown it, the mail is
//! written with it, and it stands in no table, job or log.
//!
//! Not here: how it is paid (`checkout`), how its money goes back (`refunds::card`), the mail (`api`).

use bilten_core::orders::{self, BareOrder, Order, OrderState};
use bilten_kernel::{Ctx, Currency, Email, GiftCardId, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use jiff::SignedDuration;
use serde_json::json;

use super::{GiftCards, GiftCode, NewGiftCard, Origin, issue, least::least_charge, store};

/// Amounts that are suggested at most.
pub const MOST_SUGGESTED: usize = 6;
/// Days that a card is valid, or kept after its end, at most.
pub const MOST_DAYS: i32 = 3_650;
/// Letters of a message at most.
pub const MOST_MESSAGE: usize = 500;
/// Letters of the recipient's name at most.
pub const MOST_NAME: usize = 120;
/// How far ahead a card may be sent.
pub const LATEST_SEND: SignedDuration = SignedDuration::from_hours(24 * 366);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Whether, and how, a shop sells gift cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopTerms {
    /// Buyers can buy them.
    pub is_sold: bool,
    /// Currency of all amounts.
    pub currency: Currency,
    /// Amounts to choose from, in minor units.
    pub suggested: Vec<i64>,
    /// The least and the most that buyers may name, in minor units; they may not where there is nothing.
    pub bounds: Option<(i64, i64)>,
    /// Days that a card is valid; for ever where there is nothing.
    pub valid_days: Option<i32>,
    /// What is left of any card is earned so many days after its end, by itself; only by staff where there is nothing.
    pub breakage_days: Option<i32>,
}

/// Why terms are not taken.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// An amount is too small for any payment, or too large.
    #[error("an amount is too small or too large")]
    Amount,
    /// There is nothing that buyers could choose.
    #[error("there is no amount to choose, and none may be named")]
    Nothing,
    /// There are too many amounts.
    #[error("too many amounts are suggested")]
    TooMany,
    /// So many days make no sense.
    #[error("the number of days must lie between 1 and 3,650")]
    Days,
    /// The database failed.
    #[error("the terms could not be saved")]
    Db(#[from] DbError),
}

impl ShopTerms {
    /// A shop that sells none.
    pub const fn closed(currency: Currency) -> Self {
        Self {
            is_sold: false,
            currency,
            suggested: Vec::new(),
            bounds: None,
            valid_days: None,
            breakage_days: None,
        }
    }

    /// Tells whether a buyer may choose the amount.
    pub fn allows(&self, amount: Money) -> bool {
        let is_named = self
            .bounds
            .is_some_and(|(least, most)| (least..=most).contains(&amount.minor));
        self.is_sold && amount.currency == self.currency && (is_named || self.suggested.contains(&amount.minor))
    }

    fn check(&self) -> Result<(), TermsError> {
        let least = least_charge(self.currency).minor;
        let fits = |minor: i64| (least..=issue::MOST).contains(&minor);
        if self.suggested.len() > MOST_SUGGESTED {
            return Err(TermsError::TooMany);
        }
        if !self.suggested.iter().all(|minor| fits(*minor)) {
            return Err(TermsError::Amount);
        }
        if self
            .bounds
            .is_some_and(|(low, high)| !fits(low) || !fits(high) || low > high)
        {
            return Err(TermsError::Amount);
        }
        if self.is_sold && self.suggested.is_empty() && self.bounds.is_none() {
            return Err(TermsError::Nothing);
        }
        let mut days = [self.valid_days, self.breakage_days].into_iter().flatten();
        if days.all(|days| (1..=MOST_DAYS).contains(&days)) {
            Ok(())
        } else {
            Err(TermsError::Days)
        }
    }
}

/// Reads a shop's terms; nothing where it never set any.
///
/// # Errors
/// The database failed.
pub async fn find_terms(tx: &mut TenantTx) -> Result<Option<ShopTerms>, DbError> {
    store::shop::find_terms(tx).await
}

/// Sets a shop's terms. Cards that were sold keep what they were sold with.
///
/// # Errors
/// See [`TermsError`].
pub async fn set_terms(ctx: &Ctx, tx: &mut TenantTx, terms: &ShopTerms) -> Result<(), TermsError> {
    terms.check()?;
    store::shop::save_terms(tx, ctx, terms).await?;
    // The shop's front leads to them.
    tx.note_page_change();
    let entry = audit::Entry {
        action: "gift_cards.terms_set",
        object: ctx.tenant.to_string(),
        details: json!({
            "is_sold": terms.is_sold, "currency": terms.currency.code(), "suggested": terms.suggested, "bounds": terms.bounds,
            "valid_days": terms.valid_days, "breakage_days": terms.breakage_days,
        }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(())
}

/// For whom a card is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Present {
    /// Name, if told.
    pub name: String,
    /// Where the card is sent; to the buyer where there is nothing.
    pub email: Option<Email>,
    /// What the buyer wants to say.
    pub message: String,
    /// When it is sent; at once where there is nothing.
    pub send_at: Option<Timestamp>,
}

/// A card that is, or was, bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftSale {
    /// The card, once its money came.
    pub card: Option<GiftCardId>,
    /// What is left on it.
    pub left: Option<Money>,
    /// Nothing is taken from it from then on.
    pub expires_at: Option<Timestamp>,
    /// Nothing is taken from it now: it was stopped, given back, or its payment is contested.
    pub is_stopped: bool,
    /// For whom it is.
    pub present: Present,
}

/// Why no order for a card is made.
#[derive(Debug, thiserror::Error)]
pub enum BuyError {
    /// The shop sells none.
    #[error("the shop sells no gift cards")]
    NotSold,
    /// The amount is none of those that can be chosen.
    #[error("the amount cannot be chosen")]
    Amount,
    /// Name or message are too long.
    #[error("a text is too long")]
    TooLong,
    /// It cannot be sent then.
    #[error("the card cannot be sent then")]
    SendAt,
    /// The database failed.
    #[error("the order could not be made")]
    Db(#[from] DbError),
}

/// Makes an order for a card, with the time in which it can be paid.
///
/// # Errors
/// See [`BuyError`].
pub async fn buy(ctx: &Ctx, tx: &mut TenantTx, (wish, present): (&BareOrder, &Present)) -> Result<Order, BuyError> {
    let terms = find_terms(tx).await?.filter(|terms| terms.is_sold);
    let terms = terms.ok_or(BuyError::NotSold)?;
    if !terms.allows(wish.total) {
        return Err(BuyError::Amount);
    }
    if present.name.chars().count() > MOST_NAME || present.message.chars().count() > MOST_MESSAGE {
        return Err(BuyError::TooLong);
    }
    let latest = ctx.now() + LATEST_SEND;
    if present.send_at.is_some_and(|at| at < ctx.now() || at > latest) {
        return Err(BuyError::SendAt);
    }
    let odd = || DbError::from(sqlx::Error::RowNotFound);
    let order = orders::quote_bare(ctx, tx, wish).await?.ok_or_else(odd)?;
    store::shop::insert_sale(tx, ctx, order.id, present).await?;
    Ok(order)
}

/// Makes the card that an order bought, in the transaction in which it is paid; the sale is booked after it.
pub(crate) async fn make_sold(cards: &GiftCards, ctx: &Ctx, tx: &mut TenantTx, order: &Order) -> Result<(), DbError> {
    let valid_days = find_terms(tx).await?.and_then(|terms| terms.valid_days);
    let new = NewGiftCard {
        origin: Origin::Shop,
        amount: order.total,
        note: order.code.to_string(),
        expires_at: valid_days.map(|days| ctx.now() + DAY * days),
    };
    let code = GiftCode::of_order(&cards.master, ctx.tenant, order.id);
    let issued = issue::make(cards, ctx, tx, (&new, Some(order.id)), (ctx.new_id(), code)).await?;
    if store::shop::set_card(tx, order.id, issued.id).await? {
        Ok(())
    } else {
        Err(sqlx::Error::RowNotFound.into())
    }
}

/// Finds what an order bought.
///
/// # Errors
/// The database failed.
pub async fn find_sale(tx: &mut TenantTx, order: OrderId) -> Result<Option<GiftSale>, DbError> {
    store::shop::find_sale(tx, order).await
}

impl GiftCards {
    /// The code of the card that a paid order bought; for those who may see the order. Nothing while there is no card.
    pub fn code_of(&self, ctx: &Ctx, order: &Order, sale: &GiftSale) -> Option<GiftCode> {
        let is_there = order.event.is_none() && order.state == OrderState::Paid && sale.card.is_some();
        is_there.then(|| GiftCode::of_order(&self.master, ctx.tenant, order.id))
    }

    /// The code of a card that was made by a program; for the program that repeats its request.
    pub fn code_of_card(&self, ctx: &Ctx, card: GiftCardId) -> GiftCode {
        GiftCode::of_card(&self.master, ctx.tenant, card)
    }
}

/// Locks the card that an order bought, and tells what of it can go back.
pub(crate) async fn lock_left_of_sale(tx: &mut TenantTx, order: OrderId) -> Result<i64, DbError> {
    Ok(store::ends::lock_of_order(tx, order).await?.map_or(0, |(_, free)| free))
}

/// Takes up to so much off the card that an order bought, and stops it; tells how much, in minor units. What payments under way have
/// stays theirs.
pub(crate) async fn take_out(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (order, kind): (OrderId, &str),
    most: i64,
) -> Result<i64, DbError> {
    let Some((card, free)) = store::ends::lock_of_order(tx, order).await? else {
        return Ok(0);
    };
    let taken = free.min(most).max(0);
    store::ends::take_off(tx, ctx, (card, kind, taken), Some(order)).await?;
    let entry = audit::Entry {
        action: "gift_card.taken_back",
        object: card.to_string(),
        details: json!({ "order": order, "why": kind, "minor": taken }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(taken)
}

/// Has the card that an order bought rest while its payment is contested, or ends that.
pub(crate) async fn set_rests(tx: &mut TenantTx, order: OrderId, since: Option<Timestamp>) -> Result<(), DbError> {
    store::ends::set_rests(tx, order, since).await
}
