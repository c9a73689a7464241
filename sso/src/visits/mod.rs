//! Visits of platform operators to a tenant: asked for with a reason, let in by the tenant, for an hour at most, seen by the
//! tenant while they last.
//!
//! ```text
//! asked ─▶ approved ─▶ running ─▶ ended (time, operator, log-out, tenant)
//!   ├─▶ refused   └─▶ lapsed
//!   └─▶ lapsed
//! ```
//!
//! A tenant's [`Rules`] say whether operators must ask, may come in a window, or never. Looking around is granted by whoever
//! may change the organisation's security; whatever goes beyond it by an owner, also in a window. An operator visits one tenant
//! at a time ([`desk`]), and a visit is over with the session that he began it from.
//!
//! Invariants: each step is in the tenant's record; a running visit is looked up in the request's own transaction, so that its
//! end counts for the next request on every node; code and token are kept as hashes.
//! Not here: what a visit may do (`bilten_tenancy::permissions`), cookies and pages (`api`).

mod ask;
mod begin;
mod close;
mod decide;
pub mod desk;
mod rules;
mod store;
mod visit;

pub use ask::{AskError, Wish, ask};
pub use begin::{Arrival, ArriveError, BeginError, CODE_LIFE, arrive, grant_code};
pub use close::{CloseVisits, end, end_if_running};
pub use decide::{DecideError, approve, refuse};
pub use rules::{Mode, Rules, RulesError, find_rules, set_rules};
pub use visit::{Ended, LAPSE, MAX_MINUTES, MIN_MINUTES, RunningVisit, VisitRow, VisitState};

use bilten_kernel::{Ctx, OperatorId, VisitId};
use bilten_tenancy::{
    DbError, TenantTx, audit,
    jobs::{self, NewJob},
};
use serde_json::{Value, json};

use crate::SessionToken;

/// Kind of the job that tells the tenant's owners.
pub const VISIT_JOB: &str = "mail.visit";
/// Visits on one page.
const MAX_LISTED: i64 = 50;

/// Finds the running visit of a token.
///
/// # Errors
/// The database refused.
pub async fn find_running(tx: &mut TenantTx, ctx: &Ctx, token: &SessionToken) -> Result<Option<RunningVisit>, DbError> {
    store::find_running(tx, token.hash(), ctx.now()).await
}

/// Finds a visit.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, id: VisitId) -> Result<Option<VisitRow>, DbError> {
    store::find(tx, id).await
}

/// Lists the visits, the newest first, at most 50; those of one operator only when he is named.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx, of: Option<OperatorId>) -> Result<Vec<VisitRow>, DbError> {
    store::list(tx, of, MAX_LISTED).await
}

/// Writes what happened to a visit into the tenant's record.
async fn record(tx: &mut TenantTx, ctx: &Ctx, action: &str, visit: VisitId, details: Value) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: visit.to_string(),
        details,
    };
    audit::record(tx, ctx, entry).await
}

/// Has the owners told.
async fn tell_owners(tx: &mut TenantTx, ctx: &Ctx, visit: VisitId, what: &str) -> Result<(), DbError> {
    let key = format!("{what} {visit}");
    let job = NewJob {
        kind: VISIT_JOB,
        payload: json!({ "visit": visit, "what": what }),
        run_at: ctx.now(),
        unique_key: Some(&key),
        is_urgent: true,
    };
    jobs::enqueue(tx, ctx, job).await
}
