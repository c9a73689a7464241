//! Series: many codes that can be used once each, made at once.

use bilten_kernel::{Ctx, EventId, PromoCodeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{AddPromoError, NewPromo, Promo, PromoCode, add, store};

/// Codes of one series.
pub const MAX_IN_SERIES: u32 = 5_000;
/// Series that an event may have, withdrawn ones too.
pub const MAX_SERIES: i64 = 50;
/// Letters of the text that all codes of a series begin with, at most.
pub const MAX_PREFIX: usize = 24;

/// A series with the count of its uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its first code, which says what all of them do; by its id the series is known.
    pub first: Promo,
    /// What its codes begin with.
    pub prefix: String,
    /// Codes.
    pub size: i64,
    /// Codes in carts.
    pub held: i64,
    /// Codes of orders.
    pub used: i64,
}

/// A code of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesCode {
    /// The code.
    pub code: PromoCode,
    /// Whether a cart has it.
    pub is_held: bool,
    /// Whether an order was made with it.
    pub is_used: bool,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

/// Makes a series: each code begins with the text of the new one, is otherwise made by chance (50 bits), and can be used once.
/// Returns the id of the first, by which the series is known.
///
/// # Errors
/// See [`AddPromoError`]. The same text a second time is refused, so that a form that is sent twice makes one series.
pub async fn add_series(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    (mut new, count): (NewPromo, u32),
) -> Result<PromoCodeId, AddPromoError> {
    if !(1..=MAX_IN_SERIES).contains(&count) || new.code.len() > MAX_PREFIX {
        return Err(AddPromoError::Series);
    }
    if new.rules.budget_minor.is_some() {
        // What its codes take off together is bounded by their number.
        return Err(AddPromoError::Rule("budget_minor"));
    }
    new.uses = 1;
    let prefix = new.code.clone();
    // What is checked is a code of the series, not its beginning.
    new.code = prefix.continued(ctx);
    add::admit(ctx, tx, event, &mut new).await?;
    if store::series::count(tx, event).await? >= MAX_SERIES {
        return Err(AddPromoError::TooMany);
    }
    if store::series::exists(tx, event, &prefix).await? {
        return Err(AddPromoError::Taken);
    }
    let made: Vec<(PromoCodeId, PromoCode)> = (0..count).map(|_| (ctx.new_id(), prefix.continued(ctx))).collect();
    store::series::insert(tx, event, (&made, &prefix, &new), ctx.now()).await?;
    let first = made.iter().map(|(id, _)| *id).min().ok_or(AddPromoError::Series)?;
    let entry = audit::Entry {
        action: "promo_series.added",
        object: first.to_string(),
        details: json!({ "event": event, "prefix": prefix.as_str(), "codes": count }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(first)
}

/// Lists the series of an event, the latest first.
///
/// # Errors
/// The database refused.
pub async fn list_series(tx: &mut TenantTx, event: EventId) -> Result<Vec<Series>, DbError> {
    store::series::list(tx, event).await
}

/// Lists the codes of the series that this code is of, or the code alone where it is of none; `None` when the event has no such
/// code.
///
/// # Errors
/// The database refused.
pub async fn list_series_codes(
    tx: &mut TenantTx,
    event: EventId,
    first: PromoCodeId,
) -> Result<Option<Vec<SeriesCode>>, DbError> {
    let codes = store::series::list_codes(tx, event, first).await?;
    Ok(Some(codes).filter(|codes| !codes.is_empty()))
}
