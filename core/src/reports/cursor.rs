//! Where the next page of a list begins.

use std::{fmt, str::FromStr};

use bilten_kernel::{OrderId, ParseError, TicketId, Timestamp};
use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

/// Position behind an order in a list with the newest first; opaque outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderCursor {
    /// When the last order of the page was placed.
    pub created_at: Timestamp,
    /// The last order of the page.
    pub id: OrderId,
}

/// Position behind a ticket in a list in the order of issue; opaque outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketCursor(pub TicketId);

const NOT_OURS: ParseError = ParseError::new("cursor", "was not made here");

impl fmt::Display for OrderCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.created_at.as_microsecond().to_be_bytes());
        bytes[8..].copy_from_slice(self.id.uuid().as_bytes());
        f.write_str(&BASE64URL_NOPAD.encode(&bytes))
    }
}

impl FromStr for OrderCursor {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NOT_OURS)?;
        let (at, id) = bytes.split_first_chunk::<8>().ok_or(NOT_OURS)?;
        let at = i64::from_be_bytes(*at);
        // PostgreSQL keeps time stamps of the years 4713 BC to 294276; jiff's range lies within.
        Ok(Self {
            created_at: Timestamp::from_microsecond(at).map_err(|_| NOT_OURS)?,
            id: OrderId::from_uuid(Uuid::from_slice(id).map_err(|_| NOT_OURS)?),
        })
    }
}

impl fmt::Display for TicketCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(self.0.uuid().as_bytes()))
    }
}

impl FromStr for TicketCursor {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NOT_OURS)?;
        Ok(Self(TicketId::from_uuid(
            Uuid::from_slice(&bytes).map_err(|_| NOT_OURS)?,
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_the_round_trip_and_junk_is_refused() {
        let order = OrderCursor {
            created_at: "2027-01-10T18:00:00.5Z".parse().unwrap(),
            id: OrderId::from_uuid(Uuid::from_u128(9)),
        };
        assert_eq!(order.to_string().parse(), Ok(order));
        let ticket = TicketCursor(TicketId::from_uuid(Uuid::from_u128(7)));
        assert_eq!(ticket.to_string().parse(), Ok(ticket));
        for junk in [
            "",
            "AAAA",
            "…",
            &order.to_string()[1..],
            "f39_f39_f39_f39_f39_f39_f39_f39_",
        ] {
            assert!(junk.parse::<OrderCursor>().is_err(), "{junk}");
            assert!(junk.parse::<TicketCursor>().is_err(), "{junk}");
        }
    }
}
