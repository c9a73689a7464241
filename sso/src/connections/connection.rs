//! What a connection is.

use bilten_kernel::{Secret, SsoConnectionId, TenantId, Timestamp};
use jiff::civil::Date;

use crate::{
    oidc::{ClaimNames, Client},
    seal::{CannotOpen, Seal},
};

/// Protocol of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// OpenID Connect.
    Oidc,
    /// SAML 2.0. The issuer is the provider's entity id, the client id is our own.
    Saml,
}

impl Kind {
    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Saml => "saml",
        }
    }

    pub(super) fn find(name: &str) -> Option<Self> {
        [Self::Oidc, Self::Saml].into_iter().find(|kind| kind.name() == name)
    }
}

/// Where a connection is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    /// Set up; nobody has logged in through it.
    Draft,
    /// A log-in has passed every check.
    Tested,
    /// The log-in page offers it.
    Active,
    /// It was active, and is offered no more.
    Disabled,
}

impl ConnectionState {
    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Tested => "tested",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    pub(super) fn find(name: &str) -> Option<Self> {
        [Self::Draft, Self::Tested, Self::Active, Self::Disabled]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// Which set-up guide is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guide {
    /// Microsoft Entra ID.
    Entra,
    /// Okta.
    Okta,
    /// Google Workspace.
    Google,
    /// Ping Identity.
    Ping,
    /// Keycloak.
    Keycloak,
    /// Any other provider.
    Generic,
}

impl Guide {
    /// All guides.
    pub const ALL: [Self; 6] = [
        Self::Entra,
        Self::Okta,
        Self::Google,
        Self::Ping,
        Self::Keycloak,
        Self::Generic,
    ];

    /// Name in the database and in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::Okta => "okta",
            Self::Google => "google",
            Self::Ping => "ping",
            Self::Keycloak => "keycloak",
            Self::Generic => "generic",
        }
    }

    /// Finds a guide by its name; the generic one for any other.
    pub fn find(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|guide| guide.name() == name)
            .unwrap_or(Self::Generic)
    }
}

/// A connection.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Identity.
    pub id: SsoConnectionId,
    /// Protocol.
    pub kind: Kind,
    /// Guide of its set-up.
    pub guide: Guide,
    /// Name on the log-in page.
    pub name: String,
    /// State.
    pub state: ConnectionState,
    /// Issuer.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Names of claims.
    pub claims: ClaimNames,
    /// Last day of the secret, if somebody said so.
    pub secret_expires_on: Option<Date>,
    /// Whether people who are not known yet get an account.
    pub jit: bool,
    /// Role of such people.
    pub default_role: Option<String>,
    /// When a log-in last passed as a test.
    pub tested_at: Option<Timestamp>,
    /// When it was set up.
    pub created_at: Timestamp,
    /// Grows with every change.
    pub revision: i64,
    pub(super) secret_sealed: Option<Vec<u8>>,
}

impl Connection {
    /// Opens the secret: what is needed to talk to the provider.
    ///
    /// # Errors
    /// The secret was sealed with another key, or the connection is of a kind that has none.
    pub fn client(&self, seal: &Seal, tenant: TenantId) -> Result<Client, CannotOpen> {
        let sealed = self.secret_sealed.as_ref().ok_or(CannotOpen)?;
        let secret: Secret<String> = seal.open(tenant, &self.id.to_string(), sealed)?;
        Ok(Client {
            tenant,
            connection: self.id,
            revision: self.revision,
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            secret,
            claims: self.claims.clone(),
        })
    }
}

/// A connection as the log-in page offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Identity.
    pub id: SsoConnectionId,
    /// Name.
    pub name: String,
}
