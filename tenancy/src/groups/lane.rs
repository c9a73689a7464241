//! One lane at work: takes what waits, serves it, halves what fails.

use std::{
    ops::Range,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{Groups, Refused, Serve, rush::CROWD};
use crate::{DbError, Retry};

/// Request in a lane, with the one who waits for its answer.
pub(super) struct Waiting<S: Serve> {
    ask: S::Ask,
    reply: Reply<S>,
    since: Instant,
}

type Reply<S> = oneshot::Sender<Result<<S as Serve>::Answer, Refused>>;

impl<S: Serve> Waiting<S> {
    pub(super) fn new(ask: S::Ask, reply: Reply<S>) -> Self {
        Self {
            ask,
            reply,
            since: Instant::now(),
        }
    }
}

/// How long groups of a lane take, and how long the present one has been at work.
#[derive(Debug)]
pub(super) struct Gauge {
    born: Instant,
    /// Moving average, in microseconds.
    usual_us: AtomicU64,
    /// When the present group began, in microseconds since birth, plus one; 0 while there is none.
    begun_us: AtomicU64,
    /// Requests that were told that it is busy, less those that could have been served since.
    turned_away: AtomicUsize,
}

impl Default for Gauge {
    fn default() -> Self {
        Self {
            born: Instant::now(),
            usual_us: AtomicU64::new(0),
            begun_us: AtomicU64::new(0),
            turned_away: AtomicUsize::new(0),
        }
    }
}

impl Gauge {
    fn now_us(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn begin(&self) {
        self.begun_us.store(self.now_us().saturating_add(1), Ordering::Relaxed);
    }

    /// Notes that somebody was told that it is busy.
    pub(super) fn turn_away(&self) {
        self.turned_away.fetch_add(1, Ordering::Relaxed);
    }

    /// How many were turned away and would still be waiting.
    pub(super) fn turned_away(&self) -> usize {
        self.turned_away.load(Ordering::Relaxed)
    }

    fn end(&self, group: usize) {
        let still = |turned_away: usize| Some(turned_away.saturating_sub(group));
        let _ = self
            .turned_away
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, still);
        let took = self.running_us();
        let usual = self.usual_us.load(Ordering::Relaxed);
        let next = if usual == 0 { took } else { (usual * 3 + took) / 4 };
        self.usual_us.store(next, Ordering::Relaxed);
        self.begun_us.store(0, Ordering::Relaxed);
    }

    fn running_us(&self) -> u64 {
        match self.begun_us.load(Ordering::Relaxed) {
            0 => 0,
            begun => self.now_us().saturating_sub(begun - 1),
        }
    }

    /// Time until a group with a newcomer would begin, while `waiting` others stand before him.
    pub(super) fn expected_wait(&self, waiting: usize, group: usize) -> Duration {
        let is_at_work = self.begun_us.load(Ordering::Relaxed) != 0;
        let running_us = is_at_work.then(|| self.running_us());
        let groups_before = u64::try_from(waiting / group.max(1)).unwrap_or(u64::MAX);
        wait(self.usual_us.load(Ordering::Relaxed), running_us, groups_before)
    }
}

/// Reckons a wait: for the present group, and for the groups before one's own. A group that takes longer than usual
/// counts with the time by which it does: it may take as long again.
fn wait(usual_us: u64, running_us: Option<u64>, groups_before: u64) -> Duration {
    let present_us = running_us.map_or(0, |running_us| usual_us.abs_diff(running_us));
    Duration::from_micros(groups_before.saturating_mul(usual_us).saturating_add(present_us))
}

impl<S: Serve> Groups<S> {
    pub(super) async fn run(self, lane: S::Lane, mut receiver: mpsc::Receiver<Waiting<S>>, gauge: Arc<Gauge>) {
        let limits = self.inner.limits;
        let mut last = 0;
        loop {
            let first = match tokio::time::timeout(limits.idle, receiver.recv()).await {
                Ok(Some(first)) => first,
                Ok(None) => return,
                Err(_) if self.close_if_empty(lane, &receiver) => return,
                Err(_) => continue,
            };
            gauge.begin();
            let mut group = Vec::with_capacity(limits.group);
            group.push(first);
            if last >= CROWD {
                let gathered = gather(&mut receiver, &mut group, last);
                let _ = tokio::time::timeout(limits.gather, gathered).await;
            }
            let turn = self.inner.turnstile.enter(S::tenant(lane)).await;
            // Whoever asked while we waited for our turn comes along.
            while group.len() < limits.group
                && let Ok(next) = receiver.try_recv()
            {
                group.push(next);
            }
            last = group.len();
            self.inner.turnstile.rush().note(last);
            self.serve_group(lane, group).await;
            drop(turn);
            gauge.end(limits.group);
        }
    }

    /// Serves those who still wait and have not waited too long.
    async fn serve_group(&self, lane: S::Lane, group: Vec<Waiting<S>>) {
        let (mut asks, mut replies) = (Vec::with_capacity(group.len()), Vec::with_capacity(group.len()));
        for waiting in group {
            if waiting.reply.is_closed() {
                continue;
            }
            if waiting.since.elapsed() > self.inner.limits.patience {
                let _ = waiting.reply.send(Err(super::busy::<S>()));
                continue;
            }
            asks.push(waiting.ask);
            replies.push(Some(waiting.reply));
        }
        if !asks.is_empty() {
            let size = u32::try_from(asks.len()).unwrap_or(u32::MAX);
            metrics::histogram!("group_size", "group" => S::NAME).record(size);
            self.answer(lane, &asks, &mut replies).await;
        }
    }

    /// Serves all; a group that is refused is halved until what is refused stands alone.
    async fn answer(&self, lane: S::Lane, asks: &[S::Ask], replies: &mut [Option<Reply<S>>]) {
        let mut todo: Vec<Range<usize>> = Vec::from([Range {
            start: 0,
            end: asks.len(),
        }]);
        while let Some(part) = todo.pop() {
            match self.serve_part(lane, &asks[part.clone()]).await {
                Ok(answers) => {
                    for (answer, reply) in answers.into_iter().zip(&mut replies[part]) {
                        send::<S>(reply, Ok(answer));
                    }
                }
                Err(Refused::Failed(error)) if part.len() > 1 => {
                    tracing::warn!(%error, ?lane, size = part.len(), group = S::NAME, "a group was refused; halving it");
                    metrics::counter!("group_halved_total", "group" => S::NAME).increment(1);
                    let middle = part.start + part.len() / 2;
                    todo.push(middle..part.end);
                    todo.push(part.start..middle);
                }
                Err(Refused::Failed(error)) => send::<S>(&mut replies[part.start], Err(Refused::Failed(error))),
                Err(Refused::Busy | Refused::Unavailable) => {
                    for reply in &mut replies[part] {
                        send::<S>(reply, Err(Refused::Unavailable));
                    }
                }
            }
        }
    }

    /// Runs one transaction, again when it lost against another one.
    async fn serve_part(&self, lane: S::Lane, asks: &[S::Ask]) -> Result<Vec<S::Answer>, Refused> {
        let mut retry = Retry::new(S::NAME);
        loop {
            let served = tokio::time::timeout(self.inner.limits.time_limit, self.inner.server.serve(lane, asks)).await;
            match served {
                Ok(Ok(answers)) if answers.len() == asks.len() => return Ok(answers),
                Ok(Ok(answers)) => {
                    tracing::error!(
                        ?lane,
                        asks = asks.len(),
                        answers = answers.len(),
                        group = S::NAME,
                        "answers are missing"
                    );
                    return Err(Refused::Unavailable);
                }
                Ok(Err(error)) if retry.again(Some(&error)).await => {}
                Ok(Err(error)) => return Err(refusal(error, S::NAME)),
                Err(_) => {
                    tracing::error!(?lane, group = S::NAME, "a group took too long");
                    return Err(Refused::Unavailable);
                }
            }
        }
    }

    fn close_if_empty(&self, lane: S::Lane, receiver: &mpsc::Receiver<Waiting<S>>) -> bool {
        let mut lanes = self.inner.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let is_empty = receiver.is_empty();
        if is_empty {
            lanes.remove(&lane);
        }
        is_empty
    }
}

/// Waits until so many have come. Cut off half-way, those who came stay in the group.
async fn gather<S: Serve>(receiver: &mut mpsc::Receiver<Waiting<S>>, group: &mut Vec<Waiting<S>>, wanted: usize) {
    while group.len() < wanted
        && let Some(next) = receiver.recv().await
    {
        group.push(next);
    }
}

fn refusal(error: DbError, group: &'static str) -> Refused {
    if error.is_unavailable() {
        tracing::error!(%error, group, "the database is out of reach");
        return Refused::Unavailable;
    }
    Refused::Failed(error)
}

/// An answer whose requester has gone is dropped here.
fn send<S: Serve>(reply: &mut Option<Reply<S>>, answer: Result<S::Answer, Refused>) {
    if let Some(reply) = reply.take() {
        let _ = reply.send(answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_that_of_the_groups_before_and_of_the_rest_of_the_present_one() {
        let ms = Duration::from_millis;
        assert_eq!(wait(0, None, 100), Duration::ZERO, "nothing is known yet");
        assert_eq!(wait(40_000, None, 2), ms(80));
        assert_eq!(wait(40_000, Some(10_000), 0), ms(30));
        assert_eq!(
            wait(40_000, Some(2_040_000), 0),
            ms(2_000),
            "a group that hangs is noticed"
        );
        assert_eq!(wait(u64::MAX, Some(0), u64::MAX), Duration::from_micros(u64::MAX));
    }

    #[test]
    fn whoever_was_turned_away_counts_until_he_could_have_been_served() {
        let gauge = Gauge::default();
        (0..25).for_each(|_| gauge.turn_away());
        gauge.end(10);
        assert_eq!(gauge.turned_away(), 15);
        gauge.end(10);
        gauge.end(10);
        assert_eq!(gauge.turned_away(), 0);
    }
}
