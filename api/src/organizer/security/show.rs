//! `GET /manage/security`.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Moment, Section, Text,
        console::{DutyChoice, RecoveryRow, SecurityView},
    },
};
use bilten_sso::{
    factors::{self, Duty},
    security,
};
use bilten_tenancy::{
    TenantTx,
    permissions::{self, Scope},
};

use super::{FACTORS, PERMISSION, RECOVERIES, SESSIONS};
use crate::{http::problem::Problem, organizer::console::Console};

pub(super) async fn show(console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, PERMISSION, Scope::Tenant).await?;
    let view = load(&console, &mut tx).await?;
    tx.commit().await?;
    console.html(Section::Security, &view)
}

/// Fills the page with what holds; a form that was refused puts in what was typed.
pub(super) async fn load(console: &Console, tx: &mut TenantTx) -> Result<SecurityView, Problem> {
    let settings = console.state.settings.get(console).await?;
    let limits = security::limits(tx).await?;
    let rules = security::factor_rules(tx).await?;
    let open = factors::list_open(tx).await?;
    let moment = |at| Moment::new(at, settings.time_zone.as_str());
    let recovery = |request: factors::RecoveryRequest| RecoveryRow {
        id: request.id.to_string(),
        name: request.name,
        email: request.email,
        asked: moment(request.asked_at),
        due: request.due_at.map(moment),
        is_own: request.account == console.session.account,
    };
    Ok(SecurityView {
        limits_action: SESSIONS.to_owned(),
        idle_minutes: limits.idle_minutes().to_string(),
        max_hours: limits.max_hours().to_string(),
        factors_action: FACTORS.to_owned(),
        duties: Duty::ALL
            .into_iter()
            .map(|duty| DutyChoice {
                value: duty.name().to_owned(),
                label: Text::new(label(duty)),
                is_chosen: duty == rules.policy.duty,
            })
            .collect(),
        grace_days: rules.policy.grace_days.to_string(),
        delay_hours: rules.recovery_delay_hours.to_string(),
        sms: console.state.texter.is_some().then(|| rules.sms.to_string()),
        recoveries: open.into_iter().map(recovery).collect(),
        recoveries_action: RECOVERIES.to_owned(),
        errors: FieldErrors::none(),
    })
}

const fn label(duty: Duty) -> &'static str {
    match duty {
        Duty::Nobody => texts::DUTY_NOBODY,
        Duty::Deciders => texts::DUTY_DECIDERS,
        Duty::Trusted => texts::DUTY_TRUSTED,
        Duty::Everybody => texts::DUTY_EVERYBODY,
    }
}
