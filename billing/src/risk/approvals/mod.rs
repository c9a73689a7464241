//! Money that a second person decides about: somebody asks, somebody else agrees.
//!
//! ```text
//! waiting ──▶ approved | rejected | expired
//! ```
//! Above the tenant's limit for its kind and currency, staff cannot give money back or pay it out alone. Without a limit
//! nobody else is needed.
//!
//! Invariants:
//! * Who asked does not decide; a CHECK of the table has the last word.
//! * One request waits for a thing at most (unique index `one_waiting_approval`), and none waits for longer than [`LASTS`].
//! * What was approved happens in the transaction of the approval, or the approval does not.
//!
//! Not here: who may decide (the caller asks `tenancy::permissions`).

mod cancel;
mod store;
mod take_back;

use bilten_core::orders::{self, Order};
use bilten_kernel::{Actor, Ctx, Currency, Id, IdKind, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use jiff::SignedDuration;
use serde_json::json;
use uuid::Uuid;

pub use cancel::{ApproveError, AskError, Asked, approve, cancel_or_ask};
pub use take_back::{AloneError, take_back_alone};

/// How long a request waits.
pub const LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Requests that one list holds at most, the oldest first; what is decided makes room.
const LIST_LIMIT: i64 = 50;

/// Names a request.
pub enum ApprovalKind {}
impl IdKind for ApprovalKind {
    const PREFIX: &'static str = "apv";
}
/// Identifies a request.
pub type ApprovalId = Id<ApprovalKind>;

/// Kind of movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Movement {
    /// Money goes back to a buyer; the subject is his order.
    Refund,
    /// Money goes out to the payee.
    Payout,
}

impl Movement {
    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Payout => "payout",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Refund, Self::Payout]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// Request that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// What is to move.
    pub kind: Movement,
    /// Of which thing.
    pub subject: Uuid,
    /// How much.
    pub amount: Money,
    /// Who asked, as audit entries name him.
    pub requested_by: String,
    /// When.
    pub requested_at: Timestamp,
    /// Until when it can be decided.
    pub expires_at: Timestamp,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The tenant has no such request.
    #[error("there is no such request")]
    NotFound,
    /// Somebody decided before, or it expired.
    #[error("the request does not wait any more")]
    Decided,
    /// Who asked does not decide.
    #[error("a second person is needed")]
    Own,
    /// The database failed.
    #[error("the decision could not be kept")]
    Db(#[from] DbError),
}

/// Tells whether a second person is needed for an amount.
///
/// # Errors
/// The database failed.
pub async fn is_needed(tx: &mut TenantTx, kind: Movement, amount: Money) -> Result<bool, DbError> {
    let limit = store::find_limit(tx, kind, amount.currency).await?;
    Ok(limit.is_some_and(|limit| amount.minor > limit))
}

/// Asks for a second person; `None` when somebody asked before and still waits.
///
/// # Errors
/// The database failed.
pub async fn request(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (kind, subject): (Movement, Uuid),
    amount: Money,
) -> Result<Option<Approval>, DbError> {
    store::expire(tx, ctx.now()).await?;
    let approval = Approval {
        id: ctx.new_id(),
        kind,
        subject,
        amount,
        requested_by: ctx.actor.to_string(),
        requested_at: ctx.now(),
        expires_at: ctx.now() + LASTS,
    };
    if !store::insert(tx, &approval).await? {
        return Ok(None);
    }
    note(tx, ctx, "money_approval.requested", &approval).await?;
    Ok(Some(approval))
}

/// Turns a request down.
///
/// # Errors
/// See [`DecideError`].
pub async fn reject(ctx: &Ctx, tx: &mut TenantTx, id: ApprovalId) -> Result<Approval, DecideError> {
    let approval = decide(ctx, tx, id, "rejected").await?;
    note(tx, ctx, "money_approval.rejected", &approval).await?;
    Ok(approval)
}

/// Takes a request for the rest of the transaction and decides it.
async fn decide(ctx: &Ctx, tx: &mut TenantTx, id: ApprovalId, state: &'static str) -> Result<Approval, DecideError> {
    let (approval, is_waiting) = store::lock(tx, id).await?.ok_or(DecideError::NotFound)?;
    if !is_waiting || approval.expires_at <= ctx.now() {
        return Err(DecideError::Decided);
    }
    let is_person = matches!(ctx.actor, Actor::Staff(_));
    if !is_person || ctx.actor.to_string() == approval.requested_by {
        return Err(DecideError::Own);
    }
    store::decide(tx, ctx, id, state).await?;
    Ok(approval)
}

/// Lists requests that wait, the oldest first, each with its order when it is one.
///
/// # Errors
/// The database failed.
pub async fn list_waiting(ctx: &Ctx, tx: &mut TenantTx) -> Result<Vec<(Approval, Option<Order>)>, DbError> {
    let mut listed = Vec::new();
    for approval in store::list_waiting(tx, ctx.now(), LIST_LIMIT).await? {
        let order = match approval.kind {
            Movement::Refund => orders::find(tx, OrderId::from_uuid(approval.subject)).await?,
            Movement::Payout => None,
        };
        listed.push((approval, order));
    }
    Ok(listed)
}

/// Counts requests that wait; 50 stands for more, too.
///
/// # Errors
/// The database failed.
pub async fn count_waiting(ctx: &Ctx, tx: &mut TenantTx) -> Result<i64, DbError> {
    store::count_waiting(tx, ctx.now(), LIST_LIMIT).await
}

/// Returns the amount above which a second person is needed, in minor units.
///
/// # Errors
/// The database failed.
pub async fn find_limit(tx: &mut TenantTx, kind: Movement, currency: Currency) -> Result<Option<Money>, DbError> {
    let minor = store::find_limit(tx, kind, currency).await?;
    Ok(minor.map(|minor| Money::new(minor, currency)))
}

/// Sets the amount above which a second person is needed, or that none is.
///
/// # Errors
/// The database failed.
pub async fn set_limit(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (kind, currency): (Movement, Currency),
    minor: Option<i64>,
) -> Result<(), DbError> {
    store::save_limit(tx, ctx, (kind, currency), minor.map(|minor| minor.max(0))).await?;
    let entry = audit::Entry {
        action: "money_limit.changed",
        object: kind.name().to_owned(),
        details: json!({ "currency": currency.code(), "amount_minor": minor }),
    };
    audit::record(tx, ctx, entry).await
}

async fn note(tx: &mut TenantTx, ctx: &Ctx, action: &'static str, approval: &Approval) -> Result<(), DbError> {
    let object = match approval.kind {
        // So that the order's history tells of it.
        Movement::Refund => OrderId::from_uuid(approval.subject).to_string(),
        Movement::Payout => approval.id.to_string(),
    };
    let entry = audit::Entry {
        action,
        object,
        details: json!({
            "approval": approval.id, "amount_minor": approval.amount.minor, "currency": approval.amount.currency.code(),
            "requested_by": approval.requested_by,
        }),
    };
    audit::record(tx, ctx, entry).await
}
