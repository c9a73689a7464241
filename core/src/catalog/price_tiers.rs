//! Prices of a ticket type before its own price: so many tickets at the first, so many at the second, and so on.
//!
//! A tier counts in a pool of its own, which lives with the pools of places: it is locked, held, sold and given back with
//! them, and its CHECK has the last word. What finds no room in a tier costs the price of the next one, and at last the
//! type's own, which has no limit. Which price a cart gets is decided by the [inventory](crate::inventory).

use bilten_kernel::{Ctx, EventId, Money, PoolId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    Pool, TermsError, TicketTypeName,
    store::{
        price_tiers as store,
        ticket_types::{self as types, CapacitySet, set_capacity},
    },
    ticket_type::{MAX_PRICE_MINOR, check_capacity},
    update_event::lock_event,
};
use crate::inventory;

/// Tiers that one type may have.
pub const MAX_PRICE_TIERS: usize = 10;

/// Price of the first tickets of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceTier {
    /// Name, such as `Early bird`.
    pub name: TicketTypeName,
    /// Price of one ticket in the list; [`TypePricing`](super::TypePricing) makes of it what buyers see.
    pub price: Money,
    /// When it is over, whatever is left.
    pub ends_at: Option<Timestamp>,
    /// Tickets at this price.
    pub pool: Pool,
}

impl PriceTier {
    /// Tells whether a ticket can still be had at this price.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.pool.left() > 0 && self.ends_at.is_none_or(|end| now < end)
    }
}

/// What a tier shall be.
#[derive(Debug, Clone)]
pub struct NewPriceTier {
    /// Name.
    pub name: TicketTypeName,
    /// Price of the list in minor units of the event's currency.
    pub price_minor: i64,
    /// Tickets at this price.
    pub quantity: i64,
    /// When it is over, whatever is left.
    pub ends_at: Option<Timestamp>,
}

/// Failure to set the tiers of a type.
#[derive(Debug, thiserror::Error)]
pub enum SetPriceTiersError {
    /// The event or its type does not exist.
    #[error("the ticket type does not exist")]
    NotFound,
    /// More tiers than a type may have.
    #[error("a ticket type may have 10 price tiers at most")]
    TooMany,
    /// A price or a quantity makes no sense.
    #[error("tier {index} makes no sense")]
    Terms {
        /// Place of the tier in the list, from 0.
        index: usize,
        /// What is wrong.
        #[source]
        error: TermsError,
    },
    /// More tickets are in carts and sold at the price than the tier shall have.
    #[error("{committed} tickets of tier {index} are sold or in carts")]
    QuantityBelowSold {
        /// Place of the tier in the list, from 0.
        index: usize,
        /// Tickets sold and in carts.
        committed: i64,
    },
    /// Buyers name the price of the type.
    #[error("a ticket type whose price buyers name has no price tiers")]
    OpenPrice,
    /// A policy moves the price.
    #[error("a ticket type whose price moves with demand has no price tiers; stop its policy first")]
    Moving,
    /// The database refused.
    #[error("could not set the price tiers")]
    Db(#[from] DbError),
}

/// Replaces the tiers of a type. A tier keeps the count of the one that stood at its place before; carts and orders keep
/// their prices.
///
/// # Errors
/// See [`SetPriceTiersError`].
pub async fn set_price_tiers(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (event, ticket_type): (EventId, TicketTypeId),
    tiers: &[NewPriceTier],
) -> Result<(), SetPriceTiersError> {
    check(tiers)?;
    lock_event(tx, event).await?.ok_or(SetPriceTiersError::NotFound)?;
    inventory::store::lock_pools(tx, event).await?;
    let Some(present) = store::list_pools(tx, event, ticket_type).await? else {
        return Err(SetPriceTiersError::NotFound);
    };
    if !tiers.is_empty() && types::has_open_price(tx, ticket_type).await? {
        return Err(SetPriceTiersError::OpenPrice);
    }
    if !tiers.is_empty() && types::is_moving(tx, ticket_type).await? {
        return Err(SetPriceTiersError::Moving);
    }
    let mut pools: Vec<PoolId> = Vec::with_capacity(tiers.len());
    for (index, tier) in tiers.iter().enumerate() {
        let Some(pool) = present.get(index) else {
            let pool = ctx.new_id();
            store::insert_pool(tx, event, pool, tier.quantity).await?;
            pools.push(pool);
            continue;
        };
        match set_capacity(tx, event, *pool, tier.quantity).await? {
            CapacitySet::Done => pools.push(*pool),
            CapacitySet::NoPool => return Err(SetPriceTiersError::NotFound),
            CapacitySet::Below { committed } => {
                return Err(SetPriceTiersError::QuantityBelowSold { index, committed });
            }
        }
    }
    store::replace(tx, ticket_type, tiers, &pools).await?;
    let entry = audit::Entry {
        action: "ticket_type.tiers_set",
        object: ticket_type.to_string(),
        details: json!({ "event": event, "price_minor": tiers.iter().map(|tier| tier.price_minor).collect::<Vec<_>>() }),
    };
    Ok(audit::record(tx, ctx, entry).await?)
}

fn check(tiers: &[NewPriceTier]) -> Result<(), SetPriceTiersError> {
    if tiers.len() > MAX_PRICE_TIERS {
        return Err(SetPriceTiersError::TooMany);
    }
    tiers.iter().enumerate().try_for_each(|(index, tier)| {
        let is_priced = (0..=MAX_PRICE_MINOR).contains(&tier.price_minor);
        is_priced
            .then_some(())
            .ok_or(TermsError::Price)
            .and_then(|()| check_capacity(tier.quantity))
            .map_err(|error| SetPriceTiersError::Terms { index, error })
    })
}
