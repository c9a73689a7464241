//! How often a key may ask: `RateLimit` and `RateLimit-Policy` fields
//! (draft-ietf-httpapi-ratelimit-headers-11).
//!
//! Counts are kept per node. The map is keyed by tenant and key, and forgets keys that are idle.

use std::num::NonZeroU32;

use bilten_kernel::TenantId;
use governor::{
    NotUntil, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use http::{HeaderMap, HeaderName, HeaderValue, header::RETRY_AFTER};
use uuid::Uuid;

use super::problem::{Code, Problem};
use crate::config::RateConfig;

/// A key or a token of a tenant.
type Caller = (TenantId, Uuid);
type Limiter = RateLimiter<Caller, DashMapStateStore<Caller>, DefaultClock, StateInformationMiddleware>;

/// Counters of all API keys.
pub struct RateLimits {
    limiter: Limiter,
    clock: DefaultClock,
    burst: u32,
    per_second: u32,
}

impl RateLimits {
    /// Makes counters that start full.
    pub fn new(config: RateConfig) -> Self {
        let positive = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(positive(config.per_second)).allow_burst(positive(config.burst));
        Self {
            limiter: RateLimiter::dashmap(quota).with_middleware(),
            clock: DefaultClock::default(),
            burst: config.burst,
            per_second: config.per_second,
        }
    }

    /// Counts a request; returns the headers of its answer, or refuses it.
    ///
    /// # Errors
    /// The caller has used up his quota; the problem says when to come back.
    pub fn count(&self, caller: Caller) -> Result<HeaderMap, Problem> {
        match self.limiter.check_key(&caller) {
            Ok(state) => Ok(self.headers(state.remaining_burst_capacity(), None)),
            Err(refusal) => Err(self.refuse(&refusal)),
        }
    }

    /// Forgets keys that have their full quota back; called from time to time.
    pub fn forget_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }

    fn refuse(&self, refusal: &NotUntil<<DefaultClock as governor::clock::Clock>::Instant>) -> Problem {
        let wait_s = refusal.wait_time_from(self.clock.now()).as_secs().saturating_add(1);
        let mut problem = Problem::new(Code::RateLimited).header(RETRY_AFTER, HeaderValue::from(wait_s));
        problem.headers.extend(
            self.headers(0, Some(wait_s))
                .into_iter()
                .filter_map(|(name, value)| Some((name?, value))),
        );
        problem
    }

    /// Writes both fields; the window is the time in which an empty bucket fills.
    fn headers(&self, remaining: u32, wait_s: Option<u64>) -> HeaderMap {
        let window_s = self.burst.div_ceil(self.per_second.max(1)).max(1);
        let missing = self.burst.saturating_sub(remaining);
        let reset_s = wait_s.unwrap_or_else(|| u64::from(missing.div_ceil(self.per_second.max(1))));
        let policy = format!("\"default\";q={};w={window_s}", self.burst);
        let limit = format!("\"default\";r={remaining};t={reset_s}");
        let fields = [("ratelimit-policy", policy), ("ratelimit", limit)];
        let parsed = fields
            .into_iter()
            .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?)));
        parsed.collect()
    }
}

#[cfg(test)]
mod tests {
    use bilten_kernel::Id;

    use super::*;

    #[test]
    fn each_key_has_its_own_bucket_and_is_told_when_to_come_back() {
        let limits = RateLimits::new(RateConfig {
            burst: 2,
            per_second: 1,
        });
        let caller = |n| (Id::from_uuid(Uuid::from_u128(n)), Uuid::from_u128(7));
        let headers = limits.count(caller(1)).unwrap();
        assert_eq!(headers["ratelimit-policy"], "\"default\";q=2;w=2");
        assert_eq!(headers["ratelimit"], "\"default\";r=1;t=1");
        limits.count(caller(1)).unwrap();
        let refused = limits.count(caller(1)).unwrap_err();
        assert_eq!(refused.code, Code::RateLimited);
        assert!(refused.headers.iter().any(|(name, _)| name == RETRY_AFTER));
        assert!(
            limits.count(caller(2)).is_ok(),
            "another tenant's key with the same number"
        );
    }
}
