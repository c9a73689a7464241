//! The hosted page: what it shows and what a choice on it does.

use bilten_kernel::{Ctx, Money};
use bilten_tenancy::{DbError, jobs};
use jiff::SignedDuration;

use super::{
    Choice, DELIVER_JOB, Sandbox, SandboxPaymentId,
    books::{BookState, Payment},
    store,
};

/// Time until a payment that is settled later is settled and told by webhook.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// Time for which the sandbox plays dead.
const SILENT_FOR: SignedDuration = SignedDuration::from_secs(20);

/// What the page shows.
#[derive(Debug, Clone)]
pub struct PaymentPage {
    /// Names the payment, also in the page's address.
    pub payment: SandboxPaymentId,
    /// What is to be paid.
    pub amount: Money,
    /// Where the payment stands; [`BookState::RequiresAction`] offers all choices, [`BookState::Challenge`] asks the
    /// bank's question, all others have nothing left to choose.
    pub state: BookState,
    /// Path on the tenant's own host to go back to.
    pub return_path: String,
}

/// Why the page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The tenant has no such payment.
    #[error("there is no such payment")]
    NotFound,
    /// The database failed.
    #[error("the sandbox could not read its books")]
    Db(#[from] DbError),
}

/// Shows a payment.
///
/// # Errors
/// The payment is unknown, or the database failed.
pub async fn show(sandbox: &Sandbox, ctx: &Ctx, payment: SandboxPaymentId) -> Result<PaymentPage, PageError> {
    let mut tx = sandbox.db.begin(ctx).await?;
    let found = store::find(&mut tx, payment).await?.ok_or(PageError::NotFound)?;
    Ok(page(&found))
}

/// Carries out the buyer's choice; one that comes twice or too late changes nothing.
///
/// # Errors
/// The payment is unknown, or the database failed.
pub async fn choose(
    sandbox: &Sandbox,
    ctx: &Ctx,
    payment: SandboxPaymentId,
    choice: Choice,
) -> Result<PaymentPage, PageError> {
    let mut tx = sandbox.db.begin(ctx).await?;
    let mut found = store::lock(&mut tx, payment).await?.ok_or(PageError::NotFound)?;
    if let Ok(state) = found.state.choose(choice) {
        found.state = state;
        if choice == Choice::TimeOut {
            found.silent_until = Some(ctx.now() + SILENT_FOR);
        }
        store::save(&mut tx, ctx, &found).await?;
        if let Some(after) = told_after(choice) {
            let job = jobs::NewJob {
                kind: DELIVER_JOB,
                payload: serde_json::json!({ "payment": payment }),
                run_at: ctx.now() + after,
                unique_key: Some(&payment.to_string()),
                is_urgent: true,
            };
            jobs::enqueue(&mut tx, ctx, job).await?;
        }
        tx.commit().await?;
    }
    Ok(page(&found))
}

const fn told_after(choice: Choice) -> Option<SignedDuration> {
    match choice {
        Choice::Later => Some(SETTLED_AFTER),
        Choice::TimeOut => Some(SILENT_FOR),
        Choice::Pay | Choice::Challenge | Choice::Approve | Choice::Refuse | Choice::Decline => None,
    }
}

fn page(payment: &Payment) -> PaymentPage {
    PaymentPage {
        payment: payment.id,
        amount: payment.amount,
        state: payment.state,
        return_path: payment.return_to.as_ref().map_or("/", |to| to.path()).to_owned(),
    }
}
