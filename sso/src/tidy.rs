//! Upkeep: what no longer counts is deleted.

use async_trait::async_trait;
use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx, jobs::Chore};

use crate::{links, login, saml_peers, scim, sessions, sign_in};

/// Deletes counted attempts that are forgotten, sessions that are over, and links that are too old.
#[derive(Debug, Clone, Copy, Default)]
pub struct TidyLogins;

#[async_trait]
impl Chore for TidyLogins {
    fn name(&self) -> &'static str {
        "tidy_logins"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        login::sweep(tx, ctx).await?;
        sessions::sweep(tx, ctx).await?;
        links::sweep(tx, ctx).await?;
        sign_in::sweep(tx, ctx).await?;
        scim::sweep(tx, ctx).await?;
        saml_peers::sweep(tx, ctx).await?;
        Ok(())
    }
}
