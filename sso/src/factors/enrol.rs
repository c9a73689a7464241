//! Gets an authenticator, and goes without one again.

use bilten_kernel::{AccountId, Ctx};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    FactorKey, RecoveryCode,
    code::{CODES, SECRET_BYTES, step_of, totp},
    store,
};
use crate::{
    SessionToken,
    notices::{self, What},
    sessions,
};

/// A secret that waits for its first code.
#[derive(Debug)]
pub struct Begun {
    /// What the app reads from the symbol: an `otpauth:` address.
    pub url: String,
    /// The same for typing, in base32.
    pub secret: String,
}

/// Why an authenticator is not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// Nothing waits for a code: it was never begun, too long ago, or is confirmed already.
    #[error("no authenticator waits to be confirmed")]
    NotBegun,
    /// The code is not that of the app now.
    #[error("the code is wrong")]
    Wrong,
    /// The database refused.
    #[error("could not confirm the authenticator")]
    Db(#[from] DbError),
}

/// Makes a secret, in place of one that was never confirmed. One that is confirmed stays, and nothing is made.
///
/// # Errors
/// The database refused.
pub async fn begin(tx: &mut TenantTx, ctx: &Ctx, key: &FactorKey, account: AccountId) -> Result<(), DbError> {
    let secret: [u8; SECRET_BYTES] = ctx.random();
    let sealed = key.seal(ctx, account, &secret);
    store::save_begun(tx, account, &sealed, ctx.now()).await
}

/// Shows the secret that waits for its first code; `None` once it has come, or when nothing waits.
///
/// # Errors
/// The database refused.
pub async fn find_begun(
    tx: &mut TenantTx,
    key: &FactorKey,
    account: AccountId,
    names: (&str, &str),
) -> Result<Option<Begun>, DbError> {
    let Some(waiting) = store::find_waiting(tx, account).await? else {
        return Ok(None);
    };
    let totp = key.open(account, &waiting).and_then(|secret| {
        let totp = totp(&secret, names)?;
        Some((secret, totp))
    });
    Ok(totp.and_then(|(secret, totp)| {
        Some(Begun {
            url: totp.to_url().ok()?,
            secret: data_encoding::BASE32_NOPAD.encode(&secret),
        })
    }))
}

/// Takes the first code of the app: from now on log-ins ask for one. Every other session of the account ends, because
/// none of them has shown one. Returns fresh recovery codes, which end those of an earlier factor.
///
/// # Errors
/// See [`ConfirmError`].
pub async fn confirm(
    tx: &mut TenantTx,
    ctx: &Ctx,
    key: &FactorKey,
    (account, code): (AccountId, &str),
    asking: &SessionToken,
) -> Result<Vec<RecoveryCode>, ConfirmError> {
    let waiting = store::find_waiting(tx, account).await?.ok_or(ConfirmError::NotBegun)?;
    let secret = key.open(account, &waiting).ok_or(ConfirmError::NotBegun)?;
    let totp = totp(&secret, ("", "")).ok_or(ConfirmError::NotBegun)?;
    let plain: String = code.chars().filter(|c| !c.is_whitespace()).take(16).collect();
    let step = step_of(&totp, &plain, ctx.now()).ok_or(ConfirmError::Wrong)?;
    if !store::update_confirmed(tx, account, step, ctx.now()).await? {
        return Err(ConfirmError::NotBegun);
    }
    sessions::end_all(tx, account, Some(asking)).await?;
    let codes = fresh_codes(tx, ctx, key, account).await?;
    notices::tell(tx, ctx, (account, What::FactorAdded), None).await?;
    record(tx, ctx, account, "account.factor_added").await?;
    Ok(codes)
}

/// Makes ten recovery codes in place of all earlier ones.
///
/// # Errors
/// The database refused.
pub async fn renew_codes(
    tx: &mut TenantTx,
    ctx: &Ctx,
    key: &FactorKey,
    account: AccountId,
) -> Result<Vec<RecoveryCode>, DbError> {
    let codes = fresh_codes(tx, ctx, key, account).await?;
    record(tx, ctx, account, "account.recovery_codes_renewed").await?;
    Ok(codes)
}

/// Goes without the app from now on: its secret is gone, and the recovery codes when no passkey is left.
///
/// # Errors
/// The database refused.
pub async fn remove(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<(), DbError> {
    store::delete_authenticator(tx, account).await?;
    if !super::find(tx, account).await?.has_any() {
        store::delete_codes(tx, account).await?;
    }
    notices::tell(tx, ctx, (account, What::FactorRemoved), None).await?;
    record(tx, ctx, account, "account.factor_removed").await
}

pub(super) async fn fresh_codes(
    tx: &mut TenantTx,
    ctx: &Ctx,
    key: &FactorKey,
    account: AccountId,
) -> Result<Vec<RecoveryCode>, DbError> {
    let codes: Vec<RecoveryCode> = (0..CODES).map(|_| RecoveryCode::new(ctx)).collect();
    let hashes: Vec<Vec<u8>> = codes
        .iter()
        .map(|code| key.hash(account, code.plain()).to_vec())
        .collect();
    store::delete_codes(tx, account).await?;
    store::insert_codes(tx, account, &hashes, ctx.now()).await?;
    Ok(codes)
}

async fn record(tx: &mut TenantTx, ctx: &Ctx, account: AccountId, action: &str) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: account.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await
}
