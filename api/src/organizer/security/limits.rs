//! `POST /manage/security/sessions`.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text},
};
use bilten_sso::security::{self, LimitsError, SessionLimits};
use bilten_tenancy::permissions::{self, Scope};
use serde::Deserialize;

use super::{PERMISSION, SECURITY, show};
use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::console::Console,
};

#[derive(Debug, Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    idle_minutes: String,
    #[serde(default)]
    max_hours: String,
}

pub(super) async fn save(console: Console, CsrfForm(form): CsrfForm<Form>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, PERMISSION, Scope::Tenant).await?;
    let number = |text: &str| text.trim().parse::<i32>().unwrap_or(0);
    let limits = match SessionLimits::try_new(number(&form.idle_minutes), number(&form.max_hours)) {
        Ok(limits) => limits,
        Err(error) => {
            let mut view = show::load(&console, &mut tx).await?;
            tx.commit().await?;
            view.idle_minutes = form.idle_minutes;
            view.max_hours = form.max_hours;
            view.errors = told(error);
            return console.html_refused(Section::Security, &view);
        }
    };
    security::set_limits(&mut tx, &console, limits).await?;
    tx.commit().await?;
    Ok(redirect_saying(SECURITY, texts::FLASH_SAVED))
}

fn told(error: LimitsError) -> FieldErrors {
    let between = |min: u32, max: u32| Text::new(texts::FIELD_NUMBER_BETWEEN).with("min", min).with("max", max);
    match error {
        LimitsError::Idle => FieldErrors::none().with("idle_minutes", between(5, 10_080)),
        LimitsError::Age => FieldErrors::none().with("max_hours", between(1, 720)),
        LimitsError::IdleBeyondAge => FieldErrors::none().with("idle_minutes", Text::new(texts::FIELD_IDLE_BEYOND_AGE)),
    }
}
