//! Log-in of staff: with mail address and password, with a link that was mailed, or with a passkey.
//!
//! An attempt is counted before the password is looked at and the count is taken back on
//! success, so that a hundred parallel guesses are a hundred attempts. Counting and starting the
//! session are two short transactions with the hashing between them: [`log_in`] is the one use
//! case that opens its own transactions, because no connection may be held for the hashing.

mod admit;
mod device;
mod enter;
mod log_in;
mod passkey;
mod prove;
pub mod second;
mod store;
pub mod throttle;

pub use admit::Way;
pub use device::Device;
pub use enter::{EnterError, Entry, enter};
pub use log_in::log_in;
pub(crate) use log_in::{count, lock as lock_tallies, save as save_tallies};
pub use passkey::{PasskeyEntry, PasskeyLogInError, enter_with_passkey};
pub use prove::{Proof, prove};

use std::net::IpAddr;

use bilten_kernel::{AccountId, Ctx, Secret, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use crate::{
    CsrfToken, SessionToken,
    factors::{passkeys, sms},
    sessions::Client,
};

/// What somebody typed, and from where.
#[derive(Debug)]
pub struct Attempt {
    /// Mail address as it was typed; it need not be one.
    pub email: String,
    /// Password as it was typed.
    pub password: Secret<String>,
    /// Network address of the client, if known.
    pub network: Option<IpAddr>,
    /// The browser.
    pub browser: Browser,
}

/// Somebody was let in.
#[derive(Debug)]
pub struct LoggedIn {
    /// Who.
    pub account: AccountId,
    /// His session.
    pub session: NewSession,
}

/// How far the first step leads.
#[derive(Debug)]
pub enum Admitted {
    /// In: there is no second factor.
    In(LoggedIn),
    /// To the second step, with the secret of its cookie.
    HalfWay(SessionToken),
}

/// The browser that somebody logs in with.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    /// What it calls itself, and its network.
    pub client: Client,
    /// What it brought along of earlier log-ins.
    pub device: Option<Device>,
    /// Session that it had before; it ends when a new one begins.
    pub former: Option<SessionToken>,
}

/// A session that has just begun.
#[derive(Debug)]
pub struct NewSession {
    /// Goes into the cookie, and nowhere else.
    pub token: SessionToken,
    /// Goes into forms.
    pub csrf: CsrfToken,
    /// End of the session whatever happens.
    pub expires_at: Timestamp,
}

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// Unknown address, wrong password or disabled account: one answer for all.
    #[error("address or password is wrong")]
    Wrong,
    /// Too many attempts for this address from this network, or from this network at all.
    #[error("log-in is locked for a while")]
    Locked {
        /// When the next attempt is taken.
        until: Timestamp,
    },
    /// The password is right, but the tenant's staff log in at its identity provider.
    #[error("log-in at the identity provider is enforced")]
    SsoRequired,
    /// The database refused.
    #[error("could not log in")]
    Db(#[from] DbError),
}

/// Forgets attempts that no longer count, log-ins that stayed half done and challenges that nobody answered; returns how many tallies went. May run
/// twice.
///
/// # Errors
/// The database refused.
pub async fn sweep(tx: &mut TenantTx, ctx: &Ctx) -> Result<u64, DbError> {
    store::delete_steps_over(tx, ctx.now()).await?;
    passkeys::delete_over(tx, ctx.now()).await?;
    let yesterday = ctx
        .now()
        .checked_sub(jiff::SignedDuration::from_hours(24))
        .unwrap_or(Timestamp::MIN);
    sms::delete_over(tx, yesterday).await?;
    store::delete_tallies(tx, throttle::forgotten_before(ctx.now()), throttle::SWEEP_LIMIT).await
}

/// Ends every log-in of an account that is half done.
pub(crate) async fn end_steps(tx: &mut TenantTx, account: AccountId) -> Result<(), DbError> {
    store::delete_steps_of(tx, account).await
}

/// Brings what was typed into the form that accounts are found by.
pub(crate) fn normalize(email: &str) -> String {
    email.trim().chars().take(254).collect::<String>().to_lowercase()
}
