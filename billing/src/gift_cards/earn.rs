//! What is left on a card that nobody can spend any more is earned: by staff, or by itself where the shop says when.
//!
//! Whether, and when, a shop may do that is a question of its law; by default nothing happens. What was earned does not come back: who
//! is to have it after all gets a new card.

use async_trait::async_trait;
use bilten_kernel::{Ctx, GiftCardId, Money};
use bilten_tenancy::{DbError, TenantTx, audit, jobs::Chore};
use serde_json::json;

use super::store;
use crate::ledger;

/// Cards that one round takes.
const AT_ONCE: i64 = 20;

/// Why nothing is earned.
#[derive(Debug, thiserror::Error)]
pub enum EarnError {
    /// There is no such card.
    #[error("there is no such gift card")]
    NotFound,
    /// It can still be spent, or the payment that bought it is contested.
    #[error("the gift card can still be spent")]
    Open,
    /// Nothing is left, or payments under way have it.
    #[error("nothing is left on the gift card")]
    Nothing,
    /// The database failed.
    #[error("what is left of the gift card could not be booked")]
    Db(#[from] DbError),
}

/// Takes what is left on a card that is over or stopped as earned, and tells how much. Twice is once: then nothing is left.
///
/// # Errors
/// See [`EarnError`].
pub async fn earn(ctx: &Ctx, tx: &mut TenantTx, id: GiftCardId) -> Result<Money, EarnError> {
    let card = store::lock(tx, id).await?.ok_or(EarnError::NotFound)?;
    if card.is_open(ctx.now()) || card.rests {
        return Err(EarnError::Open);
    }
    let amount = Money::new(card.balance.minor - card.reserved.minor, card.balance.currency);
    if amount.minor <= 0 {
        return Err(EarnError::Nothing);
    }
    store::ends::take_off(tx, ctx, (id, "earned", amount.minor), None).await?;
    // What comes back to the card later can be earned as well, so that its own id would be no key.
    let key: GiftCardId = ctx.new_id();
    ledger::book_gift_card_earned(tx, ctx, (key.to_string(), amount))
        .await
        .map_err(DbError::from)?;
    let entry = audit::Entry {
        action: "gift_card.earned",
        object: id.to_string(),
        details: json!({ "minor": amount.minor, "currency": amount.currency.code() }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(amount)
}

/// Takes what is left on cards as earned so long after their end as the shop says; nothing where it says nothing.
#[derive(Debug, Clone, Copy)]
pub struct EarnOver;

#[async_trait]
impl Chore for EarnOver {
    fn name(&self) -> &'static str {
        "gift_cards.earn_over"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        for id in store::ends::list_to_earn(tx, ctx.now(), AT_ONCE).await? {
            match earn(ctx, tx, id).await {
                // Somebody else took it, or a payment began, since we looked.
                Ok(_) | Err(EarnError::NotFound | EarnError::Open | EarnError::Nothing) => {}
                Err(EarnError::Db(error)) => return Err(error),
            }
        }
        Ok(())
    }
}
