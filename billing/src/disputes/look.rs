//! Asks providers who contests.

use bilten_kernel::Ctx;
use bilten_tenancy::DbError;
use jiff::SignedDuration;

use super::{Dispute, take_in::take_in, warnings};
use crate::{
    balances,
    checkout::{Checkout, PayError, known_provider},
    provider::{AccountRef, DisputeSnapshot, Outcome, Why},
};

/// How long ago a contest may have opened that is still asked about: banks decide within half a year.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24 * 180);

/// Asks every provider for contests of the tenant's payments, and for early warnings of them, and takes in what is new; tells how
/// many moved.
///
/// # Errors
/// The database or the books failed.
pub async fn look(app: &Checkout, ctx: &Ctx) -> Result<usize, PayError> {
    let mut moved = 0;
    for place in balances::places(app, ctx).await? {
        let provider = known_provider(app, &place.provider)?;
        let (account, since) = (place.account.as_ref(), ctx.now() - LOOK_BACK);
        if let Some(told) = provider.list_warnings(ctx, account, since).await.snapshot() {
            for told in &told {
                moved += usize::from(warnings::take_in(app, ctx, (&place.provider, account), told).await?);
            }
        }
        if let Some(told) = provider.list_disputes(ctx, account, since).await.snapshot() {
            for told in &told {
                moved += usize::from(note(app, ctx, (&place.provider, account), told).await?);
            }
        }
    }
    Ok(moved)
}

/// Asks after one contest of which a notice came; tells whether there was an answer.
///
/// # Errors
/// The database or the books failed.
pub async fn ask(
    app: &Checkout,
    ctx: &Ctx,
    (provider, account): (&str, Option<&AccountRef>),
    reference: &str,
) -> Result<bool, PayError> {
    match known_provider(app, provider)?
        .fetch_dispute(ctx, account, reference)
        .await
    {
        Outcome::Done(told) | Outcome::Pending(told) | Outcome::Action(told, _) => {
            note(app, ctx, (provider, account), &told).await?;
            Ok(true)
        }
        // There is none: what the notice said was no fact.
        Outcome::NotSent(Why::NotFound) | Outcome::Declined(..) => Ok(true),
        Outcome::NotSent(_) | Outcome::Unknown => Ok(false),
    }
}

/// Asks after one contest that we know, whether or not there is an answer.
pub(super) async fn look_at(app: &Checkout, ctx: &Ctx, dispute: &Dispute) -> Result<(), PayError> {
    let at = (dispute.provider.as_str(), dispute.account.as_ref());
    if dispute.account.is_none() {
        // A provider without accounts tells them all at once.
        look(app, ctx).await?;
    } else {
        ask(app, ctx, at, &dispute.reference).await?;
    }
    Ok(())
}

async fn note(
    app: &Checkout,
    ctx: &Ctx,
    at: (&str, Option<&AccountRef>),
    told: &DisputeSnapshot,
) -> Result<bool, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let is_new = take_in(&mut tx, ctx, at, told).await.map_err(DbError::from)?;
    if is_new {
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    Ok(is_new)
}
