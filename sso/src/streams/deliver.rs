//! Sends what a stream has not sent yet, batch by batch, beside the jobs.
//!
//! A few streams are served at a time, the others wait in a line in which each stands once. A turn is bounded: whoever has much to
//! send, or answers slowly, comes again after the others.

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bilten_kernel::{Actor, AuditStreamId, Clock, Ctx, Entropy, RequestId, TenantId};
use bilten_tenancy::{
    Db, DbError,
    audit::{self, Link},
    directory::Directory,
    jobs::{self, NewJob},
};
use jiff::SignedDuration;
use serde_json::json;
use tokio::{
    sync::{Semaphore, watch},
    time::Instant,
};
use tokio_util::task::TaskTracker;

use super::{
    SendFault, Stream, StreamSecret, StreamState, change,
    find_due::enqueue,
    send::{self, Batch},
    store::{self, Refusal},
    stream::{GIVE_UP, back_off},
};
use crate::{egress::Egress, seal::Seal};

/// Kind of the job that tells the owners that a stream has stopped.
pub const STREAM_FAILED_JOB: &str = "mail.audit_stream";
/// Streams that are served at a time.
const AT_ONCE: usize = 8;
/// Streams that wait at most; others are found again by the next look.
const MOST_WAITING: usize = 1_000;
/// Links of a batch.
const BATCH: i64 = 100;
/// Length of a turn: no further batch is begun after it.
const TURN: Duration = Duration::from_secs(20);
/// Longer than a turn and its last batch.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// What the sender needs.
pub struct StreamerParts {
    /// Database of the tenants.
    pub db: Db,
    /// Names of shops.
    pub directory: Directory,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The way out.
    pub egress: Egress,
    /// Opens secrets.
    pub seal: Seal,
}

/// Sends streams. Cheap to clone.
#[derive(Clone)]
pub struct Streamer(Arc<Inner>);

struct Inner {
    parts: StreamerParts,
    tasks: TaskTracker,
    slots: Semaphore,
    line: Mutex<HashSet<AuditStreamId>>,
    waiting: watch::Sender<usize>,
}

impl fmt::Debug for Streamer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Streamer")
    }
}

/// What became of a turn.
enum Turn {
    /// Nothing is left.
    Caught,
    /// There is more.
    More,
    /// The receiver did not take it.
    Refused,
}

impl Streamer {
    /// Makes the sender.
    pub fn new(parts: StreamerParts) -> Self {
        Self(Arc::new(Inner {
            parts,
            tasks: TaskTracker::new(),
            slots: Semaphore::new(AT_ONCE),
            line: Mutex::default(),
            waiting: watch::Sender::new(0),
        }))
    }

    /// Puts a stream into the line, unless it stands there.
    pub fn hand_over(&self, tenant: TenantId, id: AuditStreamId) {
        if !self.stand(id) {
            return;
        }
        let this = self.clone();
        self.0.tasks.spawn(async move {
            if let Ok(_slot) = this.0.slots.acquire().await
                && let Err(error) = this.serve(tenant, id).await
            {
                tracing::warn!(%tenant, stream = %id, %error, "a stream of the record could not be served");
            }
            this.leave(id);
        });
    }

    /// Waits until nobody stands in the line.
    pub async fn idle(&self) {
        // The sender lives as long as this does.
        let mut waiting = self.0.waiting.subscribe();
        drop(waiting.wait_for(|count| *count == 0).await);
    }

    fn stand(&self, id: AuditStreamId) -> bool {
        let mut line = self.0.line.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = line.len() < MOST_WAITING && line.insert(id);
        self.0.waiting.send_replace(line.len());
        is_new
    }

    fn leave(&self, id: AuditStreamId) {
        let mut line = self.0.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.remove(&id);
        self.0.waiting.send_replace(line.len());
    }

    fn ctx(&self, tenant: TenantId, id: AuditStreamId) -> Ctx {
        let parts = &self.0.parts;
        let name = RequestId::parse(&id.to_string()).expect("ids are fit for a request id");
        Ctx::new(tenant, Actor::System, name, parts.clock.now(), parts.entropy.clone())
    }

    async fn serve(&self, tenant: TenantId, id: AuditStreamId) -> Result<(), DbError> {
        let parts = &self.0.parts;
        let Some(entry) = parts.directory.find(tenant).await? else {
            return Ok(());
        };
        let ctx = self.ctx(tenant, id);
        let mut tx = parts.db.begin(&ctx).await?;
        let is_ours = store::take(&mut tx, id, (ctx.now(), ctx.now() + LEASE)).await?;
        tx.commit().await?;
        if !is_ours {
            return Ok(());
        }
        let turn = self.turn((tenant, entry.primary_host.as_str()), id).await;
        let ctx = self.ctx(tenant, id);
        let mut tx = parts.db.begin(&ctx).await?;
        store::give_back(&mut tx, id).await?;
        if matches!(turn, Ok(Turn::More)) {
            enqueue(&mut tx, &ctx, id).await?;
        }
        tx.commit().await?;
        turn.map(drop)
    }

    async fn turn(&self, (tenant, host): (TenantId, &str), id: AuditStreamId) -> Result<Turn, DbError> {
        let parts = &self.0.parts;
        let begun = Instant::now();
        loop {
            let ctx = self.ctx(tenant, id);
            let mut tx = parts.db.begin(&ctx).await?;
            let stream = store::find(&mut tx, id).await?;
            let Some(stream) = stream.filter(|stream| stream.state == StreamState::Running) else {
                return Ok(Turn::Caught);
            };
            let links = audit::list_links(&mut tx, stream.cursor, BATCH).await?;
            let sealed = store::secrets(&mut tx, id).await?;
            tx.commit().await?;
            let (Some(first), Some(last)) = (links.first(), links.last()) else {
                return Ok(Turn::Caught);
            };
            let batch = Batch {
                tenant,
                host,
                id: format!("{id}-{}-{}", first.seq, last.seq),
                links: &links,
                now: ctx.now(),
            };
            let sent = match self.open(tenant, id, &sealed) {
                Ok(secrets) => send::send(&parts.egress, &stream.target, &secrets, &batch).await,
                Err(fault) => Err(fault),
            };
            let outcome = if sent.is_ok() { "sent" } else { "refused" };
            metrics::counter!("audit_stream_batches_total", "outcome" => outcome).increment(1);
            match sent {
                Ok(()) => {
                    if !self.note_sent(tenant, &stream, &links).await? {
                        return Ok(Turn::More);
                    }
                }
                Err(fault) => {
                    self.note_refused(tenant, &stream, fault).await?;
                    return Ok(Turn::Refused);
                }
            }
            if begun.elapsed() >= TURN {
                return Ok(Turn::More);
            }
        }
    }

    fn open(&self, tenant: TenantId, id: AuditStreamId, sealed: &[Vec<u8>]) -> Result<Vec<StreamSecret>, SendFault> {
        let name = id.to_string();
        let open = |sealed: &Vec<u8>| self.0.parts.seal.open(tenant, &name, sealed);
        let opened: Result<Vec<_>, _> = sealed.iter().map(open).collect();
        let opened = opened.map_err(|_| SendFault::Secret)?;
        Ok(opened.into_iter().map(StreamSecret::from_sealed).collect())
    }

    async fn note_sent(&self, tenant: TenantId, stream: &Stream, links: &[Link]) -> Result<bool, DbError> {
        let ctx = self.ctx(tenant, stream.id);
        let to = links.last().map_or(stream.cursor, |last| last.seq);
        let mut tx = self.0.parts.db.begin(&ctx).await?;
        let is_noted = store::note_sent(&mut tx, stream.id, (stream.cursor, to), ctx.now()).await?;
        tx.commit().await?;
        Ok(is_noted)
    }

    /// Tries later; after a day, or when the receiver says that it is gone, the stream stops and its owners are told.
    async fn note_refused(&self, tenant: TenantId, stream: &Stream, fault: SendFault) -> Result<(), DbError> {
        let ctx = self.ctx(tenant, stream.id);
        let failing_since = stream.failing_since.unwrap_or(ctx.now());
        let error = fault.to_string();
        let refusal = Refusal {
            error: &error,
            failing_since,
            next_at: ctx.now() + back_off(stream.attempts.saturating_add(1)),
            gives_up: fault.is_final() || ctx.now().duration_since(failing_since) >= GIVE_UP,
        };
        let mut tx = self.0.parts.db.begin(&ctx).await?;
        if store::note_refused(&mut tx, stream.id, &refusal).await? && refusal.gives_up {
            let details = json!({ "by": "failure", "error": error, "failing_since": failing_since });
            change::record(&mut tx, &ctx, "audit_stream.paused", stream.id, details).await?;
            let job = NewJob {
                kind: STREAM_FAILED_JOB,
                payload: json!({ "stream": stream.id }),
                run_at: ctx.now(),
                unique_key: None,
                is_urgent: true,
            };
            jobs::enqueue(&mut tx, &ctx, job).await?;
        }
        tx.commit().await
    }
}
