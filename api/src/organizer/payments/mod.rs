//! Payments that do not match what was asked for: a person looks at them and decides.
//!
//! The decision is about money of the whole tenant, so the permission is asked for in the whole tenant.

mod approvals;
mod limit;
mod list;
mod looks;
mod refunds;

use bilten_billing::{
    attempts::Integrity,
    quarantine::{self, ReviewError},
    risk::approvals as approvals_of,
};
use bilten_branding::texts;
use bilten_kernel::AttemptId;
use bilten_tenancy::{
    DbError, TenantTx,
    permissions::{self, Permission, Scope},
};

use super::{console::Console, urls};
use crate::http::{
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
    shell::redirect_saying,
};

const PAYMENT: &[(&str, &str)] = &[("id", "payment")];

pub(super) fn routes() -> Vec<Route> {
    let decide = Access::Staff(Permission::OrderCancel);
    let face = Face::Organizer;
    vec![
        Route::get(urls::PAYMENTS, face, decide, list::show),
        Route::post("/manage/payments/{id}/looks", face, decide, looks::create)
            .ids(PAYMENT)
            .repeats(Repeat::State),
        Route::post("/manage/payments/{id}/refunds", face, decide, refunds::create)
            .ids(PAYMENT)
            .fresh()
            .repeats(Repeat::State),
        Route::post(
            "/manage/approvals/{id}/decisions",
            face,
            Access::Staff(Permission::OrderRefundApprove),
            approvals::create,
        )
        .ids(&[("id", "approval")])
        .fresh()
        .repeats(Repeat::State),
        Route::post(
            "/manage/payments/limit",
            face,
            Access::Staff(Permission::PayeeManage),
            limit::save,
        )
        .fresh()
        .repeats(Repeat::State),
    ]
}

/// Tells whether the person decides about payments, for links.
pub(super) fn may_decide(console: &Console) -> bool {
    [Permission::OrderCancel, Permission::OrderReadPii]
        .into_iter()
        .all(|permission| console.session.rights.allows(permission, Scope::Tenant))
}

/// Asks for the permission before the provider is asked about anything.
async fn permit(console: &Console) -> Result<(), Problem> {
    let mut tx = console.begin().await?;
    require(&mut tx, console).await?;
    Ok(tx.commit().await?)
}

/// Asks for the permission in the transaction of the decision.
async fn require(tx: &mut TenantTx, console: &Console) -> Result<(), Problem> {
    for permission in [Permission::OrderCancel, Permission::OrderReadPii] {
        permissions::require(tx, console, permission, Scope::Tenant).await?;
    }
    Ok(())
}

/// Counts what waits for a person's decision.
pub(super) async fn count_waiting(console: &Console, tx: &mut TenantTx) -> Result<i64, DbError> {
    Ok(quarantine::count(tx).await? + approvals_of::count_waiting(console, tx).await?)
}

/// What does not match, in words for staff.
const fn why(why: Option<Integrity>) -> &'static str {
    match why {
        Some(Integrity::OtherAmount) => texts::PAYMENT_OTHER_AMOUNT,
        Some(Integrity::OtherCurrency) => texts::PAYMENT_OTHER_CURRENCY,
        Some(Integrity::OtherPayment | Integrity::OtherAttempt) | None => texts::PAYMENT_OTHER_PAYMENT,
    }
}

/// Goes back to the list and tells what came of the decision.
fn told(key: &'static str) -> axum::response::Response {
    redirect_saying(urls::PAYMENTS, key)
}

fn refused(error: ReviewError) -> Result<axum::response::Response, Problem> {
    match error {
        ReviewError::NotFound => Err(Problem::not_found()),
        ReviewError::Decided => Ok(told(texts::FLASH_TOO_LATE)),
        ReviewError::Pay(error) => Err(error.into()),
    }
}

/// Where a payment's decisions are posted to.
fn action(id: AttemptId, noun: &str) -> String {
    format!("{}/{id}/{noun}", urls::PAYMENTS)
}
