//! Puts an event on sale, or calls it off.

use axum::response::Response;
use bilten_billing::refunds::{self, RefundEventError};
use bilten_branding::{texts, views::console::WizardStep};
use bilten_core::catalog::{self, CancelEventError, PublishEventError};
use bilten_kernel::EventKind;
use bilten_tenancy::permissions::Permission;
use serde::Deserialize;

use crate::{
    http::{
        extract::CsrfForm,
        ids::PathId,
        problem::Problem,
        shell::{redirect, redirect_saying},
    },
    organizer::{Nothing, console::Console, urls},
};

/// `POST /manage/events/{id}/publication`.
pub(super) async fn publish(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::EventPublish, id).await?;
    match catalog::publish_event(&console, &mut tx, id).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_saying(&urls::event(id), texts::FLASH_PUBLISHED))
        }
        Err(PublishEventError::Blocked(_)) => Ok(redirect(&urls::setup(id, WizardStep::Publish))),
        Err(PublishEventError::WrongStatus(_)) => Ok(redirect_saying(&urls::event(id), texts::FLASH_TOO_LATE)),
        Err(PublishEventError::NotFound) => Err(Problem::not_found()),
        Err(PublishEventError::Db(error)) => Err(error.into()),
    }
}

/// What becomes of the orders of an event that is called off.
#[derive(Debug, Deserialize)]
pub(super) struct Cancellation {
    /// All buyers get their money back.
    refund: Option<String>,
}

/// `POST /manage/events/{id}/cancellation`.
pub(super) async fn cancel(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(sent): CsrfForm<Cancellation>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::EventCancel, id).await?;
    match catalog::cancel_event(&console, &mut tx, id).await {
        Ok(_) => {
            if sent.refund.is_some() {
                console.permit_event(&mut tx, Permission::OrderCancel, id).await?;
                refunds::refund_event(&console, &mut tx, id).await?;
            }
            tx.commit().await?;
            Ok(redirect_saying(&urls::event(id), texts::FLASH_EVENT_CANCELLED))
        }
        Err(CancelEventError::WrongStatus(_)) => Ok(redirect_saying(&urls::event(id), texts::FLASH_TOO_LATE)),
        Err(CancelEventError::NotFound) => Err(Problem::not_found()),
        Err(CancelEventError::Db(error)) => Err(error.into()),
    }
}

/// `POST /manage/events/{id}/refunds`.
pub(super) async fn refund(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::OrderCancel, id).await?;
    match refunds::refund_event(&console, &mut tx, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(&urls::event(id), texts::FLASH_REFUNDS_BEGUN))
        }
        Err(RefundEventError::NotCancelled) => Ok(redirect_saying(&urls::event(id), texts::FLASH_TOO_LATE)),
        Err(error) => Err(error.into()),
    }
}
