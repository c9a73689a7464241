//! Lists events, page by page.

use bilten_kernel::{Ctx, Timestamp, ZoneName};
use bilten_tenancy::{DbError, TenantTx, permissions::Reach};

use super::{
    EventCursor, EventDetail, EventStatus,
    find_event::{load_details, without_hidden},
    store::events,
};

/// Events on one page at most.
const MAX_PAGE: u32 = 100;
/// Events to come that are looked through for what can be filtered by.
const MAX_FACETED: i64 = 500;
/// Values of one kind that are offered for filtering.
const MAX_FACETS: usize = 24;

/// Which events are wanted.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// By state.
    pub listing: Listing,
    /// Part of the name, the summary, or the venue's name or city, letters of either case.
    pub text: Option<String>,
    /// Exactly this category.
    pub category: Option<String>,
    /// Exactly this city.
    pub city: Option<String>,
    /// Not over before then.
    pub from: Option<Timestamp>,
    /// Starting before then.
    pub before: Option<Timestamp>,
    /// Only of these organizers.
    pub reach: Reach,
}

/// Which states are wanted, and so in which order the events come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listing {
    /// Published and not over: what buyers see, the next first.
    #[default]
    Upcoming,
    /// Over, the latest first.
    Past,
    /// In this state, the latest first.
    Status(EventStatus),
    /// In any state, the latest first.
    All,
}

impl Listing {
    /// States in the database that an event of the listing may have.
    pub(super) fn stored_statuses(self) -> Vec<String> {
        let statuses: &[EventStatus] = match self {
            Self::Upcoming | Self::Status(EventStatus::Published) => &[EventStatus::Published],
            Self::Past | Self::Status(EventStatus::Ended) => &[EventStatus::Published, EventStatus::Ended],
            Self::Status(EventStatus::Draft) => &[EventStatus::Draft],
            Self::Status(EventStatus::Cancelled) => &[EventStatus::Cancelled],
            Self::All => &EventStatus::ALL,
        };
        statuses.iter().map(|status| status.name().to_owned()).collect()
    }

    pub(super) const fn is_past_only(self) -> bool {
        matches!(self, Self::Past | Self::Status(EventStatus::Ended))
    }

    pub(super) const fn is_future_only(self) -> bool {
        matches!(self, Self::Upcoming | Self::Status(EventStatus::Published))
    }
}

/// One page of events.
#[derive(Debug, Clone)]
pub struct EventPage {
    /// The events with their ticket types; without hidden types in [`Listing::Upcoming`].
    pub events: Vec<EventDetail>,
    /// Where the next page begins, when there is one.
    pub next: Option<EventCursor>,
}

/// Lists up to `limit` (1 to 100) events behind the cursor.
///
/// # Errors
/// The database refused.
pub async fn list_events(
    ctx: &Ctx,
    tx: &mut TenantTx,
    filter: &EventFilter,
    after: Option<EventCursor>,
    limit: u32,
) -> Result<EventPage, DbError> {
    let limit = limit.clamp(1, MAX_PAGE);
    let filter = EventFilter {
        text: filter
            .text
            .as_ref()
            .map(|t| t.trim().to_owned())
            .filter(|t| !t.is_empty()),
        ..filter.clone()
    };
    // One more than wanted tells whether another page follows.
    let mut found = events::list_ids(tx, &filter, after, ctx.now(), i64::from(limit) + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > wanted;
    found.truncate(wanted);
    let next = found.last().filter(|_| has_more).map(|(id, starts_at)| EventCursor {
        starts_at: *starts_at,
        id: *id,
    });
    let ids: Vec<_> = found.into_iter().map(|(id, _)| id).collect();
    let mut events = load_details(tx, &ids, ctx.now()).await?;
    if filter.listing == Listing::Upcoming {
        events = events.into_iter().map(without_hidden).collect();
    }
    Ok(EventPage { events, next })
}

/// What the events to come can be filtered by; 24 values of a kind at most.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Categories, by name.
    pub categories: Vec<String>,
    /// Cities, by name.
    pub cities: Vec<String>,
    /// First instants of the months in which something starts, the next first.
    pub months: Vec<Timestamp>,
}

/// Finds out what the events to come can be filtered by. Months are those of the zone.
///
/// # Errors
/// The database refused.
pub async fn list_facets(ctx: &Ctx, tx: &mut TenantTx, zone: &ZoneName) -> Result<Facets, DbError> {
    let traits = events::list_traits(tx, ctx.now(), MAX_FACETED).await?;
    let mut facets = Facets::default();
    for (category, city, starts_at) in traits {
        facets.categories.push(category);
        facets.cities.push(city);
        let local = starts_at.max(ctx.now()).to_zoned(zone.zone());
        let month = local.first_of_month().and_then(|day| day.start_of_day());
        facets.months.extend(month.map(|month| month.timestamp()));
    }
    for names in [&mut facets.categories, &mut facets.cities] {
        names.retain(|name| !name.is_empty());
        names.sort_unstable();
        names.dedup();
        names.truncate(MAX_FACETS);
    }
    facets.months.dedup();
    facets.months.truncate(MAX_FACETS);
    Ok(facets)
}
