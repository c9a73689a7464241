//! Events: their states, what may change when, and what keeps a draft from being published.

use bilten_kernel::{Currency, EventId, OrganizerId, Slug, TicketTypeId, Timestamp, ZoneName};

use crate::{offers::PriceOffer, promo::Unlocked, return_policy::ReturnPolicy};

use super::{
    Category, Description, EventName, NewPool, NewVenue, Summary, Venue,
    text::{Body, Line},
    ticket_kind::TicketKind,
    ticket_type::TicketType,
};

/// Something that takes place once, and that tickets are sold for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Identifies the event.
    pub id: EventId,
    /// Who holds it.
    pub organizer: OrganizerId,
    /// Where it takes place, when that is known.
    pub venue: Option<Venue>,
    /// Name in addresses; unique in the tenant, never changed.
    pub slug: Slug,
    /// Name.
    pub name: EventName,
    /// One line about it.
    pub summary: Summary,
    /// Description in Markdown, not yet made safe.
    pub description: Description,
    /// Kind of event.
    pub category: Category,
    /// State as it is stored; [`Event::status_at`] also knows the time.
    pub status: EventStatus,
    /// When the doors open: not after the start.
    pub doors_at: Option<Timestamp>,
    /// Start.
    pub starts_at: Timestamp,
    /// End, after the start.
    pub ends_at: Timestamp,
    /// Zone in which its times are shown.
    pub time_zone: ZoneName,
    /// Currency of all its prices.
    pub currency: Currency,
    /// Seed of the generated picture.
    pub artwork: Line<0, 120>,
    /// What buyers read about refunds before they buy.
    pub refund_policy: Body<2_000>,
    /// Whether there are promo codes that were not withdrawn, so that buyers are asked for one.
    pub has_promo_codes: bool,
    /// What buyers may give something for beside their tickets; nothing where they are not asked.
    pub donation_cause: Option<Line<1, 120>>,
    /// Whether price offers stand that were not withdrawn.
    pub has_offers: bool,
    /// Whether a policy says what it costs to give tickets back.
    pub has_return_policy: bool,
    /// When the draft was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
}

/// Event with all its ticket types, hidden ones too, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDetail {
    /// What it costs to give tickets back; lists leave it out.
    pub return_policy: Option<ReturnPolicy>,
    /// Price offers that hold, the first one first; lists leave them out.
    pub offers: Vec<PriceOffer>,
    /// The event.
    pub event: Event,
    /// Its ticket types with the counters of their pools.
    pub ticket_types: Vec<TicketType>,
    /// Whether types were left out because only a code makes them buyable; nothing is said of it where hidden ones are in.
    pub locks: Locks,
}

/// Types of an event that only a promo code makes buyable, as one buyer meets them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Locks {
    /// There are none.
    #[default]
    None,
    /// He sees none of them.
    Closed,
    /// He named a code that unlocks some.
    Opened,
}

impl EventDetail {
    /// Tells whether only a code makes some of the types buyable.
    pub(super) fn has_locked(&self) -> bool {
        self.ticket_types.iter().any(|t| t.terms.is_locked)
    }

    /// Shows the locked types that somebody's codes unlock, to him.
    pub(super) fn show_unlocked(&mut self, unlocked: &Unlocked) {
        for ticket_type in &mut self.ticket_types {
            // What a code is for without naming types is for those that admit.
            let is_open = match ticket_type.terms.kind {
                TicketKind::Admission => unlocked.opens(ticket_type.id),
                TicketKind::AddOn { .. } => unlocked.names(ticket_type.id),
            };
            if ticket_type.terms.is_locked && is_open {
                ticket_type.terms.is_hidden = false;
            }
        }
    }
}

/// State of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventStatus {
    /// Being prepared; buyers do not see it.
    Draft,
    /// On the storefront.
    Published,
    /// Over.
    Ended,
    /// Called off.
    Cancelled,
}

impl EventStatus {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Published, Self::Ended, Self::Cancelled];

    /// Name in the API and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
        }
    }

    /// Finds the state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// Says why an event may not go into another state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the event is {}", self.from.name())]
pub struct WrongStatus {
    /// State that it is in.
    pub from: EventStatus,
}

impl Event {
    /// Returns the state at an instant: a published event is over when its end has passed,
    /// whether or not the job that says so has run.
    pub fn status_at(&self, now: Timestamp) -> EventStatus {
        match self.status {
            EventStatus::Published if self.ends_at <= now => EventStatus::Ended,
            status @ (EventStatus::Draft | EventStatus::Published | EventStatus::Ended | EventStatus::Cancelled) => {
                status
            }
        }
    }

    /// Tells whether buyers may see the event's page.
    pub const fn is_public(&self) -> bool {
        match self.status {
            EventStatus::Draft => false,
            // A draft that was called off was never announced.
            EventStatus::Cancelled => self.published_at.is_some(),
            EventStatus::Published | EventStatus::Ended => true,
        }
    }

    /// Publishes a draft.
    ///
    /// # Errors
    /// It is no draft.
    pub fn publish(self, now: Timestamp) -> Result<Self, WrongStatus> {
        match self.status {
            EventStatus::Draft => Ok(Self {
                status: EventStatus::Published,
                published_at: Some(now),
                updated_at: now,
                ..self
            }),
            from @ (EventStatus::Published | EventStatus::Ended | EventStatus::Cancelled) => Err(WrongStatus { from }),
        }
    }

    /// Calls the event off.
    ///
    /// # Errors
    /// It is over or already called off.
    pub fn cancel(self, now: Timestamp) -> Result<Self, WrongStatus> {
        match self.status_at(now) {
            EventStatus::Draft | EventStatus::Published => Ok(Self {
                status: EventStatus::Cancelled,
                cancelled_at: Some(now),
                updated_at: now,
                ..self
            }),
            from @ (EventStatus::Ended | EventStatus::Cancelled) => Err(WrongStatus { from }),
        }
    }
}

/// What a new event needs; the slug is made from the name.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Who holds it; the tenant's first organizer when none is named.
    pub organizer: Option<OrganizerId>,
    /// Name.
    pub name: EventName,
    /// One line about it.
    pub summary: Summary,
    /// Description in Markdown.
    pub description: Description,
    /// Kind of event.
    pub category: Category,
    /// When the doors open.
    pub doors_at: Option<Timestamp>,
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
    /// Zone in which its times are shown.
    pub time_zone: ZoneName,
    /// Currency of all its prices.
    pub currency: Currency,
    /// Where it takes place.
    pub venue: Option<NewVenue>,
    /// What buyers read about refunds.
    pub refund_policy: Body<2_000>,
    /// Pools that several of its ticket types share, named by the types' stock.
    pub shared_pools: Vec<NewPool>,
    /// Most tickets that one person may have over all his orders.
    pub max_per_person: Option<u32>,
}

impl NewEvent {
    /// Makes an event of which only the necessary is known.
    pub fn new(
        name: EventName,
        starts_at: Timestamp,
        ends_at: Timestamp,
        time_zone: ZoneName,
        currency: Currency,
    ) -> Self {
        Self {
            organizer: None,
            name,
            summary: Line::default(),
            description: Body::default(),
            category: Line::default(),
            doors_at: None,
            starts_at,
            ends_at,
            time_zone,
            currency,
            venue: None,
            refund_policy: Body::default(),
            shared_pools: Vec::new(),
            max_per_person: None,
        }
    }
}

/// What shall change about an event; `None` keeps what is there.
#[derive(Debug, Clone, Default)]
pub struct EventChange {
    /// Name; the slug stays.
    pub name: Option<EventName>,
    /// One line about it.
    pub summary: Option<Summary>,
    /// Description in Markdown.
    pub description: Option<Description>,
    /// Kind of event.
    pub category: Option<Category>,
    /// When the doors open; `Some(None)` says nothing about it any more.
    pub doors_at: Option<Option<Timestamp>>,
    /// Start.
    pub starts_at: Option<Timestamp>,
    /// End.
    pub ends_at: Option<Timestamp>,
    /// Zone in which its times are shown.
    pub time_zone: Option<ZoneName>,
    /// Currency; only a draft's may change.
    pub currency: Option<Currency>,
    /// Where it takes place.
    pub venue: VenueChange,
    /// Seed of the generated picture.
    pub artwork: Option<Line<0, 120>>,
    /// What buyers read about refunds.
    pub refund_policy: Option<Body<2_000>>,
}

/// What shall happen to the place of an event.
#[derive(Debug, Clone, Default)]
pub enum VenueChange {
    /// It stays.
    #[default]
    Keep,
    /// The event has no place any more.
    Remove,
    /// The event takes place here.
    Set(NewVenue),
}

/// What keeps a draft from being published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishBlocker {
    /// There is no ticket type that buyers can see.
    NoTicketType,
    /// The event would be over at once.
    EndsInThePast,
    /// Nobody could buy this type: it has no places.
    NoCapacity(TicketTypeId),
    /// Nobody could buy this type: its sale is over already.
    SaleIsOver(TicketTypeId),
    /// Nobody could buy this type: its sale opens after the event.
    SaleOpensTooLate(TicketTypeId),
}

impl PublishBlocker {
    /// Stable code, for message keys and API answers.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoTicketType => "no_ticket_type",
            Self::EndsInThePast => "ends_in_the_past",
            Self::NoCapacity(_) => "no_capacity",
            Self::SaleIsOver(_) => "sale_is_over",
            Self::SaleOpensTooLate(_) => "sale_opens_too_late",
        }
    }

    /// Ticket type that must be mended, when it is about one.
    pub const fn ticket_type(self) -> Option<TicketTypeId> {
        match self {
            Self::NoCapacity(id) | Self::SaleIsOver(id) | Self::SaleOpensTooLate(id) => Some(id),
            Self::NoTicketType | Self::EndsInThePast => None,
        }
    }
}

/// Lists everything that keeps a draft from being published; nothing when it may go out.
pub fn publish_blockers(event: &Event, ticket_types: &[TicketType], now: Timestamp) -> Vec<PublishBlocker> {
    let mut blockers = Vec::new();
    if event.ends_at <= now {
        blockers.push(PublishBlocker::EndsInThePast);
    }
    if ticket_types
        .iter()
        .all(|t| t.terms.is_hidden || t.terms.kind.is_add_on())
    {
        blockers.push(PublishBlocker::NoTicketType);
    }
    for ticket_type in ticket_types {
        if ticket_type.capacity() == 0 {
            blockers.push(PublishBlocker::NoCapacity(ticket_type.id));
        }
        if ticket_type.terms.sale_ends_at.is_some_and(|end| end <= now) {
            blockers.push(PublishBlocker::SaleIsOver(ticket_type.id));
        }
        if ticket_type
            .terms
            .sale_starts_at
            .is_some_and(|start| start >= event.ends_at)
        {
            blockers.push(PublishBlocker::SaleOpensTooLate(ticket_type.id));
        }
    }
    blockers
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::catalog::ticket_type::tests::sample_type;

    pub fn sample_event() -> Event {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        Event {
            id: EventId::from_uuid(uuid::Uuid::from_u128(1)),
            organizer: OrganizerId::from_uuid(uuid::Uuid::from_u128(2)),
            venue: None,
            slug: "vinter".parse().unwrap(),
            name: "Vinter".parse().unwrap(),
            summary: Line::default(),
            description: Body::default(),
            category: Line::default(),
            status: EventStatus::Draft,
            doors_at: None,
            starts_at: at("2027-01-10T18:00:00Z"),
            ends_at: at("2027-01-10T21:00:00Z"),
            time_zone: "Europe/Oslo".parse().unwrap(),
            currency: "NOK".parse().unwrap(),
            artwork: Line::default(),
            refund_policy: Body::default(),
            has_promo_codes: false,
            donation_cause: None,
            has_offers: false,
            has_return_policy: false,
            created_at: at("2026-01-01T00:00:00Z"),
            updated_at: at("2026-01-01T00:00:00Z"),
            published_at: None,
            cancelled_at: None,
        }
    }

    #[test]
    fn a_published_event_is_over_at_its_end_and_not_before() {
        let event = sample_event();
        let (before, end) = ("2027-01-10T20:59:59Z".parse().unwrap(), event.ends_at);
        let event = event.publish(before).unwrap();
        assert_eq!(event.status_at(before), EventStatus::Published);
        assert_eq!(event.status_at(end), EventStatus::Ended);
        assert_eq!(
            event.cancel(end),
            Err(WrongStatus {
                from: EventStatus::Ended
            })
        );
    }

    #[test]
    fn only_a_draft_is_published_and_nothing_is_cancelled_twice() {
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        let published = sample_event().publish(now).unwrap();
        assert!(published.clone().publish(now).is_err() && published.is_public());
        let cancelled = published.cancel(now).unwrap();
        assert!(cancelled.clone().cancel(now).is_err() && cancelled.clone().publish(now).is_err());
        assert!(cancelled.is_public(), "buyers must learn that it was called off");
        assert!(!sample_event().cancel(now).unwrap().is_public());
    }

    #[test]
    fn blockers_name_what_is_missing() {
        let event = sample_event();
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        assert_eq!(publish_blockers(&event, &[], now), [PublishBlocker::NoTicketType]);
        assert_eq!(publish_blockers(&event, &[sample_type(100, 0, 0)], now), []);
        let hidden = TicketType {
            terms: crate::catalog::SaleTerms {
                is_hidden: true,
                sale_ends_at: Some(now),
                sale_starts_at: Some(event.ends_at),
                ..sample_type(0, 0, 0).terms
            },
            ..sample_type(0, 0, 0)
        };
        let codes: Vec<_> = publish_blockers(&event, std::slice::from_ref(&hidden), event.ends_at)
            .into_iter()
            .map(PublishBlocker::code)
            .collect();
        assert_eq!(
            codes,
            [
                "ends_in_the_past",
                "no_ticket_type",
                "no_capacity",
                "sale_is_over",
                "sale_opens_too_late"
            ]
        );
    }
}
