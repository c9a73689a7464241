//! `POST /manage/security/factors` and the decisions about lost ones.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text},
};
use bilten_sso::{
    factors::{self, ApproveError, Duty, FactorPolicy, RecoveryId, sms::Prefixes},
    security::{self, DELAY_HOURS, FactorRules},
};
use bilten_tenancy::permissions::{self, Scope};
use serde::Deserialize;

use super::{PERMISSION, SECURITY, show};
use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::console::Console,
};

#[derive(Debug, Deserialize)]
pub(super) struct Rules {
    #[serde(default)]
    duty: String,
    #[serde(default)]
    grace_days: String,
    #[serde(default)]
    delay_hours: String,
    #[serde(default)]
    sms: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Decision {
    request: String,
    #[serde(default)]
    verdict: String,
}

pub(super) async fn save(console: Console, CsrfForm(form): CsrfForm<Rules>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, PERMISSION, Scope::Tenant).await?;
    match read(&form) {
        Ok(rules) => {
            security::set_factor_rules(&mut tx, &console, rules).await?;
            tx.commit().await?;
            Ok(redirect_saying(SECURITY, texts::FLASH_SAVED))
        }
        Err(errors) => {
            let mut view = show::load(&console, &mut tx).await?;
            tx.commit().await?;
            view.grace_days = form.grace_days;
            view.delay_hours = form.delay_hours;
            view.sms = view.sms.is_some().then_some(form.sms);
            view.errors = errors;
            console.html_refused(Section::Security, &view)
        }
    }
}

fn read(form: &Rules) -> Result<FactorRules, FieldErrors> {
    let mut errors = FieldErrors::none();
    let between = |min: u32, max: u32| Text::new(texts::FIELD_NUMBER_BETWEEN).with("min", min).with("max", max);
    let number = |text: &str| text.trim().parse::<i32>().unwrap_or(-1);
    let (grace_days, delay) = (number(&form.grace_days), number(&form.delay_hours));
    if !FactorPolicy::is_grace(grace_days) {
        errors.push("grace_days", between(0, 60));
    }
    if !DELAY_HOURS.contains(&delay) {
        errors.push("delay_hours", between(1, 168));
    }
    let sms = Prefixes::read(&form.sms);
    if sms.is_none() {
        errors.push("sms", Text::new(texts::FIELD_SMS_PREFIXES));
    }
    let duty = Duty::find(&form.duty);
    if duty.is_none() {
        errors.push("duty", Text::new(texts::FIELD_REQUIRED));
    }
    match (duty, sms) {
        (Some(duty), Some(sms)) if errors.is_empty() => Ok(FactorRules {
            policy: FactorPolicy {
                duty,
                grace_days,
                since: None,
            },
            recovery_delay_hours: delay,
            sms,
        }),
        _ => Err(errors),
    }
}

/// `POST /manage/security/recoveries`: an owner approves a request, or calls it off.
pub(super) async fn decide(console: Console, CsrfForm(form): CsrfForm<Decision>) -> Result<Response, Problem> {
    let id: RecoveryId = form.request.parse().map_err(|_| Problem::not_found())?;
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, PERMISSION, Scope::Tenant).await?;
    let told = if form.verdict == "approve" {
        match factors::approve(&mut tx, &console, id, console.session.account).await {
            Ok(()) => texts::FLASH_RECOVERY_APPROVED,
            Err(ApproveError::Own) => texts::FLASH_RECOVERY_OWN,
            Err(ApproveError::NotFound) => texts::FLASH_TOO_LATE,
            Err(ApproveError::Db(error)) => return Err(error.into()),
        }
    } else if factors::cancel(&mut tx, &console, id).await? {
        texts::FLASH_RECOVERY_CANCELLED
    } else {
        texts::FLASH_TOO_LATE
    };
    tx.commit().await?;
    Ok(redirect_saying(SECURITY, told))
}
