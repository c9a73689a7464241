//! Points in time as programs write them.

use bilten_kernel::{ParseError, Timestamp, ZoneName};
use jiff::civil::DateTime;

use crate::http::problem::Problem;

/// Reads RFC 3339 with an offset, or a local time in the event's zone.
///
/// A local time that the clocks skip or repeat is read as people would (RFC 5545 §3.3.5).
pub(super) fn read(param: &'static str, text: &str, zone: &ZoneName) -> Result<Timestamp, Problem> {
    let refuse = || {
        Problem::field(
            param,
            ParseError::new("time", "must look like 2027-06-01T20:00:00+02:00"),
        )
    };
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(to_micros(at));
    }
    let local: DateTime = text.parse().map_err(|_| refuse())?;
    // A date with a zone or an offset that jiff could not read is no local time.
    let is_local = text.len() <= 26 && !text.ends_with(['z', 'Z', ']']);
    if !is_local {
        return Err(refuse());
    }
    let zoned = zone.zone().to_zoned(local).map_err(|_| refuse())?;
    Ok(to_micros(zoned.timestamp()))
}

/// PostgreSQL keeps microseconds; what is answered must be what is kept.
fn to_micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_offset_or_in_the_zone_of_the_event() {
        let oslo: ZoneName = "Europe/Oslo".parse().unwrap();
        let read = |text| read("starts_at", text, &oslo).map(|at| at.to_string()).ok();
        let summer = Some("2027-06-01T18:00:00Z".to_owned());
        assert_eq!(read("2027-06-01T20:00:00+02:00"), summer);
        assert_eq!(read("2027-06-01T18:00:00Z"), summer);
        assert_eq!(read("2027-06-01T20:00:00"), summer);
        assert_eq!(read("2027-06-01T20:00"), summer);
        for bad in [
            "",
            "tomorrow",
            "2027-13-01T00:00:00Z",
            "2027-02-30T00:00:00Z",
            "1e400",
            "2027-06-01T25:00:00",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
