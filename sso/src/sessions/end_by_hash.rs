//! Ends sessions that somebody else knows by their hashes: an identity provider said that its own are over.

use bilten_tenancy::{DbError, TenantTx};

use super::store;
use crate::TokenHash;

/// Ends these sessions; those that are gone are passed over.
pub(crate) async fn end_by_hash(tx: &mut TenantTx, hashes: &[TokenHash]) -> Result<(), DbError> {
    for hash in hashes {
        store::delete(tx, *hash).await?;
    }
    Ok(())
}
