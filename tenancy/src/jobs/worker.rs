//! Visits tenants that have work, in turn.

use std::{sync::Arc, time::Duration};

use bilten_kernel::{Clock, Entropy, TenantId};
use futures_util::{StreamExt, stream, stream::FuturesUnordered};
use jiff::SignedDuration;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::{
    Chore, JobHandler,
    chore::Rounds,
    plan::Plan,
    round::Round,
    visit::{self, Visited},
};
use crate::{Db, DbError, directory::Directory, outbox::Subscriber};

/// Time between looks at delayed jobs and unsealed audit entries.
const TICK: Duration = Duration::from_millis(250);
/// Tenants that one worker visits at the same time.
const VISITS_AT_ONCE: usize = 4;
/// Wait after a visit that failed.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(2);
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

    /// Works until the token is cancelled; jobs at hand are finished first.
    pub async fn run(&self, stop: CancellationToken) {
        tokio::join!(self.run_visits(&stop), self.run_seals(&stop));
    }

    /// Visits tenants, several at once but each only once at a time, in the order in which they asked; those that
    /// did not ask in their round, when nobody else waits.
    async fn run_visits(&self, stop: &CancellationToken) {
        let waker = self.parts.db.waker();
        let mut plan = Plan::default();
        let mut visits = FuturesUnordered::new();
        let mut tick = interval(TICK);
        let mut round = Round::default();
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => break,
                Some((tenant, visited)) = visits.next() => self.note(&mut plan, tenant, visited),
                _ = tick.tick() => {
                    plan.take_due(self.parts.clock.now()).for_each(|tenant| waker.wake(tenant));
                    self.go_round(&mut round).await;
                }
                () = waker.rung() => {}
            }
            while visits.len() < VISITS_AT_ONCE
                && let Some(tenant) = waker.next().or_else(|| round.next())
            {
                if plan.begin(tenant) {
                    visits.push(async move { (tenant, visit::visit(&self.parts, &self.rounds, tenant, stop).await) });
                }
            }
        }
        while visits.next().await.is_some() {}
    }

    /// Seals audit entries a moment after their commit, whatever the jobs are doing.
    async fn run_seals(&self, stop: &CancellationToken) {
        let mut tick = interval(TICK);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = tick.tick() => self.seal_all().await,
            }
        }
        self.seal_all().await;
    }

    async fn seal_all(&self) {
        let unsealed = self.parts.db.waker().take_unsealed();
        stream::iter(unsealed)
            .for_each_concurrent(VISITS_AT_ONCE, async |tenant| {
                match visit::seal(&self.parts, tenant).await {
                    Ok(Some(_)) => {}
                    Ok(None) => self.parts.db.waker().seal_later(tenant),
                    Err(error) => {
                        tracing::warn!(%tenant, %error, "audit entries could not be sealed");
                        self.parts.db.waker().seal_later(tenant);
                    }
                }
            })
            .await;
    }

    /// Visits every tenant until none has anything due; returns how many things were done.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn run_until_idle(&self) -> Result<usize, DbError> {
        let never = CancellationToken::new();
        let mut total = 0;
        for tenant in self.parts.directory.list().await? {
            for _ in 0..IDLE_VISITS {
                let visited = visit::visit(&self.parts, &self.rounds, tenant.id, &never).await?;
                total += visited.done;
                if visited.done == 0 {
                    break;
                }
            }
            total += visit::seal(&self.parts, tenant.id).await?.unwrap_or_default();
        }
        Ok(total)
    }

    fn note(&self, plan: &mut Plan, tenant: TenantId, visited: Result<Visited, DbError>) {
        let (waker, now) = (self.parts.db.waker(), self.parts.clock.now());
        let was_woken = plan.end(tenant);
        match visited {
            Ok(visited) => {
                if visited.done > 0 {
                    plan.note_done(tenant, now);
                }
                if visited.has_unsealed {
                    // Entries of a process that died before it could seal them.
                    waker.seal_later(tenant);
                }
                if was_woken || visited.done > 0 {
                    waker.wake(tenant);
                } else {
                    let again = plan.look_again(tenant, now);
                    plan.wait(tenant, visited.next_due.into_iter().chain(again).min());
                }
            }
            Err(error) => {
                tracing::warn!(%tenant, %error, "visit to a tenant failed");
                plan.wait(tenant, Some(now + AFTER_FAILURE));
            }
        }
    }

    /// Takes up the next part of the round, and the next page of tenants when it is needed.
    async fn go_round(&self, round: &mut Round) {
        round.tick();
        let Some(wanted) = round.wants_page() else { return };
        match self.parts.directory.list_before(wanted.before, Round::PAGE).await {
            Ok(page) => round.add(page),
            Err(error) => tracing::warn!(%error, "tenants could not be listed"),
        }
    }
}

/// Clock of a loop; a round that was missed is not made up for.
fn interval(period: Duration) -> Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
