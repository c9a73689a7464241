//! Looks at what a passkey signed.

use bilten_kernel::{AccountId, Ctx};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde::de::DeserializeOwned;
use serde_json::json;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, DiscoverableKey, PasskeyAuthentication, PublicKeyCredential,
    WebauthnError,
};

use super::{
    Answer, PasskeyError, Purpose, RelyingParty, Unproved,
    store::{self, Kept},
};
use crate::{SessionToken, factors::Proving};

/// Characters of a credential at most; a certificate chain of a device fits many times.
const MAX_CREDENTIAL: usize = 32 * 1024;

/// Checks the answer to a challenge of a log-in; returns whose passkey it is.
pub(crate) async fn check(
    tx: &mut TenantTx,
    ctx: &Ctx,
    rp: &RelyingParty,
    answer: &Answer,
) -> Result<AccountId, PasskeyError> {
    let state: DiscoverableAuthentication = take(tx, ctx, rp, (Purpose::LogIn, None), &answer.token).await?;
    let credential: PublicKeyCredential = read(&answer.credential)?;
    let named = rp.webauthn.identify_discoverable_authentication(&credential);
    let (owner, credential_id) = named.map_err(|_| Unproved::Unreadable)?;
    let owner = AccountId::from_uuid(owner);
    let kept = find(tx, rp, credential_id).await?;
    // The device names its owner, and the row has the last word.
    if kept.account != owner {
        return Err(Unproved::Unknown.into());
    }
    let key = DiscoverableKey::from(&kept.key);
    let outcome = rp
        .webauthn
        .finish_discoverable_authentication_v2(&credential, state, key);
    settle(tx, ctx, kept, outcome).await?;
    Ok(owner)
}

/// Checks the answer of somebody who is known already.
pub(crate) async fn check_of(
    tx: &mut TenantTx,
    ctx: &Ctx,
    rp: &RelyingParty,
    (account, proving): (AccountId, Proving),
    answer: &Answer,
) -> Result<(), PasskeyError> {
    let purpose = (Purpose::Proof(proving), Some(account));
    let state: PasskeyAuthentication = take(tx, ctx, rp, purpose, &answer.token).await?;
    let credential: PublicKeyCredential = read(&answer.credential)?;
    let kept = find(tx, rp, credential.get_credential_id()).await?;
    if kept.account != account {
        return Err(Unproved::Unknown.into());
    }
    // The state remembers the keys as they were: a counter that moved since then is looked at by `settle`.
    let outcome = rp.webauthn.finish_passkey_authentication(&credential, &state);
    settle(tx, ctx, kept, outcome).await
}

/// Checks the passkey of somebody who is logged in, to see that it is still he.
///
/// # Errors
/// See [`PasskeyError`]; the challenge is gone in any case, so the transaction is to be committed.
pub async fn confirm(
    tx: &mut TenantTx,
    ctx: &Ctx,
    rp: &RelyingParty,
    account: AccountId,
    answer: &Answer,
) -> Result<(), PasskeyError> {
    check_of(tx, ctx, rp, (account, Proving::Confirm), answer).await
}

/// Takes the challenge away, so that it is answered once.
pub(super) async fn take<S: DeserializeOwned>(
    tx: &mut TenantTx,
    ctx: &Ctx,
    rp: &RelyingParty,
    whose: (Purpose, Option<AccountId>),
    token: &str,
) -> Result<S, PasskeyError> {
    let token = SessionToken::parse(token).ok_or(Unproved::Gone)?;
    let state = store::take_ceremony(tx, (token.hash(), &rp.host), whose, ctx.now()).await?;
    let state = state.ok_or(Unproved::Gone)?;
    serde_json::from_value(state).map_err(|_| Unproved::Gone.into())
}

/// Reads a credential as browsers write it.
pub(super) fn read<C: DeserializeOwned>(text: &str) -> Result<C, Unproved> {
    if text.len() > MAX_CREDENTIAL {
        return Err(Unproved::Unreadable);
    }
    serde_json::from_str(text).map_err(|_| Unproved::Unreadable)
}

async fn find(tx: &mut TenantTx, rp: &RelyingParty, credential_id: &[u8]) -> Result<Kept, PasskeyError> {
    let kept = store::lock_key(tx, credential_id, &rp.host).await?;
    kept.ok_or_else(|| Unproved::Unknown.into())
}

/// Notes the use of a passkey that is good. The row is locked, so that of two answers with one counter one is too late.
async fn settle(
    tx: &mut TenantTx,
    ctx: &Ctx,
    mut kept: Kept,
    outcome: Result<AuthenticationResult, WebauthnError>,
) -> Result<(), PasskeyError> {
    let result = match outcome {
        Ok(result) => result,
        Err(WebauthnError::CredentialPossibleCompromise) => return Err(copied(tx, ctx, &kept).await?.into()),
        Err(error) => {
            tracing::info!(tenant = %ctx.tenant, %error, "passkey refused");
            return Err(Unproved::Refused.into());
        }
    };
    if !result.user_verified() {
        return Err(Unproved::Refused.into());
    }
    let before = store::counter_of(&kept.key);
    if result.counter() > 0 && i64::from(result.counter()) <= before {
        return Err(copied(tx, ctx, &kept).await?.into());
    }
    kept.key.update_credential(&result);
    store::update_used(tx, &kept, ctx.now()).await?;
    Ok(())
}

async fn copied(tx: &mut TenantTx, ctx: &Ctx, kept: &Kept) -> Result<Unproved, DbError> {
    let entry = audit::Entry {
        action: "account.passkey_copied",
        object: kept.account.to_string(),
        details: json!({ "passkey": kept.id.to_string() }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(Unproved::Copied)
}
