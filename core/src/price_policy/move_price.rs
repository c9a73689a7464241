//! Looks at a sale and moves its price by one step, or leaves it where it is.

use async_trait::async_trait;
use bilten_kernel::{Ctx, EventId, TicketTypeId, Timestamp};
use bilten_tenancy::{
    Db, DbError, TenantTx, audit,
    jobs::{self, Chore, Job, JobHandler, JobOutcome, NewJob},
};
use jiff::SignedDuration;
use serde_json::json;

use super::{
    Point, PointCause, PricePolicy,
    point::{DAY, History, sums},
    store,
};
use crate::{
    catalog::{self, Availability, Event, EventStatus, TicketType},
    inventory,
    pricing::{PricingError, dynamic::Market},
};

/// Kind of the job that moves a price.
pub const MOVE_PRICE_JOB: &str = "prices.move";
/// Policies that one round enqueues jobs for.
const AT_ONCE: i64 = 500;
/// Wait before a look that failed is taken again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// Pages are asked for as usual: nothing counts how often, so nothing can tell who.
const USUAL_BP: i32 = 10_000;

/// Failure to move a price.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// An amount overflows.
    #[error(transparent)]
    Pricing(#[from] PricingError),
    /// The database refused.
    #[error("could not move the price")]
    Db(#[from] DbError),
}

/// Moves the price of a ticket type if its policy says so now; returns the point that was written. The same instant twice, or two
/// workers at once, write one.
///
/// # Errors
/// See [`MoveError`].
pub async fn move_price(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (event, ticket_type): (EventId, TicketTypeId),
) -> Result<Option<Point>, MoveError> {
    // Mostly nothing moves: that is found out without a lock.
    if look(ctx, tx, (event, ticket_type)).await?.is_none() {
        return Ok(None);
    }
    if catalog::lock_event(tx, event).await?.is_none() {
        return Ok(None);
    }
    // Nobody takes places meanwhile: what the point says of the sale is what it was, and the next group of carts sees the next price.
    inventory::store::lock_pools(tx, event).await?;
    let Some(point) = look(ctx, tx, (event, ticket_type)).await? else {
        return Ok(None);
    };
    store::insert_point(tx, (event, ticket_type), &point).await?;
    store::set_price(tx, ticket_type, point.price).await?;
    let entry = audit::Entry {
        action: "ticket_type.price_moved",
        object: ticket_type.to_string(),
        details: json!({
            "event": event,
            "policy_version": point.policy_version,
            "cause": point.cause.name(),
            "price_minor": [point.before, point.price],
        }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(Some(point))
}

async fn look(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (event, ticket_type): (EventId, TicketTypeId),
) -> Result<Option<Point>, MoveError> {
    let Some((found, kind)) = catalog::find_ticket_type_with(tx, (event, ticket_type), ctx.now()).await? else {
        return Ok(None);
    };
    let Some(version) = kind.moving.as_ref().map(|moving| moving.version) else {
        return Ok(None);
    };
    let Some(policy) = store::find_policy(tx, ticket_type, version).await? else {
        return Ok(None);
    };
    let last = store::find_history(tx, ticket_type, ctx.now() - DAY).await?;
    Ok(decide(ctx, (&found, &kind), &policy, last)?)
}

/// Says which point follows; `None` when the price stays.
fn decide(
    ctx: &Ctx,
    (event, kind): (&Event, &TicketType),
    policy: &PricePolicy,
    last: Option<History>,
) -> Result<Option<Point>, PricingError> {
    let now = ctx.now();
    if now < policy.terms.starts_at || !is_on_sale((event, kind), now) {
        return Ok(None);
    }
    let engine = policy.engine();
    let before = event.starts_at.duration_since(now);
    let (sold, capacity) = sums(kind);
    let moved = last.map_or(0, |last| last.moved_today);
    let step = if History::is_running(last) {
        let market = Market {
            price: kind.price.minor,
            moved_at: last.map(|last| last.at),
            moved_today: moved,
            sold,
            capacity,
            interest_bp: USUAL_BP,
            starts_at: event.starts_at,
            now,
        };
        let step = engine.next_price(&market)?;
        step.map(|step| (step.price, PointCause::from(step.cause)))
    } else {
        (before > engine.freeze).then_some((engine.start, PointCause::Start))
    };
    let Some((price, cause)) = step.filter(|(price, _)| is_announced(kind, *price)) else {
        return Ok(None);
    };
    Ok(Some(Point {
        number: last.map_or(0, |last| last.number) + 1,
        at: last.map_or(now, |last| now.max(last.at + SignedDuration::from_micros(1))),
        before: kind.price.minor,
        price,
        shown_before: kind.display_price_at(kind.price.minor).minor,
        shown_price: kind.display_price_at(price).minor,
        cause,
        sold,
        capacity,
        expected_bp: i32::try_from(engine.expected_bp(before)?.round()?).unwrap_or(i32::MAX),
        moved,
        policy_version: policy.version,
        actor: ctx.actor.to_string(),
    }))
}

fn is_on_sale((event, kind): (&Event, &TicketType), now: Timestamp) -> bool {
    event.status_at(now) == EventStatus::Published
        && !matches!(
            catalog::availability(event, kind, now),
            Availability::NotYet { .. } | Availability::Over
        )
}

/// Whether what buyers would see lies in the range that they were told, fees and all.
fn is_announced(kind: &TicketType, price: i64) -> bool {
    let shown = kind.display_price_at(price);
    kind.moving_display_range()
        .is_some_and(|(least, most)| (least.minor..=most.minor).contains(&shown.minor))
}

/// Finds policies that may move a price now, and enqueues a job for each.
#[derive(Debug, Clone, Copy)]
pub struct FindMoving;

#[async_trait]
impl Chore for FindMoving {
    fn name(&self) -> &'static str {
        "prices.find_moving"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        for (event, ticket_type) in store::list_due(tx, ctx.now(), AT_ONCE).await? {
            let job = NewJob {
                kind: MOVE_PRICE_JOB,
                payload: json!({ "event": event, "ticket_type": ticket_type }),
                run_at: ctx.now(),
                unique_key: Some(&ticket_type.to_string()),
                is_urgent: false,
            };
            jobs::enqueue(tx, ctx, job).await?;
        }
        Ok(())
    }
}

/// Handler of [`MOVE_PRICE_JOB`].
#[derive(Debug)]
pub struct MovePriceJob {
    /// Database with the prices.
    pub db: Db,
}

#[async_trait]
impl JobHandler for MovePriceJob {
    fn kind(&self) -> &'static str {
        MOVE_PRICE_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let text = |name: &str| job.payload[name].as_str().unwrap_or_default();
        let (Ok(event), Ok(ticket_type)) = (text("event").parse(), text("ticket_type").parse()) else {
            return JobOutcome::Fail("the payload names no ticket type".to_owned());
        };
        match self.step(ctx, (event, ticket_type)).await {
            Ok(()) => JobOutcome::Done,
            Err(MoveError::Pricing(error)) => JobOutcome::Fail(error.to_string()),
            Err(MoveError::Db(error)) => JobOutcome::Retry(AGAIN_AFTER, error.to_string()),
        }
    }
}

impl MovePriceJob {
    async fn step(&self, ctx: &Ctx, what: (EventId, TicketTypeId)) -> Result<(), MoveError> {
        let mut tx = self.db.begin(ctx).await?;
        let moved = move_price(ctx, &mut tx, what).await?;
        tx.commit().await?;
        metrics::counter!("prices_moved_total").increment(u64::from(moved.is_some()));
        Ok(())
    }
}
