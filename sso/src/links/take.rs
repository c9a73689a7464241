//! A link comes back.

use bilten_kernel::{AccountId, Ctx};
use bilten_tenancy::{DbError, TenantTx};

use super::{LinkId, Purpose, store};

/// Whom a link belongs to.
#[derive(Debug, Clone)]
pub struct Linked {
    /// The account.
    pub account: AccountId,
    /// Its mail address.
    pub email: String,
    /// Name of the person.
    pub name: String,
}

/// Looks whom a link belongs to without using it up: programs that look at mails follow links too.
///
/// # Errors
/// The database refused.
pub async fn peek(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (link, purpose): (LinkId, Purpose),
    host: &str,
) -> Result<Option<Linked>, DbError> {
    store::find(tx, (link, purpose), host, ctx.now()).await
}

/// Uses a link up; `None` when it is no good, or was used by somebody else a moment ago.
///
/// # Errors
/// The database refused.
pub async fn take(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (link, purpose): (LinkId, Purpose),
    host: &str,
) -> Result<Option<Linked>, DbError> {
    let Some(linked) = store::find(tx, (link, purpose), host, ctx.now()).await? else {
        return Ok(None);
    };
    let is_first = store::update_used(tx, link, ctx.now()).await?;
    Ok(is_first.then_some(linked))
}
