//! Lets an operator in; in the same steps as for staff, see [`crate::login`].

use bilten_kernel::{Ctx, OperatorId, Timestamp};
use bilten_tenancy::{
    DbError, PlatformDb, PlatformTx,
    directory::{PlatformAudit, insert_platform_audit},
};
use serde_json::json;

use super::{MAX_AGE, store};
use crate::{
    CsrfToken, SessionToken,
    login::{
        Attempt, LogInError, NewSession, normalize,
        throttle::{self, Subject, Tally},
    },
    passwords::Passwords,
};

/// Checks address and password and begins a session.
///
/// # Errors
/// See [`LogInError`]; unknown address and wrong password look the same.
pub async fn log_in(
    platform: &PlatformDb,
    passwords: &Passwords,
    ctx: &Ctx,
    attempt: &Attempt,
) -> Result<NewSession, LogInError> {
    let email_norm = normalize(&attempt.email);
    let subjects = Subject::of_attempt(&email_norm, attempt.network);

    let mut tx = platform.begin().await?;
    let counted = count(&mut tx, &subjects, ctx.now()).await;
    let found = store::find_credentials(&mut tx, &email_norm).await?;
    tx.commit().await?;
    counted?;

    let hash = found.as_ref().map(|(_, hash)| hash.clone());
    let is_right = passwords.verify(&attempt.password, hash).await;
    let Some((operator, _)) = found.filter(|_| is_right) else {
        tracing::info!("log-in of an operator refused");
        return Err(LogInError::Wrong);
    };

    let mut tx = platform.begin().await?;
    let tallies = lock(&mut tx, &subjects, ctx.now()).await?;
    save(&mut tx, throttle::forgive_all(tallies, ctx.now())).await?;
    if let Some(former) = &attempt.browser.former {
        store::delete_session(&mut tx, former.hash()).await?;
    }
    let session = start(&mut tx, ctx, operator).await?;
    let entry = PlatformAudit {
        id: ctx.random_uuid(),
        at: ctx.now(),
        operator: Some(operator.uuid()),
        tenant: None,
        action: "operator.logged_in",
        details: json!({}),
    };
    insert_platform_audit(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(session)
}

async fn start(tx: &mut PlatformTx, ctx: &Ctx, operator: OperatorId) -> Result<NewSession, LogInError> {
    let session = NewSession {
        token: SessionToken::from_random(ctx.random()),
        csrf: CsrfToken::from_random(ctx.random()),
        expires_at: ctx.now().checked_add(MAX_AGE).unwrap_or(Timestamp::MAX),
    };
    store::delete_expired_sessions(tx, ctx.now()).await?;
    store::insert_session(tx, operator, &session, ctx.now()).await?;
    Ok(session)
}

async fn count(tx: &mut PlatformTx, subjects: &[Subject], now: Timestamp) -> Result<(), LogInError> {
    let tallies = lock(tx, subjects, now).await?;
    let counted = throttle::count_all(tallies, now).map_err(|until| LogInError::Locked { until })?;
    save(tx, counted).await.map_err(LogInError::from)
}

async fn lock(tx: &mut PlatformTx, subjects: &[Subject], now: Timestamp) -> Result<Vec<(Subject, Tally)>, DbError> {
    let mut tallies = Vec::with_capacity(subjects.len());
    for subject in subjects {
        tallies.push((*subject, store::lock_tally(tx, subject, now).await?));
    }
    Ok(tallies)
}

async fn save(tx: &mut PlatformTx, tallies: Vec<(Subject, Tally)>) -> Result<(), DbError> {
    for (subject, tally) in tallies {
        store::save_tally(tx, &subject, tally).await?;
    }
    Ok(())
}
