//! A visit ends: by its time, by its operator, with his session, or because the tenant ends it.

use async_trait::async_trait;
use bilten_kernel::{Ctx, VisitId};
use bilten_tenancy::{DbError, TenantTx, jobs::Chore};
use serde_json::json;

use super::{Ended, VisitRow, VisitState, record, store};

/// Ends a visit, whether it runs, was granted or was asked for. Returns whether it was open.
///
/// # Errors
/// The database refused.
pub async fn end(tx: &mut TenantTx, ctx: &Ctx, id: VisitId, how: Ended) -> Result<bool, DbError> {
    match store::find(tx, id).await? {
        Some(visit) => close(tx, ctx, &visit, how).await,
        None => Ok(false),
    }
}

/// Ends a visit only if its operator is in.
///
/// # Errors
/// The database refused.
pub async fn end_if_running(tx: &mut TenantTx, ctx: &Ctx, id: VisitId, how: Ended) -> Result<bool, DbError> {
    match store::find(tx, id).await? {
        Some(visit) if visit.state == VisitState::Running => close(tx, ctx, &visit, how).await,
        _ => Ok(false),
    }
}

pub(super) async fn close(tx: &mut TenantTx, ctx: &Ctx, visit: &VisitRow, how: Ended) -> Result<bool, DbError> {
    // The clock was quicker.
    let is_over = matches!(visit.state_at(ctx.now()), VisitState::Ended(_) | VisitState::Lapsed);
    let how = if is_over { Ended::Time } else { how };
    match visit.state {
        VisitState::Running => {
            let at = visit.ends_at.filter(|_| is_over).unwrap_or(ctx.now());
            if !store::end(tx, visit.id, how, at).await? {
                return Ok(false);
            }
            let details = json!({ "operator": visit.operator_name, "how": how.name(), "at": at });
            record(tx, ctx, "visit.ended", visit.id, details).await?;
            Ok(!is_over)
        }
        VisitState::Asked | VisitState::Approved => {
            if !store::lapse(tx, visit.id).await? {
                return Ok(false);
            }
            let details = json!({ "operator": visit.operator_name, "how": how.name() });
            record(tx, ctx, "visit.lapsed", visit.id, details).await?;
            Ok(!is_over)
        }
        VisitState::Refused | VisitState::Ended(_) | VisitState::Lapsed => Ok(false),
    }
}

/// Notes the end of visits whose time is over. They opened nothing since then.
#[derive(Debug, Clone, Copy, Default)]
pub struct CloseVisits;

#[async_trait]
impl Chore for CloseVisits {
    fn name(&self) -> &'static str {
        "close_visits"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        for visit in store::list_open(tx).await? {
            if matches!(visit.state_at(ctx.now()), VisitState::Ended(_) | VisitState::Lapsed) {
                close(tx, ctx, &visit, Ended::Time).await?;
            }
        }
        Ok(())
    }
}
