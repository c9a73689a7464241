//! Lets a policy run along a sale of the tenant, and keeps what it would have done.

use std::collections::BTreeMap;

use bilten_kernel::{Ctx, EventId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PointCause, store};
use crate::{
    catalog,
    pricing::{PricingError, dynamic},
};

/// Instants that one run looks at.
const MOST_LOOKS: usize = 5_000;

/// A sale that a policy can be tried on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Type of ticket that was sold.
    pub ticket_type: TicketTypeId,
    /// Name of its event.
    pub event_name: String,
    /// Its own name.
    pub name: String,
    /// When its event begins.
    pub starts_at: Timestamp,
}

/// A move that there would have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunMove {
    /// When.
    pub at: Timestamp,
    /// Price from then on, in minor units of the list.
    pub price: i64,
    /// Why: `ahead`, `behind` or `bounds`.
    pub cause: String,
}

/// What a version would have done to a sale. Amounts are minor units of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedRun {
    /// Version of the policy.
    pub version: i32,
    /// Number of the run.
    pub number: i32,
    /// Type whose sale it ran along.
    pub source: TicketTypeId,
    /// Tickets of that sale.
    pub tickets: i64,
    /// What they would have brought.
    pub revenue: i64,
    /// What they would have brought at the price of the beginning.
    pub fixed_revenue: i64,
    /// The moves, in their order.
    pub moves: Vec<RunMove>,
    /// When it was run.
    pub created_at: Timestamp,
}

/// Failure to simulate.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The event, its type or the version does not exist.
    #[error("the price policy does not exist")]
    NotFound,
    /// There is no such sale, or it is not of the same organizer.
    #[error("there is no such sale to try the policy on")]
    Source,
    /// An amount overflows.
    #[error(transparent)]
    Pricing(#[from] PricingError),
    /// The database refused.
    #[error("could not simulate the price policy")]
    Db(#[from] DbError),
}

/// Runs a version along the sale of a ticket type of the same organizer, and keeps the outcome.
///
/// # Errors
/// See [`SimulateError`].
pub async fn simulate_policy(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (event, ticket_type): (EventId, TicketTypeId),
    (version, source): (i32, TicketTypeId),
) -> Result<SimulatedRun, SimulateError> {
    catalog::lock_event(tx, event).await?.ok_or(SimulateError::NotFound)?;
    let policy = store::find_policy(tx, ticket_type, version).await?;
    let policy = policy.filter(|policy| policy.event == event);
    let policy = policy.ok_or(SimulateError::NotFound)?;
    let (own, starts_at) = store::find_source(tx, event, source)
        .await?
        .ok_or(SimulateError::Source)?;
    let kind = catalog::find_ticket_type(tx, (own, source), ctx.now()).await?;
    let kind = kind.ok_or(SimulateError::Source)?;
    let sold = store::list_sales(tx, own, source).await?;
    let tickets = sold.iter().map(|(_, quantity)| quantity).sum();
    let looks = looks(&sold, starts_at.min(ctx.now()));
    let done = dynamic::simulate(&policy.engine(), &looks, (kind.capacity(), starts_at))?;
    let moves = done.moves.into_iter().map(|(at, step)| RunMove {
        at,
        price: step.price,
        cause: PointCause::from(step.cause).name().to_owned(),
    });
    let run = SimulatedRun {
        version,
        number: store::last_simulation(tx, ticket_type, version).await? + 1,
        source,
        tickets,
        revenue: done.revenue,
        fixed_revenue: done.fixed_revenue,
        moves: moves.collect(),
        created_at: ctx.now(),
    };
    store::insert_simulation(tx, ticket_type, (&run, &ctx.actor.to_string())).await?;
    let entry = audit::Entry {
        action: "price_policy.simulated",
        object: ticket_type.to_string(),
        details: json!({ "event": event, "version": version, "source": source, "moves": run.moves.len() }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(run)
}

/// The sales, and between them a look each hour: a price also falls while nobody buys.
fn looks(sold: &[(Timestamp, i64)], until: Timestamp) -> Vec<(Timestamp, i64)> {
    let mut looks: BTreeMap<Timestamp, i64> = sold.iter().copied().collect();
    let Some((first, _)) = sold.first() else {
        return Vec::new();
    };
    let mut at = *first;
    while at < until && looks.len() < MOST_LOOKS {
        looks.entry(at).or_insert(0);
        at += SignedDuration::from_hours(1);
    }
    looks.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_sold_is_nothing_to_look_at_and_a_gap_is_looked_at_by_the_hour() {
        let at = |hour: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour);
        assert!(looks(&[], at(100)).is_empty());
        let found = looks(&[(at(1), 2), (at(4), 3)], at(6));
        let expected = [(at(1), 2), (at(2), 0), (at(3), 0), (at(4), 3), (at(5), 0)];
        assert_eq!(found, expected);
    }
}
