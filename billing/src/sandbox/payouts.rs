//! Payouts of the sandbox: a day on their way, and some come back.

use bilten_kernel::{Ctx, Id, IdKind};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

use super::{PageError, Sandbox, store};
use crate::payouts::PayoutId;
use crate::provider::{DeclineCode, OperationKey, Outcome, PayoutSnapshot, PayoutStatus, Retry, SendMoney, Why};

/// Time that money is on its way.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_hours(24);
/// A payout whose amount ends in this many minor units comes back.
const UNLUCKY: i64 = 13;

/// Kind of a payout in the sandbox's books.
pub(super) enum SandboxPayoutKind {}
impl IdKind for SandboxPayoutKind {
    const PREFIX: &'static str = "sbo";
}

/// Has the bank send a payout back that is on its way; tells whether it was.
///
/// # Errors
/// The database failed.
pub async fn return_payout(sandbox: &Sandbox, ctx: &Ctx, payout: PayoutId) -> Result<bool, PageError> {
    let mut tx = sandbox.db.begin(ctx).await?;
    let known = store::lock_payout(&mut tx, OperationKey::payout(payout).as_str()).await?;
    let Some(known) = known.filter(|known| known.state == "in_transit") else {
        return Ok(false);
    };
    store::set_payout_state(&mut tx, known.id, "failed").await?;
    tx.commit().await?;
    Ok(true)
}

/// Sends money once, and tells where it is.
pub(super) async fn send(tx: &mut TenantTx, ctx: &Ctx, call: &SendMoney) -> Result<Outcome<PayoutSnapshot>, DbError> {
    let Some(known) = store::lock_payout(tx, call.key.as_str()).await? else {
        let has = store::total(tx, call.amount.currency).await?;
        if has < call.amount.minor {
            return Ok(Outcome::Declined(DeclineCode::new("insufficient_funds"), Retry::Later));
        }
        let id: Id<SandboxPayoutKind> = ctx.new_id();
        store::insert_payout(tx, ctx, id.uuid(), (call, ctx.now() + ON_ITS_WAY)).await?;
        return Ok(Outcome::Pending(told(id.to_string(), PayoutStatus::InTransit)));
    };
    if known.amount_minor != call.amount.minor || known.currency != call.amount.currency.code() {
        return Ok(Outcome::NotSent(Why::KeyReused));
    }
    let state = match known.state.as_str() {
        "in_transit" if known.arrives_at <= ctx.now() => {
            let is_unlucky = known.amount_minor % 100 == UNLUCKY;
            let state = if is_unlucky { "failed" } else { "paid" };
            store::set_payout_state(tx, known.id, state).await?;
            state
        }
        state => state,
    };
    let name = Id::<SandboxPayoutKind>::from_uuid(known.id).to_string();
    Ok(match state {
        "paid" => Outcome::Done(told(name, PayoutStatus::Paid)),
        "failed" => Outcome::Done(told(name, PayoutStatus::Failed("account_closed".to_owned()))),
        _ => Outcome::Pending(told(name, PayoutStatus::InTransit)),
    })
}

const fn told(payout: String, status: PayoutStatus) -> PayoutSnapshot {
    PayoutSnapshot {
        payout,
        status,
        trace: None,
    }
}
