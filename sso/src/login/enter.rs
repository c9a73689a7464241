//! Lets a member of staff in who comes with a link that was mailed to him.

use bilten_kernel::{Actor, Ctx};
use bilten_tenancy::{Db, DbError};

use super::{
    Admitted, Browser,
    admit::{Way, admit},
};
use crate::{
    enforcement::{self, Verdict},
    links::{self, LinkId, Purpose},
};

/// A link to log in, and who brings it.
#[derive(Debug)]
pub struct Entry {
    /// The link.
    pub link: LinkId,
    /// Host that was asked.
    pub host: String,
    /// The browser.
    pub browser: Browser,
}

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// The link was used, is too old, or was never made.
    #[error("the link is no good")]
    Gone,
    /// The tenant wants everybody to log in at its identity provider.
    #[error("this account logs in at the identity provider")]
    SsoRequired,
    /// The database refused.
    #[error("could not log in")]
    Db(#[from] DbError),
}

/// Uses the link up and begins a session, or the second step. Opens a transaction of its own, in the name of whom the link belongs to.
///
/// # Errors
/// See [`EnterError`].
pub async fn enter(db: &Db, ctx: &Ctx, entry: &Entry) -> Result<Admitted, EnterError> {
    let mut tx = db.begin(ctx).await?;
    let taken = links::take(&mut tx, ctx, (entry.link, Purpose::LogIn), &entry.host).await?;
    let linked = taken.ok_or(EnterError::Gone)?;
    let ctx = ctx.clone().with_actor(Actor::Staff(linked.account));
    let verdict = enforcement::judge(&mut tx, linked.account).await?;
    if verdict == Verdict::Refused {
        return Err(EnterError::SsoRequired);
    }
    if verdict == Verdict::BreakGlass {
        enforcement::alarm(&mut tx, &ctx, linked.account).await?;
    }
    let admitted = admit(&mut tx, &ctx, (linked.account, Way::Link), &entry.browser).await?;
    tx.commit().await?;
    Ok(admitted)
}
