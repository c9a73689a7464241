//! Saves a whole form of ticket types: adds, changes and removes, or does nothing at all.

use bilten_kernel::{Ctx, EventId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx};

use super::{
    AddTicketTypeError, NewTicketType, RemoveTicketTypeError, TicketTypeChange, UpdateTicketTypeError, add_ticket_type,
    remove_ticket_type, update_event::lock_event, update_ticket_type,
};
use crate::inventory;

/// What shall happen to one ticket type.
#[derive(Debug, Clone)]
pub enum TicketTypeWish {
    /// It shall exist.
    Add(NewTicketType),
    /// It shall change.
    Change(TicketTypeId, TicketTypeChange),
    /// It shall go.
    Remove(TicketTypeId),
}

/// Says which wish could not be granted; then none was, once the transaction is rolled back.
#[derive(Debug, thiserror::Error)]
#[error("wish {index} cannot be granted")]
pub struct SaveTicketTypesError {
    /// Place of the wish in the list, from 0.
    pub index: usize,
    /// What is wrong with it.
    #[source]
    pub error: WishError,
}

/// Why one wish cannot be granted.
#[derive(Debug, thiserror::Error)]
pub enum WishError {
    /// The type cannot be added.
    #[error("the ticket type cannot be added")]
    Add(#[from] AddTicketTypeError),
    /// The type cannot be changed.
    #[error("the ticket type cannot be changed")]
    Change(#[from] UpdateTicketTypeError),
    /// The type cannot be removed.
    #[error("the ticket type cannot be removed")]
    Remove(#[from] RemoveTicketTypeError),
    /// The database refused.
    #[error("the ticket types could not be locked")]
    Db(#[from] DbError),
}

/// Grants the wishes in their order. The caller rolls back on an error.
///
/// The event and all its pools are taken first, in the order in which a sale takes them: the form's own order would
/// deadlock with buyers.
///
/// # Errors
/// The first wish that cannot be granted.
pub async fn save_ticket_types(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    wishes: Vec<TicketTypeWish>,
) -> Result<(), SaveTicketTypesError> {
    lock(tx, event).await.map_err(|error| SaveTicketTypesError {
        index: 0,
        error: error.into(),
    })?;
    for (index, wish) in wishes.into_iter().enumerate() {
        let granted = match wish {
            TicketTypeWish::Add(new) => add_ticket_type(ctx, tx, event, new)
                .await
                .map(drop)
                .map_err(WishError::from),
            TicketTypeWish::Change(id, change) => update_ticket_type(ctx, tx, (event, id), change)
                .await
                .map_err(WishError::from),
            TicketTypeWish::Remove(id) => remove_ticket_type(ctx, tx, event, id).await.map_err(WishError::from),
        };
        granted.map_err(|error| SaveTicketTypesError { index, error })?;
    }
    Ok(())
}

async fn lock(tx: &mut TenantTx, event: EventId) -> Result<(), DbError> {
    lock_event(tx, event).await?;
    inventory::store::lock_pools(tx, event).await.map(drop)
}
