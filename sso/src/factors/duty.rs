//! Who must have a second factor, and by when. Pure.

use bilten_kernel::Timestamp;
use bilten_tenancy::permissions::{Permission, Rights, Scope};
use jiff::SignedDuration;

/// Days of grace that a tenant may give.
const GRACE_DAYS: std::ops::RangeInclusive<i32> = 0..=60;

/// Whom a tenant obliges, by what his roles let him do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    /// Nobody.
    Nobody,
    /// Who decides about staff: owners, and whoever has as much.
    Deciders,
    /// The same, and who sees buyers or moves money.
    Trusted,
    /// Everybody.
    Everybody,
}

/// What makes somebody one of [`Duty::Trusted`].
const TRUST: [Permission; 5] = [
    Permission::OrderReadPii,
    Permission::OrderCancel,
    Permission::AttendeeExport,
    Permission::PayeeManage,
    Permission::CashTake,
];

impl Duty {
    /// All of them, the narrowest first.
    pub const ALL: [Self; 4] = [Self::Nobody, Self::Deciders, Self::Trusted, Self::Everybody];

    /// Name in the database and in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Deciders => "deciders",
            Self::Trusted => "trusted",
            Self::Everybody => "everybody",
        }
    }

    /// Finds a duty by its name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.name() == name)
    }

    /// Tells whether somebody with these rights is obliged. Rights are those of the request: a role that was given a
    /// moment ago counts.
    pub fn holds_for(self, rights: &Rights) -> bool {
        let may = |permission| rights.allows(permission, Scope::Anywhere);
        let decides = may(Permission::RoleManage);
        match self {
            Self::Nobody => false,
            Self::Deciders => decides,
            Self::Trusted => decides || TRUST.into_iter().any(may),
            Self::Everybody => true,
        }
    }
}

/// A tenant's rule about second factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactorPolicy {
    /// Whom it obliges.
    pub duty: Duty,
    /// Days that one has to get a factor.
    pub grace_days: i32,
    /// From when they count.
    pub since: Option<Timestamp>,
}

/// How somebody stands to the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// He has a factor, or needs none.
    Fine,
    /// He needs one until then.
    Due(Timestamp),
    /// He needs one now, and gets nothing else before.
    Overdue,
}

impl FactorPolicy {
    /// What holds where the tenant says nothing.
    pub const DEFAULT: Self = Self {
        duty: Duty::Nobody,
        grace_days: 7,
        since: None,
    };

    /// Checks days that somebody chose.
    pub fn is_grace(days: i32) -> bool {
        GRACE_DAYS.contains(&days)
    }

    /// Tells how somebody stands who has no factor, or has one. Grace counts from when the rule was made, and for those who
    /// came later from then.
    pub fn standing(self, has_factor: bool, rights: &Rights, (hired, now): (Timestamp, Timestamp)) -> Standing {
        if has_factor || !self.duty.holds_for(rights) {
            return Standing::Fine;
        }
        let from = self.since.map_or(hired, |since| since.max(hired));
        let grace = SignedDuration::from_hours(i64::from(self.grace_days) * 24);
        let due = from.checked_add(grace).unwrap_or(Timestamp::MAX);
        if now < due {
            Standing::Due(due)
        } else {
            Standing::Overdue
        }
    }
}
