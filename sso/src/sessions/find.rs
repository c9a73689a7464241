//! Finds the session of a request.

use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx};

use super::{Session, session, store};
use crate::SessionToken;

/// Finds the living session of a token in this tenant and notes its use.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, ctx: &Ctx, token: &SessionToken) -> Result<Option<Session>, DbError> {
    let hash = token.hash();
    let Some((found, last_seen_at)) = store::find(tx, hash, ctx.now()).await? else {
        return Ok(None);
    };
    if last_seen_at < session::note_limit(ctx.now()) {
        store::update_seen(tx, hash, ctx.now()).await?;
    }
    Ok(Some(found))
}
