//! Adds a pool of places that several ticket types share.

use bilten_kernel::{Ctx, EventId, PoolId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    MAX_TICKET_TYPES, NewPool, PoolName,
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
    /// The event has a pool of that name.
    #[error("the event has a shared pool of that name")]
    NameTaken,
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
    if !events::lock(tx, event).await? {
        return Err(AddPoolError::NotFound);
    }
    let new = NewPool {
        id: ctx.new_id(),
        name,
        capacity,
    };
    insert_pools(ctx, tx, event, std::slice::from_ref(&new))
        .await
        .map_err(|(_, error)| error)?;
    Ok(new.id)
}

/// Inserts pools of an event that is locked or new; an error comes with the place of the pool at fault.
pub(super) async fn insert_pools(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    new: &[NewPool],
) -> Result<(), (usize, AddPoolError)> {
    let at = |index: usize| move |error: AddPoolError| (index, error);
    if new.is_empty() {
        return Ok(());
    }
    let present = store::list_shared_pools(tx, event).await;
    let present = present.map_err(|error| (0, error.into()))?;
    for (index, pool) in new.iter().enumerate() {
        check_capacity(pool.capacity).map_err(|error| (index, error.into()))?;
        if present.len() + index >= MAX_TICKET_TYPES {
            return Err((index, AddPoolError::TooMany));
        }
        let mut names = present
            .iter()
            .map(|p| p.name.as_str())
            .chain(new[..index].iter().map(|p| p.name.as_str()));
        if names.any(|name| name == pool.name.as_str()) {
            return Err((index, AddPoolError::NameTaken));
        }
        insert(ctx, tx, event, pool).await.map_err(at(index))?;
    }
    Ok(())
}

async fn insert(ctx: &Ctx, tx: &mut TenantTx, event: EventId, pool: &NewPool) -> Result<(), AddPoolError> {
    store::insert_pool(tx, event, (pool.id, pool.name.as_str(), pool.capacity)).await?;
    let entry = audit::Entry {
        action: "pool.added",
        object: pool.id.to_string(),
        details: json!({ "event": event, "capacity": pool.capacity }),
    };
    Ok(audit::record(tx, ctx, entry).await?)
}
