//! The account that is paid: connecting it with Stripe, what Stripe still wants, what buyers can use.
//!
//! It is an account of the whole tenant, so the permission is asked for in the whole tenant.

mod close;
mod connect;
mod embedded;
mod onboard;
mod show;

use axum::response::Response;
use bilten_billing::{
    payees::{PayeeError, PayeeId},
    sandbox::Sandbox,
    stripe,
};
use bilten_branding::texts;
use bilten_tenancy::{
    TenantTx,
    permissions::{self, Permission, Scope},
};

pub(crate) use show::COUNTRIES;

use super::console::Console;
use crate::http::{
    AppState,
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
    shell::redirect_saying,
};

/// The page.
const PAGE: &str = "/manage/payees";
const PAYEE: &[(&str, &str)] = &[("id", "payee")];

pub(super) fn routes() -> Vec<Route> {
    let manage = Access::Staff(Permission::PayeeManage);
    let face = Face::Organizer;
    vec![
        Route::get(PAGE, face, manage, show::show),
        Route::post(PAGE, face, manage, connect::create)
            .fresh()
            .repeats(Repeat::State),
        Route::get("/manage/payees/{id}/onboarding", face, manage, onboard::leave)
            .ids(PAYEE)
            .fresh(),
        Route::get("/manage/payees/{id}/embedded", face, manage, embedded::show)
            .ids(PAYEE)
            .fresh(),
        Route::post("/manage/payees/{id}/onboarding-session", face, manage, embedded::create)
            .ids(PAYEE)
            .repeats(Repeat::Harmless),
        Route::get("/manage/payees/{id}/return", face, manage, onboard::come_back).ids(PAYEE),
        Route::post("/manage/payees/{id}/refreshes", face, manage, onboard::refresh)
            .ids(PAYEE)
            .repeats(Repeat::State),
        Route::post("/manage/payees/{id}/closure", face, manage, close::create)
            .ids(PAYEE)
            .fresh()
            .repeats(Repeat::State),
    ]
}

/// Provider at which this installation opens accounts.
pub(crate) fn provider(state: &AppState) -> &'static str {
    if state.payees.has(stripe::NAME) {
        stripe::NAME
    } else {
        Sandbox::NAME
    }
}

async fn permit(console: &Console, tx: &mut TenantTx) -> Result<(), Problem> {
    permissions::require(tx, console, Permission::PayeeManage, Scope::Tenant).await?;
    Ok(())
}

/// Asks for the permission before the provider is asked about anything.
async fn permit_first(console: &Console) -> Result<(), Problem> {
    let mut tx = console.begin().await?;
    permit(console, &mut tx).await?;
    Ok(tx.commit().await?)
}

pub(crate) fn url(id: PayeeId, noun: &str) -> String {
    format!("{PAGE}/{id}/{noun}")
}

/// Goes back to the page and tells what came of it.
fn told(key: &'static str) -> Response {
    redirect_saying(PAGE, key)
}

fn refused(error: PayeeError) -> Result<Response, Problem> {
    match error {
        PayeeError::NotFound => Err(Problem::not_found()),
        PayeeError::NoAnswer => Ok(told(texts::FLASH_PAYEE_NO_ANSWER)),
        PayeeError::WrongState => Ok(told(texts::FLASH_TOO_LATE)),
        error @ (PayeeError::Refused | PayeeError::UnknownProvider) => {
            tracing::warn!(%error, "an account that is paid could not be looked after");
            Ok(told(texts::FLASH_PAYEE_REFUSED))
        }
        PayeeError::Db(error) => Err(error.into()),
    }
}
