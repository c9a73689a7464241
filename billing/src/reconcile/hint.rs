//! Notices that speak of something else than a payment: each is a hint to ask, and none is believed.

use bilten_kernel::Ctx;

use super::store;
use crate::{
    checkout::{Checkout, PayError},
    disputes, payouts,
};

/// Follows a notice of a contest, an early warning or a payout; tells whether it is done with, and nothing when it is about a
/// payment, or about nothing that we know.
pub(super) async fn follow(app: &Checkout, ctx: &Ctx, provider: &str, event: &str) -> Result<Option<bool>, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let Some(hint) = store::find_hint(&mut tx, provider, event).await? else {
        return Ok(None);
    };
    let kind = hint.kind.as_str();
    if kind.starts_with("charge.dispute.") {
        tx.rollback().await?;
        let at = (provider, hint.account.as_ref());
        return disputes::ask(app, ctx, at, &hint.object).await.map(Some);
    }
    if kind.starts_with("payout.") {
        if let Some(payout) = payouts::find_at_provider(&mut tx, provider, (Some(&hint.object), None)).await? {
            payouts::request_send(&mut tx, ctx, payout.id).await?;
            tx.commit().await?;
        }
        return Ok(Some(true));
    }
    // A warning is looked for among all of them; a refund that is not ours is told by a line of the balance.
    let is_for_a_look = kind.starts_with("radar.early_fraud_warning.") || kind.starts_with("refund.");
    if is_for_a_look || kind == "charge.refunded" {
        payouts::request_look(&mut tx, ctx).await?;
        tx.commit().await?;
    }
    Ok(kind.starts_with("radar.").then_some(true))
}
