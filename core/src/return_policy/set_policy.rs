//! Decides what it costs to give tickets of an event back.

use bilten_kernel::{Ctx, EventId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{PolicyError, ReturnPolicy, Step, policy::check, store};
use crate::catalog;

/// What a policy shall say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewReturnPolicy {
    /// Whether buyers may do it themselves.
    pub is_self_service: bool,
    /// Days after the purchase in which everything comes back, 0 to 60.
    pub withdrawal_days: u32,
    /// From many hours before the event to few; what is kept never falls.
    pub steps: Vec<Step>,
}

/// Failure to set a policy.
#[derive(Debug, thiserror::Error)]
pub enum SetReturnPolicyError {
    /// The tenant has no such event.
    #[error("the event does not exist")]
    NotFound,
    /// The policy makes no sense.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The database refused.
    #[error("could not set the policy")]
    Db(#[from] DbError),
}

/// Sets the policy for the orders that are made from now on; nothing happens when it is what holds already.
///
/// # Errors
/// See [`SetReturnPolicyError`].
pub async fn set_return_policy(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    new: NewReturnPolicy,
) -> Result<ReturnPolicy, SetReturnPolicyError> {
    check(&new.steps, new.withdrawal_days)?;
    if catalog::find_status(tx, event).await?.is_none() {
        return Err(SetReturnPolicyError::NotFound);
    }
    if let Some(present) = store::find_now(tx, event).await?
        && present.is_self_service == new.is_self_service
        && present.withdrawal_days == new.withdrawal_days
        && present.steps == new.steps
    {
        return Ok(present);
    }
    let policy = ReturnPolicy {
        id: ctx.new_id(),
        event,
        is_self_service: new.is_self_service,
        withdrawal_days: new.withdrawal_days,
        steps: new.steps,
    };
    store::insert(tx, &policy, ctx.now()).await?;
    tx.note_page_change();
    let entry = audit::Entry {
        action: "event.return_policy_set",
        object: event.to_string(),
        details: json!({
            "policy": policy.id,
            "self_service": policy.is_self_service,
            "withdrawal_days": policy.withdrawal_days,
            "steps": policy.steps.iter().map(|s| json!([s.hours_before, s.keep_bp, s.keep_minor])).collect::<Vec<_>>(),
        }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(policy)
}
