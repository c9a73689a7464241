//! OpenID Connect as a relying party: the code flow with PKCE, and back-channel logout.
//!
//! A connection names an issuer; the provider's description is read from there ([`Provider`]) and kept for an hour, its keys
//! with it. [`authorization_url`] sends the browser away, [`Oidc::redeem`] turns the code that comes back into somebody
//! ([`Verified`]) after every check, and [`Oidc::read_logout`] reads a logout token. Each refusal is a [`Check`](crate::Check);
//! what arrived is noted in a [`Trace`].
//!
//! This talks to the network: never inside a transaction. Not here: who the person is at our place (`sign_in`).

mod code;
mod id_token;
mod logout_token;
mod metadata;
mod provider;
mod trace;

pub use code::{Answer, Proofs, Verified, authorization_url};
pub use logout_token::{LogoutToken, obey_within};
pub use metadata::Metadata;
pub use provider::{Failure, Oidc, Provider};
pub use trace::Trace;

use bilten_kernel::{Secret, SsoConnectionId, TenantId};

/// What a connection needs to talk to its provider.
#[derive(Debug, Clone)]
pub struct Client {
    /// Tenant.
    pub tenant: TenantId,
    /// Connection.
    pub connection: SsoConnectionId,
    /// Grows with every change; what was read for an earlier one is not used.
    pub revision: i64,
    /// Issuer, exactly as the provider writes it.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub secret: Secret<String>,
    /// Names of claims.
    pub claims: ClaimNames,
}

/// Under which names the provider tells of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimNames {
    /// Mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Groups.
    pub groups: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            email: "email".to_owned(),
            name: "name".to_owned(),
            groups: "groups".to_owned(),
        }
    }
}
