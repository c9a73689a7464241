//! Lets a bounded number of groups work at once, fairly between tenants.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use bilten_kernel::TenantId;
use tokio::sync::oneshot;

use super::Rush;

/// Hands out turns: to whoever comes while there are some, else to the waiting tenant who has the fewest at work, the one
/// who was served longest ago among equals. So a tenant with a hundred hot events gets no more of the database than
/// one with a single quiet event needs. Clones share the turns.
#[derive(Debug, Clone)]
pub struct Turnstile {
    inner: Arc<Mutex<Inner>>,
    rush: Rush,
}

#[derive(Debug)]
struct Inner {
    free: usize,
    at_work: HashMap<TenantId, usize>,
    /// Tenants with waiting groups, the one served longest ago first.
    order: VecDeque<TenantId>,
    waiting: HashMap<TenantId, VecDeque<oneshot::Sender<Turn>>>,
}

/// A turn; the next one begins when it is dropped.
#[derive(Debug)]
pub struct Turn {
    /// Where the turn goes back to; `None` once it went.
    turnstile: Option<Turnstile>,
    tenant: TenantId,
}

impl Turnstile {
    /// Makes a turnstile with so many turns at once, at least one.
    pub fn new(turns: usize) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                free: turns.max(1),
                at_work: HashMap::new(),
                order: VecDeque::new(),
                waiting: HashMap::new(),
            })),
            rush: Rush::default(),
        }
    }

    /// Makes another turnstile in the same process: it has turns of its own, and the same rush.
    #[must_use]
    pub fn beside(&self, turns: usize) -> Self {
        Self {
            rush: self.rush.clone(),
            ..Self::new(turns)
        }
    }

    /// Returns the sign that buyers come in crowds.
    pub const fn rush(&self) -> &Rush {
        &self.rush
    }

    /// Waits for a turn.
    pub async fn enter(&self, tenant: TenantId) -> Turn {
        let waiting = {
            let mut inner = self.lock();
            if inner.free > 0 {
                inner.free -= 1;
                *inner.at_work.entry(tenant).or_default() += 1;
                None
            } else {
                let (sender, receiver) = oneshot::channel();
                let queue = inner.waiting.entry(tenant).or_default();
                queue.push_back(sender);
                if queue.len() == 1 {
                    inner.order.push_back(tenant);
                }
                Some(receiver)
            }
        };
        match waiting {
            None => self.turn(tenant),
            Some(receiver) => receiver.await.expect("a turnstile that is waited at is not dropped"),
        }
    }

    fn turn(&self, tenant: TenantId) -> Turn {
        Turn {
            turnstile: Some(self.clone()),
            tenant,
        }
    }

    /// Gives the turn that just ended to the next one. A waiting group that was given up is passed over.
    fn pass_on(&self) {
        loop {
            let next = self.lock().take_next();
            let Some((tenant, sender)) = next else { return };
            match sender.send(self.turn(tenant)) {
                Ok(()) => return,
                Err(mut unwanted) => {
                    // Dropping it must not pass the turn on a second time.
                    unwanted.turnstile = None;
                    self.lock().leave(tenant);
                }
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Takes the waiting group whose turn it is, or notes that a turn is free.
    fn take_next(&mut self) -> Option<(TenantId, oneshot::Sender<Turn>)> {
        let at_work = |tenant: &TenantId| self.at_work.get(tenant).copied().unwrap_or(0);
        let Some((position, tenant)) = self
            .order
            .iter()
            .copied()
            .enumerate()
            .min_by_key(|(position, tenant)| (at_work(tenant), *position))
        else {
            self.free += 1;
            return None;
        };
        self.order.remove(position);
        let queue = self.waiting.get_mut(&tenant)?;
        let sender = queue.pop_front()?;
        if queue.is_empty() {
            self.waiting.remove(&tenant);
        } else {
            self.order.push_back(tenant);
        }
        *self.at_work.entry(tenant).or_default() += 1;
        Some((tenant, sender))
    }

    fn leave(&mut self, tenant: TenantId) {
        if let Some(count) = self.at_work.get_mut(&tenant) {
            *count -= 1;
            if *count == 0 {
                self.at_work.remove(&tenant);
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(turnstile) = self.turnstile.take() {
            turnstile.lock().leave(self.tenant);
            turnstile.pass_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::*;

    fn tenant(n: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(n))
    }

    #[tokio::test]
    async fn a_tenant_with_few_groups_passes_one_with_many() {
        let turnstile = Turnstile::new(2);
        let first = turnstile.enter(tenant(1)).await;
        let second = turnstile.enter(tenant(1)).await;
        let mut crowd: Vec<_> = (0..10).map(|_| Box::pin(turnstile.enter(tenant(1)))).collect();
        assert!(crowd.iter_mut().all(|waiting| waiting.now_or_never().is_none()));
        let mut calm = Box::pin(turnstile.enter(tenant(2)));
        assert!((&mut calm).now_or_never().is_none());
        drop(first);
        let calm = calm.now_or_never().expect("the tenant with nothing at work comes next");
        assert!(crowd.iter_mut().all(|waiting| waiting.now_or_never().is_none()));
        drop((calm, second));
        let served = crowd.iter_mut().filter_map(FutureExt::now_or_never).count();
        assert_eq!(served, 10, "each turn that ends lets the next one in");
    }

    #[tokio::test]
    async fn a_turn_that_nobody_takes_is_passed_on() {
        let turnstile = Turnstile::new(1);
        let turn = turnstile.enter(tenant(1)).await;
        let mut gone = Box::pin(turnstile.enter(tenant(2)));
        let mut late = Box::pin(turnstile.enter(tenant(3)));
        assert!((&mut gone).now_or_never().is_none() && (&mut late).now_or_never().is_none());
        drop(gone);
        drop(turn);
        let late = late.now_or_never().expect("the turn went past the one who left");
        drop(late);
        assert!(turnstile.enter(tenant(4)).now_or_never().is_some());
    }
}
