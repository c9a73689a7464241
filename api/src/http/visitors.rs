//! How often strangers may send forms, and how many pages are made for them at once.
//!
//! The limits are wide: a family, an office or a mobile network asks from one address. They stop one
//! sender who sends without end. Counts are kept per node; of 100,000 senders the least busy are
//! forgotten first, and each after an hour.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use bilten_kernel::TenantId;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter, clock::Clock as _};
use http::{HeaderValue, header::RETRY_AFTER};
use moka::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    network::Network,
    problem::{Code, Problem},
};
use crate::config::EdgeConfig;

/// Networks that are remembered at once.
const MAX_NETWORKS: u64 = 100_000;
/// Time after which a silent network is forgotten; its bucket is long full again by then.
const FORGET: Duration = Duration::from_hours(1);

/// Counters of those who have neither key nor session.
pub struct Visitors {
    buckets: Cache<(TenantId, Network), Arc<DefaultDirectRateLimiter>>,
    quota: Quota,
    pages: Arc<Semaphore>,
}

impl Visitors {
    /// Makes counters that start full.
    pub fn new(config: EdgeConfig) -> Self {
        let positive = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let pages = usize::try_from(config.pages_at_once).unwrap_or(usize::MAX);
        Self {
            buckets: Cache::builder().max_capacity(MAX_NETWORKS).time_to_idle(FORGET).build(),
            quota: Quota::per_second(positive(config.forms_per_second)).allow_burst(positive(config.form_burst)),
            pages: Arc::new(Semaphore::new(pages.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Counts a form that somebody of this network sends to a tenant's shop.
    ///
    /// # Errors
    /// The network has used up its quota; the problem says when to come back.
    pub fn count_form(&self, tenant: TenantId, network: Network) -> Result<(), Problem> {
        let fresh = || Arc::new(RateLimiter::direct(self.quota));
        let bucket = self.buckets.get_with((tenant, network), fresh);
        bucket.check().map_err(|refusal| {
            metrics::counter!("http_visitors_refused_total", "why" => "forms").increment(1);
            let wait = refusal.wait_time_from(governor::clock::DefaultClock::default().now());
            let wait_s = wait.as_secs().saturating_add(1);
            Problem::new(Code::RateLimited).header(RETRY_AFTER, HeaderValue::from(wait_s))
        })
    }

    /// Takes a place among the pages that are made at the same time, without waiting for one: who
    /// waits longer than he wants to asks again, and then two wait.
    ///
    /// # Errors
    /// There is none.
    pub fn enter(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.pages).try_acquire_owned().map_err(|_| {
            metrics::counter!("http_visitors_refused_total", "why" => "pages").increment(1);
            Problem::new(Code::Busy).header(RETRY_AFTER, HeaderValue::from_static("1"))
        })
    }
}

#[cfg(test)]
mod tests {
    use bilten_kernel::Id;
    use uuid::Uuid;

    use super::*;
    use crate::config::Config;

    fn visitors(settings: &[(&str, &str)]) -> Visitors {
        let find = |name: &str| {
            let found = settings.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Visitors::new(Config::read(find).unwrap().edge)
    }

    #[test]
    fn each_network_has_a_bucket_in_each_shop() {
        let visitors = visitors(&[("BILTEN_FORM_BURST", "2"), ("BILTEN_FORMS_PER_SECOND", "1")]);
        let network = |text: &str| Network::of(text.parse().unwrap());
        let tenant = |n| Id::from_uuid(Uuid::from_u128(n));
        let count = |n, from: &str| visitors.count_form(tenant(n), network(from));
        assert!(count(1, "192.0.2.1").is_ok() && count(1, "192.0.2.1").is_ok());
        let refused = count(1, "192.0.2.1").unwrap_err();
        assert_eq!(refused.code, Code::RateLimited);
        assert!(refused.headers.iter().any(|(name, _)| name == RETRY_AFTER));
        assert!(count(1, "192.0.2.2").is_ok() && count(2, "192.0.2.1").is_ok());
    }

    #[test]
    fn pages_beyond_the_limit_are_refused_at_once_and_places_come_back() {
        let visitors = visitors(&[("BILTEN_PAGES_AT_ONCE", "1")]);
        let place = visitors.enter().unwrap();
        assert_eq!(visitors.enter().unwrap_err().code, Code::Busy);
        drop(place);
        assert!(visitors.enter().is_ok());
    }
}
