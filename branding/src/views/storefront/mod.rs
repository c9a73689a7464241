//! Pages that buyers see before they buy.

mod event;
mod gift_cards;
mod home;
mod notice;
mod price_story;
mod queue;
mod waiting_list;

pub use event::{
    Availability, BuyForm, DonationField, EventState, EventView, OfferLine, OpenPriceField, PromoField, TicketBoxView,
    TicketTypeRow, UnlockForm, VenueCard,
};
pub use gift_cards::{GiftAmount, GiftBounds, GiftShopForm, GiftShopView};
pub use home::{CardState, EventCard, HomeView, MonthChoice, SearchForm};
pub use notice::{ClosedView, ErrorView, LegalView, NotFoundView};
pub use price_story::{MovingLine, PriceStoryView, StoryPoint};
pub use queue::{QueueNumbers, QueueState, QueueView};
pub(crate) use waiting_list::sample_event as sample_waitlist_event;
pub use waiting_list::{
    WaitlistEntryView, WaitlistEvent, WaitlistForm, WaitlistFormView, WaitlistJoinedView, WaitlistTypeRow,
};
