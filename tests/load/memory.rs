//! The most memory that a program had while it was watched.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::task::JoinSet;

use crate::{machine, stage::Program};

/// Time between two looks; one costs a walk over the program's pages.
const LOOK: Duration = Duration::from_millis(500);

/// Looks at a program until it is dropped.
pub struct Watch {
    most: Arc<AtomicU64>,
    _looks: JoinSet<()>,
}

impl Watch {
    pub fn start(program: &Program) -> Self {
        let most = Arc::new(AtomicU64::new(0));
        let (pid, seen) = (program.id(), Arc::clone(&most));
        let mut looks = JoinSet::new();
        looks.spawn(async move {
            // A program that has ended has no memory.
            while let Ok(now) = machine::memory_kb(pid) {
                seen.fetch_max(now, Ordering::Relaxed);
                tokio::time::sleep(LOOK).await;
            }
        });
        Self { most, _looks: looks }
    }

    pub fn most_kb(&self) -> u64 {
        self.most.load(Ordering::Relaxed)
    }
}
