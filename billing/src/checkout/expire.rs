//! Calls an attempt off: the stock goes free only when the payment is known to be dead.

use bilten_core::inventory::{self, HoldGone, HoldState};
use bilten_kernel::{AttemptId, Ctx, Timestamp};

use super::{
    Checkout, PIN_EXTENSION, PIN_TIMEOUT, PayError, SEEN_WITHIN,
    settle::settle,
    submit::{ask, void},
};
use crate::{
    attempts::{Attempt, AttemptState, store},
    payees,
    provider::{DeclineCode, OperationKey, Outcome, PaymentStatus, Retry},
};

/// Why an attempt is called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its time is over, if it is.
    TimedOut,
    /// The buyer gave up, or the event was called off.
    Wanted,
}

/// Calls an attempt off if it is live and due: hold cancelling, payment voided, and what the provider then says is
/// settled. Called again after a crash it goes on where it stopped. Money that came first is kept and pays the order.
///
/// Tells whether there was something to call off.
///
/// # Errors
/// The database failed; the reconciler comes back.
pub async fn end_attempt(app: &Checkout, ctx: &Ctx, id: AttemptId, ending: Ending) -> Result<bool, PayError> {
    let Some(attempt) = begin_ending(app, ctx, id, ending).await? else {
        return Ok(false);
    };
    let asked = ask(app, ctx, &attempt).await?;
    let Some(snapshot) = asked.clone().snapshot() else {
        let at = (attempt.provider.as_str(), attempt.account.as_ref());
        let told = if payees::has_left(&app.db, ctx, at, &asked).await? {
            // Nobody can ask about it any more, and none of our calls can move its money.
            Outcome::Declined(DeclineCode::new("account_gone"), Retry::OtherMethod)
        } else {
            asked
        };
        settle(app, ctx, &attempt, told, None).await?;
        return Ok(true);
    };
    match snapshot.status {
        PaymentStatus::Unconfirmed | PaymentStatus::ActionRequired => {
            if attempt.reduce(&snapshot).is_err() {
                settle(app, ctx, &attempt, asked, None).await?;
                return Ok(true);
            }
            let voided = void(app, ctx, &attempt, &snapshot.payment).await?;
            settle(app, ctx, &attempt, voided, None).await?;
        }
        PaymentStatus::Processing | PaymentStatus::Failed | PaymentStatus::Canceled | PaymentStatus::Succeeded => {
            settle(app, ctx, &attempt, asked, None).await?;
        }
    }
    Ok(true)
}

/// Takes the hold out of the buyer's reach and writes down that a void will be sent.
async fn begin_ending(app: &Checkout, ctx: &Ctx, id: AttemptId, ending: Ending) -> Result<Option<Attempt>, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let Some(attempt) = store::lock(&mut tx, id).await? else {
        return Ok(None);
    };
    let is_movable =
        attempt.state.is_live() && attempt.state != AttemptState::Processing && attempt.quarantine.is_none();
    if !is_movable {
        return Ok(None);
    }
    let hold = inventory::find_slot(&mut tx, attempt.hold).await?;
    let is_begun = hold.is_some_and(|hold| hold.state == HoldState::Cancelling(id));
    if !is_begun {
        if ending == Ending::TimedOut && !is_due(&attempt, ctx.now()) {
            return Ok(None);
        }
        match inventory::begin_cancel(&mut tx, attempt.hold).await {
            Ok(()) | Err(HoldGone::Gone | HoldGone::NoStock) => {}
            Err(HoldGone::Db(error)) => return Err(error.into()),
        }
        store::note_sent(&mut tx, ctx, id, "void", &OperationKey::void(id)).await?;
        tx.commit().await?;
    }
    Ok(Some(attempt))
}

/// Tells whether an attempt's time is over: after the time-out, or a bounded while later when its buyer was just seen
/// acting.
pub(crate) fn is_due(attempt: &Attempt, now: Timestamp) -> bool {
    let age = now.duration_since(attempt.created_at);
    let is_acting =
        attempt.state == AttemptState::ActionRequired && now.duration_since(attempt.touched_at) < SEEN_WITHIN;
    age >= PIN_TIMEOUT + PIN_EXTENSION || (age >= PIN_TIMEOUT && !is_acting)
}
