//! The sandbox's statement: told from its books, one line for each movement, as a provider outside would.

use bilten_kernel::{Ctx, Currency, Id, Money, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;
use uuid::Uuid;

use super::{
    SandboxPaymentId,
    disputes::SandboxDisputeKind,
    payouts::SandboxPayoutKind,
    store::{self, LineRow, SandboxRefundKind},
};
use crate::provider::{AskLines, BalanceLine, Holding, LineKind, LinesPage, PaymentRef};

/// Lines that one page holds.
const LISTED: i64 = 1_000;
/// How long after its creation a thing may still move: a bank decides within half a year.
const MOVES_FOR: SignedDuration = SignedDuration::from_hours(24 * 200);
/// How long a payment may take.
const PAID_WITHIN: SignedDuration = SignedDuration::from_hours(24 * 3);

/// Lists what moved since; of what is older than a payment may take, only what can still move.
pub(super) async fn list(tx: &mut TenantTx, ask: &AskLines<'_>) -> Result<LinesPage, DbError> {
    let after = ask.after.and_then(read_cursor).unwrap_or((Uuid::nil(), 0));
    let bound = |back: SignedDuration| ask.since.map_or(Uuid::nil(), |since| first_id(since - back));
    let rows = store::list_lines(tx, (bound(PAID_WITHIN), bound(MOVES_FOR)), after, LISTED).await?;
    let is_full = i64::try_from(rows.len()).unwrap_or(0) >= LISTED;
    let next = rows
        .last()
        .filter(|_| is_full)
        .map(|last| format!("{} {}", last.id, last.part));
    let lines = rows.into_iter().map(read).collect::<Result<_, _>>()?;
    Ok(LinesPage { lines, next })
}

/// What lies in the sandbox; all of it may be sent.
pub(super) async fn holdings(tx: &mut TenantTx, _ctx: &Ctx) -> Result<Vec<Holding>, DbError> {
    let mut told = Vec::new();
    for code in store::list_currencies(tx).await? {
        let currency: Currency = code.parse().map_err(|_| sqlx::Error::Decode("currency".into()))?;
        let whole = Money::new(store::total(tx, currency).await?, currency);
        told.push(Holding {
            whole,
            available: whole,
        });
    }
    Ok(told)
}

/// The smallest id that can have been made at an instant: ids begin with their time.
fn first_id(at: Timestamp) -> Uuid {
    let millis = u128::try_from(at.as_millisecond()).unwrap_or(0);
    Uuid::from_u128(millis << 80)
}

fn read_cursor(text: &str) -> Option<(Uuid, i32)> {
    let (id, part) = text.split_once(' ')?;
    Some((id.parse().ok()?, part.parse().ok()?))
}

fn read(row: LineRow) -> Result<BalanceLine, DbError> {
    let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
    let currency: Currency = row.currency.parse().map_err(|_| odd("currency"))?;
    let payout = Id::<SandboxPayoutKind>::from_uuid(row.id).to_string();
    let dispute = Id::<SandboxDisputeKind>::from_uuid(row.id).to_string();
    let refund = Id::<SandboxRefundKind>::from_uuid(row.id).to_string();
    let (kind, source) = match row.part {
        0 => (LineKind::Charge, SandboxPaymentId::from_uuid(row.id).to_string()),
        1 => (LineKind::Refund, refund),
        2 => (LineKind::Dispute, dispute),
        3 => (LineKind::DisputeReversal, dispute),
        4 => (LineKind::Payout, payout),
        _ => (LineKind::PayoutFailure, payout),
    };
    let payment = row.payment_id.map(|id| SandboxPaymentId::from_uuid(id).to_string());
    let line = match kind {
        LineKind::DisputeReversal | LineKind::PayoutFailure => format!("{source}/back"),
        _ => source.clone(),
    };
    Ok(BalanceLine {
        line,
        kind,
        source: Some(source),
        payment: payment.and_then(|text| PaymentRef::parse(&text).ok()),
        our_key: row.our_key,
        amount: Money::new(row.amount_minor, currency),
        fee: Money::new(row.fee_minor, currency),
        platform_fee: Money::zero(currency),
        at: row.at.to_jiff(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_ids_are_ordered_by_their_time() {
        let id = Uuid::from_u128(7);
        assert_eq!(read_cursor(&format!("{id} 3")), Some((id, 3)));
        assert_eq!(read_cursor("elsewhere"), None);
        let at = |second| first_id(Timestamp::from_second(second).unwrap());
        assert!(at(1_000) < at(1_001));
        assert_eq!(first_id(Timestamp::from_second(-5).unwrap()), Uuid::nil());
    }
}
