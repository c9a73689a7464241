//! Pages that buyers see before they buy.

mod event;
mod home;
mod notice;
mod queue;

pub use event::{Availability, BuyForm, EventState, EventView, TicketTypeRow, VenueCard};
pub use home::{CardState, EventCard, HomeView, MonthChoice, SearchForm};
pub use notice::{ClosedView, ErrorView, LegalView, NotFoundView};
pub use queue::{QueueNumbers, QueueState, QueueView};
