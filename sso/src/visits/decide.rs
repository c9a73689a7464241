//! Somebody of the tenant answers an operator who asks to be let in.

use bilten_kernel::{AccountId, Actor, Ctx, VisitId};
use bilten_tenancy::{DbError, TenantTx, permissions};
use serde_json::json;

use super::{VisitState, record, store};

/// Why it is not answered.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no such visit.
    #[error("there is no such visit")]
    NotFound,
    /// It does not wait for an answer any more.
    #[error("the visit does not wait for an answer")]
    Answered,
    /// What goes beyond looking around is granted by owners.
    #[error("only an owner grants that")]
    OwnerOnly,
    /// Only people of the tenant's staff answer.
    #[error("only staff answer")]
    NotStaff,
    /// The database refused.
    #[error("could not answer")]
    Db(#[from] DbError),
}

/// Lets the operator in, from now on.
///
/// # Errors
/// See [`DecideError`].
pub async fn approve(tx: &mut TenantTx, ctx: &Ctx, id: VisitId) -> Result<(), DecideError> {
    decide(tx, ctx, id, true).await
}

/// Keeps the operator out.
///
/// # Errors
/// See [`DecideError`].
pub async fn refuse(tx: &mut TenantTx, ctx: &Ctx, id: VisitId) -> Result<(), DecideError> {
    decide(tx, ctx, id, false).await
}

async fn decide(tx: &mut TenantTx, ctx: &Ctx, id: VisitId, lets_in: bool) -> Result<(), DecideError> {
    let account = staff(ctx)?;
    let visit = store::find(tx, id).await?.ok_or(DecideError::NotFound)?;
    if visit.state_at(ctx.now()) != VisitState::Asked {
        return Err(DecideError::Answered);
    }
    if lets_in && !visit.powers.is_empty() && !permissions::list_owners(tx).await?.contains(&account) {
        return Err(DecideError::OwnerOnly);
    }
    if !store::answer(tx, id, (account, lets_in), ctx.now()).await? {
        return Err(DecideError::Answered);
    }
    let action = if lets_in { "visit.approved" } else { "visit.refused" };
    let details = json!({ "operator": visit.operator_name, "powers": visit.powers.names() });
    record(tx, ctx, action, id, details).await?;
    Ok(())
}

fn staff(ctx: &Ctx) -> Result<AccountId, DecideError> {
    match ctx.actor {
        Actor::Staff(account) => Ok(account),
        Actor::ApiKey(..)
        | Actor::Directory(_)
        | Actor::Buyer
        | Actor::System
        | Actor::Operator(_)
        | Actor::Visiting(_) => Err(DecideError::NotStaff),
    }
}
