//! Orders that were taxed because a register did not answer, and whose number turned out to be valid.

use std::collections::BTreeSet;

use bilten_core::{
    catalog,
    orders::Order,
    pricing::{Scheme, VatId},
};
use bilten_kernel::{Ctx, Money, OrderId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::store;

/// An order whose tax staff may give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Which order.
    pub order: OrderId,
    /// Number that is valid.
    pub number: VatId,
    /// Proof of the register.
    pub consultation: Option<String>,
    /// Tax that was taken.
    pub tax: Money,
    /// When the register answered.
    pub found_at: Timestamp,
}

/// Lists what staff have not dealt with, the oldest first.
///
/// # Errors
/// The database refused.
pub async fn list_corrections(tx: &mut TenantTx) -> Result<Vec<Correction>, DbError> {
    store::list_open_corrections(tx).await
}

/// Takes an order off the list; false when it is not on it.
///
/// # Errors
/// The database refused.
pub async fn close_correction(ctx: &Ctx, tx: &mut TenantTx, order: OrderId) -> Result<bool, DbError> {
    let is_closed = store::close_correction(tx, ctx, order).await?;
    if is_closed {
        note(ctx, tx, order, "tax_correction.closed").await?;
    }
    Ok(is_closed)
}

pub(super) async fn note(ctx: &Ctx, tx: &mut TenantTx, order: OrderId, action: &'static str) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: order.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await
}

/// The tax that would not have been taken: of what is watched, by a business of another country.
pub(super) async fn tax_taken(tx: &mut TenantTx, order: &Order) -> Result<Money, DbError> {
    let nothing = Money::zero(order.total.currency);
    let (Some(charges), Some(buyer)) = (&order.charges, &order.buyer_tax) else {
        return Ok(nothing);
    };
    let types: BTreeSet<TicketTypeId> = charges.lines.iter().map(|line| line.ticket_type).collect();
    let watched = catalog::list_virtual(tx, &types.into_iter().collect::<Vec<_>>()).await?;
    let lines = charges.lines.iter().filter(|line| watched.contains(&line.ticket_type));
    let taken = lines.flat_map(|line| &line.taxes).filter(|tax| match tax.scheme {
        Scheme::Destination => true,
        Scheme::Standard => tax.country != Some(buyer.country),
        Scheme::ReverseCharge => false,
    });
    Ok(Money::new(taken.map(|tax| tax.amount).sum(), order.total.currency))
}
