//! Bell between committed transactions and the worker of the same process.
//!
//! A wake-up that is lost (another process, a crash) costs only delay: the worker also looks at
//! every tenant from time to time.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use bilten_kernel::TenantId;
use tokio::sync::Notify;

/// Remembers which tenants have work, in the order in which they asked.
#[derive(Debug, Clone, Default)]
pub struct Waker {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    ready: Mutex<Queue>,
    unsealed: Mutex<HashSet<TenantId>>,
    bell: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    order: VecDeque<TenantId>,
    members: HashSet<TenantId>,
}

impl Waker {
    /// Puts the tenant at the end of the queue unless it stands there already.
    pub fn wake(&self, tenant: TenantId) {
        let mut queue = self.inner.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.members.insert(tenant) {
            queue.order.push_back(tenant);
        }
        drop(queue);
        self.inner.bell.notify_one();
    }

    /// Notes that the tenant has audit entries without a seal.
    pub fn seal_later(&self, tenant: TenantId) {
        self.inner
            .unsealed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(tenant);
    }

    /// Takes the tenant at the head of the queue.
    pub(crate) fn next(&self) -> Option<TenantId> {
        let mut queue = self.inner.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let tenant = queue.order.pop_front()?;
        queue.members.remove(&tenant);
        Some(tenant)
    }

    /// Takes all tenants with entries to seal.
    pub(crate) fn take_unsealed(&self) -> Vec<TenantId> {
        self.inner
            .unsealed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain()
            .collect()
    }

    /// Waits until somebody wakes.
    pub(crate) async fn rung(&self) {
        self.inner.bell.notified().await;
    }
}
