//! What is known of SAML providers, and their answers on the way to the browser that asked.
//!
//! ```text
//! the provider's form ─▶ checked (`saml`) ─▶ keep ─▶ one-time code ─▶ look, in the browser that asked ─▶ drop_answer
//! ```
//! The form comes from another site, so that no cookie of ours comes with it: who posted it is not known. What was checked waits
//! for two minutes, under a code that leads the browser back to us, where its cookie is asked for.
//! Invariants: each request is answered once, on whichever node; certificates are pinned, and a description that is read anew is of
//! the same provider. Not here: the checks (`saml`), the terms of a connection (`connections`).

mod answers;
mod peer;
mod person;
mod store;
mod watch;

pub use answers::{Waiting, drop_answer, is_answered, keep, look};
pub use peer::{Peer, Provider, find, forget, read_description, save};
pub use person::{claims_of, person};
pub use watch::{CertificateWarning, due_warnings};

use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx};

/// Deletes answers that nobody came for. May run twice.
///
/// # Errors
/// The database refused.
pub async fn sweep(tx: &mut TenantTx, ctx: &Ctx) -> Result<(), DbError> {
    store::delete_expired(tx, ctx.now()).await
}
