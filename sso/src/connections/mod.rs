//! Connections: at which identity providers the staff of a tenant log in, and on what terms.
//!
//! ```text
//! draft ─▶ tested ─▶ active ⇄ disabled
//!   ▲         │         │         │
//!   └─────────┴─────────┴─────────┘   another issuer or client: what was tested is not what it is now
//! ```
//! A connection becomes active only after a log-in through it has passed every check. A deleted one keeps its row, without its
//! secret, because the audit log names it. The kind is a column: another protocol is another kind of connection.
//! Not here: the protocols (`oidc`, `saml`), and who comes through it (`sign_in`).

mod change;
mod connection;
mod create;
mod roles;
mod store;
mod terms;
mod watch;

pub use change::{ChangeError, activate, change, delete, disable, mark_tested, set_provider, set_secret};
pub use connection::{Connection, ConnectionState, Guide, Kind, Offered};
pub use create::{CreateError, MAX_CONNECTIONS, create, create_saml};
pub use roles::{GroupRole, MAX_GROUP_ROLES, MapError, group_roles, roles_of, set_group_roles};
pub use terms::{Draft, Fault, Terms};
pub use watch::{SECRET_JOB, SecretWarning, WatchSecrets, due_certificates, due_warnings};

use bilten_kernel::SsoConnectionId;
use bilten_tenancy::{DbError, TenantTx};

/// Lists the connections of the tenant, oldest first.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Connection>, DbError> {
    store::list(tx).await
}

/// Lists what the log-in page offers: the active ones.
///
/// # Errors
/// The database refused.
pub async fn offered(tx: &mut TenantTx) -> Result<Vec<Offered>, DbError> {
    store::list_offered(tx).await
}

/// Finds a connection that is not deleted.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, id: SsoConnectionId) -> Result<Option<Connection>, DbError> {
    store::find(tx, id).await
}
