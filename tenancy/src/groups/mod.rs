//! Group commit at the level of the application.
//!
//! Requests for the same thing (a *lane*: one event's stock, one event's orders) are collected while the transaction
//! before them commits, and then served together by one set-based transaction; each requester gets his own answer after
//! the commit. A hot event costs a few statements and one flush a group instead of a transaction a buyer, and several
//! nodes contend only node against node (docs/adr/0010).
//!
//! ```text
//! ask ─▶ lane (bounded, first come first served) ─▶ turnstile (fair between tenants) ─▶ serve: one transaction
//!   ▲                                                                                        │
//!   └────────────────────────── own answer, or why there is none ◀───────────────────────────┘
//! ```
//! Invariants: a lane runs one transaction at a time; answers go out after the commit alone; a group that the database
//! refuses is halved until the one bad request stands alone, so that it cannot fail the others; whoever would wait longer
//! than [`GroupLimits::patience`] for his turn is told so at once.
//!
//! Not here: what a group does ([`Serve`] is implemented beside each use case).

mod lane;
mod rush;
mod turnstile;

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bilten_kernel::TenantId;
use tokio::sync::{mpsc, oneshot};

pub use rush::Rush;
pub use turnstile::Turnstile;

use self::lane::{Gauge, Waiting};
use crate::DbError;

/// Does the work of a group.
#[async_trait]
pub trait Serve: Send + Sync + 'static {
    /// What the requests of one group have in common.
    type Lane: Copy + Eq + Hash + fmt::Debug + Send + Sync + 'static;
    /// A request.
    type Ask: Send + Sync + 'static;
    /// What its requester is told. An answer that nobody takes is dropped.
    type Answer: Send + 'static;

    /// Name for figures.
    const NAME: &'static str;

    /// Says whose share of the database a lane uses.
    fn tenant(lane: Self::Lane) -> TenantId;

    /// Serves all requests in one transaction and commits it; returns one answer each, in their order.
    ///
    /// # Errors
    /// The database refused the whole group, and nothing of it was kept.
    async fn serve(&self, lane: Self::Lane, asks: &[Self::Ask]) -> Result<Vec<Self::Answer>, DbError>;
}

/// Bounds of the lanes.
#[derive(Debug, Clone, Copy)]
pub struct GroupLimits {
    /// Requests that wait in one lane; the next one is told that it is busy.
    pub queue: usize,
    /// Requests that one transaction serves.
    pub group: usize,
    /// Longest time that a lane waits before it begins, when a crowd came just before, until as many as then have come again: the
    /// cost of a transaction is shared by more. Nobody waits for it while few come.
    pub gather: Duration,
    /// Longest wait before one's group begins; who would wait longer is told so at once.
    pub patience: Duration,
    /// Time that one group may take; then the database counts as out of reach.
    pub time_limit: Duration,
    /// Time after which a lane without requests ends.
    pub idle: Duration,
}

impl Default for GroupLimits {
    fn default() -> Self {
        Self {
            queue: 8_192,
            group: 256,
            gather: Duration::from_millis(3),
            patience: Duration::from_millis(900),
            time_limit: Duration::from_secs(15),
            idle: Duration::from_secs(30),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// More ask than can be served within a second.
    #[error("too many requests at once")]
    Busy,
    /// The database is out of reach, or took too long: whether the request had its effect is not known.
    #[error("the database is out of reach")]
    Unavailable,
    /// The database refused this request alone.
    #[error("the database refused the request")]
    Failed(#[source] DbError),
}

/// Collects requests and has them served group by group. Cheap to clone; one per process and kind of work.
pub struct Groups<S: Serve> {
    inner: Arc<Inner<S>>,
}

struct Inner<S: Serve> {
    server: S,
    limits: GroupLimits,
    turnstile: Turnstile,
    lanes: Mutex<HashMap<S::Lane, Lane<S>>>,
}

/// Way into a lane, and how long it is.
struct Lane<S: Serve> {
    sender: mpsc::Sender<Waiting<S>>,
    gauge: Arc<Gauge>,
}

impl<S: Serve> Clone for Groups<S> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<S: Serve> fmt::Debug for Groups<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Groups").field("name", &S::NAME).finish_non_exhaustive()
    }
}

impl<S: Serve> Groups<S> {
    /// Makes groups without lanes. All kinds of work on one database share a turnstile ([`crate::Db::turnstile`]).
    pub fn new(server: S, limits: GroupLimits, turnstile: Turnstile) -> Self {
        Self {
            inner: Arc::new(Inner {
                server,
                limits,
                turnstile,
                lanes: Mutex::default(),
            }),
        }
    }

    /// Returns what serves the groups.
    pub fn server(&self) -> &S {
        &self.inner.server
    }

    /// Has the request served with others of its lane; the answer comes after the commit. When the caller goes away, a
    /// request that waits is left out, and an answer that is ready is dropped.
    ///
    /// # Errors
    /// See [`Refused`].
    pub async fn ask(&self, lane: S::Lane, ask: S::Ask) -> Result<S::Answer, Refused> {
        let (reply, answer) = oneshot::channel();
        self.submit(lane, Waiting::new(ask, reply))?;
        match answer.await {
            Ok(answer) => answer,
            // The lane panicked; it is opened anew by the next request.
            Err(_) => Err(Refused::Unavailable),
        }
    }

    /// Tells how long everybody who lately asked would wait before his group begins, had nobody been turned away.
    pub fn expected_wait(&self, lane: S::Lane) -> Duration {
        let lanes = self.inner.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.get(&lane).map_or(Duration::ZERO, |lane| {
            let wanting = lane.waiting().saturating_add(lane.gauge.turned_away());
            lane.gauge.expected_wait(wanting, self.inner.limits.group)
        })
    }

    /// Puts the request into its lane. The map stays locked meanwhile, so that a lane that is about to end cannot miss it.
    fn submit(&self, lane: S::Lane, waiting: Waiting<S>) -> Result<(), Refused> {
        let limits = self.inner.limits;
        let mut lanes = self.inner.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let way = lanes.entry(lane).or_insert_with(|| self.open(lane));
        if way.gauge.expected_wait(way.waiting(), limits.group) > limits.patience {
            way.gauge.turn_away();
            return Err(busy::<S>());
        }
        match way.sender.try_send(waiting) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => {
                way.gauge.turn_away();
                Err(busy::<S>())
            }
            Err(mpsc::error::TrySendError::Closed(waiting)) => {
                let fresh = self.open(lane);
                let sent = fresh.sender.try_send(waiting);
                lanes.insert(lane, fresh);
                sent.map_err(|_| busy::<S>())
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a lane outlives the request that opened it")]
    fn open(&self, lane: S::Lane) -> Lane<S> {
        let (sender, receiver) = mpsc::channel(self.inner.limits.queue);
        let gauge = Arc::new(Gauge::default());
        tokio::spawn(self.clone().run(lane, receiver, Arc::clone(&gauge)));
        Lane { sender, gauge }
    }
}

impl<S: Serve> Lane<S> {
    fn waiting(&self) -> usize {
        self.sender.max_capacity() - self.sender.capacity()
    }
}

fn busy<S: Serve>() -> Refused {
    metrics::counter!("group_busy_total", "group" => S::NAME).increment(1);
    Refused::Busy
}
