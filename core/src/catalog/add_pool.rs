//! Adds a pool of places that several ticket types share.

use bilten_kernel::{Ctx, EventId, PoolId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    MAX_TICKET_TYPES, PoolName,
    store::{events, ticket_types as store},
    ticket_type::{TermsError, check_capacity},
};

/// Failure to add a pool.
#[derive(Debug, thiserror::Error)]
pub enum AddPoolError {
    /// No such event.
    #[error("the event does not exist")]
    NotFound,
    /// The capacity makes no sense.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// The event has as many pools as it may have.
    #[error("an event may have 50 shared pools at most")]
    TooMany,
    /// The database refused.
    #[error("could not add the pool")]
    Db(#[from] DbError),
}

/// Adds a shared pool and returns its id.
///
/// # Errors
/// See [`AddPoolError`].
pub async fn add_pool(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    name: PoolName,
    capacity: i64,
) -> Result<PoolId, AddPoolError> {
    check_capacity(capacity)?;
    if !events::lock(tx, event).await? {
        return Err(AddPoolError::NotFound);
    }
    if store::list_shared_pools(tx, event).await?.len() >= MAX_TICKET_TYPES {
        return Err(AddPoolError::TooMany);
    }
    let id: PoolId = ctx.new_id();
    store::insert_pool(tx, event, (id, name.as_str(), capacity)).await?;
    let entry = audit::Entry {
        action: "pool.added",
        object: id.to_string(),
        details: json!({ "event": event, "capacity": capacity }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(id)
}
