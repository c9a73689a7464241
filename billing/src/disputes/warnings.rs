//! Early warnings of fraud: a card scheme says that a payment will be contested. Given back in time it is not, and costs no fee.

use bilten_core::{orders, reports};
use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use jiff::SignedDuration;
use serde_json::json;

use super::store;
use crate::{
    attempts::{self, Attempt, AttemptState},
    checkout::{Checkout, PayError},
    notices::{self, Notice, What},
    payees::{self, RestWhy},
    provider::{AccountRef, WarningSnapshot},
    refunds::{self, CancelOrderError},
};

/// Time for which warnings count against a payee.
const A_WEEK: SignedDuration = SignedDuration::from_hours(24 * 7);

/// So many warnings within it let the payee's money rest until an operator has looked.
const MANY: u32 = 3;

/// What was done about a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The money went back, and the tickets are void.
    Refunded,
    /// Somebody came in with a ticket: the money is earned, and the scans are the evidence.
    Kept,
    /// The payment was contested or given back before.
    Late,
}

impl Decision {
    pub(super) const ALL: [Self; 3] = [Self::Refunded, Self::Kept, Self::Late];

    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refunded => "refunded",
            Self::Kept => "kept",
            Self::Late => "late",
        }
    }
}

/// Takes a warning in and answers it, once; tells whether it was new.
pub(super) async fn take_in(
    app: &Checkout,
    ctx: &Ctx,
    (provider, account): (&str, Option<&AccountRef>),
    told: &WarningSnapshot,
) -> Result<bool, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    if store::find_warning(&mut tx, provider, &told.warning).await?.is_some() {
        return Ok(false);
    }
    let Some(id) = attempts::store::find_by_payment(&mut tx, provider, &told.payment).await? else {
        return Ok(false);
    };
    let found = attempts::store::find(&mut tx, id).await?;
    let is_ours = |attempt: &Attempt| attempt.account.as_ref() == account && attempt.state == AttemptState::Succeeded;
    let Some(attempt) = found.filter(is_ours) else {
        return Ok(false);
    };
    let decision = decide(&mut tx, ctx, &attempt, told).await?;
    if !store::insert_warning(&mut tx, ctx, &attempt, (told, decision)).await? {
        return Ok(false);
    }
    let entry = audit::Entry {
        action: "fraud_warning.answered",
        object: attempt.order.to_string(),
        details: json!({ "warning": told.warning, "decision": decision.name() }),
    };
    audit::record(&mut tx, ctx, entry).await?;
    if decision == Decision::Refunded {
        let notice = Notice::of_order(told.warning.clone(), What::FraudRefunded, attempt.order, attempt.amount);
        notices::publish(&mut tx, ctx, &notice).await?;
    }
    if let Some(account) = account
        && store::count_warnings(&mut tx, ctx.now() - A_WEEK).await? >= MANY
    {
        payees::begin_rest(&mut tx, ctx, (provider, account), (RestWhy::Warnings, "")).await?;
    }
    tx.commit().await?;
    tracing::warn!(order = %attempt.order, decision = decision.name(), "a card scheme warns of fraud");
    Ok(true)
}

async fn decide(tx: &mut TenantTx, ctx: &Ctx, attempt: &Attempt, told: &WarningSnapshot) -> Result<Decision, DbError> {
    let order = orders::lock(tx, attempt.order).await?;
    let contested = store::sum_contested(tx, attempt.id).await?;
    if !told.is_actionable || contested > 0 || order.is_none() {
        return Ok(Decision::Late);
    }
    let report = reports::find_order(tx, attempt.order).await?;
    if report.is_some_and(|report| report.tickets.iter().any(|ticket| ticket.admitted_at.is_some())) {
        return Ok(Decision::Kept);
    }
    match refunds::cancel_order(ctx, tx, attempt.order).await {
        Ok(_) => Ok(Decision::Refunded),
        Err(CancelOrderError::NotFound | CancelOrderError::WrongState) => Ok(Decision::Late),
        Err(CancelOrderError::Total(error)) => Err(sqlx::Error::Decode(Box::new(error)).into()),
        Err(CancelOrderError::Db(error)) => Err(error),
    }
}

/// What was done about the warnings of an order, with when the scheme warned.
///
/// # Errors
/// The database refused.
pub async fn list_for_order(
    tx: &mut TenantTx,
    order: bilten_kernel::OrderId,
) -> Result<Vec<(Timestamp, Decision)>, DbError> {
    store::list_warnings(tx, order).await
}
