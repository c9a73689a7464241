//! Makes streams, stops them, lets them go on, renews their secrets.

use bilten_kernel::{AuditStreamId, Ctx};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::{Value, json};

use super::{
    StreamKind, StreamSecret, StreamState, Target,
    find_due::{enqueue, kick},
    store,
};
use crate::seal::Seal;

/// Streams of a tenant at most.
pub const MAX_STREAMS: usize = 3;
/// Letters of a name at most.
const MAX_NAME: usize = 80;

/// What a new stream is made of.
#[derive(Debug)]
pub struct NewStream {
    /// What people call it.
    pub name: String,
    /// Where to.
    pub target: Target,
    /// Begins behind the link of this number; zero sends everything, none what is new from now on.
    pub after: Option<i64>,
}

/// A stream that was made, with its secret, which is never shown again.
#[derive(Debug)]
pub struct Made {
    /// The stream.
    pub id: AuditStreamId,
    /// What its batches are signed with, by HTTPS.
    pub secret: Option<StreamSecret>,
}

/// Why a stream was not changed.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// There are as many as there may be.
    #[error("there are {MAX_STREAMS} streams already")]
    TooMany,
    /// It has no name, or one that is too long.
    #[error("the name is missing or too long")]
    Name,
    /// There is no such link.
    #[error("there is no such link")]
    Place,
    /// There is no such stream, or it is not in a state for it.
    #[error("there is no such stream in a state for it")]
    NotFound,
    /// The database refused.
    #[error("could not change the stream")]
    Db(#[from] DbError),
}

/// Makes a stream, which runs from now on.
///
/// # Errors
/// See [`StreamError`].
pub async fn create(tx: &mut TenantTx, ctx: &Ctx, seal: &Seal, new: &NewStream) -> Result<Made, StreamError> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(StreamError::Name);
    }
    store::lock(tx).await?;
    if store::list(tx).await?.len() >= MAX_STREAMS {
        return Err(StreamError::TooMany);
    }
    let last = audit::chain_length(tx).await?;
    let after = place(new.after, last)?.unwrap_or(last);
    let id: AuditStreamId = ctx.new_id();
    let secret = (new.target.kind == StreamKind::Https).then(|| StreamSecret::random(ctx));
    let sealed = secret
        .as_ref()
        .map(|secret| seal.seal(ctx, &id.to_string(), secret.secret()));
    store::insert(tx, (id, name, after), &new.target, sealed.as_deref(), ctx.now()).await?;
    let details =
        json!({ "name": name, "kind": new.target.kind.name(), "address": new.target.address, "after": after });
    record(tx, ctx, "audit_stream.created", id, details).await?;
    enqueue(tx, ctx, id).await?;
    Ok(Made { id, secret })
}

/// Stops a stream.
///
/// # Errors
/// See [`StreamError`].
pub async fn pause(tx: &mut TenantTx, ctx: &Ctx, id: AuditStreamId) -> Result<(), StreamError> {
    known(store::pause(tx, id).await?)?;
    record(tx, ctx, "audit_stream.paused", id, json!({ "by": "person" })).await?;
    Ok(())
}

/// Lets a stream go on that stands still, from where it stopped or again from behind a link.
///
/// # Errors
/// See [`StreamError`].
pub async fn resume(tx: &mut TenantTx, ctx: &Ctx, id: AuditStreamId, after: Option<i64>) -> Result<(), StreamError> {
    let last = audit::chain_length(tx).await?;
    let after = place(after, last)?;
    known(store::resume(tx, id, after, ctx.now()).await?)?;
    record(tx, ctx, "audit_stream.resumed", id, json!({ "after": after })).await?;
    enqueue(tx, ctx, id).await?;
    Ok(())
}

/// Removes a stream, its address and its secrets.
///
/// # Errors
/// See [`StreamError`].
pub async fn delete(tx: &mut TenantTx, ctx: &Ctx, id: AuditStreamId) -> Result<(), StreamError> {
    known(store::delete(tx, id).await?)?;
    record(tx, ctx, "audit_stream.deleted", id, json!({})).await?;
    Ok(())
}

/// Makes a new secret; the one before counts beside it until it is dropped, or renewed once more.
///
/// # Errors
/// See [`StreamError`].
pub async fn rotate(tx: &mut TenantTx, ctx: &Ctx, seal: &Seal, id: AuditStreamId) -> Result<StreamSecret, StreamError> {
    let secret = StreamSecret::random(ctx);
    let sealed = seal.seal(ctx, &id.to_string(), secret.secret());
    known(store::rotate(tx, id, &sealed).await?)?;
    record(tx, ctx, "audit_stream.secret_rotated", id, json!({})).await?;
    Ok(secret)
}

/// Lets the secret before this one count no more.
///
/// # Errors
/// See [`StreamError`].
pub async fn drop_former(tx: &mut TenantTx, ctx: &Ctx, id: AuditStreamId) -> Result<(), StreamError> {
    known(store::drop_former(tx, id).await?)?;
    record(
        tx,
        ctx,
        "audit_stream.changed",
        id,
        json!({ "former_secret": "dropped" }),
    )
    .await?;
    Ok(())
}

/// Puts an entry into the record whose only purpose is to arrive.
///
/// # Errors
/// See [`StreamError`].
pub async fn test_of(tx: &mut TenantTx, ctx: &Ctx, id: AuditStreamId) -> Result<(), StreamError> {
    let stream = store::find(tx, id).await?.ok_or(StreamError::NotFound)?;
    if stream.state != StreamState::Running {
        return Err(StreamError::NotFound);
    }
    record(tx, ctx, "audit_stream.tested", id, json!({ "name": stream.name })).await?;
    // Sealed by then, whatever waits before it.
    kick(tx, ctx, id).await?;
    Ok(())
}

fn known(is_known: bool) -> Result<(), StreamError> {
    if is_known { Ok(()) } else { Err(StreamError::NotFound) }
}

fn place(after: Option<i64>, last: i64) -> Result<Option<i64>, StreamError> {
    match after {
        Some(after) if !(0..=last).contains(&after) => Err(StreamError::Place),
        after => Ok(after),
    }
}

pub(super) async fn record(
    tx: &mut TenantTx,
    ctx: &Ctx,
    action: &str,
    id: AuditStreamId,
    details: Value,
) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: id.to_string(),
        details,
    };
    audit::record(tx, ctx, entry).await
}
