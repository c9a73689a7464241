//! Payments that do not match what was asked for, and the person who decides about them.
//!
//! Such an attempt moves no more by itself, and its places stay taken. A person can have the provider asked again
//! ([`look_again`]): what fits then is taken in as usual. Or the money goes back ([`give_back`]), exactly the sum
//! that the provider says it took, and the places go free.
//!
//! Invariants:
//! * A payment that names another attempt is never touched: it may be somebody else's money.
//! * Each decision is audited in its own transaction; two people who decide at once decide once.
//!
//! Not here: who may decide (the caller asks `tenancy::permissions`), how an attempt gets here (`checkout::settle`).

mod give_back;
mod look_again;

use bilten_core::orders::{self, Order};
use bilten_kernel::{AttemptId, Ctx};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use crate::{
    attempts::{Attempt, Integrity, store},
    checkout::{Checkout, PayError},
};

pub use give_back::{GivenBack, give_back};
pub use look_again::{Looked, look_again};

/// Payments that one list holds at most; the oldest come first, and what is decided makes room.
const LIST_LIMIT: i64 = 50;

/// A payment that waits for a person.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The attempt.
    pub attempt: Attempt,
    /// What does not match, as far as we still know the words.
    pub why: Option<Integrity>,
    /// What was to be paid.
    pub order: Order,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// The tenant has no such payment.
    #[error("there is no such payment")]
    NotFound,
    /// The payment waits for nobody, or somebody else was faster.
    #[error("the payment does not wait for a decision")]
    Decided,
    /// The payment could not be looked after.
    #[error("the payment could not be looked after")]
    Pay(#[from] PayError),
}

impl From<DbError> for ReviewError {
    fn from(error: DbError) -> Self {
        Self::Pay(error.into())
    }
}

/// Lists payments that wait for a person, the oldest first.
///
/// # Errors
/// The database failed.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Waiting>, DbError> {
    let mut waiting = Vec::new();
    for attempt in store::list_quarantined(tx, LIST_LIMIT).await? {
        if let Some(order) = orders::find(tx, attempt.order).await? {
            let why = attempt.quarantine.as_deref().and_then(Integrity::from_text);
            waiting.push(Waiting { attempt, why, order });
        }
    }
    Ok(waiting)
}

/// Counts payments that wait for a person; 50 stands for more, too.
///
/// # Errors
/// The database failed.
pub async fn count(tx: &mut TenantTx) -> Result<i64, DbError> {
    store::count_quarantined(tx, LIST_LIMIT).await
}

/// Reads the payment without keeping it: the provider is asked next.
async fn find(app: &Checkout, ctx: &Ctx, id: AttemptId) -> Result<Attempt, ReviewError> {
    let mut tx = app.db.begin(ctx).await?;
    let found = store::find(&mut tx, id).await?.ok_or(ReviewError::NotFound)?;
    tx.rollback().await?;
    still_waits(found)
}

/// Takes the payment for the rest of the transaction.
async fn lock(tx: &mut TenantTx, id: AttemptId) -> Result<Attempt, ReviewError> {
    let found = store::lock(tx, id).await?.ok_or(ReviewError::NotFound)?;
    still_waits(found)
}

fn still_waits(attempt: Attempt) -> Result<Attempt, ReviewError> {
    if attempt.quarantine.is_some() {
        Ok(attempt)
    } else {
        Err(ReviewError::Decided)
    }
}

async fn note(tx: &mut TenantTx, ctx: &Ctx, action: &'static str, attempt: &Attempt) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: attempt.id.to_string(),
        details: json!({ "order": attempt.order, "why": attempt.quarantine }),
    };
    audit::record(tx, ctx, entry).await
}
