//! Where the next page of a list begins.

use std::{fmt, str::FromStr};

use bilten_kernel::{OrderId, ParseError, TicketId};
use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

/// Position behind an order in a list with the newest first; opaque outside. Ids sort by the time at which orders were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderCursor(pub OrderId);

/// Position behind a ticket in a list in the order of issue; opaque outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketCursor(pub TicketId);

const NOT_OURS: ParseError = ParseError::new("cursor", "was not made here");

macro_rules! cursors {
    ($($cursor:ident($id:ident)),*) => {$(
        impl fmt::Display for $cursor {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&BASE64URL_NOPAD.encode(self.0.uuid().as_bytes()))
            }
        }

        impl FromStr for $cursor {
            type Err = ParseError;

            fn from_str(text: &str) -> Result<Self, ParseError> {
                let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NOT_OURS)?;
                Ok(Self($id::from_uuid(Uuid::from_slice(&bytes).map_err(|_| NOT_OURS)?)))
            }
        }
    )*};
}

cursors!(OrderCursor(OrderId), TicketCursor(TicketId));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_the_round_trip_and_junk_is_refused() {
        let order = OrderCursor(OrderId::from_uuid(Uuid::from_u128(9)));
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
