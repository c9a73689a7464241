//! The door: which events are near, who is inside, what was scanned last.

use bilten_kernel::{Ctx, EventId, Timestamp, ZoneName};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

use super::{Reach, store::door};

/// Events to choose from end at most so long ago, or start at most so far ahead.
const NEAR: SignedDuration = SignedDuration::from_hours(36);
/// When nothing is near, the next events are offered up to here.
const FAR: SignedDuration = SignedDuration::from_hours(24 * 400);

/// People inside and expected. Add-ons admit nobody and are not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Valid tickets that admit.
    pub expected: i64,
    /// Admitted ones.
    pub admitted: i64,
}

impl Counts {
    /// Returns the share of admitted tickets in per cent, 0 to 100.
    pub fn percent(self) -> i64 {
        let percent = self.admitted.saturating_mul(100).checked_div(self.expected);
        percent.unwrap_or(0).clamp(0, 100)
    }
}

/// People admitted at one gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateCount {
    /// Name of the gate; empty when none was given.
    pub gate: String,
    /// How many.
    pub admitted: i64,
}

/// A scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// When.
    pub at: Timestamp,
    /// Its outcome, as stored.
    pub outcome: String,
    /// Where.
    pub gate: String,
    /// Who the ticket is for, when it is known.
    pub holder_name: Option<String>,
    /// Name of the ticket type, when it is known.
    pub type_name: Option<String>,
    /// Whether the type is an add-on.
    pub is_add_on: bool,
}

/// What the page of one event's door shows.
#[derive(Debug, Clone)]
pub struct DoorReport {
    /// People inside and expected.
    pub counts: Counts,
    /// Inside per gate, the busiest first.
    pub gates: Vec<GateCount>,
    /// The last scans, newest first.
    pub scans: Vec<Scan>,
}

/// An event to check in at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorEvent {
    /// The event.
    pub id: EventId,
    /// Its name.
    pub name: String,
    /// Its start.
    pub starts_at: Timestamp,
    /// Its zone.
    pub time_zone: ZoneName,
    /// Name of its venue, or empty.
    pub venue: String,
    /// People inside and expected.
    pub counts: Counts,
}

/// Lists the events near in time; the next ones when none is near.
///
/// # Errors
/// The database refused.
pub async fn list_door_events(ctx: &Ctx, tx: &mut TenantTx, reach: &Reach) -> Result<Vec<DoorEvent>, DbError> {
    let now = ctx.now();
    let reach = reach.uuids();
    let around = |ahead| {
        (
            now.saturating_sub(NEAR).unwrap_or(now),
            now.saturating_add(ahead).unwrap_or(now),
        )
    };
    let near = door::list_events(tx, around(NEAR), reach.as_deref()).await?;
    if !near.is_empty() {
        return Ok(near);
    }
    door::list_events(tx, around(FAR), reach.as_deref()).await
}

/// Counts people and lists the last scans of one event.
///
/// # Errors
/// The database refused.
pub async fn check_in_report(tx: &mut TenantTx, event: EventId) -> Result<DoorReport, DbError> {
    Ok(DoorReport {
        counts: door::counts(tx, event).await?,
        gates: door::count_by_gate(tx, event).await?,
        scans: door::list_scans(tx, event).await?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_event_is_zero_per_cent_full() {
        assert_eq!(Counts::default().percent(), 0);
        let counts = Counts {
            expected: 420,
            admitted: 212,
        };
        assert_eq!(counts.percent(), 50);
    }
}
