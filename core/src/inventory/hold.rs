//! Holds, requests for them, and why one is refused.

use bilten_kernel::{AttemptId, Currency, EventId, HoldId, Money, MoneyError, PoolId, TicketTypeId, Timestamp};
use uuid::Uuid;

use super::{AddOnRefused, Extras, LimitReached, PromoRefused, PromoUse};
use crate::{
    pricing::ListPrice,
    promo::{self, PromoCode},
    seating::HeldSeats,
    waiting_room::CartLimit,
};

/// Where a hold stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldState {
    /// In a cart; ends at `expires_at`.
    Held,
    /// A payment may be under way; does not end by the clock.
    Pinned(AttemptId),
    /// Sold.
    Converted,
    /// The payment is being called off; stock stays taken until that is certain.
    Cancelling(AttemptId),
    /// Given back.
    Released,
}

/// Tickets of one type at one price in a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldLine {
    /// Type of ticket.
    pub ticket_type: TicketTypeId,
    /// Number of tickets, at least 1.
    pub quantity: u32,
    /// All-in price of one ticket, kept for as long as the hold lives.
    pub unit_price: Money,
    /// What one would cost without promo code and price offers, where these took something off.
    pub full_price: Option<Money>,
    /// Names of the price offers that took something off.
    pub offer: Option<String>,
    /// Pool of the tier whose price it is, unless it is the type's own.
    pub tier: Option<PoolId>,
    /// Price of one without fees, and its tax, where a plan of taxes and fees stood.
    pub list: Option<ListPrice>,
}

/// Stock that somebody has in a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Identity, which is also the cart's.
    pub id: HoldId,
    /// Event whose stock is held.
    pub event: EventId,
    /// Where it stands.
    pub state: HoldState,
    /// Currency of all prices.
    pub currency: Currency,
    /// When a held hold ends.
    pub expires_at: Timestamp,
    /// Whether its one extension was used.
    pub is_extended: bool,
    /// Whether a limit per person stood when the hold was made, so that its order counts as somebody's.
    pub limits_persons: bool,
    /// Version of the plan of taxes and fees that its prices were made by, where one stood.
    pub plan: Option<i32>,
    /// What the buyer gives beside the tickets.
    pub donation: Option<Money>,
    /// The promo code that it was made with; its pool counts it as one use.
    pub promo: Option<PromoUse>,
    /// What is held: a line for each ticket type, and for each price when the type has several.
    pub lines: Vec<HoldLine>,
    /// Who sits where; none unless types of the hold take seats.
    pub seats: HeldSeats,
}

impl HoldRequest {
    /// The promo codes that are named.
    pub fn codes(&self) -> impl Iterator<Item = &PromoCode> {
        self.promo_code.iter().chain(&self.extras.more_codes)
    }
}

impl Hold {
    /// Sums up what is to be paid: the tickets, and what is given beside them.
    ///
    /// # Errors
    /// The sum overflows.
    pub fn total(&self) -> Result<Money, MoneyError> {
        let tickets = self.tickets_total()?;
        self.donation.map_or(Ok(tickets), |gift| tickets.checked_add(gift))
    }

    /// Sums up quantity times price.
    ///
    /// # Errors
    /// The sum overflows.
    pub fn tickets_total(&self) -> Result<Money, MoneyError> {
        self.lines.iter().try_fold(Money::zero(self.currency), |sum, line| {
            sum.checked_add(line.unit_price.checked_mul(line.quantity)?)
        })
    }

    /// Sums up what promo code and price offers took off.
    ///
    /// # Errors
    /// The sum overflows.
    pub fn discount(&self) -> Result<Money, MoneyError> {
        let lines = self.lines.iter();
        promo::taken_off(
            self.currency,
            lines.map(|line| (line.quantity, line.unit_price, line.full_price)),
        )
    }

    /// The promo codes that it was made with, joined as [`CODES`](super::CODES) says.
    pub fn promo_code(&self) -> Option<&str> {
        self.promo.as_ref().map(|used| used.codes.as_str())
    }

    /// The promo code of each line as it is stored: in the first line alone, because a cart is one use.
    pub(super) fn promo_of_lines(&self) -> impl Iterator<Item = Option<Uuid>> {
        let used = self.promo.as_ref().and_then(PromoUse::plain).map(PoolId::uuid);
        (0..self.lines.len()).map(move |at| used.filter(|_| at == 0))
    }

    /// What the codes of the cart count, where that is more than one plain code: in the first line alone, too.
    pub(super) fn counted_by_lines(&self) -> impl Iterator<Item = Option<&[(PoolId, i64)]>> {
        let used = self.promo.as_ref().filter(|used| used.plain().is_none());
        (0..self.lines.len()).map(move |at| used.filter(|_| at == 0).map(|used| used.counted.as_slice()))
    }

    /// Tells whether the stock is this buyer's at the instant.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.state.is_live(self.expires_at, now)
    }
}

impl HoldState {
    /// Tells whether what is held until then is still its buyer's at the instant.
    pub fn is_live(self, expires_at: Timestamp, now: Timestamp) -> bool {
        match self {
            Self::Held => expires_at > now,
            Self::Pinned(_) | Self::Cancelling(_) | Self::Converted => true,
            Self::Released => false,
        }
    }
}

/// Wish for stock of one event.
#[derive(Debug, Clone)]
pub struct HoldRequest {
    /// Event.
    pub event: EventId,
    /// Ticket types with how many of each; a type stands once.
    pub items: Vec<(TicketTypeId, u32)>,
    /// Rather no seats than seats that are not next to each other.
    pub keep_together: bool,
    /// Text by which the same wish, sent twice, gets the same hold.
    pub request_key: Option<String>,
    /// Promo code that shall take something off; when it cannot, nothing is held. Further ones are among the extras.
    pub promo_code: Option<PromoCode>,
    /// What the buyer decides himself; mostly nothing.
    pub extras: Extras,
}

/// Why tickets are not on sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOnSale {
    /// The event is a draft.
    Draft,
    /// The sale opens then.
    NotYet(Timestamp),
    /// The sale of this type or the event is over.
    Over,
    /// The event was cancelled.
    Cancelled,
}

/// Why a hold was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoldError {
    /// No such event.
    #[error("no such event")]
    UnknownEvent,
    /// No such ticket type in this event.
    #[error("no such ticket type")]
    UnknownTicketType(TicketTypeId),
    /// Nothing was asked for, or a type twice, or too many lines.
    #[error("the cart is empty or malformed")]
    Malformed,
    /// The quantity is outside what one order may hold.
    #[error("the quantity is outside the limits of one order")]
    QuantityOutOfRange {
        /// Type of ticket.
        ticket_type: TicketTypeId,
        /// Fewest in one order.
        min: u32,
        /// Most in one order.
        max: u32,
    },
    /// Tickets are not on sale.
    #[error("the tickets are not on sale")]
    NotOnSale {
        /// Type of ticket, unless the whole event is closed.
        ticket_type: Option<TicketTypeId>,
        /// Why.
        why: NotOnSale,
    },
    /// Too few are left.
    #[error("too few tickets are left")]
    SoldOut {
        /// Type of ticket.
        ticket_type: TicketTypeId,
        /// How many there still are.
        left: u32,
        /// Whether others hold some that may come back.
        is_held_by_others: bool,
    },
    /// Seats are left, but not so many next to each other, which was a condition.
    #[error("too few seats are next to each other")]
    NotTogether {
        /// Type of ticket, or the first of several that sit together.
        ticket_type: TicketTypeId,
        /// How many were to sit next to each other.
        wanted: u32,
        /// Most that can.
        largest: u32,
    },
    /// The cart has more of an add-on than its tickets that admit allow.
    #[error(transparent)]
    AddOn(#[from] AddOnRefused),
    /// Alone this cart has more than one person may have.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The buyer named a price that he may not name.
    #[error("the price cannot be named")]
    PriceNotAllowed {
        /// Type of ticket.
        ticket_type: TicketTypeId,
        /// The least and the most that he may name; `None` where the price is set.
        bounds: Option<(Money, Money)>,
    },
    /// The event asks for no gift, or not for one of this size.
    #[error("nothing can be given beside the tickets")]
    DonationNotAllowed,
    /// The promo code takes nothing off this cart.
    #[error(transparent)]
    Promo(#[from] PromoRefused),
    /// The pass of the waiting room gives no further cart now.
    #[error(transparent)]
    Pass(#[from] CartLimit),
    /// The key was used for another wish.
    #[error("the request key was used for another cart")]
    OtherRequest,
    /// More people ask than can be served within a second.
    #[error("too many requests for this event at once")]
    Busy,
    /// The database is out of reach.
    #[error("stock is out of reach")]
    Unavailable,
}
