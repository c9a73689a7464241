//! Lists events, page by page.

use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::{
    EventCursor, EventDetail, EventStatus,
    find_event::{load_details, without_hidden},
    store::events,
};

/// Events on one page at most.
const MAX_PAGE: u32 = 100;
/// Categories that are offered for filtering.
const MAX_CATEGORIES: i64 = 20;

/// Which events are wanted.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// By state.
    pub listing: Listing,
    /// Part of the name or of the summary, letters of either case.
    pub text: Option<String>,
    /// Exactly this category.
    pub category: Option<String>,
    /// Not over before then.
    pub from: Option<Timestamp>,
    /// Starting before then.
    pub before: Option<Timestamp>,
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

/// Lists the categories that events to come have, 20 at most.
///
/// # Errors
/// The database refused.
pub async fn list_categories(ctx: &Ctx, tx: &mut TenantTx) -> Result<Vec<String>, DbError> {
    events::list_categories(tx, ctx.now(), MAX_CATEGORIES).await
}
