//! A code proves who somebody is.

use bilten_kernel::{AccountId, Ctx};
use bilten_tenancy::{Db, DbError, TenantTx, audit};
use serde_json::json;

use super::{
    FactorKey, Proving,
    code::{Typed, step_of, totp},
    sms, store,
};
use crate::login::{
    self, Device, LogInError,
    throttle::{self, Subject},
};

/// A code for an account that is known already.
#[derive(Debug)]
pub struct CodeProof {
    /// Whose session asks.
    pub account: AccountId,
    /// Code as it was typed.
    pub code: String,
    /// The browser, if it is known here.
    pub device: Option<Device>,
}

/// Checks a code of somebody who is logged in. Counted as those of log-ins are.
///
/// # Errors
/// See [`LogInError`].
pub async fn prove(db: &Db, key: &FactorKey, ctx: &Ctx, proof: &CodeProof) -> Result<(), LogInError> {
    let subjects = [Subject::of_code(proof.account, proof.device.as_ref())];
    count(db, ctx, &subjects).await?;
    let mut tx = db.begin(ctx).await?;
    let whose = (proof.account, Proving::Confirm);
    if !check_code(&mut tx, ctx, key, whose, &proof.code).await? {
        return Err(LogInError::Wrong);
    }
    let tallies = login::lock_tallies(&mut tx, &subjects, ctx.now()).await?;
    login::save_tallies(&mut tx, throttle::forgive_all(tallies, ctx.now())).await?;
    tx.commit().await?;
    Ok(())
}

/// Counts a code that somebody who is logged in types for a new telephone, as those of log-ins are counted.
///
/// # Errors
/// See [`LogInError`].
pub async fn count_code(db: &Db, ctx: &Ctx, account: AccountId) -> Result<(), LogInError> {
    count(db, ctx, &[Subject::of_code(account, None)]).await
}

async fn count(db: &Db, ctx: &Ctx, subjects: &[Subject]) -> Result<(), LogInError> {
    let mut tx = db.begin(ctx).await?;
    let counted = login::count(&mut tx, ctx, subjects).await;
    tx.commit().await?;
    counted
}

/// Takes a code of the app, one that was sent for this, or a recovery code, each once; tells whether it was good. What it notes goes with the transaction.
pub(crate) async fn check_code(
    tx: &mut TenantTx,
    ctx: &Ctx,
    key: &FactorKey,
    (account, proving): (AccountId, Proving),
    code: &str,
) -> Result<bool, DbError> {
    match Typed::read(code) {
        Some(Typed::App(digits)) => Ok(check_app(tx, ctx, key, (account, &digits)).await?
            || sms::check(tx, ctx, key, (account, proving.into(), &digits)).await?),
        Some(Typed::Recovery(plain)) => {
            let hash = key.hash(account, &plain);
            let is_good = store::update_code_used(tx, account, &hash, ctx.now()).await?;
            if is_good {
                let entry = audit::Entry {
                    action: "account.recovery_code_used",
                    object: account.to_string(),
                    details: json!({ "left": store::count_codes(tx, account).await? }),
                };
                audit::record(tx, ctx, entry).await?;
            }
            Ok(is_good)
        }
        None => Ok(false),
    }
}

async fn check_app(
    tx: &mut TenantTx,
    ctx: &Ctx,
    key: &FactorKey,
    (account, digits): (AccountId, &str),
) -> Result<bool, DbError> {
    let Some(sealed) = store::find_secret(tx, account).await? else {
        return Ok(false);
    };
    let totp = key.open(account, &sealed).and_then(|secret| totp(&secret, ("", "")));
    let Some(step) = totp.and_then(|totp| step_of(&totp, digits, ctx.now())) else {
        return Ok(false);
    };
    // Two log-ins with one code meet in this statement, and one of them is too late.
    store::update_step(tx, account, step).await
}
