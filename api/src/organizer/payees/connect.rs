//! `POST /manage/payees`: opens an account.

use axum::response::Response;
use bilten_billing::payees::{self, ConnectPayee, Profile};
use bilten_branding::texts;
use bilten_kernel::ParseError;
use serde::Deserialize;

use super::{COUNTRIES, permit_first, provider, refused, told};
use crate::{
    http::{extract::CsrfForm, problem::Problem},
    organizer::console::Console,
};

#[derive(Deserialize)]
pub(super) struct Form {
    country: String,
    profile: String,
}

pub(super) async fn create(console: Console, CsrfForm(form): CsrfForm<Form>) -> Result<Response, Problem> {
    let country = COUNTRIES.into_iter().find(|code| *code == form.country);
    let country =
        country.ok_or_else(|| Problem::field("country", ParseError::new("country", "is not one of the list")))?;
    let profile = Profile::from_name(&form.profile);
    let wish = ConnectPayee {
        provider: provider(&console.state),
        country,
        profile: profile
            .ok_or_else(|| Problem::field("profile", ParseError::new("profile", "is not one of the list")))?,
    };
    permit_first(&console).await?;
    match payees::connect(&console.state.payees, &console, &wish).await {
        Ok(_) => Ok(told(texts::FLASH_PAYEE_CONNECTED)),
        Err(error) => refused(error),
    }
}
