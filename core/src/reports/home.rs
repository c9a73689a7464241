//! The first page of the console: what needs a person now, and how today sells.

use bilten_kernel::{Ctx, Currency, EventId, Timestamp, ZoneName};
use bilten_tenancy::{DbError, TenantTx, jobs};

use super::{
    Comparison, EventSummary, OrderFilter, OrderLine, Reach,
    event_list::list_event_summaries,
    order_list::list_orders,
    sales::{self, Of},
    span,
    store::needs,
};
use crate::catalog::{EventFilter, Listing};

/// Next events that the page shows.
const NEXT_EVENTS: u32 = 5;
/// Latest orders that the page shows.
const LATEST_ORDERS: u32 = 6;
/// Days of the longer view on sales.
const TREND_DAYS: i32 = 30;

/// What the first page shows.
#[derive(Debug, Clone)]
pub struct HomeReport {
    /// What waits for a person.
    pub needs: Needs,
    /// Today's sales by the hour, beside the same weekday of last week.
    pub sales: Comparison,
    /// Sales of the last 30 days, beside the 30 before.
    pub trend: Comparison,
    /// The next events.
    pub upcoming: Vec<EventSummary>,
    /// The latest orders.
    pub orders: Vec<OrderLine>,
}

/// What waits for a person. Counts end at 100.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Orders that were paid after their tickets were gone.
    pub payment_conflicts: i64,
    /// Orders whose money is announced but has not come.
    pub awaiting_funds: i64,
    /// Jobs that were given up.
    pub failed_jobs: i64,
    /// Events that start today.
    pub today: Vec<TodayEvent>,
    /// Events with hardly a place left.
    pub nearly_sold_out: Vec<NearlySoldOut>,
    /// Events that are not published.
    pub drafts: i64,
}

/// An event that starts today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodayEvent {
    /// The event.
    pub id: EventId,
    /// Its name.
    pub name: String,
    /// Its start.
    pub starts_at: Timestamp,
    /// Its zone.
    pub time_zone: ZoneName,
}

/// An event with hardly a place left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearlySoldOut {
    /// The event.
    pub event: EventId,
    /// Its name.
    pub name: String,
    /// Share of the places of its fullest pool that are sold, in per cent.
    pub percent: i64,
}

/// Reads the first page for whoever may see what is within reach.
///
/// # Errors
/// The database refused.
pub async fn home(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (zone, currency): (&ZoneName, Currency),
    reach: &Reach,
) -> Result<HomeReport, DbError> {
    let zone = zone.zone();
    let (today, last_week) = span::today_and_last_week(ctx.now(), &zone);
    let (days, days_before) = span::days_and_before(ctx.now(), &zone, TREND_DAYS);
    let of = Of {
        event: None,
        reach,
        currency,
    };
    let upcoming = EventFilter {
        listing: Listing::Upcoming,
        reach: reach.clone(),
        ..EventFilter::default()
    };
    let upcoming = list_event_summaries(ctx, tx, &upcoming, None, NEXT_EVENTS).await?.rows;
    Ok(HomeReport {
        needs: what_needs_a_person(tx, ctx.now(), span::today(ctx.now(), &zone), reach).await?,
        sales: sales::compare(tx, of, ctx.now(), (&today, &last_week)).await?,
        trend: sales::compare(tx, of, ctx.now(), (&days, &days_before)).await?,
        upcoming,
        orders: list_orders(tx, &OrderFilter::default(), reach, None, LATEST_ORDERS)
            .await?
            .rows,
    })
}

async fn what_needs_a_person(
    tx: &mut TenantTx,
    now: Timestamp,
    day: (Timestamp, Timestamp),
    reach: &Reach,
) -> Result<Needs, DbError> {
    let organizers = reach.uuids();
    let organizers = organizers.as_deref();
    Ok(Needs {
        payment_conflicts: needs::count_orders(tx, "payment_conflict", organizers).await?,
        awaiting_funds: needs::count_orders(tx, "awaiting_funds", organizers).await?,
        failed_jobs: jobs::count_failed(tx).await?,
        today: needs::list_today(tx, day, organizers).await?,
        nearly_sold_out: needs::list_nearly_sold_out(tx, now, organizers).await?,
        drafts: needs::count_drafts(tx, organizers).await?,
    })
}
