//! Collects requests for one event and serves them group by group.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bilten_kernel::{Clock, Ctx, EventId, HoldId, TenantId};
use bilten_tenancy::Db;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{Hold, HoldError, HoldRequest, batch, decide, offer::Offer};

/// Bounds of the engine.
#[derive(Debug, Clone, Copy)]
pub struct EngineLimits {
    /// Requests that wait for one event; the next one is told that the shop is busy.
    pub queue: usize,
    /// Requests that one transaction serves.
    pub group: usize,
    /// Time after which a lane without requests ends.
    pub idle: Duration,
}

impl Default for EngineLimits {
    fn default() -> Self {
        Self {
            queue: 8_192,
            group: 512,
            idle: Duration::from_secs(30),
        }
    }
}

/// Makes holds. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

type Lane = (TenantId, EventId);

#[derive(Debug)]
struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    limits: EngineLimits,
    lanes: Mutex<HashMap<Lane, mpsc::Sender<Waiting>>>,
    paces: Mutex<HashMap<Lane, Pace>>,
}

/// Request in a lane, with the one who waits for its answer.
#[derive(Debug)]
pub(super) struct Waiting {
    pub id: HoldId,
    pub request: HoldRequest,
    pub reply: oneshot::Sender<Result<Offer, HoldError>>,
}

impl Engine {
    /// Makes an engine without lanes.
    pub fn new(db: Db, clock: Arc<dyn Clock>, limits: EngineLimits) -> Self {
        Self {
            inner: Arc::new(Inner {
                db,
                clock,
                limits,
                lanes: Mutex::default(),
                paces: Mutex::default(),
            }),
        }
    }

    /// Holds stock for a cart; the answer comes after the commit.
    ///
    /// When the caller goes away, stock that he would have got is given back.
    ///
    /// # Errors
    /// See [`HoldError`].
    pub async fn hold(&self, ctx: &Ctx, request: HoldRequest) -> Result<Hold, HoldError> {
        decide::check_shape(&request.items)?;
        let (reply, answer) = oneshot::channel();
        let lane = (ctx.tenant, request.event);
        self.submit(
            lane,
            Waiting {
                id: ctx.new_id(),
                request,
                reply,
            },
        )?;
        answer.await.unwrap_or(Err(HoldError::Unavailable)).map(Offer::accept)
    }

    /// Puts the request into its lane. The map stays locked meanwhile, so that a lane that is
    /// about to end cannot miss it.
    fn submit(&self, lane: Lane, waiting: Waiting) -> Result<(), HoldError> {
        let mut lanes = self.inner.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = lanes.entry(lane).or_insert_with(|| self.open(lane));
        match sender.try_send(waiting) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => {
                metrics::counter!("inventory_busy_total").increment(1);
                Err(HoldError::Busy)
            }
            Err(mpsc::error::TrySendError::Closed(waiting)) => {
                let fresh = self.open(lane);
                let sent = fresh.try_send(waiting);
                lanes.insert(lane, fresh);
                sent.map_err(|_| HoldError::Busy)
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a lane outlives the request that opened it")]
    fn open(&self, lane: Lane) -> mpsc::Sender<Waiting> {
        let (sender, receiver) = mpsc::channel(self.inner.limits.queue);
        tokio::spawn(self.clone().run_lane(lane, receiver));
        sender
    }

    async fn run_lane(self, lane: Lane, mut receiver: mpsc::Receiver<Waiting>) {
        let limits = self.inner.limits;
        let mut group = Vec::with_capacity(limits.group);
        loop {
            let received = tokio::time::timeout(limits.idle, receiver.recv_many(&mut group, limits.group)).await;
            match received {
                Ok(0) => return,
                Ok(_) => {
                    metrics::histogram!("inventory_group_size").record(u32::try_from(group.len()).unwrap_or(u32::MAX));
                    let served = std::mem::take(&mut group);
                    self.note_begin(lane);
                    batch::serve(&self.inner.db, lane.0, lane.1, self.inner.clock.now(), served).await;
                    self.note_end(lane);
                }
                Err(_) if self.close_if_empty(lane, &receiver) => return,
                Err(_) => {}
            }
        }
    }

    fn close_if_empty(&self, lane: Lane, receiver: &mpsc::Receiver<Waiting>) -> bool {
        let mut lanes = self.inner.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let is_empty = receiver.is_empty();
        if is_empty {
            lanes.remove(&lane);
            let mut paces = self.inner.paces.lock().unwrap_or_else(PoisonError::into_inner);
            paces.remove(&lane);
        }
        is_empty
    }
}

/// How fast a lane is: the waiting room opens by it.
#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    /// When the group that is being served was begun.
    begun: Option<Instant>,
    /// What the group before it took.
    last: Duration,
}

impl Engine {
    /// Returns how long a request for an event would wait on this node: for the group that is being served, and for
    /// those that wait, at its pace.
    pub fn expected_wait(&self, tenant: TenantId, event: EventId) -> Duration {
        let lane = (tenant, event);
        let lanes = self.inner.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = lanes.get(&lane).map_or(0, |lane| lane.max_capacity() - lane.capacity());
        drop(lanes);
        let paces = self.inner.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = paces.get(&lane).copied().unwrap_or_default();
        let running = pace.begun.map(|begun| begun.elapsed()).unwrap_or_default();
        let groups = u32::try_from(waiting.div_ceil(self.inner.limits.group.max(1))).unwrap_or(u32::MAX);
        running.saturating_add(pace.last.max(running).saturating_mul(groups))
    }

    fn note_begin(&self, lane: Lane) {
        let mut paces = self.inner.paces.lock().unwrap_or_else(PoisonError::into_inner);
        paces.entry(lane).or_default().begun = Some(Instant::now());
    }

    fn note_end(&self, lane: Lane) {
        let mut paces = self.inner.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = paces.entry(lane).or_default();
        pace.last = pace.begun.take().map(|begun| begun.elapsed()).unwrap_or_default();
    }
}
