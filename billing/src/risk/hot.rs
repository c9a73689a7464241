//! What this process knows without asking: who is to be looked at before he pays, and which breakers are open.
//!
//! It is only ever a reason to look. Whoever is not in it pays as everybody does, with no statement more; whoever is, is
//! judged by what the database counts. A process learns from the declines that it writes down itself, and then counts with
//! all others. It forgets when it stops (docs/adr/0021).

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use bilten_kernel::{EventId, TenantId, Timestamp};
use jiff::SignedDuration;
use moka::sync::Cache;

use super::payer::Hashed;

/// Somebodies that are remembered; those who were least busy are forgotten first.
const SUBJECTS: u64 = 100_000;
const EVENTS: u64 = 10_000;
/// Nothing is remembered for longer, whatever clock it was written by.
const FORGET: Duration = Duration::from_hours(1);
/// Time between two looks at the shares of one tenant.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(5);

/// A breaker's place: an event, or all that the payee sells.
type Place = (TenantId, Option<EventId>);

/// Memory of one process; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Hot {
    subjects: Cache<Hashed, Timestamp>,
    breakers: Cache<Place, Timestamp>,
    looked: Cache<TenantId, Timestamp>,
    /// Seconds since 1970 until which anything is remembered: in a quiet shop nothing is hashed at all.
    warm_until: Arc<AtomicI64>,
}

impl Hot {
    pub fn new() -> Self {
        Self {
            subjects: Cache::builder().max_capacity(SUBJECTS).time_to_live(FORGET).build(),
            breakers: Cache::builder().max_capacity(EVENTS).time_to_live(FORGET).build(),
            looked: Cache::builder().max_capacity(EVENTS).time_to_live(FORGET).build(),
            warm_until: Arc::new(AtomicI64::new(i64::MIN)),
        }
    }

    /// Tells whether anybody is remembered at all.
    pub fn is_warm(&self, now: Timestamp) -> bool {
        self.warm_until.load(Ordering::Relaxed) > now.as_second()
    }

    pub fn note_subject(&self, subject: Hashed, until: Timestamp) {
        self.subjects.insert(subject, until);
        self.warm_until.fetch_max(until.as_second(), Ordering::Relaxed);
    }

    pub fn note_open(&self, place: Place, until: Timestamp) {
        self.breakers.insert(place, until);
        self.warm_until.fetch_max(until.as_second(), Ordering::Relaxed);
    }

    pub fn has_subject(&self, subject: Hashed, now: Timestamp) -> bool {
        self.subjects.get(&subject).is_some_and(|until| until > now)
    }

    /// Tells whether everybody who pays for the event is set work first.
    pub fn is_open(&self, tenant: TenantId, event: Option<EventId>, now: Timestamp) -> bool {
        let is_open = |place| self.breakers.get(&place).is_some_and(|until| until > now);
        is_open((tenant, None)) || (event.is_some() && is_open((tenant, event)))
    }

    /// Books the look at a tenant's shares; false when one was just taken.
    pub fn may_look(&self, tenant: TenantId, now: Timestamp) -> bool {
        let is_early = self.looked.get(&tenant).is_some_and(|last| now < last + LOOK_EVERY);
        if !is_early {
            self.looked.insert(tenant, now);
        }
        !is_early
    }
}

#[cfg(test)]
mod tests {
    use bilten_kernel::Id;
    use uuid::Uuid;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_900_000_000 + second).unwrap()
    }

    #[test]
    fn what_is_remembered_ends_by_itself() {
        let hot = Hot::new();
        let (one, other) = (Hashed([1; 32]), Hashed([2; 32]));
        assert!(!hot.is_warm(at(0)));
        hot.note_subject(one, at(10));
        assert!(hot.is_warm(at(9)) && hot.has_subject(one, at(9)) && !hot.has_subject(other, at(9)));
        assert!(!hot.is_warm(at(10)) && !hot.has_subject(one, at(10)));
        let (tenant, event) = (Id::from_uuid(Uuid::from_u128(1)), Id::from_uuid(Uuid::from_u128(2)));
        let (elsewhere, another) = (Id::from_uuid(Uuid::from_u128(3)), Id::from_uuid(Uuid::from_u128(4)));
        hot.note_open((tenant, Some(event)), at(20));
        assert!(hot.is_warm(at(19)) && hot.is_open(tenant, Some(event), at(19)));
        assert!(!hot.is_open(tenant, Some(another), at(19)) && !hot.is_open(elsewhere, Some(event), at(19)));
        hot.note_open((tenant, None), at(30));
        assert!(hot.is_open(tenant, Some(another), at(29)) && !hot.is_open(tenant, Some(event), at(30)));
        assert!(hot.may_look(tenant, at(0)) && !hot.may_look(tenant, at(4)) && hot.may_look(tenant, at(5)));
    }
}
