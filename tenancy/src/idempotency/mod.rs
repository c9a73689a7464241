//! Requests that take effect once, however often they are sent.
//!
//! The key is written in the transaction of the effect, so that a crash leaves both or neither
//! (draft-ietf-httpapi-idempotency-key-header-07). A repeated request finishes the work of the
//! first instead of replaying a stored answer.

mod store;

pub(crate) use store::prune;

use std::collections::HashSet;

use bilten_kernel::{Ctx, Timestamp};
use uuid::Uuid;

use crate::{DbError, TenantTx};

/// Key with what it stands for.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// Kind of request and who sends it, such as `checkout:key_01…`.
    pub scope: &'a str,
    /// Text that the client chose, 1 to 255 characters.
    pub key: &'a str,
    /// Hash of the request's meaning.
    pub request_hash: &'a [u8],
}

/// Key that outlives the request that brought it; see [`Key`].
#[derive(Debug, Clone)]
pub struct OwnedKey {
    scope: String,
    key: String,
    request_hash: Vec<u8>,
}

impl From<Key<'_>> for OwnedKey {
    fn from(key: Key<'_>) -> Self {
        Self {
            scope: key.scope.to_owned(),
            key: key.key.to_owned(),
            request_hash: key.request_hash.to_vec(),
        }
    }
}

impl OwnedKey {
    /// Borrows it.
    pub fn as_key(&self) -> Key<'_> {
        Key {
            scope: &self.scope,
            key: &self.key,
            request_hash: &self.request_hash,
        }
    }
}

/// First use of a key, with the resource that its request makes.
#[derive(Debug, Clone, Copy)]
pub struct FirstUse<'a> {
    /// Key.
    pub key: Key<'a>,
    /// What the request makes.
    pub resource: Uuid,
    /// When the request was sent.
    pub at: Timestamp,
    /// The request is still at work until then; `None` when its effect is complete with this transaction.
    pub leased_until: Option<Timestamp>,
}

/// What to do with a request that carries a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Nobody used the key; go on, the key is now taken.
    New,
    /// The first request died on its way; go on with what it had made, if anything.
    Resume(Option<Uuid>),
    /// The effect is complete; answer from this resource.
    Replay(Uuid),
    /// The first request is still at work: 409.
    InFlight,
    /// The key was used for another request: 422.
    OtherRequest,
}

/// Takes the key in this transaction; the lease protects the first request while it works.
///
/// # Errors
/// The database refused.
pub async fn claim(tx: &mut TenantTx, ctx: &Ctx, key: Key<'_>, leased_until: Timestamp) -> Result<Claim, DbError> {
    if store::insert(tx, key, ctx.now(), leased_until).await? {
        return Ok(Claim::New);
    }
    let known = store::lock(tx, key).await?;
    if known.request_hash != key.request_hash {
        return Ok(Claim::OtherRequest);
    }
    match (known.leased_until, known.resource_id) {
        (None, Some(resource)) => Ok(Claim::Replay(resource)),
        (Some(until), _) if until > ctx.now() => Ok(Claim::InFlight),
        (_, resource) => {
            store::lease(tx, key, leased_until).await?;
            Ok(Claim::Resume(resource))
        }
    }
}

/// Takes several keys in this transaction, those that nobody used before; tells of each, in the order given, whether it
/// was taken. Of two uses of the same key the first one takes it.
///
/// # Errors
/// The database refused.
pub async fn claim_many(tx: &mut TenantTx, uses: &[FirstUse<'_>]) -> Result<Vec<bool>, DbError> {
    let name = |first: &FirstUse<'_>| (first.key.scope.to_owned(), first.key.key.to_owned());
    let mut seen = HashSet::with_capacity(uses.len());
    let distinct: Vec<FirstUse<'_>> = uses.iter().copied().filter(|first| seen.insert(name(first))).collect();
    let mut taken = store::insert_many(tx, &distinct).await?;
    Ok(uses.iter().map(|first| taken.remove(&name(first))).collect())
}

/// Notes which resource the request made while its work goes on.
///
/// # Errors
/// The database refused.
pub async fn attach(tx: &mut TenantTx, key: Key<'_>, resource: Uuid) -> Result<(), DbError> {
    store::attach(tx, key, resource).await
}

/// Ends the lease of a request that could not do its work now: sent again, it resumes at once.
///
/// # Errors
/// The database refused.
pub async fn lapse(tx: &mut TenantTx, ctx: &Ctx, key: Key<'_>) -> Result<(), DbError> {
    store::lease(tx, key, ctx.now()).await
}

/// Marks the effect as complete.
///
/// # Errors
/// The database refused.
pub async fn complete(tx: &mut TenantTx, key: Key<'_>, resource: Uuid) -> Result<(), DbError> {
    store::complete(tx, key, resource).await
}

/// Marks the effects of several requests as complete; the keys had been claimed with what their requests made.
///
/// # Errors
/// The database refused.
pub async fn complete_many(tx: &mut TenantTx, keys: &[Key<'_>]) -> Result<(), DbError> {
    store::complete_many(tx, keys).await
}

/// Frees a key whose request had no effect, so that it can be sent again.
///
/// # Errors
/// The database refused.
pub async fn release(tx: &mut TenantTx, key: Key<'_>) -> Result<(), DbError> {
    store::delete(tx, key).await
}
