//! `POST /tenants/{id}/visits`, `…/{visit}/begin`, `…/{visit}/end`: an operator asks a tenant to be let in, goes in, and gives up.

use axum::{
    extract::{FromRequestParts, Path, State},
    response::Response,
};
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Section, Text,
        platform::{EnterForm, EnterPanel, EnterRow},
    },
};
use bilten_kernel::{Actor, Ctx, OperatorId, TenantId, VisitId, VisitPower, VisitPowers};
use bilten_sso::visits::{
    self, AskError, BeginError, CODE_LIFE, Ended, MAX_MINUTES, MIN_MINUTES, Mode, VisitState, Wish,
    desk::{self, DeskRow},
};
use bilten_tenancy::directory::{PlatformAudit, insert_platform_audit};
use http::request::Parts;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;

use super::{PathTenant, show, url};
use crate::http::{
    AppState,
    extract::{CsrfForm, OperatorSession, PlatformCtx},
    problem::Problem,
    shell::{Shell, redirect, redirect_saying},
};

/// Length that the form proposes, in minutes.
const USUAL_MINUTES: &str = "30";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    reason: String,
    reference: String,
    minutes: String,
    power: Vec<String>,
}

/// A form without fields of its own.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

/// The tenant and the visit that the path names.
pub(super) struct PathVisit(TenantId, VisitId);

impl FromRequestParts<AppState> for PathVisit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((tenant, visit)) = path.map_err(|_| Problem::not_found())?;
        match (tenant.parse(), visit.parse()) {
            (Ok(tenant), Ok(visit)) => Ok(Self(tenant, visit)),
            _ => Err(Problem::not_found()),
        }
    }
}

pub(super) async fn ask(
    State(state): State<AppState>,
    PlatformCtx(ctx): PlatformCtx,
    session: OperatorSession,
    PathTenant(id): PathTenant,
    shell: Shell,
    CsrfForm(form): CsrfForm<Form>,
) -> Result<Response, Problem> {
    state.directory.find(id).await?.ok_or_else(Problem::not_found)?;
    let ctx = ctx.in_tenant(id);
    let wish = Wish {
        operator_name: session.name.clone(),
        reason: form.reason.clone(),
        reference: form.reference.clone(),
        minutes: form.minutes.trim().parse().unwrap_or_default(),
        powers: VisitPowers::parse(&form.power.join(" ")),
    };
    let mut tx = state.db.begin(&ctx).await?;
    let (field, text) = match visits::ask(&mut tx, &ctx, &wish).await {
        Ok((visit, is_admitted)) => {
            tx.commit().await?;
            note(
                &state,
                &ctx,
                "visit.asked",
                json!({ "visit": visit, "reason": wish.reason }),
            )
            .await?;
            let said = if is_admitted {
                texts::FLASH_VISIT_ADMITTED
            } else {
                texts::FLASH_VISIT_ASKED
            };
            return Ok(redirect_saying(&url(id), said));
        }
        Err(AskError::Never) => return Ok(redirect_saying(&url(id), texts::FLASH_REFUSED_VISIT_NEVER)),
        Err(AskError::Open) => return Ok(redirect_saying(&url(id), texts::FLASH_REFUSED_VISIT_OPEN)),
        Err(AskError::Reason) => ("reason", Text::new(texts::FIELD_VISIT_REASON)),
        Err(AskError::Reference) => ("reference", Text::new(texts::FIELD_VISIT_REFERENCE)),
        Err(AskError::Minutes) => {
            let text = Text::new(texts::FIELD_VISIT_MINUTES).with("least", i64::from(MIN_MINUTES));
            ("minutes", text.with("most", i64::from(MAX_MINUTES)))
        }
        Err(error @ AskError::NotOperator) => return Err(Problem::internal(error)),
        Err(AskError::Db(error)) => return Err(error.into()),
    };
    tx.rollback().await?;
    let typed = Typed {
        form,
        errors: FieldErrors::none().with(field, text),
    };
    let view = show::view(&state, &ctx, id, Some(typed)).await?;
    shell
        .at(Section::Tenants)
        .html_with(http::StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// Notes where the operator goes, and sends him there with a code that counts once and for two minutes.
pub(super) async fn begin(
    State(state): State<AppState>,
    PlatformCtx(ctx): PlatformCtx,
    session: OperatorSession,
    PathVisit(id, visit): PathVisit,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let tenant = state.directory.find(id).await?.ok_or_else(Problem::not_found)?;
    let ctx = ctx.in_tenant(id);
    let row = DeskRow { tenant: id, visit };
    let longest = ctx.now() + CODE_LIFE + SignedDuration::from_mins(i64::from(MAX_MINUTES));
    let hash = session.token.hash();
    let mut platform = state.platform.begin().await?;
    let is_free = desk::set_out(&mut platform, (session.operator, hash), row, (ctx.now(), longest)).await?;
    platform.commit().await?;
    if !is_free {
        return Ok(redirect_saying(&url(id), texts::FLASH_REFUSED_VISIT_ELSEWHERE));
    }
    let mut tx = state.db.begin(&ctx).await?;
    match visits::grant_code(&mut tx, &ctx, visit, (hash, session.expires_at)).await {
        Ok(code) => {
            tx.commit().await?;
            note(&state, &ctx, "visit.begun", json!({ "visit": visit })).await?;
            let origin = state.config.http.origin(&tenant.primary_host);
            Ok(redirect(&format!("{origin}/manage/visit?code={}", code.expose())))
        }
        Err(BeginError::NotFound) => {
            come_back(&state, visit).await?;
            Err(Problem::not_found())
        }
        Err(BeginError::NotGranted) => {
            come_back(&state, visit).await?;
            Ok(redirect_saying(&url(id), texts::FLASH_REFUSED_VISIT_NOT_GRANTED))
        }
        Err(BeginError::Db(error)) => Err(error.into()),
    }
}

/// The operator takes his question back, or leaves from here.
pub(super) async fn end(
    State(state): State<AppState>,
    PlatformCtx(ctx): PlatformCtx,
    session: OperatorSession,
    PathVisit(id, visit): PathVisit,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    state.directory.find(id).await?.ok_or_else(Problem::not_found)?;
    let ctx = ctx.in_tenant(id);
    let mut tx = state.db.begin(&ctx).await?;
    let found = visits::find(&mut tx, visit).await?;
    found
        .filter(|found| found.operator == session.operator)
        .ok_or_else(Problem::not_found)?;
    visits::end(&mut tx, &ctx, visit, Ended::Operator).await?;
    tx.commit().await?;
    come_back(&state, visit).await?;
    Ok(redirect_saying(&url(id), texts::FLASH_VISIT_ENDED))
}

/// Ends what was begun from a session that is over now.
pub(in crate::platform) async fn end_with_session(
    state: &AppState,
    ctx: &Ctx,
    session: &OperatorSession,
) -> Result<(), Problem> {
    let mut platform = state.platform.begin().await?;
    let row = desk::take_of_session(&mut platform, &session.token).await?;
    platform.commit().await?;
    let Some(DeskRow { tenant, visit }) = row else {
        return Ok(());
    };
    let ctx = ctx.clone().in_tenant(tenant);
    let mut tx = state.db.begin(&ctx).await?;
    visits::end_if_running(&mut tx, &ctx, visit, Ended::LogOut).await?;
    Ok(tx.commit().await?)
}

/// What was typed into the form and refused.
pub(super) struct Typed {
    form: Form,
    errors: FieldErrors,
}

/// Fills the part of the tenant's page from which an operator enters.
pub(super) async fn panel(
    state: &AppState,
    ctx: &Ctx,
    id: TenantId,
    typed: Option<Typed>,
) -> Result<EnterPanel, Problem> {
    let operator = match ctx.actor {
        Actor::Operator(operator) => operator,
        _ => OperatorId::from_uuid(uuid::Uuid::nil()),
    };
    let ctx = ctx.clone().in_tenant(id);
    let mut tx = state.db.begin(&ctx).await?;
    let rules = visits::find_rules(&mut tx).await?;
    let rows = visits::list(&mut tx, Some(operator)).await?;
    tx.commit().await?;
    let now = ctx.now();
    let open = rows.iter().filter_map(|row| {
        let state = match row.state_at(now) {
            VisitState::Asked => "asked",
            VisitState::Approved => "approved",
            VisitState::Running => "running",
            VisitState::Refused | VisitState::Ended(_) | VisitState::Lapsed => return None,
        };
        let at = format!("{}/visits/{}", url(id), row.id);
        Some(EnterRow {
            reason: row.reason.clone(),
            state,
            begin_action: (state == "approved").then(|| format!("{at}/begin")),
            end_action: format!("{at}/end"),
        })
    });
    let is_window = matches!(rules.mode, Mode::Window { from, until } if from <= now && now < until);
    let mode = match rules.mode {
        Mode::Never => "never",
        _ if is_window => "window",
        Mode::Ask | Mode::Window { .. } => "ask",
    };
    let rows: Vec<EnterRow> = open.collect();
    Ok(EnterPanel {
        mode,
        form: (mode != "never" && rows.is_empty()).then(|| form(id, typed)),
        rows,
    })
}

fn form(id: TenantId, typed: Option<Typed>) -> EnterForm {
    let Typed { form, errors } = typed.unwrap_or_else(|| Typed {
        form: Form {
            minutes: USUAL_MINUTES.to_owned(),
            ..Form::default()
        },
        errors: FieldErrors::none(),
    });
    let is_chosen = |power: &VisitPower| form.power.iter().any(|name| name == power.name());
    EnterForm {
        action: format!("{}/visits", url(id)),
        powers: VisitPower::ALL
            .iter()
            .map(|power| (power.name(), is_chosen(power)))
            .collect(),
        reason: form.reason,
        reference: form.reference,
        minutes: form.minutes,
        errors,
    }
}

async fn come_back(state: &AppState, visit: VisitId) -> Result<(), Problem> {
    let mut tx = state.platform.begin().await?;
    desk::come_back(&mut tx, visit).await?;
    Ok(tx.commit().await?)
}

/// Writes it into the platform's own record as well.
async fn note(state: &AppState, ctx: &Ctx, action: &'static str, details: serde_json::Value) -> Result<(), Problem> {
    let mut tx = state.platform.begin().await?;
    let entry = PlatformAudit {
        id: ctx.random_uuid(),
        at: ctx.now(),
        operator: match ctx.actor {
            Actor::Operator(operator) => Some(operator.uuid()),
            _ => None,
        },
        tenant: Some(ctx.tenant),
        action,
        details,
    };
    insert_platform_audit(&mut tx, entry).await?;
    Ok(tx.commit().await?)
}
