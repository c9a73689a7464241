//! Adds a version of a policy.

use bilten_kernel::{Ctx, EventId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{MAX_VERSIONS, PolicyFault, PolicyTerms, PricePolicy, store};
use crate::catalog::{self, EventStatus, TicketType};

/// Failure to add a version.
#[derive(Debug, thiserror::Error)]
pub enum AddPolicyError {
    /// The event or its type does not exist.
    #[error("the ticket type does not exist")]
    NotFound,
    /// Nothing is sold any more.
    #[error("the event is over or cancelled")]
    Closed,
    /// It makes no sense.
    #[error(transparent)]
    Fault(#[from] PolicyFault),
    /// It would begin when the event does, or later.
    #[error("the policy must begin before the event does")]
    TooLate,
    /// The type has price tiers.
    #[error("a ticket type with price tiers cannot have a price that moves with demand")]
    HasTiers,
    /// Buyers name the price of the type.
    #[error("a ticket type whose price buyers name cannot have a price that moves with demand")]
    OpenPrice,
    /// The type has as many versions as it may have.
    #[error("a ticket type may have 50 versions of its price policy at most")]
    TooMany,
    /// The database refused.
    #[error("could not add the price policy")]
    Db(#[from] DbError),
}

/// Adds a version of the policy of a ticket type. Nothing moves by it before it was simulated and switched on.
///
/// # Errors
/// See [`AddPolicyError`].
pub async fn add_policy(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (event, ticket_type): (EventId, TicketTypeId),
    terms: PolicyTerms,
) -> Result<PricePolicy, AddPolicyError> {
    terms.check()?;
    let found = catalog::lock_event(tx, event).await?.ok_or(AddPolicyError::NotFound)?;
    match found.status_at(ctx.now()) {
        EventStatus::Draft | EventStatus::Published => {}
        EventStatus::Ended | EventStatus::Cancelled => return Err(AddPolicyError::Closed),
    }
    if terms.starts_at >= found.starts_at {
        return Err(AddPolicyError::TooLate);
    }
    let kind = catalog::find_ticket_type(tx, (event, ticket_type), ctx.now()).await?;
    let kind = kind.ok_or(AddPolicyError::NotFound)?;
    match standing_still(&kind) {
        Some(Fixed::Tiers) => return Err(AddPolicyError::HasTiers),
        Some(Fixed::Open) => return Err(AddPolicyError::OpenPrice),
        None => {}
    }
    let last = store::last_version(tx, ticket_type).await?;
    if usize::try_from(last).unwrap_or(MAX_VERSIONS) >= MAX_VERSIONS {
        return Err(AddPolicyError::TooMany);
    }
    let policy = PricePolicy {
        event,
        ticket_type,
        version: last + 1,
        terms,
        actor: ctx.actor.to_string(),
        created_at: ctx.now(),
    };
    store::insert_policy(tx, &policy).await?;
    let entry = audit::Entry {
        action: "price_policy.added",
        object: ticket_type.to_string(),
        details: json!({
            "event": event,
            "version": policy.version,
            "floor_minor": policy.terms.floor,
            "ceiling_minor": policy.terms.ceiling,
        }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(policy)
}

/// What keeps a price from moving with demand.
pub(super) enum Fixed {
    /// Tiers come before it.
    Tiers,
    /// Buyers name it.
    Open,
}

pub(super) fn standing_still(kind: &TicketType) -> Option<Fixed> {
    if !kind.tiers.is_empty() {
        Some(Fixed::Tiers)
    } else if kind.open_price.is_some() {
        Some(Fixed::Open)
    } else {
        None
    }
}
