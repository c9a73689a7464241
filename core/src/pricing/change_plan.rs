//! Makes a new version of the plan. Carts and orders that exist keep the version that they were priced by.

use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{FeeRule, Plan, PlanFault, PlanInForce, TaxCode, TaxTable, VatId, store};

/// What a shop says of its taxes and of its own fee. The platform's fee is not the shop's to say, only who bears it.
#[derive(Debug, Clone)]
pub struct ShopTerms {
    /// Rates, and how tax is rounded.
    pub taxes: TaxTable,
    /// Tax of what names none.
    pub default_tax: Option<TaxCode>,
    /// Number under which the shop is registered for value added tax.
    pub vat_id: Option<VatId>,
    /// The shop's own service fees, which buyers pay on top.
    pub service_fees: Vec<FeeRule>,
    /// Whether the platform's fee is passed on to buyers.
    pub passes_on: bool,
    /// Whether every buyer is asked if a company buys.
    pub asks_businesses: bool,
}

/// Failure to change the plan.
#[derive(Debug, thiserror::Error)]
pub enum ChangePlanError {
    /// It makes no sense.
    #[error(transparent)]
    Fault(#[from] PlanFault),
    /// Somebody else changed it meanwhile.
    #[error("somebody else has changed taxes and fees meanwhile")]
    Conflict,
    /// The database refused.
    #[error("could not change taxes and fees")]
    Db(#[from] DbError),
}

/// Reads the plan in force; version 0, which says nothing, when there is none.
///
/// # Errors
/// The database refused.
pub async fn find_plan(tx: &mut TenantTx) -> Result<PlanInForce, DbError> {
    Ok(store::find_latest(tx).await?.unwrap_or(PlanInForce {
        version: 0,
        plan: Plan::default(),
    }))
}

/// Sets what a shop says; `seen` is the version that the change was made from.
///
/// # Errors
/// See [`ChangePlanError`].
pub async fn set_shop_terms(
    ctx: &Ctx,
    tx: &mut TenantTx,
    terms: ShopTerms,
    seen: i32,
) -> Result<PlanInForce, ChangePlanError> {
    let before = find_plan(tx).await?;
    if before.version != seen {
        return Err(ChangePlanError::Conflict);
    }
    let mut plan = before.plan.clone();
    plan.taxes = terms.taxes;
    plan.default_tax = terms.default_tax;
    plan.vat_id = terms.vat_id;
    plan.asks_businesses = terms.asks_businesses;
    plan.fees.organizer = terms.service_fees;
    change(ctx, tx, &before, plan.passing_on(terms.passes_on)).await
}

/// Sets the fees that the platform takes; none for none.
///
/// # Errors
/// See [`ChangePlanError`].
pub async fn set_platform_fees(
    ctx: &Ctx,
    tx: &mut TenantTx,
    fees: Vec<FeeRule>,
) -> Result<PlanInForce, ChangePlanError> {
    let before = find_plan(tx).await?;
    let mut plan = before.plan.clone();
    let passes_on = plan.passes_on;
    plan.fees.platform = fees;
    change(ctx, tx, &before, plan.passing_on(passes_on)).await
}

/// Sets what the tenant keeps of each sale beside the platform's fee; none for none.
///
/// # Errors
/// See [`ChangePlanError`].
pub async fn set_commission(ctx: &Ctx, tx: &mut TenantTx, rules: Vec<FeeRule>) -> Result<PlanInForce, ChangePlanError> {
    let before = find_plan(tx).await?;
    let mut plan = before.plan.clone();
    plan.fees.commission = rules;
    change(ctx, tx, &before, plan).await
}

async fn change(
    ctx: &Ctx,
    tx: &mut TenantTx,
    before: &PlanInForce,
    mut plan: Plan,
) -> Result<PlanInForce, ChangePlanError> {
    plan.check()?;
    let version = before.version.saturating_add(1);
    plan.fees.version = version;
    let mut unchanged = plan.clone();
    unchanged.fees.version = before.plan.fees.version;
    if unchanged == before.plan {
        return Ok(before.clone());
    }
    let new = PlanInForce { version, plan };
    if !store::insert(tx, &new, ctx.now()).await? {
        return Err(ChangePlanError::Conflict);
    }
    let entry = audit::Entry {
        action: "pricing_plan.changed",
        object: format!("pricing_plan:{version}"),
        details: json!({ "before": before.version, "plan": &new.plan }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(new)
}
