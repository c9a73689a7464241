//! How fast a network sends people into queues: the faster, the more work each of them is set.
//!
//! Nobody is refused who does the work: behind one address there may be a whole town. Who cannot do it, because his
//! browser runs no script, takes a slow lane. Counts are kept per node.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bilten_kernel::TenantId;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter, clock::Clock as _};
use http::{HeaderValue, header::RETRY_AFTER};
use moka::sync::Cache;

use crate::http::{
    Network,
    problem::{Code, Problem},
};

/// Networks that are remembered at once.
const NETWORKS: u64 = 100_000;
/// Time over which arrivals of a network are counted.
const WINDOW: Duration = Duration::from_mins(1);
/// Arrivals of a network in that time that are nothing special; each doubling is one level more.
const ORDINARY: u32 = 20;
/// Arrivals without work: so many at once, and then one in so many seconds.
const SLOW_BURST: NonZeroU32 = NonZeroU32::new(5).expect("it is positive");
const SLOW_EVERY: Duration = Duration::from_secs(10);

type Counted = (TenantId, Network);

/// Counters of arrivals.
pub(super) struct Velocity {
    asked: Cache<Counted, Arc<AtomicU32>>,
    slow: Cache<Counted, Arc<DefaultDirectRateLimiter>>,
}

impl Velocity {
    pub(super) fn new() -> Self {
        Self {
            asked: Cache::builder().max_capacity(NETWORKS).time_to_live(WINDOW).build(),
            slow: Cache::builder()
                .max_capacity(NETWORKS)
                .time_to_idle(Duration::from_hours(1))
                .build(),
        }
    }

    /// Counts somebody who asks for work; returns the level of the work that he gets.
    pub(super) fn level(&self, tenant: TenantId, network: Option<Network>) -> u32 {
        let Some(network) = network else { return 0 };
        let asked = self.asked.get_with((tenant, network), Arc::default);
        let asked = asked.fetch_add(1, Ordering::Relaxed);
        (asked / ORDINARY).checked_ilog2().map_or(0, |doublings| doublings + 1)
    }

    /// Counts somebody who comes without work.
    ///
    /// # Errors
    /// Too many of his network have just done so; the problem says when to come back.
    pub(super) fn take_slow_lane(&self, tenant: TenantId, network: Option<Network>) -> Result<(), Problem> {
        let Some(network) = network else { return Ok(()) };
        let quota = Quota::with_period(SLOW_EVERY)
            .expect("the period is not zero")
            .allow_burst(SLOW_BURST);
        let lane = self
            .slow
            .get_with((tenant, network), || Arc::new(RateLimiter::direct(quota)));
        lane.check().map_err(|refusal| {
            metrics::counter!("waiting_room_slow_lane_refused_total").increment(1);
            let wait = refusal.wait_time_from(governor::clock::DefaultClock::default().now());
            let wait_s = wait.as_secs().saturating_add(1);
            Problem::new(Code::RateLimited).header(RETRY_AFTER, HeaderValue::from(wait_s))
        })
    }
}

#[cfg(test)]
mod tests {
    use bilten_kernel::Id;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_flood_from_one_network_is_set_more_and_more_work_and_its_neighbours_are_not() {
        let velocity = Velocity::new();
        let tenant = Id::from_uuid(Uuid::from_u128(1));
        let network = |text: &str| Some(Network::of(text.parse().unwrap()));
        let levels: Vec<u32> = (0..700).map(|_| velocity.level(tenant, network("192.0.2.1"))).collect();
        assert_eq!(
            (levels[0], levels[19], levels[20], levels[40], levels[699]),
            (0, 0, 1, 2, 6)
        );
        assert_eq!(velocity.level(tenant, network("192.0.2.2")), 0);
        assert_eq!(
            velocity.level(Id::from_uuid(Uuid::from_u128(2)), network("192.0.2.1")),
            0
        );
    }

    #[test]
    fn the_slow_lane_is_slow() {
        let velocity = Velocity::new();
        let tenant = Id::from_uuid(Uuid::from_u128(1));
        let network = Some(Network::of("192.0.2.1".parse().unwrap()));
        for _ in 0..SLOW_BURST.get() {
            velocity.take_slow_lane(tenant, network).unwrap();
        }
        let refused = velocity.take_slow_lane(tenant, network).unwrap_err();
        assert_eq!(refused.code, Code::RateLimited);
        assert!(velocity.take_slow_lane(tenant, None).is_ok());
    }
}
