//! Taking single tickets back, up to the limit that one person has.

use bilten_core::orders;
use bilten_kernel::{Ctx, Money};
use bilten_tenancy::{DbError, TenantTx};

use super::Movement;
use crate::refunds::{self, TakeBack, TakeBackError, TakenBack};

/// Why tickets were not taken back by one person.
#[derive(Debug, thiserror::Error)]
pub enum AloneError {
    /// With what went back before it is more than one person decides about.
    #[error("a second person is needed")]
    NeedsSecond {
        /// The limit.
        limit: Money,
    },
    /// They cannot be taken back.
    #[error("the tickets cannot be taken back")]
    TakeBack(#[from] TakeBackError),
}

impl From<DbError> for AloneError {
    fn from(error: DbError) -> Self {
        Self::TakeBack(error.into())
    }
}

/// Takes tickets back as staff do, unless all that went back of the order is above the limit then: ticket by ticket one person
/// gives back no more than at once.
///
/// # Errors
/// See [`AloneError`]; the caller rolls back.
pub async fn take_back_alone(ctx: &Ctx, tx: &mut TenantTx, wish: &TakeBack<'_>) -> Result<TakenBack, AloneError> {
    let before = orders::lock(tx, wish.order).await?.ok_or(TakeBackError::NotFound)?;
    let taken = refunds::take_back(ctx, tx, wish).await?;
    let back = taken
        .gross
        .checked_sub(taken.kept)
        .and_then(|back| back.checked_add(before.refunded));
    let back = back.map_err(TakeBackError::from)?;
    match super::find_limit(tx, Movement::Refund, back.currency).await? {
        Some(limit) if back.minor > limit.minor => Err(AloneError::NeedsSecond { limit }),
        _ => Ok(taken),
    }
}
