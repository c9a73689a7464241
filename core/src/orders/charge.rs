//! Takes the price of a new order apart, by the plan that its cart was priced by.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use bilten_kernel::{MoneyError, OrderLineId};
use bilten_tenancy::{DbError, TenantTx};

use crate::{
    inventory::Hold,
    pricing::{self, Charges, PlanInForce, PricedLine},
};

/// Versions of the plan that some carts were priced by.
pub(super) type Plans = HashMap<i32, Arc<PlanInForce>>;

/// Reads the plans of some carts; asks nothing where none has one.
pub(super) async fn plans_of(tx: &mut TenantTx, holds: impl Iterator<Item = &Hold>) -> Result<Plans, DbError> {
    let versions: BTreeSet<i32> = holds.filter_map(|hold| hold.plan).collect();
    if versions.is_empty() {
        return Ok(Plans::new());
    }
    let versions: Vec<i32> = versions.into_iter().collect();
    pricing::store::find_versions(tx, &versions).await
}

/// Takes apart what the tickets of a cart cost, whose lines become those of an order; nothing where no plan stood.
///
/// # Errors
/// A sum overflows, or the parts are not what the cart costs.
pub(super) fn charges(hold: &Hold, lines: &[OrderLineId], plans: &Plans) -> Result<Option<Charges>, MoneyError> {
    let Some(plan) = hold.plan.and_then(|version| plans.get(&version)) else {
        return Ok(None);
    };
    let priced = hold.lines.iter().zip(lines).filter_map(|(line, id)| {
        Some(PricedLine {
            line: *id,
            ticket_type: line.ticket_type,
            quantity: line.quantity,
            list: line.list?,
        })
    });
    let priced: Vec<PricedLine> = priced.collect();
    let charges = plan
        .plan
        .charges(plan.version, hold.currency, &priced)
        .map_err(|_| MoneyError::Overflow)?;
    if charges.total().gross == hold.tickets_total()? {
        Ok(Some(charges))
    } else {
        Err(MoneyError::Overflow)
    }
}
