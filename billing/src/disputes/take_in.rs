//! Takes in what a provider tells of a contest: its money, its state, and the tickets that it is about.

use bilten_core::{
    catalog::{self, EventStatus},
    orders::{self, Order, OrderState},
    tickets,
};
use bilten_kernel::{Ctx, Money};
use bilten_tenancy::{TenantTx, audit};
use serde_json::json;

use super::{Dispute, DisputeId, END, name, rank, store};
use crate::{
    attempts::{self, Attempt, AttemptState},
    gift_cards,
    ledger::{
        self, Book, Head, Kind, PostError, Sold,
        templates::{self, DisputeFacts},
    },
    notices::{self, Notice, What},
    provider::{AccountRef, DisputeSnapshot, DisputeStatus},
    refunds,
};

/// Why tickets rest, and why they do not any more, in the record.
const CONTESTED: &str = "contested";
const CONTEST_OVER: &str = "contest_over";

/// Takes it in, in the caller's transaction; tells whether anything was new.
pub(super) async fn take_in(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (provider, account): (&str, Option<&AccountRef>),
    told: &DisputeSnapshot,
) -> Result<bool, PostError> {
    if store::is_old(tx, provider, told).await? {
        return Ok(false);
    }
    let Some(id) = attempts::store::find_by_payment(tx, provider, &told.payment).await? else {
        return Ok(false);
    };
    let Some(attempt) = attempts::store::find(tx, id).await? else {
        return Ok(false);
    };
    if attempt.account.as_ref() != account {
        tracing::warn!(dispute = %told.dispute, "a contest names an account that is not its payment's");
        return Ok(false);
    }
    // The order first, as in a cancellation: a contest that is lost ends it.
    let order = orders::lock(tx, attempt.order).await?.ok_or(PostError::NotFound)?;
    let attempt = attempts::store::lock(tx, attempt.id)
        .await?
        .ok_or(PostError::NotFound)?;
    // Its money may not have been taken in yet; then the next look finds it.
    if attempt.state != AttemptState::Succeeded {
        return Ok(false);
    }
    let mut known = match store::lock(tx, provider, &told.dispute).await? {
        Some(known) => known,
        None => store::insert(tx, ctx, &attempt, told).await?,
    };
    if told.is_taken && !known.is_taken {
        open(tx, ctx, &attempt, (&mut known, told)).await?;
    }
    if rank(told.status) > rank(known.status) {
        store::set_status(tx, ctx, known.id, told.status).await?;
        if rank(told.status) == END {
            end(tx, ctx, (&order, &attempt), (&known, told)).await?;
        }
    }
    if let Some(notice) = notice(&known, told) {
        notices::publish(tx, ctx, &notice).await?;
    }
    let entry = audit::Entry {
        action: "dispute.moved",
        object: known.id.to_string(),
        details: json!({ "order": attempt.order, "state": name(told.status), "minor": told.amount.minor,
                         "taken": told.is_taken }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(true)
}

/// What the shop's people must hear of it.
fn notice(known: &Dispute, told: &DisputeSnapshot) -> Option<Notice> {
    let what = match told.status {
        DisputeStatus::Warning => What::Inquiry,
        DisputeStatus::NeedsResponse => What::Contest,
        DisputeStatus::Won => What::ContestWon,
        DisputeStatus::Lost => What::ContestLost,
        DisputeStatus::UnderReview | DisputeStatus::Prevented | DisputeStatus::Dropped => return None,
    };
    let is_open = matches!(what, What::Inquiry | What::Contest);
    Some(Notice {
        until: is_open.then_some(told.due_by),
        ..Notice::of_order(known.id.to_string(), what, known.order, known.amount)
    })
}

/// The provider took the money.
async fn open(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: &Attempt,
    (known, told): (&mut Dispute, &DisputeSnapshot),
) -> Result<(), PostError> {
    if told.amount.currency != attempt.amount.currency {
        // The line of the balance goes to suspense, and a person looks.
        tracing::error!(dispute = %known.id, "a contest took another currency than its payment brought");
        return Ok(());
    }
    (known.amount, known.fee, known.is_taken) = (told.amount, told.fee_taken, true);
    store::set_taken(tx, ctx, known).await?;
    let facts = facts(ctx, Kind::DisputeOpened, attempt, known);
    ledger::post(tx, ctx, &templates::dispute_opened(&facts)?).await?;
    let gone = store::sum_contested(tx, attempt.id).await? + refunds::sum_of(tx, attempt.id).await?;
    if gone >= attempt.amount.minor {
        tickets::suspend(ctx, tx, attempt.order, CONTESTED).await?;
    }
    if attempt.event.is_none() {
        gift_cards::set_rests(tx, attempt.order, Some(ctx.now())).await?;
    }
    tracing::warn!(dispute = %known.id, order = %attempt.order, "a buyer contests a payment");
    Ok(())
}

async fn end(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (order, attempt): (&Order, &Attempt),
    (known, told): (&Dispute, &DisputeSnapshot),
) -> Result<(), PostError> {
    let is_lost = match told.status {
        DisputeStatus::Lost => true,
        // The scheme gave the money back by itself.
        DisputeStatus::Prevented => known.is_taken,
        DisputeStatus::Warning
        | DisputeStatus::NeedsResponse
        | DisputeStatus::UnderReview
        | DisputeStatus::Won
        | DisputeStatus::Dropped => false,
    };
    if is_lost && known.is_taken {
        return lose(tx, ctx, (order, attempt), known).await;
    }
    if known.is_taken {
        // What the provider no longer charges came back.
        let returned = known.fee.checked_sub(told.fee)?;
        store::set_fee_returned(tx, known.id, returned).await?;
        let facts = DisputeFacts {
            fee: returned,
            ..facts(ctx, Kind::DisputeWon, attempt, known)
        };
        ledger::post(tx, ctx, &templates::dispute_won(&facts)?).await?;
    }
    if !store::has_open(tx, attempt.order).await? {
        tickets::reinstate(ctx, tx, attempt.order, CONTEST_OVER).await?;
        if attempt.event.is_none() {
            gift_cards::set_rests(tx, attempt.order, None).await?;
        }
    }
    Ok(())
}

async fn lose(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (order, attempt): (&Order, &Attempt),
    known: &Dispute,
) -> Result<(), PostError> {
    let sold = match attempt.event {
        None => Sold::GiftCard,
        Some(event) => match catalog::find_event(ctx, tx, event).await? {
            Some(detail) if detail.event.status_at(ctx.now()) != EventStatus::Ended => Sold::Tickets(event),
            Some(_) | None => Sold::Used,
        },
    };
    let facts = DisputeFacts {
        fee: Money::zero(known.fee.currency),
        ..facts(ctx, Kind::DisputeLost, attempt, known)
    };
    ledger::lose_dispute(tx, ctx, &facts, (attempt.order, sold)).await?;
    let gone = store::sum_contested(tx, attempt.id).await? + refunds::sum_of(tx, attempt.id).await?;
    if sold != Sold::Used && gone >= attempt.amount.minor && order.state == OrderState::Paid {
        // Nobody pays for the tickets any more: their places are for others.
        refunds::void_all(tx, ctx, order).await?;
    }
    Ok(())
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
