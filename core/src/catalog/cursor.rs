//! Where the next page of events begins.

use std::{fmt, str::FromStr};

use bilten_kernel::{EventId, ParseError, Timestamp};
use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

/// Position after an event in an order by start and id; opaque outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventCursor {
    /// Start of the last event of the page.
    pub starts_at: Timestamp,
    /// The last event of the page.
    pub id: EventId,
}

impl fmt::Display for EventCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.starts_at.as_microsecond().to_be_bytes());
        bytes[8..].copy_from_slice(self.id.uuid().as_bytes());
        f.write_str(&BASE64URL_NOPAD.encode(&bytes))
    }
}

impl FromStr for EventCursor {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let refuse = ParseError::new("cursor", "was not made here");
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| refuse)?;
        let (at, id) = bytes.split_first_chunk::<8>().ok_or(refuse)?;
        Ok(Self {
            starts_at: Timestamp::from_microsecond(i64::from_be_bytes(*at)).map_err(|_| refuse)?,
            id: EventId::from_uuid(Uuid::from_slice(id).map_err(|_| refuse)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_the_round_trip_and_junk_is_refused() {
        let cursor = EventCursor {
            starts_at: "2027-01-10T18:00:00.5Z".parse().unwrap(),
            id: EventId::from_uuid(Uuid::from_u128(9)),
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for junk in [
            "",
            "AAAA",
            "…",
            &cursor.to_string()[1..],
            "f39_f39_f39_f39_f39_f39_f39_f39_",
        ] {
            assert!(junk.parse::<EventCursor>().is_err(), "{junk}");
        }
    }
}
