//! The second step of a log-in: a code of the authenticator, or one that stands in for it.
//!
//! Between the steps there is no session: a row of ten minutes, found by the secret of a cookie, opens this step and nothing
//! else. Codes are counted per account wherever they come from. A browser that the person has used before has a tally of its
//! own, so that a stranger who knows the password cannot shut the owner out.

use bilten_kernel::{AccountId, Actor, Ctx, Timestamp};
use bilten_tenancy::{Db, DbError, TenantTx};
use jiff::SignedDuration;

use super::{
    Browser, LogInError, LoggedIn,
    admit::{Way, start},
    log_in::{count, forgive},
    store,
    throttle::Subject,
};
use crate::{
    SessionToken,
    factors::{self, FactorKey},
};

/// The second step must follow within.
pub const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// A log-in that is half done.
#[derive(Debug, Clone)]
pub struct Step {
    /// Who has done the first step.
    pub account: AccountId,
    /// His mail address.
    pub email: String,
    /// How he did.
    pub(crate) way: Way,
}

/// What comes for the second step.
#[derive(Debug)]
pub struct Second {
    /// Secret of the step, from the cookie.
    pub token: SessionToken,
    /// Code as it was typed.
    pub code: String,
    /// The browser.
    pub browser: Browser,
}

/// Why the second step is not done.
#[derive(Debug, thiserror::Error)]
pub enum SecondError {
    /// There is no such step, or it is too old: one begins anew.
    #[error("no log-in waits for its second step")]
    Gone,
    /// The code is wrong, or codes are locked for a while.
    #[error("the code was not taken")]
    Refused(#[from] LogInError),
    /// The database refused.
    #[error("could not finish the log-in")]
    Db(#[from] DbError),
}

/// Begins the second step; returns the secret for the cookie.
pub(super) async fn begin(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (account, way): (AccountId, Way),
) -> Result<SessionToken, DbError> {
    let token = SessionToken::from_random(ctx.random());
    let until = ctx.now().checked_add(LIFE).unwrap_or(Timestamp::MAX);
    store::insert_step(tx, token.hash(), (account, way), (ctx.now(), until)).await?;
    Ok(token)
}

/// Finds the step of a cookie.
///
/// # Errors
/// The database refused.
pub async fn find_step(tx: &mut TenantTx, ctx: &Ctx, token: &SessionToken) -> Result<Option<Step>, DbError> {
    store::find_step(tx, token.hash(), ctx.now()).await
}

/// Checks the code and begins the session.
///
/// # Errors
/// See [`SecondError`].
pub async fn finish(db: &Db, key: &FactorKey, ctx: &Ctx, cmd: &Second) -> Result<LoggedIn, SecondError> {
    let mut tx = db.begin(ctx).await?;
    let Some(step) = find_step(&mut tx, ctx, &cmd.token).await? else {
        return Err(SecondError::Gone);
    };
    let subjects = [Subject::of_code(step.account, cmd.browser.device.as_ref())];
    let counted = count(&mut tx, ctx, &subjects).await;
    tx.commit().await?;
    counted?;

    let ctx = ctx.clone().with_actor(Actor::Staff(step.account));
    let mut tx = db.begin(&ctx).await?;
    if !factors::check_code(&mut tx, &ctx, key, (step.account, &cmd.code)).await? {
        tracing::info!(tenant = %ctx.tenant, "second step of a log-in refused");
        return Err(LogInError::Wrong.into());
    }
    if !store::delete_step(&mut tx, cmd.token.hash()).await? {
        return Err(SecondError::Gone);
    }
    forgive(&mut tx, &subjects, ctx.now()).await?;
    factors::end_as_found(&mut tx, &ctx, step.account).await?;
    let logged_in = start(&mut tx, &ctx, (step.account, step.way), &cmd.browser).await?;
    tx.commit().await?;
    Ok(logged_in)
}
