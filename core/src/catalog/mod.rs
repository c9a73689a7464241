//! What is on sale: organizers, venues, events, ticket types and the pools of places behind them.
//!
//! ```text
//! draft ──publish──▶ published ──its end passes──▶ ended
//!   └──────cancel────────┴──cancel──▶ cancelled
//! ```
//!
//! Invariants:
//! - Buyers see an event from the moment it is published; a draft does not exist for them.
//! - The currency of an event never changes after it was published, so no hold and no order can
//!   meet two currencies.
//! - A ticket takes one place in *each* pool of its type. A type's own pool has the id of the type;
//!   a shared pool has a name and serves several types.
//! - Capacity never falls below what is held and sold; the database's check has the last word.
//!
//! Not here: holding and selling places (`inventory`), prices of a cart (`carts`), how a page
//! looks (crate `branding`).

mod add_pool;
mod add_ticket_type;
mod availability;
mod cancel_event;
mod create_event;
mod cursor;
mod end_event;
mod event;
mod find_event;
mod list_events;
mod moving;
mod open_price;
mod organizers;
mod person_limits;
mod price_tiers;
mod publish_event;
mod remove_ticket_type;
mod save_ticket_types;
mod set_taxes;
mod stock_watch;
mod store;
mod text;
mod ticket_kind;
mod ticket_type;
mod update_event;
mod update_pool;
mod update_ticket_type;
mod venue;

pub use add_pool::{AddPoolError, add_pool};
pub use add_ticket_type::{AddTicketTypeError, add_ticket_type};
pub use availability::{Availability, availability, from_price, overall};
pub use cancel_event::{CancelEventError, cancel_event};
pub use create_event::{CreateEventError, create_event};
pub use cursor::EventCursor;
pub use end_event::{END_EVENT_JOB, EndEventJob, end_event};
pub use event::{
    Event, EventChange, EventDetail, EventStatus, Locks, NewEvent, PublishBlocker, VenueChange, WrongStatus,
    publish_blockers,
};
pub use find_event::{find_event, find_public_event, find_public_event_with, find_status, find_statuses, list_pools};
pub(crate) use find_event::{find_ticket_type, find_ticket_type_with};
pub use list_events::{EventFilter, EventPage, Facets, Listing, list_events, list_facets};
pub use moving::Moving;
pub use open_price::{SetDonationCauseError, SetOpenPriceError, set_donation_cause, set_open_price};
pub use organizers::{NewOrganizer, Organizer, OrganizerError, create_organizer, list_organizers};
pub use person_limits::{MAX_PER_PERSON, SetPersonLimitError, set_person_limit};
pub use price_tiers::{MAX_PRICE_TIERS, NewPriceTier, PriceTier, SetPriceTiersError, set_price_tiers};
pub use publish_event::{PublishEventError, publish_event};
pub use remove_ticket_type::{RemoveTicketTypeError, remove_ticket_type};
pub use save_ticket_types::{SaveTicketTypesError, TicketTypeWish, WishError, save_ticket_types};
pub use set_taxes::{SetTaxesError, set_taxes};
pub use stock_watch::{EventStock, StockWatch};
pub use store::ticket_types::list_virtual;
pub(crate) use store::ticket_types::{CapacitySet, set_capacity};
pub use text::{Body, Category, Description, EventName, Line, Summary, TicketTypeName};
pub use ticket_kind::{MAX_PER_ADMISSION, TicketKind};
pub use ticket_type::{
    MAX_CAPACITY, MAX_PRICE_MINOR, MAX_TICKET_TYPES, NewPool, NewTicketType, Pool, PoolName, SaleRules, SaleTerms,
    Stock, StockChange, TermsError, TicketType, TicketTypeChange, TypePricing,
};
pub(crate) use update_event::lock_event;
pub use update_event::{UpdateEventError, update_event};
pub use update_pool::{UpdatePoolError, update_pool};
pub use update_ticket_type::{UpdateTicketTypeError, update_ticket_type};
pub use venue::{NewVenue, Venue};
