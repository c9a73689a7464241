//! The test provider's hosted page, on the tenant's host for want of a host of its own.
//!
//! Where the sandbox may not take payments (`BILTEN_SANDBOX`), the page does not exist, and [`require_open`]
//! refuses to begin a payment. Free orders go on, and payments that were begun before are settled.

mod choose;
mod show;

use bilten_billing::{
    checkout::PayError,
    sandbox::{BookState, PageError, PaymentPage},
};
use bilten_branding::views::sandbox::{SandboxStep, SandboxView};

use crate::http::{
    AppState,
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
};

/// Lists the routes of the page.
pub fn routes() -> Vec<Route> {
    const PATH: &str = "/sandbox/{payment}";
    vec![
        Route::get(PATH, Face::Storefront, Access::Signed, show::show).open_when_suspended(),
        Route::post(PATH, Face::Storefront, Access::Signed, choose::create)
            .open_when_suspended()
            .repeats(Repeat::State),
    ]
}

/// Refuses the sandbox like a method that does not exist, unless it may take payments here.
///
/// # Errors
/// It may not.
pub fn require_open(state: &AppState) -> Result<(), Problem> {
    if state.config.takes_sandbox_payments() {
        Ok(())
    } else {
        Err(PayError::MethodUnavailable.into())
    }
}

fn view(merchant: &str, page: &PaymentPage) -> SandboxView {
    SandboxView {
        merchant: merchant.to_owned(),
        amount: page.amount,
        reference: page.payment.to_string(),
        action: format!("/sandbox/{}", page.payment),
        step: step(page.state),
        cancel_url: page.return_path.clone(),
    }
}

const fn step(state: BookState) -> SandboxStep {
    match state {
        BookState::RequiresAction => SandboxStep::Choose,
        BookState::Challenge => SandboxStep::Challenge,
        BookState::RequiresConfirmation
        | BookState::Processing
        | BookState::Succeeded
        | BookState::Failed
        | BookState::Canceled => SandboxStep::Settled,
    }
}

fn refused(error: PageError) -> Problem {
    match error {
        PageError::NotFound => Problem::not_found(),
        PageError::Db(error) => error.into(),
    }
}
