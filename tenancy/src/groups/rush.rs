//! Tells whether buyers come in crowds, so that work that can wait lets them pass.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

/// Requests in one group from which on it counts as a crowd.
pub(super) const CROWD: usize = 8;
/// Time after the last crowd from which on it is calm again.
const CALM_AFTER: Duration = Duration::from_millis(200);
/// Time between two looks whether it is calm.
const LOOK: Duration = Duration::from_millis(20);
/// Longest time that one piece of other work lets buyers pass: mails are late in a rush, and yet they go out.
const MOST_WAIT: Duration = Duration::from_millis(250);

/// Sign that buyers come in crowds. Clones, and all pools of one process, share it.
#[derive(Debug, Clone)]
pub struct Rush {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    born: Instant,
    /// Milliseconds since birth at which the last crowd came, plus one; 0 when none has.
    last_ms: AtomicU64,
}

impl Default for Rush {
    fn default() -> Self {
        Self {
            inner: Arc::new(Inner {
                born: Instant::now(),
                last_ms: AtomicU64::new(0),
            }),
        }
    }
}

impl Rush {
    /// Notes how many come together.
    pub(super) fn note(&self, group: usize) {
        if group >= CROWD {
            self.inner.last_ms.store(self.now_ms() + 1, Ordering::Relaxed);
        }
    }

    /// Tells whether a crowd came a moment ago.
    pub fn is_on(&self) -> bool {
        match self.inner.last_ms.load(Ordering::Relaxed) {
            0 => false,
            last => Duration::from_millis(self.now_ms().saturating_sub(last - 1)) < CALM_AFTER,
        }
    }

    /// Waits while buyers come in crowds, but not for long.
    pub async fn let_pass(&self) {
        let end = Instant::now() + MOST_WAIT;
        while self.is_on() && Instant::now() < end {
            tokio::time::sleep(LOOK).await;
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.inner.born.elapsed().as_millis()).unwrap_or(u64::MAX - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn other_work_lets_a_crowd_pass_and_goes_on_all_the_same() {
        let rush = Rush::default();
        rush.note(CROWD - 1);
        assert!(!rush.is_on(), "a few are no crowd");
        rush.note(CROWD);
        assert!(rush.clone().is_on());
        let begun = Instant::now();
        rush.let_pass().await;
        assert!(begun.elapsed() >= CALM_AFTER / 2 && !rush.is_on());
    }
}
