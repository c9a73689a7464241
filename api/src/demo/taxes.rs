//! Taxes and fees of the demo's shops.

use bilten_billing::commission::{self, Every, Terms};
use bilten_core::{
    catalog::{self, EventDetail},
    pricing::{
        self, Attendance, FeeBand, FeeBase, FeeBasis, FeeRule, Payer, Rounding, RuleRef, ShopTerms, TaxCode, TaxRate,
        TaxTable,
    },
};
use bilten_kernel::{Ctx, Currency, TicketTypeId};

use super::plan::TaxPlan;
use crate::http::AppState;

/// What the shops keep of each ticket beside the platform's fee: half a per cent.
const COMMISSION: (i64, i32) = (0, 50);
/// When they get it.
const TERMS: Terms = Terms {
    every: Every::Week,
    after_days: 3,
};

/// Sets what the plan says, unless somebody has set something before.
pub(super) async fn ensure(state: &AppState, ctx: &Ctx, currency: Currency, plan: &TaxPlan) -> anyhow::Result<()> {
    let mut tx = state.db.begin(ctx).await?;
    let before = pricing::find_plan(&mut tx).await?;
    if before.version > 0 {
        return Ok(());
    }
    let rate = |(code, country, rate_bp): &(&str, &str, i32)| {
        Ok::<_, anyhow::Error>(TaxRate {
            code: code.parse()?,
            country: country.parse()?,
            rate_bp: *rate_bp,
            is_inclusive: true,
            from: None,
        })
    };
    let terms = ShopTerms {
        taxes: TaxTable {
            rates: plan.rates.iter().map(rate).collect::<Result<_, _>>()?,
            rounding: Rounding::SumByNetKeepGross,
        },
        default_tax: plan.rates.first().map(|(code, ..)| code.parse()).transpose()?,
        vat_id: plan.vat_id.map(str::parse).transpose()?,
        service_fees: fee(1, currency, plan.service_fee).into_iter().collect(),
        passes_on: plan.passes_on,
        asks_businesses: false,
    };
    pricing::set_shop_terms(ctx, &mut tx, terms, before.version).await?;
    pricing::set_platform_fees(ctx, &mut tx, fee(2, currency, plan.platform_fee).into_iter().collect()).await?;
    if let Some(share) = fee(3, currency, COMMISSION) {
        let share = FeeRule {
            payer: Payer::Payee,
            ..share
        };
        pricing::set_commission(ctx, &mut tx, vec![share]).await?;
        commission::set_terms(ctx, &mut tx, TERMS).await?;
    }
    Ok(tx.commit().await?)
}

fn fee(number: u32, currency: Currency, (fixed, rate_bp): (i64, i32)) -> Option<FeeRule> {
    (fixed > 0 || rate_bp > 0).then(|| FeeRule {
        rule: RuleRef::numbered(number, 1),
        payer: Payer::Buyer,
        basis: FeeBasis::PerTicket,
        base: FeeBase::Gross,
        is_paid_only: true,
        currency: Some(currency),
        from: None,
        to: None,
        bands: vec![FeeBand {
            fixed,
            rate_bp,
            ..FeeBand::default()
        }],
    })
}

/// Gives the types that the plan names their own tax; returns whether there are any.
pub(super) async fn assign(state: &AppState, ctx: &Ctx, detail: &EventDetail, plan: &TaxPlan) -> anyhow::Result<bool> {
    let mut taxes: Vec<(TicketTypeId, Option<TaxCode>, Attendance)> = Vec::new();
    for ticket_type in &detail.ticket_types {
        let named = plan
            .others
            .iter()
            .find(|(name, _)| *name == ticket_type.terms.name.as_str());
        if let Some((_, code)) = named {
            taxes.push((ticket_type.id, Some(code.parse()?), Attendance::Physical));
        }
    }
    if taxes.is_empty() {
        return Ok(false);
    }
    let mut tx = state.db.begin(ctx).await?;
    catalog::set_taxes(ctx, &mut tx, detail.event.id, &taxes).await?;
    tx.commit().await?;
    Ok(true)
}
