//! Where each operator is visiting now, for the platform's own console: one tenant at a time, and gone with his session.

use bilten_kernel::{OperatorId, TenantId, Timestamp, VisitId};
use bilten_tenancy::{DbError, PlatformTx};

use super::store;
use crate::{SessionToken, TokenHash};

/// A visit of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeskRow {
    /// To whom.
    pub tenant: TenantId,
    /// The visit.
    pub visit: VisitId,
}

/// Notes that an operator goes to a tenant. Returns whether he is nowhere else.
///
/// # Errors
/// The database refused.
pub async fn set_out(
    tx: &mut PlatformTx,
    (operator, session): (OperatorId, TokenHash),
    row: DeskRow,
    (now, until): (Timestamp, Timestamp),
) -> Result<bool, DbError> {
    store::set_out(tx, (operator, session), row, (now, until)).await
}

/// Notes that a visit is over.
///
/// # Errors
/// The database refused.
pub async fn come_back(tx: &mut PlatformTx, visit: VisitId) -> Result<(), DbError> {
    store::come_back(tx, visit).await
}

/// Takes what was begun from a session, because that is over.
///
/// # Errors
/// The database refused.
pub async fn take_of_session(tx: &mut PlatformTx, session: &SessionToken) -> Result<Option<DeskRow>, DbError> {
    store::take_of_session(tx, session.hash()).await
}

/// Tells whether the operator's own session still lives.
///
/// # Errors
/// The database refused.
pub async fn is_session_alive(tx: &mut PlatformTx, session: TokenHash, now: Timestamp) -> Result<bool, DbError> {
    store::is_session_alive(tx, session, now).await
}
