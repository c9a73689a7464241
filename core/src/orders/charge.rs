//! Takes the price of a new order apart, by the plan that its cart was priced by, and by what its buyer told of himself.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use bilten_kernel::{Money, MoneyError, OrderLineId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx};

use crate::{
    catalog,
    inventory::{Hold, HoldLine},
    pricing::{self, Attendance, BuyerTax, Charges, PlanInForce, PricedLine},
};

/// Versions of the plan that some carts were priced by.
pub(super) type Plans = HashMap<i32, Arc<PlanInForce>>;

/// What an order costs, and what that is made up of.
pub(super) struct Priced {
    pub total: Money,
    pub charges: Option<Charges>,
    /// Prices of the lines of the cart, in their order.
    pub prices: Vec<LinePrice>,
    /// What the buyer told, with how he is taxed.
    pub buyer: Option<BuyerTax>,
}

/// Prices of one ticket of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinePrice {
    pub unit: Money,
    /// Before anything was taken off, where something was.
    pub full: Option<Money>,
}

impl LinePrice {
    fn of(line: &HoldLine) -> Self {
        Self {
            unit: line.unit_price,
            full: line.full_price,
        }
    }

    /// The same at another price: what was taken off changes in proportion.
    fn at(self, unit: Money) -> Result<Self, MoneyError> {
        let (old, new) = (i128::from(self.unit.minor), i128::from(unit.minor));
        let scaled = |full: Money| {
            let minor = if old == 0 {
                i128::from(full.minor)
            } else {
                i128::from(full.minor) * new / old
            };
            i64::try_from(minor).map_err(|_| MoneyError::Overflow)
        };
        let full = self.full.map(scaled).transpose()?;
        let full = full.filter(|minor| *minor > unit.minor);
        Ok(Self {
            unit,
            full: full.map(|minor| Money::new(minor, unit.currency)),
        })
    }
}

/// Reads the plans of some carts; asks nothing where none has one.
pub(super) async fn plans_of(tx: &mut TenantTx, holds: impl Iterator<Item = &Hold>) -> Result<Plans, DbError> {
    let versions: BTreeSet<i32> = holds.filter_map(|hold| hold.plan).collect();
    if versions.is_empty() {
        return Ok(Plans::new());
    }
    let versions: Vec<i32> = versions.into_iter().collect();
    pricing::store::find_versions(tx, &versions).await
}

/// Prices a cart for its buyer. Only what he told of himself costs a statement, and only where a plan stands.
pub(super) async fn price(
    tx: &mut TenantTx,
    hold: &Hold,
    lines: &[OrderLineId],
    buyer: Option<&BuyerTax>,
) -> Result<Result<Priced, MoneyError>, DbError> {
    let plans = plans_of(tx, std::iter::once(hold)).await?;
    let plan = hold.plan.and_then(|version| plans.get(&version));
    let (Some(buyer), Some(plan)) = (buyer, plan) else {
        return Ok(as_held(hold, lines, &plans, buyer));
    };
    let types: BTreeSet<TicketTypeId> = hold.lines.iter().map(|line| line.ticket_type).collect();
    let types: Vec<TicketTypeId> = types.into_iter().collect();
    let watched = catalog::list_virtual(tx, &types).await?;
    Ok(for_buyer(hold, lines, plan, (buyer, &watched)))
}

fn as_held(hold: &Hold, lines: &[OrderLineId], plans: &Plans, buyer: Option<&BuyerTax>) -> Result<Priced, MoneyError> {
    Ok(Priced {
        total: hold.total()?,
        charges: charges(hold, lines, plans)?,
        prices: hold.lines.iter().map(LinePrice::of).collect(),
        buyer: buyer.cloned(),
    })
}

fn for_buyer(
    hold: &Hold,
    lines: &[OrderLineId],
    plan: &PlanInForce,
    (buyer, watched): (&BuyerTax, &HashSet<TicketTypeId>),
) -> Result<Priced, MoneyError> {
    let attendance = |line: &HoldLine| {
        if watched.contains(&line.ticket_type) {
            Attendance::Virtual
        } else {
            Attendance::Physical
        }
    };
    let charges = plan
        .plan
        .charges_for(
            &buyer.ctx(),
            plan.version,
            hold.currency,
            &priced(hold, lines, attendance),
        )
        .map_err(|_| MoneyError::Overflow)?;
    let mut prices = Vec::with_capacity(hold.lines.len());
    for (line, kept) in hold.lines.iter().zip(&charges.lines) {
        let unit = Money::new(kept.gross / i64::from(line.quantity.max(1)), hold.currency);
        if charges.lines.len() != hold.lines.len() || unit.checked_mul(line.quantity)?.minor != kept.gross {
            return Err(MoneyError::Overflow);
        }
        prices.push(LinePrice::of(line).at(unit)?);
    }
    let gross = charges.total().gross;
    let treatment = charges.scheme();
    Ok(Priced {
        total: hold.donation.map_or(Ok(gross), |gift| gross.checked_add(gift))?,
        charges: Some(charges),
        prices,
        buyer: Some(BuyerTax {
            treatment,
            ..buyer.clone()
        }),
    })
}

fn priced(hold: &Hold, lines: &[OrderLineId], attendance: impl Fn(&HoldLine) -> Attendance) -> Vec<PricedLine> {
    let priced = hold.lines.iter().zip(lines).filter_map(|(line, id)| {
        Some(PricedLine {
            line: *id,
            ticket_type: line.ticket_type,
            quantity: line.quantity,
            list: line.list?,
            attendance: attendance(line),
        })
    });
    priced.collect()
}

/// Takes apart what the tickets of a cart cost, whose lines become those of an order; nothing where no plan stood.
///
/// # Errors
/// A sum overflows, or the parts are not what the cart costs.
pub(super) fn charges(hold: &Hold, lines: &[OrderLineId], plans: &Plans) -> Result<Option<Charges>, MoneyError> {
    let Some(plan) = hold.plan.and_then(|version| plans.get(&version)) else {
        return Ok(None);
    };
    let charges = plan
        .plan
        .charges(
            plan.version,
            hold.currency,
            &priced(hold, lines, |_| Attendance::Physical),
        )
        .map_err(|_| MoneyError::Overflow)?;
    if charges.total().gross == hold.tickets_total()? {
        Ok(Some(charges))
    } else {
        Err(MoneyError::Overflow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_off_follows_the_price() {
        let nok = |minor| Money::new(minor, "NOK".parse().unwrap());
        let price = LinePrice {
            unit: nok(7_500),
            full: Some(nok(10_000)),
        };
        let net = price.at(nok(6_000)).unwrap();
        assert_eq!((net.unit, net.full), (nok(6_000), Some(nok(8_000))));
        assert_eq!(price.at(nok(0)).unwrap().full, None);
    }
}
