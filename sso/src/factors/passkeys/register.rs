//! Gets a passkey, and goes without it again.

use bilten_kernel::{AccountId, Ctx};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential};

use super::{
    Answer, PasskeyError, PasskeyId, Purpose, RelyingParty, Unproved,
    check::{read, take},
    store,
};
use crate::{
    SessionToken,
    factors::{self, FactorKey, RecoveryCode},
    notices::{self, What},
    sessions,
};

/// Passkeys that one account may have.
pub const MAX_PASSKEYS: usize = 20;
/// Characters of a name.
const MAX_NAME: usize = 60;

/// A passkey that was just made by a device.
#[derive(Debug)]
pub struct NewPasskey<'a> {
    /// Whose it is.
    pub account: AccountId,
    /// What he calls it; shortened, and replaced when it is empty.
    pub name: &'a str,
    /// What the device says.
    pub answer: &'a Answer,
    /// The session that asks; it goes on.
    pub asking: &'a SessionToken,
}

/// Why a passkey is not kept.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The device's answer is not sound.
    #[error("the passkey was not taken")]
    Unproved(#[from] Unproved),
    /// It is kept already.
    #[error("the passkey is known already")]
    Known,
    /// The database refused.
    #[error("could not keep the passkey")]
    Db(#[from] DbError),
}

impl From<PasskeyError> for RegisterError {
    fn from(error: PasskeyError) -> Self {
        match error {
            PasskeyError::Unproved(unproved) => Self::Unproved(unproved),
            PasskeyError::Db(error) => Self::Db(error),
        }
    }
}

/// Keeps a passkey. The first factor of an account ends its other sessions, because none of them has shown one, and brings
/// recovery codes; they are returned.
///
/// # Errors
/// See [`RegisterError`]; the challenge is gone in any case, so the transaction is to be committed.
pub async fn register(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (rp, key): (&RelyingParty, &FactorKey),
    new: &NewPasskey<'_>,
) -> Result<Vec<RecoveryCode>, RegisterError> {
    let whose = (Purpose::Register, Some(new.account));
    let state: PasskeyRegistration = take(tx, ctx, rp, whose, &new.answer.token).await?;
    let credential: RegisterPublicKeyCredential = read(&new.answer.credential)?;
    let made = rp.webauthn.finish_passkey_registration(&credential, &state);
    let passkey = made.map_err(|error| {
        tracing::info!(tenant = %ctx.tenant, %error, "new passkey refused");
        Unproved::Refused
    })?;
    let had = factors::find(tx, new.account).await?;
    let id: PasskeyId = ctx.new_id();
    let row = store::NewRow {
        id,
        account: new.account,
        host: &rp.host,
        name: &name(new.name),
        key: &passkey,
    };
    if !store::insert(tx, &row, ctx.now()).await? {
        return Err(RegisterError::Known);
    }
    notices::tell(tx, ctx, (new.account, What::FactorAdded), None).await?;
    record(tx, ctx, new.account, ("account.passkey_added", id)).await?;
    if had.has_any() {
        return Ok(Vec::new());
    }
    sessions::end_all(tx, new.account, Some(new.asking)).await?;
    Ok(factors::fresh_codes(tx, ctx, key, new.account).await?)
}

/// Goes without a passkey from now on; tells whether the account had it. With the last factor the recovery codes go.
///
/// # Errors
/// The database refused.
pub async fn remove(tx: &mut TenantTx, ctx: &Ctx, account: AccountId, id: PasskeyId) -> Result<bool, DbError> {
    if !store::delete(tx, account, id).await? {
        return Ok(false);
    }
    if !factors::find(tx, account).await?.has_any() {
        factors::delete_codes(tx, account).await?;
    }
    notices::tell(tx, ctx, (account, What::FactorRemoved), None).await?;
    record(tx, ctx, account, ("account.passkey_removed", id)).await?;
    Ok(true)
}

fn name(typed: &str) -> String {
    let plain: String = typed
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_NAME)
        .collect();
    if plain.is_empty() { "Passkey".to_owned() } else { plain }
}

async fn record(
    tx: &mut TenantTx,
    ctx: &Ctx,
    account: AccountId,
    (action, id): (&str, PasskeyId),
) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: account.to_string(),
        details: json!({ "passkey": id.to_string() }),
    };
    audit::record(tx, ctx, entry).await
}
