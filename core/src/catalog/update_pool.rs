//! Changes the capacity of a shared pool.

use bilten_kernel::{Ctx, EventId, PoolId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    store::ticket_types::{self as store, CapacitySet},
    ticket_type::{TermsError, check_capacity},
};
use crate::{
    seating::{self, TooManyPlaces},
    waitlist,
};

/// Failure to change a pool.
#[derive(Debug, thiserror::Error)]
pub enum UpdatePoolError {
    /// The event has no such pool.
    #[error("the pool does not exist")]
    NotFound,
    /// The capacity makes no sense.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// More places are in carts and sold than the new capacity has.
    #[error("{committed} places are sold or in carts; the capacity cannot be lower")]
    CapacityBelowSold {
        /// Places sold and in carts.
        committed: i64,
    },
    /// Types with seats would have more places than seats.
    #[error("the ticket type would have {} places and has {} seats", .0.places, .0.seats)]
    AboveSeats(TooManyPlaces),
    /// The database refused.
    #[error("could not change the pool")]
    Db(#[from] DbError),
}

/// Sets the capacity of a pool.
///
/// # Errors
/// See [`UpdatePoolError`].
pub async fn update_pool(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    pool: PoolId,
    capacity: i64,
) -> Result<(), UpdatePoolError> {
    check_capacity(capacity)?;
    match store::set_capacity(tx, event, pool, capacity).await? {
        CapacitySet::Done => {}
        CapacitySet::NoPool => return Err(UpdatePoolError::NotFound),
        CapacitySet::Below { committed } => return Err(UpdatePoolError::CapacityBelowSold { committed }),
    }
    if let Some(excess) = seating::find_excess_of(tx, event).await? {
        return Err(UpdatePoolError::AboveSeats(excess));
    }
    let entry = audit::Entry {
        action: "pool.updated",
        object: pool.to_string(),
        details: json!({ "event": event, "capacity": capacity }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(waitlist::note_freed(tx, ctx, event).await?)
}
