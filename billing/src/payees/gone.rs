//! Accounts that left: what no call can reach any more.

use bilten_kernel::Ctx;
use bilten_tenancy::{Db, DbError};

use super::{PayeeState, store};
use crate::provider::{AccountRef, Outcome, Why};

/// Tells whether an answer means that the account has left for good: the provider lets us in no more, and the payee is closed. Without
/// the second a fault of our own keys would look the same.
pub(crate) async fn has_left<T: Sync>(
    db: &Db,
    ctx: &Ctx,
    (provider, account): (&str, Option<&AccountRef>),
    outcome: &Outcome<T>,
) -> Result<bool, DbError> {
    let (Outcome::NotSent(Why::NoAccess), Some(account)) = (outcome, account) else {
        return Ok(false);
    };
    let mut tx = db.begin(ctx).await?;
    let found = store::find_by_account(&mut tx, provider, account.as_str()).await?;
    tx.rollback().await?;
    Ok(found.is_some_and(|payee| payee.state == PayeeState::Closed))
}
