//! What organizers read: sales, what needs a person, lists of orders and attendees, the door.
//!
//! Invariants:
//! - Everything here only reads.
//! - Every query has a named limit, or covers one event or one span of time that an index finds.
//! - Days and hours are those of the tenant's or event's zone; their bounds are computed here and
//!   bound as parameters.
//! - Figures of sales count orders that are paid now: what was refunded or cancelled is left out.
//! - Whoever may see only some organizers' events is given only their rows ([`Reach`]).
//!
//! Not here: changing anything (`catalog`, `orders`, `check_in`), and how figures are shown
//! (crate `branding`).

mod attendees;
mod cursor;
mod door;
mod event_list;
mod held_by;
mod home;
mod order_detail;
mod order_list;
mod overview;
mod sales;
mod span;
mod store;
mod takings;

pub use bilten_tenancy::permissions::Reach;

pub use attendees::{Attendee, AttendeeFilter, AttendeePage, EXPORT_CHUNK, list_attendees, list_export_rows};
pub use cursor::{OrderCursor, TicketCursor};
pub use door::{Counts, DoorEvent, DoorReport, GateCount, Scan, check_in_report, list_door_events};
pub use event_list::{EventSummary, EventSummaryPage, capacity_of, list_event_summaries};
pub use held_by::{organizer_of_event, scope_of_order};
pub use home::{HomeReport, NearlySoldOut, Needs, TodayEvent, home};
pub use order_detail::{BoughtLine, OrderReport, TicketLine, TimelineFact, TimelineStep, find_order};
pub use order_list::{OrderFilter, OrderLine, OrderPage, list_orders, list_paid_of_buyer};
pub use overview::{EventReport, TypeSales, event_report};
pub use sales::{Comparison, Step};
pub use takings::{
    EventName, Taking, VersionTaking, find_event_names, find_order_codes, list_takings, list_takings_by_version,
};
