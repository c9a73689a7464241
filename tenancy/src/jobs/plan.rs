//! Which tenants are being visited, and when the others want to be.

use std::collections::HashMap;

use bilten_kernel::{TenantId, Timestamp};

/// Book of one worker's visits.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Tenants that are being visited; true when one asked again meanwhile.
    at_work: HashMap<TenantId, bool>,
    due: HashMap<TenantId, Timestamp>,
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
}
