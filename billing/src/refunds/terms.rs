//! Whether the platform gives its part back with a refund: agreed with each tenant, and kept unless it was.

use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::store::terms as store;

/// Tells whether the platform gives its part back with a refund.
///
/// # Errors
/// The database failed.
pub async fn returns_platform_fee(tx: &mut TenantTx) -> Result<bool, DbError> {
    store::find(tx).await
}

/// Sets whether it does, for refunds from now on.
///
/// # Errors
/// The database failed.
pub async fn set_returns_platform_fee(ctx: &Ctx, tx: &mut TenantTx, returns: bool) -> Result<(), DbError> {
    store::save(tx, ctx, returns).await?;
    let entry = audit::Entry {
        action: "money.terms_changed",
        object: "platform_fee_on_refund".to_owned(),
        details: json!({ "returned": returns }),
    };
    audit::record(tx, ctx, entry).await
}
