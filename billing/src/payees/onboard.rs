//! Leads the owner to where he tells the provider what it wants to know.

use bilten_kernel::{Ctx, Secret};

use super::{OnboardingReturn, PayeeAccount, PayeeError, PayeeId, PayeeState, Payees, answered, store};
use crate::provider::AccountRef;

/// Makes a link to the provider's pages; it is good for one visit, so each click makes its own.
///
/// # Errors
/// See [`PayeeError`].
pub async fn onboarding_link(
    app: &Payees,
    ctx: &Ctx,
    id: PayeeId,
    back: &OnboardingReturn,
) -> Result<Secret<String>, PayeeError> {
    let (payee, account) = find(app, ctx, id).await?;
    answered(app.at(&payee.provider)?.onboarding_link(ctx, &account, back).await)
}

/// Makes what the provider's script needs to show its pages inside another.
///
/// # Errors
/// See [`PayeeError`].
pub async fn onboarding_session(app: &Payees, ctx: &Ctx, id: PayeeId) -> Result<Secret<String>, PayeeError> {
    let (payee, account) = find(app, ctx, id).await?;
    let provider = app.at(&payee.provider)?;
    answered(provider.onboarding_session(ctx, &account, payee.profile).await)
}

async fn find(app: &Payees, ctx: &Ctx, id: PayeeId) -> Result<(PayeeAccount, AccountRef), PayeeError> {
    let mut tx = app.db.begin(ctx).await?;
    let payee = store::find(&mut tx, id).await?.ok_or(PayeeError::NotFound)?;
    tx.rollback().await?;
    match (payee.state, payee.account.clone()) {
        (PayeeState::Closed, _) | (_, None) => Err(PayeeError::WrongState),
        (
            PayeeState::Creating | PayeeState::Onboarding | PayeeState::Active | PayeeState::Restricted,
            Some(account),
        ) => Ok((payee, account)),
    }
}
