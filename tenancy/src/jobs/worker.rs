//! Visits tenants that have work, in turn.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bilten_kernel::{Clock, Entropy, TenantId, Timestamp};
use tokio_util::sync::CancellationToken;

use super::{Chore, JobHandler, chore::Rounds, visit};
use crate::{Db, DbError, directory::Directory, outbox::Subscriber};

/// Time between looks at delayed jobs and unsealed audit entries.
const TICK: Duration = Duration::from_millis(250);
/// Time between visits to every tenant, which find what no bell announced.
const SWEEP: Duration = Duration::from_secs(15);
/// Visits that [`Worker::run_until_idle`] makes at most.
const IDLE_VISITS: usize = 10_000;

/// What a worker needs.
#[derive(Clone)]
pub struct WorkerParts {
    /// Database of the tenants.
    pub db: Db,
    /// Directory, to find every tenant.
    pub directory: Directory,
    /// Clock that decides what is due.
    pub clock: Arc<dyn Clock>,
    /// Randomness of job contexts.
    pub entropy: Arc<dyn Entropy>,
    /// Who does which jobs.
    pub handlers: Vec<Arc<dyn JobHandler>>,
    /// What each tenant gets from time to time.
    pub chores: Vec<Arc<dyn Chore>>,
    /// Who hears which outbox events.
    pub subscribers: Vec<Arc<dyn Subscriber>>,
}

/// Does the jobs of all tenants.
pub struct Worker {
    parts: WorkerParts,
    rounds: Rounds,
}

impl Worker {
    /// Makes a worker.
    pub fn new(parts: WorkerParts) -> Self {
        Self {
            parts,
            rounds: Rounds::default(),
        }
    }

    /// Works until the token is cancelled; the job at hand is finished first.
    pub async fn run(&self, stop: CancellationToken) {
        let mut due: HashMap<TenantId, Timestamp> = HashMap::new();
        let mut tick = tokio::time::interval(TICK);
        let mut sweep = tokio::time::interval(SWEEP);
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = sweep.tick() => self.wake_all().await,
                _ = tick.tick() => self.wake_due(&mut due).await,
                () = self.parts.db.waker().rung() => {}
            }
            while let Some(tenant) = self.parts.db.waker().next() {
                if stop.is_cancelled() {
                    return;
                }
                self.visit_and_note(tenant, &mut due).await;
            }
        }
    }

    /// Visits every tenant until none has anything due; returns how many things were done.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn run_until_idle(&self) -> Result<usize, DbError> {
        let mut total = 0;
        for tenant in self.parts.directory.list().await? {
            for _ in 0..IDLE_VISITS {
                let visited = visit::visit(&self.parts, &self.rounds, tenant.id).await?;
                total += visited.done;
                if visited.done == 0 {
                    break;
                }
            }
        }
        Ok(total)
    }

    async fn visit_and_note(&self, tenant: TenantId, due: &mut HashMap<TenantId, Timestamp>) {
        match visit::visit(&self.parts, &self.rounds, tenant).await {
            Ok(visited) if visited.done > 0 => self.parts.db.waker().wake(tenant),
            Ok(visited) => {
                match visited.next_due {
                    Some(at) => due.insert(tenant, at),
                    None => due.remove(&tenant),
                };
            }
            Err(error) => {
                tracing::warn!(%tenant, %error, "visit to a tenant failed");
                due.insert(tenant, self.parts.clock.now() + jiff::SignedDuration::from_secs(2));
            }
        }
    }

    async fn wake_due(&self, due: &mut HashMap<TenantId, Timestamp>) {
        let now = self.parts.clock.now();
        due.retain(|tenant, at| {
            let is_due = *at <= now;
            if is_due {
                self.parts.db.waker().wake(*tenant);
            }
            !is_due
        });
        for tenant in self.parts.db.waker().take_unsealed() {
            if let Err(error) = visit::seal(&self.parts, tenant).await {
                tracing::warn!(%tenant, %error, "audit entries could not be sealed");
                self.parts.db.waker().seal_later(tenant);
            }
        }
    }

    async fn wake_all(&self) {
        match self.parts.directory.list().await {
            Ok(tenants) => tenants.iter().for_each(|tenant| self.parts.db.waker().wake(tenant.id)),
            Err(error) => tracing::warn!(%error, "tenants could not be listed"),
        }
    }
}
