//! Hands cash back to a buyer.

use bilten_kernel::{Ctx, Money, MoneyError, OrderId};
use bilten_tenancy::{DbError, TenantTx, audit, jobs};
use serde_json::json;

use super::store;
use crate::{
    provider::OperationKey,
    refunds::{self, Refund},
};

/// Why nothing was noted.
#[derive(Debug, thiserror::Error)]
pub enum HandOutError {
    /// Nothing of the order is due in cash; it may have been handed out by somebody else.
    #[error("nothing of the order is due in cash")]
    NotDue,
    /// The sum cannot be told.
    #[error("the sum that is due cannot be told")]
    Money(#[from] MoneyError),
    /// The database failed.
    #[error("it could not be noted that cash was handed out")]
    Db(#[from] DbError),
}

/// Tells what of an order is to be handed back in cash; `None` when nothing is.
///
/// # Errors
/// The database failed, or amounts do not add up.
pub async fn due(tx: &mut TenantTx, order: OrderId) -> Result<Option<Money>, HandOutError> {
    let mut sum = None;
    for refund in list_due(tx, order).await? {
        sum = Some(match sum {
            None => refund.amount,
            Some(sum) => refund.amount.checked_add(sum)?,
        });
    }
    Ok(sum)
}

/// Notes that what is due of an order was handed out, once, and tells how much; a job ends the refunds after the commit. Of two
/// clerks at once the second hears that nothing is due any more.
///
/// # Errors
/// See [`HandOutError`].
pub async fn hand_out(ctx: &Ctx, tx: &mut TenantTx, order: OrderId) -> Result<Money, HandOutError> {
    let mut sum: Option<Money> = None;
    for refund in list_due(tx, order).await? {
        if !store::hand_out(tx, ctx, &OperationKey::refund(refund.id)).await? {
            continue;
        }
        sum = Some(match sum {
            None => refund.amount,
            Some(sum) => sum.checked_add(refund.amount)?,
        });
        let job = jobs::NewJob {
            kind: refunds::SUBMIT_JOB,
            payload: json!({ "refund": refund.id }),
            run_at: ctx.now(),
            // The job that waits for it has the refund's own key, and comes late.
            unique_key: Some(&format!("{} handed out", refund.id)),
            is_urgent: true,
        };
        jobs::enqueue(tx, ctx, job).await?;
    }
    let sum = sum.ok_or(HandOutError::NotDue)?;
    let entry = audit::Entry {
        action: "cash.handed_out",
        object: order.to_string(),
        details: json!({ "minor": sum.minor, "currency": sum.currency.code() }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(sum)
}

async fn list_due(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Refund>, DbError> {
    let mut refunds = refunds::list_for_order(tx, order).await?;
    let keys: Vec<String> = refunds.iter().map(key).collect();
    let due = store::list_due(tx, &keys).await?;
    refunds.retain(|refund| due.contains(&key(refund)));
    Ok(refunds)
}

fn key(refund: &Refund) -> String {
    OperationKey::refund(refund.id).as_str().to_owned()
}
