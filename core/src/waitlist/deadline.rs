//! How long an offer stands: long while there is time, short when the end of the sale is near, never through a night.

use bilten_kernel::Timestamp;
use jiff::{SignedDuration, ToSpan as _, tz::TimeZone};

use crate::inventory::TypeFacts;

/// An offer stands so long at most, apart from the night.
const LONGEST_OFFER: SignedDuration = SignedDuration::from_hours(4);
/// With less time than that until the end of the sale nobody is offered anything: no mail would be read in time.
pub const SHORTEST_OFFER: SignedDuration = SignedDuration::from_mins(20);
/// An offer takes this part of the time that is left, so that others still get their turn.
const SHARE: i32 = 8;
/// The sale lasts longer than that yet: a deadline at night waits for the morning.
const UNHURRIED: SignedDuration = SignedDuration::from_hours(48);
/// Hours of the event's zone between which no deadline falls, and the hour to which it is moved.
const NIGHT_FROM: i8 = 22;
const NIGHT_UNTIL: i8 = 9;
const MORNING: i8 = 10;

/// When it is, and when it will be too late.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// Now.
    pub now: Timestamp,
    /// End of the event.
    pub ends_at: Timestamp,
    /// Zone of the event.
    pub zone: TimeZone,
}

impl Occasion {
    /// When the sale of a type ends.
    pub fn sale_end(&self, facts: &TypeFacts) -> Timestamp {
        facts.sale_ends_at.map_or(self.ends_at, |end| end.min(self.ends_at))
    }

    /// Says until when an offer of this type stands; `None` when there is no time left for one.
    pub fn offer_until(&self, facts: &TypeFacts) -> Option<Timestamp> {
        let last = self.sale_end(facts);
        let left = last.duration_since(self.now);
        if left < SHORTEST_OFFER {
            return None;
        }
        let length = (left / SHARE).clamp(SHORTEST_OFFER, LONGEST_OFFER);
        let until = self.now + length;
        Some(if left > UNHURRIED {
            self.after_the_night(until)
        } else {
            until
        })
    }

    /// Moves an instant of the night to the morning after it.
    fn after_the_night(&self, at: Timestamp) -> Timestamp {
        let local = at.to_zoned(self.zone.clone());
        let day = match local.hour() {
            NIGHT_FROM.. => local.checked_add(1.day()),
            ..NIGHT_UNTIL => Ok(local),
            _ => return at,
        };
        let morning = day.and_then(|day| day.date().at(MORNING, 0, 0, 0).to_zoned(self.zone.clone()));
        morning.map_or(at, |morning| morning.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(sale_ends_at: Option<&str>) -> TypeFacts {
        TypeFacts {
            price_minor: 0,
            min_per_order: 1,
            max_per_order: 10,
            sale_starts_at: None,
            sale_ends_at: sale_ends_at.map(|at| at.parse().unwrap()),
            max_per_person: None,
            seat_kind: None,
            pools: Vec::new(),
            tiers: Vec::new(),
            tax: None,
            open_price: None,
            is_locked: false,
            per_admission: None,
        }
    }

    #[test]
    fn the_nearer_the_end_the_shorter_the_offer() {
        let until = |now: &str, sale_ends_at: Option<&str>| {
            let occasion = Occasion {
                now: now.parse().unwrap(),
                ends_at: "2026-07-20T20:00:00Z".parse().unwrap(),
                zone: TimeZone::get("Europe/Oslo").unwrap(),
            };
            occasion.offer_until(&facts(sale_ends_at)).map(|at| at.to_string())
        };
        for (now, sale_ends, expected) in [
            // Weeks ahead: four hours.
            ("2026-06-01T08:00:00Z", None, Some("2026-06-01T12:00:00Z")),
            // In the evening: over night, until ten in the morning in Oslo.
            ("2026-06-01T16:30:00Z", None, Some("2026-06-02T08:00:00Z")),
            ("2026-06-01T20:30:00Z", None, Some("2026-06-02T08:00:00Z")),
            ("2026-06-02T02:30:00Z", None, Some("2026-06-02T08:00:00Z")),
            // A day ahead an eighth of it, night or not.
            ("2026-07-19T20:00:00Z", None, Some("2026-07-19T23:00:00Z")),
            ("2026-07-20T12:00:00Z", None, Some("2026-07-20T13:00:00Z")),
            ("2026-07-20T19:00:00Z", None, Some("2026-07-20T19:20:00Z")),
            ("2026-07-20T19:40:00Z", None, Some("2026-07-20T20:00:00Z")),
            ("2026-07-20T19:40:01Z", None, None),
            // The end of the sale counts, not that of the event.
            (
                "2026-06-01T08:00:00Z",
                Some("2026-06-01T16:00:00Z"),
                Some("2026-06-01T09:00:00Z"),
            ),
            ("2026-06-01T08:00:00Z", Some("2026-06-01T08:10:00Z"), None),
        ] {
            assert_eq!(until(now, sale_ends).as_deref(), expected, "{now} {sale_ends:?}");
        }
    }
}
