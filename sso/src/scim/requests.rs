//! What directories asked for and what became of it, kept seven days, so that somebody who sets one up sees what failed.
//! Nothing in it is a person's data.

use bilten_kernel::{Ctx, IdKind, ScimTokenId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

use super::store;

const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A request.
#[derive(Debug, Clone)]
pub struct Asked {
    /// When.
    pub at: Timestamp,
    /// Method.
    pub method: String,
    /// Path below the face, without what was searched for.
    pub target: String,
    /// Status of the answer.
    pub status: u16,
    /// Why it was refused.
    pub fault: Option<String>,
}

enum RequestKind {}
impl IdKind for RequestKind {
    const PREFIX: &'static str = "scr";
}

/// Keeps a request.
///
/// # Errors
/// The database refused.
pub async fn note(tx: &mut TenantTx, ctx: &Ctx, token: ScimTokenId, asked: &Asked) -> Result<(), DbError> {
    let id = ctx.new_id::<RequestKind>().uuid();
    store::requests::insert(tx, (id, token), asked).await
}

/// Lists the latest 50, those that failed alone if asked for.
///
/// # Errors
/// The database refused.
pub async fn recent(tx: &mut TenantTx, is_failed: bool) -> Result<Vec<Asked>, DbError> {
    store::requests::list(tx, is_failed).await
}

pub(super) async fn sweep(tx: &mut TenantTx, ctx: &Ctx) -> Result<(), DbError> {
    let edge = ctx.now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
    store::requests::delete(tx, edge).await
}
