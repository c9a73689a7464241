//! A program asks what is left on the card of a code.

use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx};

use super::{GiftCard, GiftCards, GiftCode, guesses, store};

/// Why no card is told.
#[derive(Debug, thiserror::Error)]
pub enum LookUpError {
    /// There is no such card, or the code was typed wrong; the same answer for cards of other shops.
    #[error("no gift card has this code")]
    Unknown,
    /// Too many codes were wrong lately.
    #[error("too many codes were wrong")]
    TooMany,
    /// The database failed.
    #[error("the gift card could not be looked up")]
    Db(#[from] DbError),
}

/// Finds the card of a code. Wrong codes of whoever asks are counted: the caller commits either way.
///
/// # Errors
/// The database failed.
pub async fn look_up(
    cards: &GiftCards,
    ctx: &Ctx,
    tx: &mut TenantTx,
    (code, asker): (&str, &str),
) -> Result<Result<GiftCard, LookUpError>, DbError> {
    let who = guesses::program(&cards.master, ctx, asker);
    if guesses::is_spent(tx, ctx, &who).await? {
        return Ok(Err(LookUpError::TooMany));
    }
    let found = match code.parse::<GiftCode>() {
        Ok(code) => store::find_by_hash(tx, &code.hash(&cards.master, ctx.tenant)).await?,
        Err(_) => None,
    };
    let Some(card) = found else {
        guesses::count(tx, ctx, &who).await?;
        return Ok(Err(LookUpError::Unknown));
    };
    Ok(Ok(card))
}
