//! What a browser is asked to sign.

use bilten_kernel::{AccountId, Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;
use serde::Serialize;
use url::Url;
use webauthn_rs::{Webauthn, WebauthnBuilder, prelude::Passkey};
use webauthn_rs_proto::ResidentKeyRequirement;

use super::{Purpose, register::MAX_PASSKEYS, store};
use crate::{SessionToken, factors::Proving};

/// An answer must come within.
const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// Host at which passkeys are made and shown.
#[derive(Debug)]
pub struct RelyingParty {
    pub(super) host: String,
    pub(super) webauthn: Webauthn,
}

impl RelyingParty {
    /// Prepares the host of an origin such as `https://tickets.example.org`; `name` is what the browser shows. `None` when
    /// the origin is not one that browsers take.
    pub fn new(origin: &str, name: &str) -> Option<Self> {
        let origin = Url::parse(origin).ok()?;
        let host = origin.host_str()?.to_owned();
        let webauthn = WebauthnBuilder::new(&host, &origin).ok()?;
        // A proxy may publish another port than the one that we listen on; the host still has to fit.
        let webauthn = webauthn.rp_name(name).allow_any_port(true).build().ok()?;
        Some(Self { host, webauthn })
    }
}

/// What goes to the browser.
#[derive(Debug, Serialize)]
pub struct Challenge {
    /// Secret of the challenge; comes back with the answer.
    pub token: String,
    /// Options for `navigator.credentials`, in their JSON form.
    pub options: serde_json::Value,
}

/// Why there is nothing to sign.
#[derive(Debug, thiserror::Error)]
pub enum ChallengeError {
    /// There are as many passkeys as one may have, or none at this host.
    #[error("no challenge can be made")]
    Impossible,
    /// The database refused.
    #[error("could not make a challenge")]
    Db(#[from] DbError),
}

/// Asks for a new passkey of somebody who has proved himself lately.
///
/// # Errors
/// See [`ChallengeError`].
pub async fn for_registration(
    tx: &mut TenantTx,
    ctx: &Ctx,
    rp: &RelyingParty,
    (account, email, name): (AccountId, &str, &str),
) -> Result<Challenge, ChallengeError> {
    let known = store::find_credential_ids(tx, account).await?;
    if known.len() >= MAX_PASSKEYS {
        return Err(ChallengeError::Impossible);
    }
    let started = rp
        .webauthn
        .start_passkey_registration(account.uuid(), email, name, Some(known));
    let (mut options, state) = started.map_err(|error| impossible(&error))?;
    // The device should be able to name its owner, so that the passkey logs in alone.
    if let Some(wanted) = &mut options.public_key.authenticator_selection {
        wanted.resident_key = Some(ResidentKeyRequirement::Preferred);
    }
    keep(tx, ctx, rp, (Purpose::Register, Some(account)), (&options, &state)).await
}

/// Asks for any passkey of this host; it says whose it is.
///
/// # Errors
/// See [`ChallengeError`].
pub async fn for_log_in(tx: &mut TenantTx, ctx: &Ctx, rp: &RelyingParty) -> Result<Challenge, ChallengeError> {
    let started = rp.webauthn.start_discoverable_authentication();
    let (mut options, state) = started.map_err(|error| impossible(&error))?;
    // Whether the browser offers it in the field of the address or in a window of its own is decided by the page.
    options.mediation = None;
    keep(tx, ctx, rp, (Purpose::LogIn, None), (&options, &state)).await
}

/// Asks for a passkey of somebody who is known already.
///
/// # Errors
/// See [`ChallengeError`].
pub async fn for_proof(
    tx: &mut TenantTx,
    ctx: &Ctx,
    rp: &RelyingParty,
    (account, proving): (AccountId, Proving),
) -> Result<Challenge, ChallengeError> {
    let keys: Vec<Passkey> = store::find_keys(tx, account, &rp.host).await?;
    if keys.is_empty() {
        return Err(ChallengeError::Impossible);
    }
    let started = rp.webauthn.start_passkey_authentication(&keys);
    let (options, state) = started.map_err(|error| impossible(&error))?;
    keep(
        tx,
        ctx,
        rp,
        (Purpose::Proof(proving), Some(account)),
        (&options, &state),
    )
    .await
}

async fn keep(
    tx: &mut TenantTx,
    ctx: &Ctx,
    rp: &RelyingParty,
    (purpose, account): (Purpose, Option<AccountId>),
    (options, state): (&impl Serialize, &impl Serialize),
) -> Result<Challenge, ChallengeError> {
    let json = |value: Result<serde_json::Value, serde_json::Error>| value.map_err(|_| ChallengeError::Impossible);
    let state = json(serde_json::to_value(state))?;
    let options = json(serde_json::to_value(options))?;
    let token = SessionToken::from_random(ctx.random());
    let until = ctx.now().checked_add(LIFE).unwrap_or(Timestamp::MAX);
    store::insert_ceremony(tx, (token.hash(), purpose, account), (&rp.host, &state), until).await?;
    Ok(Challenge {
        token: token.expose().clone(),
        options,
    })
}

fn impossible(error: &webauthn_rs::prelude::WebauthnError) -> ChallengeError {
    tracing::warn!(%error, "no passkey challenge could be made");
    ChallengeError::Impossible
}
