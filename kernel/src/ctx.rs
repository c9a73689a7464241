//! What a use case knows about the request it serves: tenant, actor, time, randomness, locale.

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use uuid::Uuid;

use crate::{Actor, Entropy, Id, IdKind, Locale, TenantId, random_array};

/// Names one request in logs, answers and audit rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Accepts 1 to 64 characters out of `A–Z a–z 0–9 - _ .`; anything else is no id.
    pub fn parse(text: &str) -> Option<Self> {
        let is_fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_id = !text.is_empty() && text.len() <= 64 && text.chars().all(is_fit);
        is_id.then(|| Self(text.into()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Context of one request or job inside one tenant.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Tenant whose rows may be touched.
    pub tenant: TenantId,
    /// Who acts.
    pub actor: Actor,
    /// Request this belongs to.
    pub request: RequestId,
    /// Language of texts made on the way.
    pub locale: Locale,
    now: Timestamp,
    entropy: Arc<dyn Entropy>,
}

impl Ctx {
    /// Builds the context; `now` is read from the clock once, by the caller.
    pub fn new(tenant: TenantId, actor: Actor, request: RequestId, now: Timestamp, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            tenant,
            actor,
            request,
            locale: Locale::default(),
            now,
            entropy,
        }
    }

    /// Sets the language.
    #[must_use]
    pub fn with_locale(mut self, locale: Locale) -> Self {
        self.locale = locale;
        self
    }

    /// Enters another tenant, for work that spans tenants (provisioning, the worker).
    #[must_use]
    pub fn in_tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = tenant;
        self
    }

    /// Sets the actor, once he is known.
    #[must_use]
    pub fn with_actor(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// Returns the instant at which this request happens.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Returns `N` random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        random_array(self.entropy.as_ref())
    }

    /// Makes a new identifier (UUIDv7, RFC 9562) that sorts by the time of the request.
    pub fn new_id<K: IdKind>(&self) -> Id<K> {
        let millis = u64::try_from(self.now.as_millisecond()).unwrap_or(0);
        Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &self.random()).into_uuid())
    }

    /// Makes a random UUID (version 4 layout), for keys that must not tell the time.
    pub fn random_uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.random()).into_uuid()
    }
}
