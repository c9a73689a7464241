//! The time in which an order can be paid: a hold without a look at what it holds, if it holds anything.

use bilten_kernel::{Ctx, Currency, HoldId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::{HOLD_TTL, HoldGone, HoldState, store};

/// Where the payment of an order stands, and how long it may begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Identity, which is also the cart's.
    pub id: HoldId,
    /// Where it stands.
    pub state: HoldState,
    /// When a held one ends.
    pub expires_at: Timestamp,
    /// Whether its one extension was used.
    pub is_extended: bool,
}

impl Slot {
    /// Tells whether it is still the buyer's at the instant.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.state.is_live(self.expires_at, now)
    }
}

/// Reads it, of any hold.
///
/// # Errors
/// The database refused.
pub async fn find_slot(tx: &mut TenantTx, id: HoldId) -> Result<Option<Slot>, DbError> {
    store::find_slot(tx, id).await
}

/// Reads it, and keeps others from moving it until the transaction ends.
///
/// # Errors
/// The database refused.
pub async fn lock_slot(tx: &mut TenantTx, id: HoldId) -> Result<Option<Slot>, DbError> {
    store::lock_slot(tx, id).await
}

/// Makes one that holds no stock, for an order without an event. It lasts as long as any cart.
///
/// # Errors
/// The database refused.
pub async fn open_slot(ctx: &Ctx, tx: &mut TenantTx, currency: Currency) -> Result<HoldId, DbError> {
    let id: HoldId = ctx.new_id();
    store::insert_slot(tx, (id, currency), (ctx.now(), ctx.now() + HOLD_TTL)).await?;
    Ok(id)
}

/// `held | pinned | cancelling | released → converted` for one that holds no stock: there is nothing to run out of.
///
/// # Errors
/// It was converted before, or does not exist.
pub async fn convert_slot(tx: &mut TenantTx, id: HoldId) -> Result<(), HoldGone> {
    let from = ["held", "pinned", "cancelling", "released"];
    let moved = store::set_state(tx, id, &from, "converted").await?;
    moved.map(|_| ()).ok_or(HoldGone::Gone)
}
