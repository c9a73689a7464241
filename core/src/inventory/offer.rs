//! Stock on its way from the lane to the one who asked for it.
//!
//! The one who asked may go away after the answer was sent and before he has read it. Nobody would know of that
//! hold until it expires; so an offer that is dropped unread gives its stock back.

use bilten_kernel::{HoldId, TenantId};
use bilten_tenancy::{Db, DbError};

use super::{Hold, lifecycle};

/// A hold that its requester has not seen yet.
#[derive(Debug)]
pub(super) struct Offer {
    hold: Option<Hold>,
    /// Where it goes back to; `None` for the hold of a request that may be sent again.
    origin: Option<(Db, TenantId)>,
}

impl Offer {
    /// Offers a hold; with an origin it goes back when nobody takes it.
    pub(super) const fn new(hold: Hold, origin: Option<(Db, TenantId)>) -> Self {
        Self {
            hold: Some(hold),
            origin,
        }
    }

    /// Takes the hold.
    pub(super) fn accept(mut self) -> Hold {
        self.hold.take().expect("an offer is taken once, by value")
    }
}

impl Drop for Offer {
    fn drop(&mut self) {
        let (Some(hold), Some((db, tenant))) = (self.hold.take(), self.origin.take()) else {
            return;
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            tracing::warn!(hold = %hold.id, "an unwanted hold stays until it expires: the process is ending");
            return;
        };
        runtime.spawn(async move { give_back(&db, tenant, hold.id).await });
    }
}

/// Frees the stock of a hold that nobody wants; when that fails it expires by itself.
pub(super) async fn give_back(db: &Db, tenant: TenantId, hold: HoldId) {
    if let Err(error) = try_give_back(db, tenant, hold).await {
        tracing::warn!(%error, %hold, "an unwanted hold stays until it expires");
    }
}

async fn try_give_back(db: &Db, tenant: TenantId, hold: HoldId) -> Result<(), DbError> {
    let mut tx = db.begin_in(tenant).await?;
    lifecycle::take_back(&mut tx, hold).await?;
    tx.commit().await
}
