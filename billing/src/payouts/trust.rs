//! Reckons each day how far payees are trusted.

use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx, audit};
use jiff::SignedDuration;
use serde_json::json;

use super::{Policy, store};
use crate::{
    disputes,
    payees::{self, Tier, TierFacts, Unreckoned},
};

/// Time between two reckonings.
const EACH: SignedDuration = SignedDuration::from_hours(24);
/// Time in which payments and contests count.
const HALF_A_YEAR: SignedDuration = SignedDuration::from_hours(24 * 182);
/// Contests below which nobody counts payments.
const FEW: i64 = 3;

/// Reckons those that were not within a day; a change is in the record.
pub(super) async fn reckon(tx: &mut TenantTx, ctx: &Ctx) -> Result<(), DbError> {
    for payee in payees::take_unreckoned(tx, ctx, ctx.now() - EACH).await? {
        let facts = facts(tx, ctx, &payee).await?;
        let tier = Tier::reckon(&facts);
        if tier == payee.tier {
            continue;
        }
        payees::set_tier(tx, payee.id, tier).await?;
        let entry = audit::Entry {
            action: "payee.tier_changed",
            object: payee.id.to_string(),
            details: json!({ "before": payee.tier.name(), "after": tier.name(), "days": facts.days, "events": facts.events,
                             "payments": facts.payments, "contests": facts.contests }),
        };
        audit::record(tx, ctx, entry).await?;
    }
    Ok(())
}

async fn facts(tx: &mut TenantTx, ctx: &Ctx, payee: &Unreckoned) -> Result<TierFacts, DbError> {
    let since = ctx.now() - HALF_A_YEAR;
    let contests = disputes::count_since(tx, &payee.provider, since).await?;
    let payments = if contests < FEW {
        0
    } else {
        store::count_lots(tx, &payee.provider, since).await?
    };
    Ok(TierFacts {
        is_verified: payee.is_verified,
        days: ctx.now().duration_since(payee.opened_at).as_hours() / 24,
        events: store::count_events_over(tx, ctx.now()).await?,
        payments,
        contests,
    })
}

/// The policy for what is sold now: that of the payee who is trusted least.
pub(super) async fn policy(tx: &mut TenantTx) -> Result<Policy, DbError> {
    let payees = payees::list(tx).await?;
    let open = payees.iter().filter(|payee| payee.state != payees::PayeeState::Closed);
    let tier = open.map(|payee| payee.tier).min();
    Ok(tier.map_or_else(Policy::default, |tier| Policy {
        reserve_bp: tier.reserve_bp(),
        ..Policy::default()
    }))
}
