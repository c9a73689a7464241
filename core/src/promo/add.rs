//! Adds a promo code to an event.

use bilten_kernel::{Ctx, EventId, PromoCodeId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{Discount, MAX_PROMOS, MIN_UNLOCKING, PromoCode, PromoRules, store};
use crate::catalog::{self, EventStatus, MAX_CAPACITY};

/// What a promo code shall be.
#[derive(Debug, Clone)]
pub struct NewPromo {
    /// What buyers type.
    pub code: PromoCode,
    /// What it takes off.
    pub discount: Discount,
    /// What it asks for, and does beside that.
    pub rules: PromoRules,
    /// Carts and orders that may have it.
    pub uses: i64,
    /// Ticket types that it holds for; none for all.
    pub ticket_types: Vec<TicketTypeId>,
    /// Takes nothing off before.
    pub starts_at: Option<Timestamp>,
    /// Takes nothing off from then on.
    pub ends_at: Option<Timestamp>,
}

/// Failure to add a promo code.
#[derive(Debug, thiserror::Error)]
pub enum AddPromoError {
    /// No such event.
    #[error("the event does not exist")]
    NotFound,
    /// Nothing is sold any more.
    #[error("the event is over or cancelled")]
    Closed,
    /// The event has the code already.
    #[error("the event has this code already")]
    Taken,
    /// The event has as many codes as it may have.
    #[error("an event may have 1,000 promo codes at most, withdrawn ones too")]
    TooMany,
    /// The discount is nothing, or more than everything.
    #[error(
        "the discount must be a share of 0.01 to 100 per cent, an amount, or a price, unless tickets are unlocked or freed of fees"
    )]
    Discount,
    /// The number of uses makes no sense.
    #[error("the uses must lie between 1 and 1,000,000")]
    Uses,
    /// A rule is out of bounds; which one.
    #[error("{0} is out of bounds")]
    Rule(&'static str),
    /// A code that unlocks tickets could be guessed.
    #[error("a code that unlocks tickets has 8 letters or more")]
    TooShort,
    /// A series has too many codes, or none, or begins with too long a text.
    #[error("a series has 1 to 5,000 codes, which begin with 24 letters at most")]
    Series,
    /// It ends before it starts.
    #[error("the code must end after it starts")]
    Window,
    /// The event has no such ticket type.
    #[error("the event has no such ticket type")]
    TicketType(TicketTypeId),
    /// The database refused.
    #[error("could not add the promo code")]
    Db(#[from] DbError),
}

/// Adds a code and returns its id.
///
/// # Errors
/// See [`AddPromoError`].
pub async fn add_promo(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    mut new: NewPromo,
) -> Result<PromoCodeId, AddPromoError> {
    admit(ctx, tx, event, &mut new).await?;
    if store::count(tx, event).await? >= MAX_PROMOS {
        return Err(AddPromoError::TooMany);
    }
    // The event is locked: nobody else adds the same code meanwhile.
    if store::exists(tx, event, &new.code).await? {
        return Err(AddPromoError::Taken);
    }
    let id: PromoCodeId = ctx.new_id();
    let budget = new.rules.budget_minor.map(|_| ctx.new_id());
    store::insert(tx, event, (id, &new), (budget, ctx.now())).await?;
    let entry = audit::Entry {
        action: "promo_code.added",
        object: id.to_string(),
        details: json!({ "event": event, "code": new.code.as_str(), "uses": new.uses }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(id)
}

/// Checks what is to be added, and locks its event.
pub(super) async fn admit(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    new: &mut NewPromo,
) -> Result<(), AddPromoError> {
    check(new)?;
    let found = catalog::lock_event(tx, event).await?.ok_or(AddPromoError::NotFound)?;
    match found.status_at(ctx.now()) {
        EventStatus::Draft | EventStatus::Published => {}
        EventStatus::Ended | EventStatus::Cancelled => return Err(AddPromoError::Closed),
    }
    new.ticket_types.sort_unstable();
    new.ticket_types.dedup();
    let known = store::list_types(tx, event, &new.ticket_types).await?;
    if let Some(unknown) = new.ticket_types.iter().find(|id| !known.contains(id)) {
        return Err(AddPromoError::TicketType(*unknown));
    }
    Ok(())
}

fn check(new: &NewPromo) -> Result<(), AddPromoError> {
    let PromoRules {
        unlocks, is_fee_free, ..
    } = new.rules;
    let takes_off = new.discount != Discount::Nothing;
    // What takes nothing off has no budget, and must do something else.
    if !new.discount.is_sound() || !(takes_off || unlocks || is_fee_free) {
        return Err(AddPromoError::Discount);
    }
    if let Some(rule) = new.rules.fault() {
        return Err(AddPromoError::Rule(rule));
    }
    if !takes_off && new.rules.budget_minor.is_some() {
        return Err(AddPromoError::Rule("budget_minor"));
    }
    if unlocks && new.code.len() < MIN_UNLOCKING {
        return Err(AddPromoError::TooShort);
    }
    if !(1..=MAX_CAPACITY).contains(&new.uses) {
        return Err(AddPromoError::Uses);
    }
    match (new.starts_at, new.ends_at) {
        (Some(start), Some(end)) if end <= start => Err(AddPromoError::Window),
        _ => Ok(()),
    }
}
