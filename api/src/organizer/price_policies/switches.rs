//! Tries a version out, switches one on, stops one, and stops everything.

use axum::{extract::Path, response::Response};
use bilten_branding::texts;
use bilten_core::price_policy::{self, PriceAfter, SimulateError, StartPolicyError, StopPolicyError};
use bilten_kernel::TicketTypeId;
use bilten_tenancy::permissions::{self, Permission, Scope};
use serde::Deserialize;

use super::show::ids;
use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls},
};

/// A version and the sale to try it on.
#[derive(Debug, Deserialize)]
pub(super) struct TryForm {
    version: i32,
    source: String,
}

/// A version.
#[derive(Debug, Deserialize)]
pub(super) struct StartForm {
    version: i32,
}

/// What a ticket shall cost afterwards: `keep` or `start`.
#[derive(Debug, Deserialize)]
pub(super) struct StopForm {
    after: String,
}

impl StopForm {
    fn meant(&self) -> PriceAfter {
        if self.after == "start" {
            PriceAfter::Start
        } else {
            PriceAfter::Keep
        }
    }
}

/// `POST /manage/events/{id}/prices/{ticket_type}/simulations`.
pub(super) async fn simulate(
    Path(path): Path<(String, String)>,
    console: Console,
    CsrfForm(form): CsrfForm<TryForm>,
) -> Result<Response, Problem> {
    let (event, ticket_type) = ids(&path)?;
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::PriceEdit, event).await?;
    let source: TicketTypeId = form.source.parse().map_err(|_| Problem::not_found())?;
    let tried_on = (form.version, source);
    let said = match price_policy::simulate_policy(&console, &mut tx, (event, ticket_type), tried_on).await {
        Ok(_) => texts::FLASH_POLICY_SIMULATED,
        Err(SimulateError::Source) => texts::FLASH_POLICY_SOURCE,
        Err(SimulateError::NotFound) => return Err(Problem::not_found()),
        Err(SimulateError::Pricing(error)) => return Err(Problem::internal(error)),
        Err(SimulateError::Db(error)) => return Err(error.into()),
    };
    tx.commit().await?;
    Ok(redirect_saying(&urls::price_policy(event, ticket_type), said))
}

/// `POST /manage/events/{id}/prices/{ticket_type}/starts`.
pub(super) async fn start(
    Path(path): Path<(String, String)>,
    console: Console,
    CsrfForm(form): CsrfForm<StartForm>,
) -> Result<Response, Problem> {
    let (event, ticket_type) = ids(&path)?;
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::PriceEdit, event).await?;
    let said = match price_policy::start_policy(&console, &mut tx, (event, ticket_type), form.version).await {
        Ok(()) => texts::FLASH_POLICY_STARTED,
        Err(StartPolicyError::NotSimulated) => texts::FLASH_POLICY_NOT_SIMULATED,
        Err(StartPolicyError::Closed | StartPolicyError::HasTiers | StartPolicyError::OpenPrice) => {
            texts::FLASH_TOO_LATE
        }
        Err(StartPolicyError::NotFound) => return Err(Problem::not_found()),
        Err(StartPolicyError::Db(error)) => return Err(error.into()),
    };
    tx.commit().await?;
    Ok(redirect_saying(&urls::price_policy(event, ticket_type), said))
}

/// `POST /manage/events/{id}/prices/{ticket_type}/stops`.
pub(super) async fn stop(
    Path(path): Path<(String, String)>,
    console: Console,
    CsrfForm(form): CsrfForm<StopForm>,
) -> Result<Response, Problem> {
    let (event, ticket_type) = ids(&path)?;
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::PriceEdit, event).await?;
    match price_policy::stop_policy(&console, &mut tx, (event, ticket_type), form.meant()).await {
        Ok(_) => tx.commit().await?,
        Err(StopPolicyError::NotFound) => return Err(Problem::not_found()),
        Err(StopPolicyError::Db(error)) => return Err(error.into()),
    }
    let url = urls::price_policy(event, ticket_type);
    Ok(redirect_saying(&url, texts::FLASH_POLICY_STOPPED))
}

/// `POST /manage/prices/stop`: every moving price of the shop, for those who may change all its events.
pub(super) async fn stop_all(console: Console, CsrfForm(form): CsrfForm<StopForm>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, Permission::PriceEdit, Scope::Tenant).await?;
    price_policy::stop_all(&console, &mut tx, form.meant()).await?;
    tx.commit().await?;
    Ok(redirect_saying(urls::EVENTS, texts::FLASH_POLICIES_STOPPED))
}
