//! Has the provider asked again.

use bilten_kernel::{AttemptId, Ctx};

use super::{ReviewError, find, lock, note};
use crate::{
    attempts::store,
    checkout::{Checkout, PayError, PayStatus, ask, settle},
    provider::Outcome,
};

/// What came of another look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// It fits now, and the order stands like this.
    Fits(PayStatus),
    /// It still does not match; it waits on.
    StillOdd,
    /// The provider gave no answer; nothing changed.
    NoAnswer,
}

/// Asks the provider about a payment that waits for a person, and takes in what fits.
///
/// # Errors
/// See [`ReviewError`].
pub async fn look_again(app: &Checkout, ctx: &Ctx, id: AttemptId) -> Result<Looked, ReviewError> {
    let attempt = find(app, ctx, id).await?;
    let outcome = ask(app, ctx, &attempt).await?;
    if matches!(outcome, Outcome::NotSent(_) | Outcome::Unknown) {
        return Ok(Looked::NoAnswer);
    }
    let mut tx = app.db.begin(ctx).await?;
    let mut known = lock(&mut tx, id).await?;
    note(&mut tx, ctx, "payment.looked_at_again", &known).await?;
    // Dying before the answer is settled is harmless: the sweep asks again and puts aside what does not match.
    known.quarantine = None;
    store::save(&mut tx, ctx, &known).await?;
    tx.commit().await?;
    match settle(app, ctx, &known, outcome, None).await {
        Ok(paying) => Ok(Looked::Fits(paying.status)),
        Err(PayError::Quarantined) => Ok(Looked::StillOdd),
        Err(error) => Err(error.into()),
    }
}
