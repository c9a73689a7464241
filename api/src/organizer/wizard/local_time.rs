//! Times as forms hold them: local, without a zone, such as `2027-02-12T18:00`.

use bilten_kernel::{Timestamp, ZoneName};
use jiff::civil::DateTime;

/// Reads a local time of the zone. A time that clocks skip or repeat is taken as RFC 5545 §3.3.5
/// says: after the gap, and the first of two.
pub(in crate::organizer) fn read(text: &str, zone: &ZoneName) -> Option<Timestamp> {
    let local: DateTime = text.trim().parse().ok()?;
    Some(local.to_zoned(zone.zone()).ok()?.timestamp())
}

/// Writes an instant as local time of the zone.
pub(in crate::organizer) fn write(at: Timestamp, zone: &ZoneName) -> String {
    at.to_zoned(zone.zone()).strftime("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_survive_the_round_trip() {
        let oslo: ZoneName = "Europe/Oslo".parse().unwrap();
        let at = read("2027-02-12T18:00", &oslo).unwrap();
        assert_eq!(at.to_string(), "2027-02-12T17:00:00Z");
        assert_eq!(write(at, &oslo), "2027-02-12T18:00");
        // Skipped by the change of clocks, and repeated by it.
        assert_eq!(
            read("2027-03-28T02:30", &oslo).unwrap().to_string(),
            "2027-03-28T01:30:00Z"
        );
        assert_eq!(
            read("2026-10-25T02:30", &oslo).unwrap().to_string(),
            "2026-10-25T00:30:00Z"
        );
        for junk in ["", "soon", "2027-02-30T10:00", "2027-02-12T25:00"] {
            assert_eq!(read(junk, &oslo), None, "{junk}");
        }
    }
}
