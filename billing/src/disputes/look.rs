//! Asks providers who contests, and takes in what is new.

use bilten_core::catalog::{self, EventStatus};
use bilten_kernel::{Ctx, Money};
use bilten_tenancy::{DbError, TenantTx, audit};
use jiff::SignedDuration;
use serde_json::json;

use super::{Dispute, DisputeId, name, rank, store};
use crate::{
    attempts::{self, Attempt, AttemptState},
    checkout::{Checkout, PayError},
    ledger::{
        self, Book, Head, Kind, PostError,
        templates::{self, DisputeFacts},
    },
    provider::{DisputeSnapshot, DisputeStatus},
};

/// How long ago a contest may have opened that is still asked about: banks decide within half a year.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24 * 180);

/// Asks every provider for contests of the tenant's payments and takes in what is new; tells how many moved.
///
/// # Errors
/// The database or the books failed.
pub async fn look(app: &Checkout, ctx: &Ctx) -> Result<usize, PayError> {
    let mut moved = 0;
    for provider in app.providers.all() {
        let Some(told) = provider.list_disputes(ctx, ctx.now() - LOOK_BACK).await.snapshot() else {
            continue;
        };
        for told in &told {
            let mut tx = app.db.begin(ctx).await?;
            if take_in(&mut tx, ctx, provider.name(), told)
                .await
                .map_err(DbError::from)?
            {
                tx.commit().await?;
                moved += 1;
            } else {
                tx.rollback().await?;
            }
        }
    }
    Ok(moved)
}

/// Takes in what a provider tells of one contest; tells whether it was new.
async fn take_in(tx: &mut TenantTx, ctx: &Ctx, provider: &str, told: &DisputeSnapshot) -> Result<bool, PostError> {
    if store::find_status(tx, provider, &told.dispute).await? == Some(told.status) {
        return Ok(false);
    }
    let Some(attempt) = attempts::store::find_by_payment(tx, provider, &told.payment).await? else {
        return Ok(false);
    };
    // The attempt first, as refunds do. Its money may not have been taken in yet; then the next look finds it.
    let Some(attempt) = attempts::store::lock(tx, attempt).await? else {
        return Ok(false);
    };
    if attempt.state != AttemptState::Succeeded {
        return Ok(false);
    }
    let known = match store::lock(tx, provider, &told.dispute).await? {
        Some(known) => known,
        None => open(tx, ctx, &attempt, told).await?,
    };
    if rank(told.status) > rank(known.status) {
        store::set_status(tx, ctx, known.id, told.status).await?;
        book_end(tx, ctx, &attempt, (&known, told)).await?;
    }
    let entry = audit::Entry {
        action: "dispute.moved",
        object: known.id.to_string(),
        details: json!({ "order": attempt.order, "state": name(told.status), "minor": told.amount.minor }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(true)
}

async fn open(tx: &mut TenantTx, ctx: &Ctx, attempt: &Attempt, told: &DisputeSnapshot) -> Result<Dispute, PostError> {
    let dispute = Dispute {
        id: ctx.new_id(),
        attempt: attempt.id,
        order: attempt.order,
        amount: told.amount,
        fee: told.fee,
        status: DisputeStatus::NeedsResponse,
        due_by: told.due_by,
    };
    store::insert(tx, ctx, (&dispute, attempt), told).await?;
    let facts = facts(ctx, Kind::DisputeOpened, attempt, &dispute);
    ledger::post(tx, ctx, &templates::dispute_opened(&facts)?).await?;
    tracing::warn!(dispute = %dispute.id, order = %attempt.order, "a buyer contests a payment");
    Ok(dispute)
}

async fn book_end(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: &Attempt,
    (known, told): (&Dispute, &DisputeSnapshot),
) -> Result<(), PostError> {
    match told.status {
        DisputeStatus::NeedsResponse | DisputeStatus::UnderReview => Ok(()),
        DisputeStatus::Won => {
            // What the provider no longer charges came back.
            let facts = DisputeFacts {
                fee: known.fee.checked_sub(told.fee)?,
                ..facts(ctx, Kind::DisputeWon, attempt, known)
            };
            ledger::post(tx, ctx, &templates::dispute_won(&facts)?).await?;
            Ok(())
        }
        DisputeStatus::Lost => {
            let event = catalog::find_event(ctx, tx, attempt.event).await?;
            let is_over = event.is_none_or(|detail| detail.event.status_at(ctx.now()) == EventStatus::Ended);
            let facts = DisputeFacts {
                fee: Money::zero(known.fee.currency),
                ..facts(ctx, Kind::DisputeLost, attempt, known)
            };
            let event = (!is_over).then_some(attempt.event);
            ledger::lose_dispute(tx, ctx, &facts, (attempt.order, event)).await
        }
    }
}

fn facts(ctx: &Ctx, kind: Kind, attempt: &Attempt, dispute: &Dispute) -> DisputeFacts {
    let id: DisputeId = dispute.id;
    DisputeFacts {
        head: Head::new(kind, id.to_string(), ctx.now()).of(attempt.order, attempt.event),
        payee: Book::Tenant,
        provider: attempt.provider.clone(),
        amount: dispute.amount,
        fee: dispute.fee,
    }
}
