//! Everything that is known of a contested purchase, as things stand.

use bilten_core::{
    catalog::{self, Event},
    check_in::{self, KeptScan},
    reports::{self, OrderReport},
    return_policy::{self, ReturnPolicy},
};
use bilten_kernel::Ctx;
use bilten_tenancy::{
    DbError, TenantTx,
    audit::{self, Sealed},
};

use super::{
    Pack,
    history::{self, Earlier},
};
use crate::{
    attempts::{self, Attempt},
    disputes::{Dispute, DisputeId, store},
    refunds::{self, Refund},
    risk::Hashed,
};

/// Sealed entries of a ticket that are shown.
const MOST_ENTRIES: i64 = 20;

/// What is known of a contested purchase.
#[derive(Debug, Clone)]
pub struct Folder {
    /// The contest.
    pub dispute: Dispute,
    /// The order, its tickets and what happened to them.
    pub report: OrderReport,
    /// The payment.
    pub attempt: Attempt,
    /// The event; none where it is gone.
    pub event: Option<Event>,
    /// Terms on giving tickets back that were shown when the order was made.
    pub policy: Option<ReturnPolicy>,
    /// Scans of its tickets, the oldest first.
    pub scans: Vec<KeptScan>,
    /// What went back.
    pub refunds: Vec<Refund>,
    /// The sealed record of its tickets.
    pub entries: Vec<Sealed>,
    /// Keyed hash of the network that the buyer paid from, in hexadecimal digits.
    pub network: Option<String>,
    /// Keyed hash of what his browser keeps.
    pub browser: Option<String>,
    /// Earlier payments of the same buyer that nobody contested, the latest first.
    pub earlier: Vec<Earlier>,
}

/// Opens the folder of a contest; none where there is no such contest.
///
/// # Errors
/// The database refused.
pub async fn open(ctx: &Ctx, tx: &mut TenantTx, id: DisputeId) -> Result<Option<Folder>, DbError> {
    let Some(dispute) = store::find(tx, id).await? else {
        return Ok(None);
    };
    let (Some(report), Some(attempt)) = (
        reports::find_order(tx, dispute.order).await?,
        attempts::store::find(tx, dispute.attempt).await?,
    ) else {
        return Ok(None);
    };
    let mut entries = Vec::new();
    for ticket in &report.tickets {
        entries.extend(audit::list_sealed(tx, &ticket.id.to_string(), MOST_ENTRIES).await?);
    }
    let keys = attempts::store::find_payer(tx, attempt.id).await?;
    let (event, policy) = match attempt.event {
        Some(event) => (
            catalog::find_event(ctx, tx, event).await?,
            return_policy::find_at(tx, event, report.order.created_at).await?,
        ),
        None => (None, None),
    };
    Ok(Some(Folder {
        event: event.map(|detail| detail.event),
        policy,
        scans: check_in::list_scans_of_order(tx, dispute.order).await?,
        refunds: refunds::list_for_order(tx, dispute.order).await?,
        network: keys.network.map(Hashed::hex),
        browser: keys.device.map(Hashed::hex),
        earlier: history::find(tx, &attempt, &keys).await?,
        entries,
        dispute,
        report,
        attempt,
    }))
}

/// Puts the evidence together, as things stand; none where there is no such contest.
///
/// # Errors
/// The database refused.
pub async fn gather(ctx: &Ctx, tx: &mut TenantTx, id: DisputeId) -> Result<Option<Pack>, DbError> {
    Ok(open(ctx, tx, id).await?.map(|folder| folder.pack()))
}
