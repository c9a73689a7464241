//! Keeps the worker alive: a panic in it is logged and counted, and it starts again.

use std::{
    any::Any,
    collections::VecDeque,
    panic::AssertUnwindSafe,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Deaths within [`WINDOW`] from which on it counts as one that keeps dying.
const MANY: usize = 3;
const WINDOW: Duration = Duration::from_mins(5);

/// How the worker of this process fares.
#[derive(Debug, Default)]
pub struct WorkerHealth {
    deaths: Mutex<VecDeque<Instant>>,
}

impl WorkerHealth {
    /// Tells whether the worker keeps dying, so that jobs are not to be relied on.
    pub fn keeps_dying(&self) -> bool {
        let deaths = self.deaths.lock().unwrap_or_else(PoisonError::into_inner);
        deaths.len() >= MANY && deaths.iter().all(|at| at.elapsed() < WINDOW)
    }

    fn note_death(&self) {
        let mut deaths = self.deaths.lock().unwrap_or_else(PoisonError::into_inner);
        deaths.push_back(Instant::now());
        if deaths.len() > MANY {
            deaths.pop_front();
        }
    }
}

/// Runs the work, and again a pause after it panicked, until it ends or the process is to stop.
pub(super) async fn supervise<F: Future<Output = ()>>(
    health: &WorkerHealth,
    stop: &CancellationToken,
    pause: Duration,
    work: impl Fn() -> F,
) {
    while let Err(panic) = AssertUnwindSafe(async { work().await }).catch_unwind().await {
        let why = message(panic.as_ref());
        tracing::error!(why, "the worker panicked; it starts again");
        metrics::counter!("worker_restarts_total").increment(1);
        health.note_death();
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_worker_that_panics_is_started_again_and_known_to_keep_dying() {
        let (health, stop, starts) = (WorkerHealth::default(), CancellationToken::new(), AtomicUsize::new(0));
        let work = || async {
            let start = starts.fetch_add(1, Ordering::Relaxed);
            assert!(start >= 3, "a chore panics");
        };
        assert!(!health.keeps_dying());
        supervise(&health, &stop, Duration::ZERO, work).await;
        assert_eq!(starts.load(Ordering::Relaxed), 4);
        assert!(health.keeps_dying());
    }

    #[tokio::test]
    async fn a_worker_that_panics_while_the_process_stops_stays_down() {
        let (health, stop, starts) = (WorkerHealth::default(), CancellationToken::new(), AtomicUsize::new(0));
        stop.cancel();
        let work = || async {
            starts.fetch_add(1, Ordering::Relaxed);
            assert!(!stop.is_cancelled(), "too late");
        };
        supervise(&health, &stop, Duration::ZERO, work).await;
        assert_eq!(starts.load(Ordering::Relaxed), 1);
        assert!(!health.keeps_dying(), "once is not often");
    }
}
