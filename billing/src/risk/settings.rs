//! What a tenant wants otherwise than the platform, and what its staff see.

use bilten_kernel::{CartId, Ctx};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    breaker::Level,
    rule::{self, OutOfBounds, Override, Rule},
    store::{self, Decided, Tripped},
};

/// Breakers that one list holds at most, the open ones first.
const LIST_LIMIT: i64 = 20;

/// Why a rule was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SetRuleError {
    /// The wish is outside the platform's bounds.
    #[error("the rule cannot be changed so")]
    Bounds(#[from] OutOfBounds),
    /// The database failed.
    #[error("the rule could not be changed")]
    Db(#[from] DbError),
}

/// Changes a rule for the tenant, within the platform's bounds. A wish that is the platform's own is forgotten.
///
/// # Errors
/// See [`SetRuleError`].
pub async fn set_rule(ctx: &Ctx, tx: &mut TenantTx, wish: &Override) -> Result<Rule, SetRuleError> {
    let rule = wish.check()?;
    if (rule.threshold, rule.is_shadow) == (wish.threshold, wish.is_shadow) {
        store::delete_override(tx, rule.code).await?;
    } else {
        store::save_override(tx, ctx, wish).await?;
    }
    let entry = audit::Entry {
        action: "payment_rule.changed",
        object: rule.code.to_owned(),
        details: json!({ "threshold": wish.threshold, "is_shadow": wish.is_shadow }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(Rule {
        threshold: wish.threshold,
        is_shadow: wish.is_shadow,
        ..rule
    })
}

/// Lists the tenant's rules.
///
/// # Errors
/// The database failed.
pub async fn list_rules(tx: &mut TenantTx) -> Result<Vec<Rule>, DbError> {
    Ok(rule::rules_with(&store::list_overrides(tx).await?))
}

/// Lists what was decided about the payments of a cart, the earliest first.
///
/// # Errors
/// The database failed.
pub async fn decisions_of(tx: &mut TenantTx, cart: CartId) -> Result<Vec<Decided>, DbError> {
    store::list_decisions(tx, cart).await
}

/// Lists events, and the payee as a whole, of which banks refuse far more than usual now.
///
/// # Errors
/// The database failed.
pub async fn alerts(ctx: &Ctx, tx: &mut TenantTx) -> Result<Vec<(Level, Tripped)>, DbError> {
    let tripped = store::list_tripped(tx, ctx.now(), LIST_LIMIT).await?;
    Ok(tripped
        .into_iter()
        .map(|tripped| (tripped.breaker.level(ctx.now()), tripped))
        .collect())
}
