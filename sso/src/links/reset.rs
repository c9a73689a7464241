//! Somebody who cannot log in sets a new password with a link.

use bilten_kernel::{Actor, Ctx};
use bilten_tenancy::{Db, DbError, audit};
use serde_json::json;

use super::{LinkId, Purpose, peek, store, take};
use crate::{
    accounts,
    passwords::{NewPassword, Passwords},
};

/// A link to a new password, and the password.
#[derive(Debug)]
pub struct Reset {
    /// The link.
    pub link: LinkId,
    /// Host that was asked.
    pub host: String,
    /// The new password.
    pub password: NewPassword,
}

/// Why the password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The link was used, is too old, or was never made.
    #[error("the link is no good")]
    Gone,
    /// The new password is one of those that are guessed first; the link stays good.
    #[error("the new password is easily guessed")]
    Guessable,
    /// The database refused.
    #[error("could not set the password")]
    Db(#[from] DbError),
}

/// Sets the password, ends every session and every other link of the account. Nobody is logged in by it. Opens transactions
/// of its own, because none may be held for the hashing.
///
/// # Errors
/// See [`ResetError`].
pub async fn reset(db: &Db, passwords: &Passwords, ctx: &Ctx, cmd: &Reset) -> Result<(), ResetError> {
    let link = (cmd.link, Purpose::Reset);
    let mut tx = db.begin(ctx).await?;
    let linked = peek(&mut tx, ctx, link, &cmd.host).await?;
    tx.commit().await?;
    let linked = linked.ok_or(ResetError::Gone)?;
    if passwords
        .is_guessable(&cmd.password, vec![linked.email, linked.name])
        .await
    {
        return Err(ResetError::Guessable);
    }
    let hash = passwords.hash(&cmd.password, ctx.random()).await;

    let ctx = ctx.clone().with_actor(Actor::Staff(linked.account));
    let mut tx = db.begin(&ctx).await?;
    let taken = take(&mut tx, &ctx, link, &cmd.host).await?.ok_or(ResetError::Gone)?;
    accounts::change_password(&mut tx, &ctx, taken.account, &hash, None).await?;
    store::delete_of_account(&mut tx, taken.account).await?;
    let entry = audit::Entry {
        action: "account.password_reset",
        object: taken.account.to_string(),
        details: json!({}),
    };
    audit::record(&mut tx, &ctx, entry).await?;
    tx.commit().await?;
    Ok(())
}
