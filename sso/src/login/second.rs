//! The second step of a log-in: a passkey, a code of the authenticator, or one that stands in for it.
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
    factors::{
        self, FactorKey, Proving,
        passkeys::{self, PasskeyError, RelyingParty, Unproved},
    },
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
    /// The passkey proves nothing.
    #[error("the passkey was not taken")]
    Unproved(#[from] Unproved),
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
    let whose = (step.account, Proving::Second);
    if !factors::check_code(&mut tx, &ctx, key, whose, &cmd.code).await? {
        tracing::info!(tenant = %ctx.tenant, "second step of a log-in refused");
        return Err(LogInError::Wrong.into());
    }
    let logged_in = end(&mut tx, &ctx, (&step, &cmd.token), &cmd.browser).await?;
    forgive(&mut tx, &subjects, ctx.now()).await?;
    tx.commit().await?;
    Ok(logged_in)
}

/// What comes for the second step from a device.
#[derive(Debug)]
pub struct SecondByPasskey {
    /// Secret of the step, from the cookie.
    pub token: SessionToken,
    /// What the device says.
    pub answer: passkeys::Answer,
    /// The browser.
    pub browser: Browser,
}

/// Checks the passkey and begins the session. A signature cannot be guessed, so that nothing is counted.
///
/// # Errors
/// See [`SecondError`].
pub async fn finish_with_passkey(
    db: &Db,
    rp: &RelyingParty,
    ctx: &Ctx,
    cmd: &SecondByPasskey,
) -> Result<LoggedIn, SecondError> {
    let mut tx = db.begin(ctx).await?;
    let Some(step) = find_step(&mut tx, ctx, &cmd.token).await? else {
        return Err(SecondError::Gone);
    };
    tx.commit().await?;

    let ctx = ctx.clone().with_actor(Actor::Staff(step.account));
    let mut tx = db.begin(&ctx).await?;
    let whose = (step.account, Proving::Second);
    match passkeys::check_of(&mut tx, &ctx, rp, whose, &cmd.answer).await {
        Ok(()) => {}
        Err(PasskeyError::Db(error)) => return Err(error.into()),
        Err(PasskeyError::Unproved(unproved)) => {
            tx.commit().await?;
            return Err(unproved.into());
        }
    }
    let logged_in = end(&mut tx, &ctx, (&step, &cmd.token), &cmd.browser).await?;
    tx.commit().await?;
    Ok(logged_in)
}

/// The factor was shown: the step is over, and so is a request to forget the factor.
async fn end(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (step, token): (&Step, &SessionToken),
    browser: &Browser,
) -> Result<LoggedIn, SecondError> {
    if !store::delete_step(tx, token.hash()).await? {
        return Err(SecondError::Gone);
    }
    factors::end_as_found(tx, ctx, step.account).await?;
    Ok(start(tx, ctx, (step.account, step.way), browser).await?)
}
