//! Which tenants are being visited, and when the others want to be.

use std::collections::HashMap;

use bilten_kernel::{TenantId, Timestamp};
use jiff::SignedDuration;

/// Time for which a tenant in which something was done is looked at more often: longer than a cart or a payment lives.
const LIVELY_FOR: SignedDuration = SignedDuration::from_mins(20);
/// Time between two looks at such a tenant.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// Such tenants at most; all of them together want 33 visits a second.
const MOST_LIVELY: usize = 2_000;

/// Book of one worker's visits.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Tenants that are being visited; true when one asked again meanwhile.
    at_work: HashMap<TenantId, bool>,
    due: HashMap<TenantId, Timestamp>,
    /// When something was done in a tenant last.
    lively: HashMap<TenantId, Timestamp>,
}

impl Plan {
    /// Begins a visit, or notes that the tenant wants another one after the present one.
    pub fn begin(&mut self, tenant: TenantId) -> bool {
        let is_new = !self.at_work.contains_key(&tenant);
        self.at_work.insert(tenant, !is_new);
        is_new
    }

    /// Ends a visit; tells whether the tenant asked again meanwhile.
    pub fn end(&mut self, tenant: TenantId) -> bool {
        self.at_work.remove(&tenant).unwrap_or(false)
    }

    /// Notes when the tenant's next job falls due.
    pub fn wait(&mut self, tenant: TenantId, until: Option<Timestamp>) {
        match until {
            Some(at) => self.due.insert(tenant, at),
            None => self.due.remove(&tenant),
        };
    }

    /// Notes that something was done in the tenant.
    pub fn note_done(&mut self, tenant: TenantId, now: Timestamp) {
        if self.lively.len() >= MOST_LIVELY {
            self.lively.retain(|_, at| now.duration_since(*at) < LIVELY_FOR);
        }
        if self.lively.len() < MOST_LIVELY || self.lively.contains_key(&tenant) {
            self.lively.insert(tenant, now);
        }
    }

    /// Says when a tenant in which something was done lately wants to be looked at again, whatever is due.
    pub fn look_again(&mut self, tenant: TenantId, now: Timestamp) -> Option<Timestamp> {
        let at = *self.lively.get(&tenant)?;
        if now.duration_since(at) < LIVELY_FOR {
            return Some(now + LOOK_AGAIN);
        }
        self.lively.remove(&tenant);
        None
    }

    /// Takes the tenants whose time has come.
    pub fn take_due(&mut self, now: Timestamp) -> impl Iterator<Item = TenantId> {
        self.due.extract_if(move |_, at| *at <= now).map(|(tenant, _)| tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(number: u128) -> TenantId {
        TenantId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn a_tenant_is_visited_once_at_a_time_and_again_when_it_asked() {
        let mut plan = Plan::default();
        assert!(plan.begin(tenant(1)));
        assert!(plan.begin(tenant(2)));
        assert!(!plan.begin(tenant(1)));
        assert!(plan.end(tenant(1)));
        assert!(!plan.end(tenant(2)));
        assert!(plan.begin(tenant(1)));
        assert!(!plan.end(tenant(1)));
    }

    #[test]
    fn a_tenant_is_woken_once_when_its_job_falls_due() {
        let at: Timestamp = "2031-05-01T10:00:00Z".parse().expect("an instant");
        let mut plan = Plan::default();
        plan.wait(tenant(1), Some(at));
        plan.wait(tenant(2), Some(at));
        plan.wait(tenant(2), None);
        assert_eq!(plan.take_due(at - jiff::SignedDuration::from_secs(1)).count(), 0);
        assert_eq!(plan.take_due(at).collect::<Vec<_>>(), [tenant(1)]);
        assert_eq!(plan.take_due(at).count(), 0);
    }

    #[test]
    fn a_lively_tenant_is_looked_at_each_minute_until_it_has_been_quiet_for_long() {
        let at: Timestamp = "2031-05-01T10:00:00Z".parse().expect("an instant");
        let mut plan = Plan::default();
        assert_eq!(plan.look_again(tenant(1), at), None);
        plan.note_done(tenant(1), at);
        let later = at + SignedDuration::from_mins(19);
        assert_eq!(plan.look_again(tenant(1), later), Some(later + LOOK_AGAIN));
        assert_eq!(plan.look_again(tenant(1), at + LIVELY_FOR), None);
        assert_eq!(plan.look_again(tenant(1), at), None, "it was forgotten");
    }

    #[test]
    fn a_thousand_lively_tenants_do_not_make_the_book_grow_without_end() {
        let at: Timestamp = "2031-05-01T10:00:00Z".parse().expect("an instant");
        let mut plan = Plan::default();
        (0..5_000).for_each(|number| plan.note_done(tenant(number), at));
        assert_eq!(plan.lively.len(), MOST_LIVELY);
        plan.note_done(tenant(9_999), at + LIVELY_FOR);
        assert_eq!(plan.lively.len(), 1, "the quiet ones made room");
    }
}
