//! What is done about a contest: a note, handing the evidence in, giving it up.

use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use jiff::SignedDuration;
use serde_json::json;

use super::{EvidenceError, folder::open};
use crate::{
    checkout::{Checkout, PayError, known_provider},
    disputes::{self, Dispute, DisputeId, store},
    provider::{Concede, OperationKey, Outcome, SubmitEvidence},
    refunds,
};

/// Longest note, in characters.
pub const MOST_NOTE: usize = 4_000;
/// How long before its end an answer is handed in by itself.
const IN_TIME: SignedDuration = SignedDuration::from_hours(36);

/// Keeps what staff add to the evidence, in the caller's transaction; what is too long is cut.
///
/// # Errors
/// See [`EvidenceError`].
pub async fn annotate(ctx: &Ctx, tx: &mut TenantTx, id: DisputeId, note: &str) -> Result<(), EvidenceError> {
    let dispute = store::find(tx, id).await?.ok_or(EvidenceError::NotFound)?;
    let note: String = note.trim().chars().take(MOST_NOTE).collect();
    if !dispute.is_open_at(ctx.now()) || !store::set_note(tx, ctx, id, &note).await? {
        return Err(EvidenceError::TooLate);
    }
    record(tx, ctx, "dispute.noted", &dispute, json!({})).await?;
    Ok(())
}

/// Hands the evidence in, once: the provider takes no second answer.
///
/// # Errors
/// See [`EvidenceError`].
pub async fn submit(app: &Checkout, ctx: &Ctx, id: DisputeId) -> Result<(), EvidenceError> {
    let mut tx = app.db.begin(ctx).await?;
    let folder = open(ctx, &mut tx, id).await?.ok_or(EvidenceError::NotFound)?;
    tx.rollback().await?;
    let (dispute, pack) = (&folder.dispute, folder.pack());
    if !dispute.is_open_at(ctx.now()) {
        return Err(EvidenceError::TooLate);
    }
    let hash = pack.hash();
    let call = SubmitEvidence {
        key: OperationKey::evidence(id, &hash),
        account: dispute.account.clone(),
        dispute: dispute.reference.clone(),
        texts: pack.texts,
        history: pack.history,
    };
    let provider = known_provider(app, &dispute.provider)?;
    done(&provider.submit_evidence(ctx, &call).await)?;
    let mut tx = app.db.begin(ctx).await?;
    if store::set_evidence(&mut tx, ctx, id, &hash).await? {
        let details = json!({ "hash": data_encoding::HEXLOWER.encode(&hash), "history": call.history.is_some() });
        record(&mut tx, ctx, "dispute.answered", dispute, details).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Gives a contest up: the buyer keeps the money.
///
/// # Errors
/// See [`EvidenceError`].
pub async fn concede(app: &Checkout, ctx: &Ctx, id: DisputeId) -> Result<(), EvidenceError> {
    let mut tx = app.db.begin(ctx).await?;
    let dispute = store::find(&mut tx, id).await?.ok_or(EvidenceError::NotFound)?;
    tx.rollback().await?;
    if !dispute.is_open_at(ctx.now()) {
        return Err(EvidenceError::TooLate);
    }
    let call = Concede {
        key: OperationKey::concede(id),
        account: dispute.account.clone(),
        dispute: dispute.reference.clone(),
    };
    let provider = known_provider(app, &dispute.provider)?;
    done(&provider.concede(ctx, &call).await)?;
    let mut tx = app.db.begin(ctx).await?;
    if store::set_conceded(&mut tx, ctx, id).await? {
        record(&mut tx, ctx, "dispute.conceded", &dispute, json!({})).await?;
    }
    tx.commit().await?;
    // What follows from it is what the provider says of it now; if it does not answer, the hourly look asks again.
    disputes::look::look_at(app, ctx, &dispute).await?;
    Ok(())
}

fn done(outcome: &Outcome<()>) -> Result<(), EvidenceError> {
    match outcome {
        Outcome::Done(()) | Outcome::Pending(()) | Outcome::Action((), _) => Ok(()),
        Outcome::Declined(..) => Err(EvidenceError::Refused),
        Outcome::NotSent(_) | Outcome::Unknown => Err(EvidenceError::NoAnswer),
    }
}

async fn record(
    tx: &mut TenantTx,
    ctx: &Ctx,
    action: &'static str,
    dispute: &Dispute,
    mut details: serde_json::Value,
) -> Result<(), DbError> {
    details["order"] = json!(dispute.order);
    let entry = audit::Entry {
        action,
        object: dispute.id.to_string(),
        details,
    };
    audit::record(tx, ctx, entry).await
}

/// Hands in what nobody has handed in and what will soon be too late; at once where the money went back before it was contested.
///
/// # Errors
/// The database failed.
pub(crate) async fn submit_due(app: &Checkout, ctx: &Ctx) -> Result<usize, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let open = store::list_open(&mut tx).await?;
    let mut due = Vec::new();
    for dispute in open.iter().filter(|dispute| dispute.is_taken) {
        if dispute.is_open_at(ctx.now())
            && (is_last_day(dispute.due_by, ctx.now()) || was_given_back(&mut tx, dispute).await?)
        {
            due.push(dispute.id);
        }
    }
    tx.rollback().await?;
    let mut done = 0;
    for id in due {
        match submit(app, ctx, id).await {
            Ok(()) => done += 1,
            Err(EvidenceError::Pay(error)) => return Err(error),
            Err(error) => tracing::error!(dispute = %id, %error, "evidence could not be handed in"),
        }
    }
    Ok(done)
}

fn is_last_day(due_by: Timestamp, now: Timestamp) -> bool {
    now + IN_TIME >= due_by
}

async fn was_given_back(tx: &mut TenantTx, dispute: &Dispute) -> Result<bool, DbError> {
    Ok(refunds::sum_of(tx, dispute.attempt).await? >= dispute.amount.minor)
}
