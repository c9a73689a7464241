//! Makes a gift card, and stops one.

use bilten_core::orders::Order;
use bilten_kernel::{Ctx, GiftCardId, Money, MoneyError, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{GiftCards, GiftCode, store};
use crate::ledger::{self, Breakdown};

/// The most that a card is made with, in minor units.
pub(super) const MOST: i64 = 100_000_000;

/// Where a card came from, and so what it is in the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Somebody paid for it at the till.
    Sold,
    /// It was given away: the shop bears it.
    Given,
    /// It was made of what went back of an order.
    Refund,
    /// It was bought in the shop.
    Shop,
}

impl Origin {
    pub(super) const ALL: [Self; 4] = [Self::Sold, Self::Given, Self::Refund, Self::Shop];

    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sold => "sold",
            Self::Given => "given",
            Self::Refund => "refund",
            Self::Shop => "shop",
        }
    }
}

/// What a new card needs.
#[derive(Debug, Clone)]
pub struct NewGiftCard {
    /// Sold, or given away.
    pub origin: Origin,
    /// What it is made with.
    pub amount: Money,
    /// For whom or what for, 200 characters at most.
    pub note: String,
    /// Nothing is taken from it from then on.
    pub expires_at: Option<Timestamp>,
}

/// A card that was made. Its code is shown this once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The card.
    pub id: GiftCardId,
    /// Its code.
    pub code: GiftCode,
    /// What it was made with.
    pub amount: Money,
}

/// Why no card was made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The amount makes no sense.
    #[error("the amount must lie between 1 and 100,000,000 minor units")]
    Amount,
    /// The note is too long.
    #[error("the note may have 200 characters at most")]
    Note,
    /// It would be over at once.
    #[error("the card would expire at once")]
    Expiry,
    /// Only taking tickets back makes a card of money that goes back, and only an order buys one in the shop.
    #[error("a card is sold or given away")]
    Origin,
    /// A sum overflows.
    #[error("a sum overflows")]
    Sum(#[from] MoneyError),
    /// The database failed.
    #[error("the gift card could not be made")]
    Db(#[from] DbError),
}

/// Makes a card; its balance is owed from then on.
///
/// # Errors
/// See [`IssueError`].
pub async fn issue(cards: &GiftCards, ctx: &Ctx, tx: &mut TenantTx, new: &NewGiftCard) -> Result<Issued, IssueError> {
    check(ctx, new)?;
    let made = make(cards, ctx, tx, (new, None), (ctx.new_id(), GiftCode::random(ctx))).await?;
    book(ctx, tx, new, made).await
}

/// Makes a card as [`issue`] does, whose code is told from its id by a key of the tenant: whoever repeats the request that made it, because
/// the answer was lost, is told the code again ([`GiftCards::code_of_card`]).
///
/// # Errors
/// See [`IssueError`].
pub async fn issue_repeatably(
    cards: &GiftCards,
    ctx: &Ctx,
    tx: &mut TenantTx,
    new: &NewGiftCard,
) -> Result<Issued, IssueError> {
    check(ctx, new)?;
    let id: GiftCardId = ctx.new_id();
    let made = make(cards, ctx, tx, (new, None), (id, cards.code_of_card(ctx, id))).await?;
    book(ctx, tx, new, made).await
}

fn check(ctx: &Ctx, new: &NewGiftCard) -> Result<(), IssueError> {
    if !matches!(new.origin, Origin::Sold | Origin::Given) {
        return Err(IssueError::Origin);
    }
    if !(1..=MOST).contains(&new.amount.minor) {
        return Err(IssueError::Amount);
    }
    if new.note.chars().count() > 200 {
        return Err(IssueError::Note);
    }
    if new.expires_at.is_some_and(|end| end <= ctx.now()) {
        return Err(IssueError::Expiry);
    }
    Ok(())
}

async fn book(ctx: &Ctx, tx: &mut TenantTx, new: &NewGiftCard, issued: Issued) -> Result<Issued, IssueError> {
    ledger::book_gift_card(tx, ctx, (issued.id, new.origin), new.amount)
        .await
        .map_err(DbError::from)?;
    Ok(issued)
}

/// Makes a card of what goes back of a locked order.
pub(crate) async fn credit(
    cards: &GiftCards,
    ctx: &Ctx,
    tx: &mut TenantTx,
    order: &Order,
    (amount, made_of): (Money, Option<&Breakdown>),
) -> Result<Issued, DbError> {
    let new = NewGiftCard {
        origin: Origin::Refund,
        amount,
        note: order.code.to_string(),
        expires_at: None,
    };
    let told = (ctx.new_id(), GiftCode::random(ctx));
    let issued = make(cards, ctx, tx, (&new, Some(order.id)), told).await?;
    ledger::book_gift_return(tx, ctx, order, (issued.id.to_string(), amount), made_of).await?;
    Ok(issued)
}

pub(super) async fn make(
    cards: &GiftCards,
    ctx: &Ctx,
    tx: &mut TenantTx,
    (new, order): (&NewGiftCard, Option<OrderId>),
    (id, code): (GiftCardId, GiftCode),
) -> Result<Issued, DbError> {
    let hash = code.hash(&cards.master, ctx.tenant);
    store::insert(tx, ctx, (id, &hash, &code.tail()), new).await?;
    store::note_move(tx, ctx, (id, "issued", new.amount.minor), order).await?;
    let entry = audit::Entry {
        action: "gift_card.issued",
        object: id.to_string(),
        details: json!({
            "origin": new.origin.name(), "amount_minor": new.amount.minor, "currency": new.amount.currency.code(),
        }),
    };
    audit::record(tx, ctx, entry).await?;
    let amount = new.amount;
    Ok(Issued { id, code, amount })
}

/// Stops a card: nothing is taken from it from then on. A second time changes nothing. Tells whether there is such a card.
///
/// # Errors
/// The database failed.
pub async fn stop(ctx: &Ctx, tx: &mut TenantTx, id: GiftCardId) -> Result<bool, DbError> {
    let Some(card) = store::lock(tx, id).await? else {
        return Ok(false);
    };
    if card.stopped_at.is_none() {
        store::stop(tx, ctx, id).await?;
        let entry = audit::Entry {
            action: "gift_card.stopped",
            object: id.to_string(),
            details: json!({ "balance_minor": card.balance.minor }),
        };
        audit::record(tx, ctx, entry).await?;
    }
    Ok(true)
}
