//! Finds what a line is about, and books what it tells beyond that. The plain ones are matched by the hundred; here are the rest.

use bilten_kernel::{AttemptId, Ctx, Money, RefundId};
use bilten_tenancy::TenantTx;
use jiff::SignedDuration;
use uuid::Uuid;

use super::{Known, Place, Riddle, Subject, store, suspense};
use crate::{
    attempts::{self, Attempt, AttemptState},
    commission, disputes,
    ledger::{
        self, Book, Head, Kind, PostError,
        templates::{self},
    },
    payouts,
    provider::{BalanceLine, DisputeStatus, LineKind},
    refunds::{self, RefundState},
};

/// How long a line may wait for what it is about: an answer that was lost is found out by then.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// Minor units by which a provider may round its platform's part of a refund otherwise than we do.
const ROUNDING: i64 = 1;

/// What is to be done about a line.
enum Verdict {
    /// It is about this; `off` is what it moved beyond what we booked.
    About(Subject, Option<Uuid>, Money),
    /// It is about something that is not over yet.
    Wait,
    /// The same, and the provider is asked about it.
    Asked,
    /// It is the payee's own business, or nobody's.
    Unknown(Riddle),
    /// Somebody gave this payment's money back at the provider.
    RefundOutside(AttemptId),
}

/// Explains one line, in the caller's transaction; tells whether anything changed.
pub(super) async fn explain(tx: &mut TenantTx, ctx: &Ctx, place: &Place, known: &Known) -> Result<bool, PostError> {
    let line = &known.line;
    let is_late = ctx.now() >= known.imported_at + PATIENCE;
    match find(tx, ctx, place, line).await? {
        Verdict::About(Subject::Fee, id, _) => {
            suspense::lift(tx, ctx, place, known).await?;
            let fee = Money::zero(line.amount.currency).checked_sub(line.net()?)?;
            book_fee(tx, ctx, place, line, (fee, None)).await?;
            store::set_matched(tx, ctx, place, &line.line, (Subject::Fee, id)).await?;
        }
        Verdict::About(_, Some(id), _) if store::is_taken(tx, place, line, id).await? => {
            return suspense::keep(tx, ctx, place, known, (Riddle::Twice, line.net()?)).await;
        }
        Verdict::About(subject, id, off) if off.is_zero() => {
            suspense::lift(tx, ctx, place, known).await?;
            if subject == Subject::Payment {
                let attempt = attempt_of(tx, place, line).await?;
                book_fee(tx, ctx, place, line, (line.fee, attempt.as_ref())).await?;
            }
            store::set_matched(tx, ctx, place, &line.line, (subject, id)).await?;
        }
        Verdict::About(subject, _, off) => {
            // A fee is booked with the line that explains it; until then it is a part of the riddle.
            let off = if subject == Subject::Payment {
                off.checked_sub(line.fee)?
            } else {
                off
            };
            return suspense::keep(tx, ctx, place, known, (Riddle::Amount, off)).await;
        }
        Verdict::RefundOutside(attempt) => {
            suspense::lift(tx, ctx, place, known).await?;
            let back = Money::zero(line.amount.currency).checked_sub(line.amount)?;
            let reference = line.source.as_deref().unwrap_or(&line.line);
            let fee = Money::zero(line.amount.currency).checked_sub(line.platform_fee)?;
            let refund = refunds::import(tx, ctx, attempt, (reference, back, fee)).await?;
            store::set_matched(tx, ctx, place, &line.line, (Subject::Refund, Some(refund.uuid()))).await?;
        }
        Verdict::Unknown(_) if !place.is_ours && !known.is_in_suspense => {
            store::set_foreign(tx, ctx, place, &line.line).await?;
        }
        Verdict::Asked => {}
        Verdict::Unknown(riddle) if is_late => {
            return suspense::keep(tx, ctx, place, known, (riddle, line.net()?)).await;
        }
        Verdict::Wait | Verdict::Unknown(_) => return Ok(false),
    }
    Ok(true)
}

async fn find(tx: &mut TenantTx, ctx: &Ctx, place: &Place, line: &BalanceLine) -> Result<Verdict, PostError> {
    match line.kind {
        LineKind::Charge => payment(tx, place, line).await,
        LineKind::Refund => refund(tx, ctx, place, line).await,
        LineKind::RefundFailure => refund_back(tx, ctx, place, line).await,
        LineKind::Dispute | LineKind::DisputeReversal => dispute(tx, place, line).await,
        LineKind::Payout | LineKind::PayoutFailure => payout(tx, ctx, place, line).await,
        LineKind::Transfer | LineKind::TransferReversal => transfer(tx, place, line).await,
        LineKind::Fee => Ok(Verdict::About(Subject::Fee, None, Money::zero(line.amount.currency))),
        LineKind::Other => Ok(Verdict::Unknown(Riddle::Kind)),
    }
}

async fn attempt_of(tx: &mut TenantTx, place: &Place, line: &BalanceLine) -> Result<Option<Attempt>, PostError> {
    let Some(payment) = &line.payment else { return Ok(None) };
    let Some(id) = attempts::store::find_by_payment(tx, &place.provider, payment).await? else {
        return Ok(None);
    };
    let found = attempts::store::find(tx, id).await?;
    Ok(found.filter(|attempt| attempt.account == place.account))
}

async fn payment(tx: &mut TenantTx, place: &Place, line: &BalanceLine) -> Result<Verdict, PostError> {
    let Some(attempt) = attempt_of(tx, place, line).await? else {
        return Ok(Verdict::Unknown(Riddle::NoOrder));
    };
    if attempt.state != AttemptState::Succeeded {
        return Ok(Verdict::Unknown(Riddle::Unsettled));
    }
    if attempt.amount.currency != line.amount.currency {
        return Ok(Verdict::Unknown(Riddle::Amount));
    }
    let nothing = Money::zero(line.amount.currency);
    let ours = attempt.amount.checked_sub(attempt.fee.unwrap_or(nothing))?;
    let off = line.amount.checked_sub(line.platform_fee)?.checked_sub(ours)?;
    Ok(Verdict::About(Subject::Payment, Some(attempt.id.uuid()), off))
}

async fn refund(tx: &mut TenantTx, ctx: &Ctx, place: &Place, line: &BalanceLine) -> Result<Verdict, PostError> {
    let Some(attempt) = attempt_of(tx, place, line).await? else {
        return Ok(Verdict::Unknown(Riddle::NoRefund));
    };
    let own = line.our_key.as_deref().and_then(own_refund);
    let found = refunds::find_at_provider(tx, attempt.id, (line.source.as_deref(), own)).await?;
    let Some(refund) = found else {
        return Ok(match attempt.state {
            AttemptState::Succeeded => Verdict::RefundOutside(attempt.id),
            _ => Verdict::Unknown(Riddle::Unsettled),
        });
    };
    if refund.state != RefundState::Succeeded {
        return Ok(Verdict::Wait);
    }
    let ours = Money::zero(line.amount.currency).checked_sub(refund.amount)?;
    let moved = line.amount.checked_sub(line.fee)?.checked_sub(line.platform_fee)?;
    let off = moved.checked_sub(ours.checked_add(refund.fee_returned)?)?;
    let is_rounding = !off.is_zero() && off.minor.abs() <= ROUNDING && !refund.fee_returned.is_zero();
    if is_rounding {
        let head = Head::new(Kind::ProviderFee, suspense::key(place, &line.line), line.at);
        let head = head.of(attempt.order, attempt.event);
        let txn = templates::fee_difference(head, Book::Tenant, &place.provider, off)?;
        ledger::post(tx, ctx, &txn).await?;
        return Ok(Verdict::About(
            Subject::Refund,
            Some(refund.id.uuid()),
            Money::zero(off.currency),
        ));
    }
    Ok(Verdict::About(Subject::Refund, Some(refund.id.uuid()), off))
}

/// Our name of a refund in the key under which it was sent.
fn own_refund(key: &str) -> Option<RefundId> {
    key.strip_suffix("/refund")?.parse().ok()
}

async fn refund_back(tx: &mut TenantTx, ctx: &Ctx, place: &Place, line: &BalanceLine) -> Result<Verdict, PostError> {
    let Some(attempt) = attempt_of(tx, place, line).await? else {
        return Ok(Verdict::Unknown(Riddle::NoRefund));
    };
    let own = line.our_key.as_deref().and_then(own_refund);
    let found = refunds::find_at_provider(tx, attempt.id, (line.source.as_deref(), own)).await?;
    let Some(refund) = found else {
        return Ok(Verdict::Unknown(Riddle::NoRefund));
    };
    match refund.state {
        RefundState::Succeeded => refunds::take_in_return(tx, ctx, &refund).await?,
        RefundState::Failed => {}
        RefundState::Requested | RefundState::Submitting | RefundState::Pending => return Ok(Verdict::Wait),
    }
    let off = line.net()?.checked_sub(refund.amount)?;
    Ok(Verdict::About(Subject::RefundBack, Some(refund.id.uuid()), off))
}

async fn dispute(tx: &mut TenantTx, place: &Place, line: &BalanceLine) -> Result<Verdict, PostError> {
    let Some(reference) = &line.source else {
        return Ok(Verdict::Unknown(Riddle::NoDispute));
    };
    let Some(dispute) = disputes::find_by_reference(tx, &place.provider, reference).await? else {
        return Ok(Verdict::Unknown(Riddle::NoDispute));
    };
    if !dispute.is_taken {
        return Ok(Verdict::Wait);
    }
    let taken = dispute.amount.checked_add(dispute.fee)?;
    if line.kind == LineKind::Dispute {
        let off = line.net()?.checked_add(taken)?;
        return Ok(Verdict::About(Subject::Dispute, Some(dispute.id.uuid()), off));
    }
    if dispute.status != DisputeStatus::Won {
        return Ok(Verdict::Wait);
    }
    let back = dispute.amount.checked_add(dispute.fee_returned)?;
    let off = line.net()?.checked_sub(back)?;
    Ok(Verdict::About(Subject::DisputeWon, Some(dispute.id.uuid()), off))
}

async fn payout(tx: &mut TenantTx, ctx: &Ctx, place: &Place, line: &BalanceLine) -> Result<Verdict, PostError> {
    let own = line
        .our_key
        .as_deref()
        .and_then(|key| key.strip_suffix("/payout")?.parse().ok());
    let found = payouts::find_at_provider(tx, &place.provider, (line.source.as_deref(), own)).await?;
    let Some(payout) = found else {
        return Ok(Verdict::Unknown(Riddle::NoPayout));
    };
    if line.kind == LineKind::Payout {
        let off = line.net()?.checked_add(payout.amount)?;
        return Ok(Verdict::About(Subject::Payout, Some(payout.id.uuid()), off));
    }
    if payout.state != payouts::PayoutState::Failed {
        // It had arrived, and the bank sent it back: the provider is asked, and the next look finds it failed.
        payouts::request_send(tx, ctx, payout.id).await?;
        return Ok(Verdict::Asked);
    }
    let off = line.net()?.checked_sub(payout.amount)?;
    Ok(Verdict::About(Subject::PayoutBack, Some(payout.id.uuid()), off))
}

async fn transfer(tx: &mut TenantTx, place: &Place, line: &BalanceLine) -> Result<Verdict, PostError> {
    let Some(reference) = &line.source else {
        return Ok(Verdict::Unknown(Riddle::NoTransfer));
    };
    let found = commission::find_at_provider(tx, &place.provider, reference).await?;
    let Some(settlement) = found.filter(|settlement| settlement.account == place.account) else {
        return Ok(Verdict::Unknown(Riddle::NoTransfer));
    };
    let id = Some(settlement.id.uuid());
    if line.kind == LineKind::Transfer {
        let off = line.net()?.checked_sub(settlement.amount)?;
        return Ok(Verdict::About(Subject::Transfer, id, off));
    }
    let off = line.net()?.checked_add(settlement.amount)?;
    Ok(Verdict::About(Subject::TransferBack, id, off))
}

/// Books what the provider took for itself: once, by the name of the line.
pub(super) async fn book_fee(
    tx: &mut TenantTx,
    ctx: &Ctx,
    place: &Place,
    line: &BalanceLine,
    (fee, of): (Money, Option<&Attempt>),
) -> Result<(), PostError> {
    if fee.is_zero() {
        return Ok(());
    }
    let head = Head::new(Kind::ProviderFee, suspense::key(place, &line.line), line.at);
    let head = match of {
        Some(attempt) => head.of(attempt.order, attempt.event),
        None => head,
    };
    let txn = templates::payee_fee(head, Book::Tenant, &place.provider, fee)?;
    ledger::post(tx, ctx, &txn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refund_is_known_by_the_key_it_was_sent_under() {
        let id: RefundId = Uuid::from_u128(9).into();
        let key = crate::provider::OperationKey::refund(id);
        assert_eq!(own_refund(key.as_str()), Some(id));
        assert_eq!(own_refund("made in the dashboard"), None);
    }
}
