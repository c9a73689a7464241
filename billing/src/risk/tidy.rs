//! Throws away counts that no rule looks at any more.

use async_trait::async_trait;
use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx, jobs::Chore};

use super::{rule::LONGEST_WINDOW, store};

/// The chore. What it has not thrown away yet counts for nothing.
pub struct TidyRisk;

#[async_trait]
impl Chore for TidyRisk {
    fn name(&self) -> &'static str {
        "risk.tidy"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        store::tidy(tx, ctx.now() - LONGEST_WINDOW * 2).await
    }
}
