//! Contests in the sandbox: somebody opens one, and decides it.

use bilten_kernel::{Ctx, Id, IdKind, Money, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

use super::{PageError, Sandbox, SandboxPaymentId, books::BookState, store};
use crate::provider::{DisputeSnapshot, DisputeStatus, PaymentRef};

/// Minor units that a contest costs, unless it is won.
const FEE: i64 = 2_000;
/// Time that the merchant has to answer.
const TO_ANSWER: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Kind of a contest in the sandbox's books.
pub(super) enum SandboxDisputeKind {}
impl IdKind for SandboxDisputeKind {
    const PREFIX: &'static str = "sbd";
}

/// Has the buyer contest what is left of a payment; tells whether there was anything. A payment is contested once.
///
/// # Errors
/// The payment is unknown, or the database failed.
pub async fn open_dispute(sandbox: &Sandbox, ctx: &Ctx, payment: SandboxPaymentId) -> Result<bool, PageError> {
    let mut tx = sandbox.db.begin(ctx).await?;
    let found = store::lock(&mut tx, payment).await?.ok_or(PageError::NotFound)?;
    let left = found.amount.minor - found.refunded_minor;
    if found.state != BookState::Succeeded || left <= 0 {
        return Ok(false);
    }
    let id: Id<SandboxDisputeKind> = ctx.new_id();
    let new = store::NewDispute {
        id: id.uuid(),
        payment,
        amount_minor: left,
        fee_minor: FEE,
        due_by: ctx.now() + TO_ANSWER,
    };
    let is_new = store::insert_dispute(&mut tx, ctx, &new).await?;
    tx.commit().await?;
    Ok(is_new)
}

/// Decides the contest of a payment, once; tells whether it was open.
///
/// # Errors
/// The database failed.
pub async fn close_dispute(
    sandbox: &Sandbox,
    ctx: &Ctx,
    payment: SandboxPaymentId,
    is_won: bool,
) -> Result<bool, PageError> {
    let mut tx = sandbox.db.begin(ctx).await?;
    let is_closed = store::close_dispute(&mut tx, payment, if is_won { "won" } else { "lost" }).await?;
    tx.commit().await?;
    Ok(is_closed)
}

/// Gives a contest up; tells whether it was open.
pub(super) async fn concede(tx: &mut TenantTx, reference: &str) -> Result<bool, DbError> {
    match reference.parse::<Id<SandboxDisputeKind>>() {
        Ok(id) => store::lose_dispute(tx, id.uuid()).await,
        Err(_) => Ok(false),
    }
}

/// What of a payment is contested and not won, in minor units.
pub(super) async fn contested(tx: &mut TenantTx, payment: SandboxPaymentId) -> Result<i64, DbError> {
    store::sum_contested(tx, payment).await
}

/// Lists contests that were opened since.
pub(super) async fn list(tx: &mut TenantTx, since: Timestamp) -> Result<Vec<DisputeSnapshot>, DbError> {
    let rows = store::list_disputes(tx, since).await?;
    rows.iter().map(read).collect()
}

fn read(row: &store::DisputeRow) -> Result<DisputeSnapshot, DbError> {
    let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
    let currency = row.currency.parse().map_err(|_| odd("currency"))?;
    let status = match row.state.as_str() {
        "won" => DisputeStatus::Won,
        "lost" => DisputeStatus::Lost,
        _ => DisputeStatus::NeedsResponse,
    };
    let payment = SandboxPaymentId::from_uuid(row.payment_id).to_string();
    let fee = if status == DisputeStatus::Won { 0 } else { row.fee_minor };
    Ok(DisputeSnapshot {
        dispute: Id::<SandboxDisputeKind>::from_uuid(row.id).to_string(),
        payment: PaymentRef::parse(&payment).map_err(|_| odd("payment"))?,
        amount: Money::new(row.amount_minor, currency),
        is_taken: true,
        claimed: None,
        fee_taken: Money::new(row.fee_minor, currency),
        fee: Money::new(fee, currency),
        reason: "general".to_owned(),
        status,
        opened_at: row.opened_at.to_jiff(),
        due_by: row.due_by.to_jiff(),
        takes_history: false,
    })
}
