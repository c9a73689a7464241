//! Pages that buyers see before they buy.

mod event;
mod home;
mod notice;

pub use event::{Availability, BuyForm, EventState, EventView, TicketBoxView, TicketTypeRow, VenueCard};
pub use home::{CardState, EventCard, HomeView, MonthChoice, SearchForm};
pub use notice::{ClosedView, ErrorView, LegalView, NotFoundView};
