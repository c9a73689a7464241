//! `GET /manage/sso/{id}`.

use axum::response::Response;
use bilten_branding::views::{
    FieldErrors, Section, Text,
    console::{GroupRow, SamlProviderForm, SsoAttemptRow, SsoForm, SsoView, TraceLine},
};
use bilten_kernel::{SsoConnectionId, SsoConnectionKind, ZoneName};
use bilten_sso::{
    connections::{self, Connection, ConnectionState},
    sign_in::{self, AttemptRow},
};
use bilten_tenancy::TenantTx;

use super::{form, list::shown, permit, saml};
use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::{console::Console, figures, session::sso::callback_url, urls},
};

/// Empty rows at the end of the map.
const FREE_ROWS: usize = 2;

/// What a form shows that was sent and refused.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub form: Option<SsoForm>,
    pub errors: Option<FieldErrors>,
    pub groups: Option<Vec<(String, String)>>,
    pub preview: Vec<Text>,
    pub provider: Option<SamlProviderForm>,
}

pub(super) async fn show(PathId(id): PathId<SsoConnectionKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let view = view(&console, &mut tx, id, Typed::default()).await?;
    tx.commit().await?;
    console.html(Section::Sso, &view)
}

/// Shows the page again after a form was refused.
pub(super) async fn refused(console: Console, id: SsoConnectionId, typed: Typed) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let view = view(&console, &mut tx, id, typed).await?;
    tx.commit().await?;
    console.html_refused(Section::Sso, &view)
}

/// Where the provider says that sessions are over.
pub(super) fn logout_url(console: &Console, id: SsoConnectionId) -> String {
    let origin = console.state.config.http.origin(&console.tenant.tenant.primary_host);
    format!("{origin}{}", urls::sso_logout(id))
}

async fn view(console: &Console, tx: &mut TenantTx, id: SsoConnectionId, typed: Typed) -> Result<SsoView, Problem> {
    let zone = console.state.settings.get(console).await?.time_zone.clone();
    let found = connections::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    let groups = if let Some(rows) = typed.groups {
        rows
    } else {
        let map = connections::group_roles(tx, id).await?;
        map.into_iter().map(|row| (row.group, row.role)).collect()
    };
    let attempts = sign_in::recent(tx, id).await?;
    Ok(SsoView {
        name: found.name.clone(),
        state: shown(found.state),
        list_url: urls::SSO.to_owned(),
        redirect_uri: callback_url(&console.state, &console.tenant.tenant, id),
        logout_uri: logout_url(console, id),
        tested_at: found.tested_at.map(|at| figures::moment(at, &zone)),
        test_url: urls::sso_step(id, "test"),
        activate_action: is_any(&found, &[ConnectionState::Tested, ConnectionState::Disabled])
            .then(|| urls::sso_step(id, "activation")),
        disable_action: is_any(&found, &[ConnectionState::Active]).then(|| urls::sso_step(id, "deactivation")),
        delete_action: urls::sso_step(id, "deletion"),
        form: typed.form.unwrap_or_else(|| form::kept(&found)),
        errors: typed.errors.unwrap_or_else(FieldErrors::none),
        form_action: urls::sso(id),
        secret_action: urls::sso_step(id, "secret"),
        groups: group_rows(&groups),
        groups_action: urls::sso_step(id, "groups"),
        preview: typed.preview,
        saml: saml::panel(console, tx, (&found, typed.provider), &zone).await?,
        attempts: attempts.iter().map(|attempt| attempt_row(attempt, &zone)).collect(),
    })
}

fn is_any(found: &Connection, states: &[ConnectionState]) -> bool {
    states.contains(&found.state)
}

fn group_rows(groups: &[(String, String)]) -> Vec<GroupRow> {
    let row = |group: &str, role: &str| GroupRow {
        group: group.to_owned(),
        roles: form::roles(role, true),
    };
    let kept = groups.iter().map(|(group, role)| row(group, role));
    kept.chain(std::iter::repeat_with(|| row("", "event_manager")).take(FREE_ROWS))
        .collect()
}

fn attempt_row(attempt: &AttemptRow, zone: &ZoneName) -> SsoAttemptRow {
    SsoAttemptRow {
        reference: attempt.id.to_string(),
        at: figures::moment(attempt.at, zone),
        purpose: attempt.purpose.clone(),
        failed: attempt.failed.clone(),
        trace: attempt
            .trace
            .lines()
            .iter()
            .map(|(name, value)| TraceLine {
                name: name.clone(),
                value: value.clone(),
            })
            .collect(),
    }
}
