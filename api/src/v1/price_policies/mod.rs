//! Prices that move with demand: policies, runs along sales that were, the switch, and what moved.

pub(super) mod create;
pub(super) mod list;
pub(super) mod points;
mod policy;
pub(super) mod simulate;
pub(super) mod switch;

pub(super) use policy::{PricePolicy, PriceSimulation};

use bilten_kernel::{EventId, TicketTypeId};

use crate::http::problem::Problem;

/// The event and the ticket type of a path; anything else is nothing that there is.
fn ids((event, ticket_type): &(String, String)) -> Result<(EventId, TicketTypeId), Problem> {
    let event = event.parse().map_err(|_| Problem::not_found())?;
    let ticket_type = ticket_type.parse().map_err(|_| Problem::not_found())?;
    Ok((event, ticket_type))
}
