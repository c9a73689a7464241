//! How a tenant's buyers pay.

use bilten_kernel::Ctx;
use bilten_tenancy::DbError;

use super::{PayeeState, Payees, store};
use crate::{provider::AccountRef, sandbox::Sandbox, stripe};

/// The provider that takes a tenant's money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Stripe, on this account of the tenant.
    Stripe(AccountRef),
    /// The built-in provider, which moves no money.
    Sandbox,
    /// Nobody, for now; what costs nothing can still be had.
    Closed,
}

impl Way {
    /// Name of the provider; none when nothing is taken.
    pub const fn provider(&self) -> Option<&'static str> {
        match self {
            Self::Stripe(_) => Some(stripe::NAME),
            Self::Sandbox => Some(Sandbox::NAME),
            Self::Closed => None,
        }
    }
}

impl Payees {
    /// Finds how the tenant's buyers pay. A tenant whose account at Stripe once sold never falls back to the sandbox, also
    /// when that account is closed or has left: it would give tickets away. Where Stripe is not set up nothing is read.
    ///
    /// # Errors
    /// The database failed.
    pub async fn way(&self, ctx: &Ctx, is_sandbox_open: bool) -> Result<Way, DbError> {
        let otherwise = if is_sandbox_open { Way::Sandbox } else { Way::Closed };
        if !self.accounts.contains_key(stripe::NAME) {
            return Ok(otherwise);
        }
        let mut tx = self.db.begin(ctx).await?;
        let payee = store::find_current(&mut tx, stripe::NAME).await?;
        let has_sold = payee.is_none() && store::has_sold(&mut tx, stripe::NAME).await?;
        tx.rollback().await?;
        Ok(match payee.map(|payee| (payee.state, payee.account)) {
            Some((PayeeState::Active, Some(account))) => Way::Stripe(account),
            Some((PayeeState::Restricted | PayeeState::Active, _)) => Way::Closed,
            _ if has_sold => Way::Closed,
            Some((PayeeState::Creating | PayeeState::Onboarding | PayeeState::Closed, _)) | None => otherwise,
        })
    }
}
