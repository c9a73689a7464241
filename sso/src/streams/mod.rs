//! The record of a tenant, sent to its own security people while it is written.
//!
//! A stream sends sealed links only, in the order of the chain, at least once, and remembers the last one that was taken. It goes
//! on where it stopped: a receiver that is away is tried again, later and later, and after a day the stream stops and says so. It
//! lives here because the guard of addresses ([`crate::egress`]) and the seal of secrets do.
//!
//! Invariants: one sender at a time per stream (a lease in its row); the cursor moves only from where the batch began; nothing is
//! sent inside a transaction; whatever the receiver answers, only one of our own words is kept of it.
//! Not here: the chain (`bilten_tenancy::audit`), pages (`api`).

mod change;
mod deliver;
mod find_due;
mod line;
mod send;
mod store;
mod stream;
mod syslog;
mod webhook;

pub use change::{
    MAX_STREAMS, Made, NewStream, StreamError, create, delete, drop_former, pause, resume, rotate, test_of,
};
pub use deliver::{STREAM_FAILED_JOB, Streamer, StreamerParts};
pub use find_due::{FindDueStreams, SEND_JOB, SendStream};
pub use send::SendFault;
pub use stream::{Stream, StreamKind, StreamState, Target, TargetError};
pub use webhook::StreamSecret;

use bilten_kernel::AuditStreamId;
use bilten_tenancy::{DbError, TenantTx};

/// Lists the streams of a tenant, the oldest first.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Stream>, DbError> {
    store::list(tx).await
}

/// Finds a stream.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, id: AuditStreamId) -> Result<Option<Stream>, DbError> {
    store::find(tx, id).await
}
