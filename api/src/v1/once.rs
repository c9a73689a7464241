//! `Idempotency-Key` on requests whose effect is one transaction: the key is written with the effect.
//!
//! Two requests with the same key at the same moment wait for one another in the database, so that
//! the second sees the effect of the first.

use bilten_kernel::Ctx;
use bilten_tenancy::{
    TenantTx,
    idempotency::{self, Claim, Key},
};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::http::{
    extract::ApiCaller,
    problem::{Code, Problem},
};

/// Time for which a request that is still at work keeps others with its key away.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// A request that counts once, when it has a key.
#[derive(Debug)]
pub(super) struct Once {
    scope: String,
    key: Option<String>,
    hash: [u8; 32],
}

/// What a request finds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Do it.
    First,
    /// It was done; answer from this resource.
    Again(Uuid),
}

impl Once {
    /// Binds the key to the caller and the kind of request.
    pub(super) fn new(kind: &str, caller: ApiCaller, key: Option<String>, hash: [u8; 32]) -> Self {
        Self {
            scope: format!("{kind}:{}", caller.key),
            key,
            hash,
        }
    }

    /// Returns the key for use cases that claim it themselves.
    pub(super) fn key(&self) -> Option<Key<'_>> {
        self.key.as_deref().map(|key| Key {
            scope: &self.scope,
            key,
            request_hash: &self.hash,
        })
    }

    /// Takes the key in this transaction.
    pub(super) async fn claim(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<Turn, Problem> {
        let Some(key) = self.key() else { return Ok(Turn::First) };
        match idempotency::claim(tx, ctx, key, ctx.now() + LEASE).await? {
            Claim::New | Claim::Resume(_) => Ok(Turn::First),
            Claim::Replay(resource) => Ok(Turn::Again(resource)),
            Claim::InFlight => Err(Problem::new(Code::IdempotencyKeyInFlight).retry_soon()),
            Claim::OtherRequest => Err(Problem::new(Code::IdempotencyKeyReused)),
        }
    }

    /// Notes what the request made.
    pub(super) async fn complete(&self, tx: &mut TenantTx, resource: Uuid) -> Result<(), Problem> {
        match self.key() {
            Some(key) => Ok(idempotency::complete(tx, key, resource).await?),
            None => Ok(()),
        }
    }
}
