//! Lets a member of staff in who shows a passkey: the device knows its owner, so that it is both steps at once.

use bilten_kernel::{Actor, Ctx};
use bilten_tenancy::{Db, DbError};

use super::{
    Browser, LoggedIn,
    admit::{Way, start},
};
use crate::{
    accounts,
    enforcement::{self, Verdict},
    factors::{
        self,
        passkeys::{self, PasskeyError, RelyingParty, Unproved},
    },
};

/// A passkey, and who brings it.
#[derive(Debug)]
pub struct PasskeyEntry {
    /// What the device says.
    pub answer: passkeys::Answer,
    /// The browser.
    pub browser: Browser,
}

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyLogInError {
    /// The passkey proves nothing, or its account is disabled.
    #[error("the passkey was not taken")]
    Unproved(#[from] Unproved),
    /// The tenant wants everybody to log in at its identity provider.
    #[error("this account logs in at the identity provider")]
    SsoRequired,
    /// The database refused.
    #[error("could not log in")]
    Db(#[from] DbError),
}

/// Checks the passkey and begins a session. Opens a transaction of its own; the challenge is used up by an answer that
/// proves nothing as well.
///
/// # Errors
/// See [`PasskeyLogInError`].
pub async fn enter_with_passkey(
    db: &Db,
    rp: &RelyingParty,
    ctx: &Ctx,
    entry: &PasskeyEntry,
) -> Result<LoggedIn, PasskeyLogInError> {
    let mut tx = db.begin(ctx).await?;
    let account = match passkeys::check(&mut tx, ctx, rp, &entry.answer).await {
        Ok(account) => account,
        Err(PasskeyError::Db(error)) => return Err(error.into()),
        Err(PasskeyError::Unproved(unproved)) => {
            tx.commit().await?;
            return Err(unproved.into());
        }
    };
    if accounts::find_credentials(&mut tx, account).await?.is_none() {
        return Err(Unproved::Unknown.into());
    }
    tx.commit().await?;

    let ctx = ctx.clone().with_actor(Actor::Staff(account));
    let mut tx = db.begin(&ctx).await?;
    let verdict = enforcement::judge(&mut tx, account).await?;
    if verdict == Verdict::Refused {
        return Err(PasskeyLogInError::SsoRequired);
    }
    if verdict == Verdict::BreakGlass {
        enforcement::alarm(&mut tx, &ctx, account).await?;
    }
    factors::end_as_found(&mut tx, &ctx, account).await?;
    let logged_in = start(&mut tx, &ctx, (account, Way::Passkey), &entry.browser).await?;
    tx.commit().await?;
    Ok(logged_in)
}
