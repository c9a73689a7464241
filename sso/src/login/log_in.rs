//! Lets a member of staff in.

use bilten_kernel::{Actor, Ctx, Timestamp};
use bilten_tenancy::{Db, DbError, TenantTx};

use super::{
    Admitted, Attempt, LogInError,
    admit::{Way, admit},
    normalize, store,
    throttle::{self, Subject, Tally},
};
use crate::{
    accounts,
    enforcement::{self, Verdict},
    passwords::Passwords,
};

/// Checks address and password and begins a session, or the second step. `ctx` is that of the tenant whose host was asked.
///
/// # Errors
/// See [`LogInError`]; unknown address, wrong password and disabled account look the same.
pub async fn log_in(db: &Db, passwords: &Passwords, ctx: &Ctx, attempt: &Attempt) -> Result<Admitted, LogInError> {
    let email_norm = normalize(&attempt.email);
    let subjects = Subject::of_attempt(&email_norm, attempt.network);

    let mut tx = db.begin(ctx).await?;
    let counted = count(&mut tx, ctx, &subjects).await;
    let account = accounts::find_for_login(&mut tx, &email_norm).await?;
    tx.commit().await?;
    counted?;

    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let is_right = passwords.verify(&attempt.password, hash).await;
    let Some(account) = account.filter(|_| is_right) else {
        tracing::info!(tenant = %ctx.tenant, "log-in refused");
        return Err(LogInError::Wrong);
    };

    let ctx = ctx.clone().with_actor(Actor::Staff(account.id));
    let mut tx = db.begin(&ctx).await?;
    let verdict = enforcement::judge(&mut tx, account.id).await?;
    if verdict == Verdict::Refused {
        return Err(LogInError::SsoRequired);
    }
    forgive(&mut tx, &subjects, ctx.now()).await?;
    let admitted = admit(&mut tx, &ctx, (account.id, Way::Password), &attempt.browser).await?;
    if verdict == Verdict::BreakGlass {
        enforcement::alarm(&mut tx, &ctx, account.id).await?;
    }
    tx.commit().await?;
    Ok(admitted)
}

pub(crate) async fn count(tx: &mut TenantTx, ctx: &Ctx, subjects: &[Subject]) -> Result<(), LogInError> {
    let tallies = lock(tx, subjects, ctx.now()).await?;
    let counted = throttle::count_all(tallies, ctx.now()).map_err(|until| LogInError::Locked { until })?;
    save(tx, counted).await.map_err(LogInError::from)
}

pub(super) async fn forgive(tx: &mut TenantTx, subjects: &[Subject], now: Timestamp) -> Result<(), LogInError> {
    let tallies = lock(tx, subjects, now).await?;
    save(tx, throttle::forgive_all(tallies, now))
        .await
        .map_err(LogInError::from)
}

pub(crate) async fn lock(
    tx: &mut TenantTx,
    subjects: &[Subject],
    now: Timestamp,
) -> Result<Vec<(Subject, Tally)>, DbError> {
    let mut tallies = Vec::with_capacity(subjects.len());
    for subject in subjects {
        tallies.push((*subject, store::lock_tally(tx, subject, now).await?));
    }
    Ok(tallies)
}

pub(crate) async fn save(tx: &mut TenantTx, tallies: Vec<(Subject, Tally)>) -> Result<(), DbError> {
    for (subject, tally) in tallies {
        store::save_tally(tx, &subject, tally).await?;
    }
    Ok(())
}
