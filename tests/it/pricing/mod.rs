//! Taxes and fees: the price on every page, what orders keep of it, the console, and two shops that do not touch.

mod console;
mod gift_pages;
mod gift_shop_pages;
mod moving;
mod moving_pages;
mod offer_pages;
mod offers;
mod orders;
mod places;
mod registers;
mod surfaces;

use bilten_core::pricing::{
    self, FeeBand, FeeBase, FeeBasis, FeeRule, Payer, PlanInForce, Rounding, RuleRef, ShopTerms, TaxRate, TaxTable,
};
use bilten_kernel::TenantId;
use bilten_tests::TestApp;

/// A fee in any currency.
pub fn fee(number: u32, fixed: i64, rate_bp: i32) -> FeeRule {
    FeeRule {
        rule: RuleRef::numbered(number, 1),
        payer: Payer::Buyer,
        basis: FeeBasis::PerTicket,
        base: FeeBase::Gross,
        is_paid_only: true,
        currency: None,
        from: None,
        to: None,
        bands: vec![FeeBand {
            fixed,
            rate_bp,
            ..FeeBand::default()
        }],
    }
}

/// Rates of 25 % and 12 %, in the prices, a service fee, and whether the platform's fee is passed on.
pub fn terms(service_fee: (i64, i32), passes_on: bool) -> ShopTerms {
    let rate = |code: &str, rate_bp| TaxRate {
        code: code.parse().unwrap(),
        country: "NO".parse().unwrap(),
        rate_bp,
        is_inclusive: true,
        from: None,
    };
    ShopTerms {
        taxes: TaxTable {
            rates: vec![rate("MVA25", 2_500), rate("MVA12", 1_200)],
            rounding: Rounding::SumByNetKeepGross,
        },
        default_tax: Some("MVA25".parse().unwrap()),
        vat_id: Some("NO987654321MVA".parse().unwrap()),
        service_fees: vec![fee(1, service_fee.0, service_fee.1)],
        passes_on,
        asks_businesses: false,
    }
}

/// Gives a tenant taxes and fees, the platform's fee among them.
pub async fn charge(app: &TestApp, tenant: TenantId, terms: ShopTerms, platform_fee: (i64, i32)) -> PlanInForce {
    let ctx = app.ctx(&app.alfa).in_tenant(tenant);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let seen = pricing::find_plan(&mut tx).await.unwrap().version;
    pricing::set_shop_terms(&ctx, &mut tx, terms, seen).await.unwrap();
    let fees = vec![fee(2, platform_fee.0, platform_fee.1)];
    let plan = pricing::set_platform_fees(&ctx, &mut tx, fees).await.unwrap();
    tx.commit().await.unwrap();
    plan
}
