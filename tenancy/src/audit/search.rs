//! Looks entries up, the newest first.

use std::{fmt, str::FromStr};

use bilten_kernel::{ParseError, Timestamp};
use uuid::Uuid;

use super::{store, walk::StoredEntry};
use crate::{DbError, TenantTx};

/// Which entries are wanted; empty wishes are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Who: an actor such as `staff:acc_…`, or all of a kind such as `api_key`.
    pub actor: Option<String>,
    /// What: an action such as `order.paid`, or all of a noun such as `order`.
    pub action: Option<String>,
    /// About what: an outside id.
    pub object: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

/// An entry as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    /// Position for the next page.
    pub cursor: AuditCursor,
    /// What happened.
    pub entry: StoredEntry,
    /// Its number in the chain; none while it waits for its seal.
    pub seq: Option<i64>,
}

/// Position behind an entry; ids sort by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditCursor(pub(super) Uuid);

impl fmt::Display for AuditCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl FromStr for AuditCursor {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = ParseError::new("cursor", "was not made here");
        if text.len() != 32 {
            return Err(wrong);
        }
        Uuid::try_parse(text).map(Self).map_err(|_| wrong)
    }
}

/// Lists entries, the newest first.
///
/// # Errors
/// The database refused.
pub async fn list(
    tx: &mut TenantTx,
    filter: &AuditFilter,
    after: Option<AuditCursor>,
    limit: i64,
) -> Result<Vec<AuditRow>, DbError> {
    let until = filter.until.map(first_id);
    let before = match (after.map(|after| after.0), until) {
        (Some(after), Some(until)) => Some(after.min(until)),
        (after, until) => after.or(until),
    };
    store::search(tx, filter, (filter.from.map(first_id), before), limit).await
}

/// Smallest id that is made at this instant.
fn first_id(at: Timestamp) -> Uuid {
    let millis = u128::try_from(at.as_millisecond()).unwrap_or(0);
    Uuid::from_u128(millis << 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_the_round_trip_and_junk_is_refused() {
        let cursor = AuditCursor(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for junk in [
            "",
            "x",
            "00000000-0000-0000-0000-000000000000",
            "zz900000000070008000000000000001",
        ] {
            assert!(junk.parse::<AuditCursor>().is_err(), "{junk}");
        }
    }

    #[test]
    fn ids_of_an_instant_are_not_before_its_first() {
        let at = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        let millis = u64::try_from(at.as_millisecond()).unwrap();
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid();
        assert!(first_id(at) <= id);
        assert!(first_id(at + jiff::SignedDuration::from_millis(1)) > id);
    }
}
