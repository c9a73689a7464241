//! From the platform's console into the tenant: a code that counts for two minutes and once becomes a session of its own on
//! the tenant's host.

use bilten_kernel::{Actor, Ctx, Timestamp, Visit, VisitId};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;
use serde_json::json;

use super::{Mode, VisitState, find_rules, record, store, tell_owners};
use crate::{CsrfToken, SessionToken, TokenHash};

/// How long a code counts.
pub const CODE_LIFE: SignedDuration = SignedDuration::from_mins(2);

/// Why no code is given.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// There is no such visit of this operator.
    #[error("there is no such visit of this operator")]
    NotFound,
    /// It may not begin: it was not granted, or the tenant has changed its mind.
    #[error("the visit may not begin")]
    NotGranted,
    /// The database refused.
    #[error("could not begin the visit")]
    Db(#[from] DbError),
}

/// Gives the operator of the context a code for a visit that was granted. The visit will end with his session at the latest.
///
/// # Errors
/// See [`BeginError`].
pub async fn grant_code(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: VisitId,
    (session, session_until): (TokenHash, Timestamp),
) -> Result<SessionToken, BeginError> {
    let visit = store::find(tx, id).await?.ok_or(BeginError::NotFound)?;
    if ctx.actor != Actor::Operator(visit.operator) {
        return Err(BeginError::NotFound);
    }
    let is_granted = visit.state_at(ctx.now()) == VisitState::Approved;
    let rules = find_rules(tx).await?;
    let is_open = match rules.mode {
        Mode::Never => false,
        Mode::Ask | Mode::Window { .. } => !visit.is_by_window || rules.admits(ctx.now()).is_some(),
    };
    if !is_granted || !is_open {
        return Err(BeginError::NotGranted);
    }
    let code = SessionToken::from_random(ctx.random());
    let until = ctx.now() + CODE_LIFE;
    if store::keep_code(tx, id, (code.hash(), until), (session, session_until)).await? {
        Ok(code)
    } else {
        Err(BeginError::NotGranted)
    }
}

/// A visit that has begun.
#[derive(Debug)]
pub struct Arrival {
    /// For the cookie.
    pub token: SessionToken,
    /// The actor from now on.
    pub visit: Visit,
    /// When its time is over.
    pub ends_at: Timestamp,
}

/// Why a code opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum ArriveError {
    /// It is unknown, was used, is too old, or the visit was ended meanwhile.
    #[error("the code opens nothing")]
    Dead,
    /// The database refused.
    #[error("could not begin the visit")]
    Db(#[from] DbError),
}

/// Begins the visit of a code; its owners are told.
///
/// # Errors
/// See [`ArriveError`].
pub async fn arrive(tx: &mut TenantTx, ctx: &Ctx, code: &SessionToken) -> Result<Arrival, ArriveError> {
    let now = ctx.now();
    let found = store::find_by_code(tx, code.hash(), now).await?;
    let (visit, on_behalf_of, session_until) = found.ok_or(ArriveError::Dead)?;
    if visit.state_at(now) != VisitState::Approved || session_until <= now {
        return Err(ArriveError::Dead);
    }
    let token = SessionToken::from_random(ctx.random());
    let csrf = CsrfToken::from_random(ctx.random());
    let ends_at = (now + SignedDuration::from_mins(i64::from(visit.minutes))).min(session_until);
    if !store::start(tx, visit.id, (&token, &csrf), (now, ends_at)).await? {
        return Err(ArriveError::Dead);
    }
    let actor = Visit {
        id: visit.id,
        operator: visit.operator,
        on_behalf_of,
        powers: visit.powers,
    };
    let ctx = ctx.clone().with_actor(Actor::Visiting(actor));
    let details = json!({
        "operator": visit.operator_name, "reason": visit.reason, "reference": visit.reference,
        "powers": visit.powers.names(), "ends_at": ends_at,
    });
    record(tx, &ctx, "visit.started", visit.id, details).await?;
    tell_owners(tx, &ctx, visit.id, "started").await?;
    Ok(Arrival {
        token,
        visit: actor,
        ends_at,
    })
}
