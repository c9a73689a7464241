//! Log-in at an identity provider, as far as our own rows go.
//!
//! ```text
//! begin ─▶ (the provider) ─▶ take ─▶ (token endpoint, every check) ─▶ finish ─▶ session
//!                              └──────────────── record ◀───────────────┘ when a check fails
//! ```
//! Invariants: what was begun is used once, in the browser that began it, within ten minutes, for the connection it was begun
//! with. Nonce and PKCE verifier are made of the browser's secret, of which only a hash is kept: the database alone lets
//! nobody in. A person is found by connection, issuer and subject; a mail address is never a key.
//! Whoever orchestrates (`api`) talks to the provider between two transactions.

mod admit;
mod attempts;
mod begin;
mod browser;
mod finish;
mod preview;
mod store;

pub use attempts::{Attempt, AttemptRow, KEPT as ATTEMPTS_KEPT, find_recent, recent, record};
pub use begin::{Begin, Pending, Purpose, begin, take, waits};
pub use browser::Browser;
pub use finish::{FinishError, Finished, finish, forget_identities, log_out, log_out_saml};
pub use preview::{Effect, preview};
pub(crate) use store::move_tie;

use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx};

/// Deletes what is over: log-ins that never came back, old attempts, ties to sessions that are gone, names of logout tokens.
///
/// # Errors
/// The database refused.
pub async fn sweep(tx: &mut TenantTx, ctx: &Ctx) -> Result<(), DbError> {
    store::delete_expired(tx, ctx.now()).await?;
    attempts::sweep(tx, ctx).await
}
