//! `POST /manage/platform-access/{id}/approval`, `…/refusal`, `…/end`.

use axum::response::Response;
use bilten_branding::texts;
use bilten_kernel::{VisitId, VisitKind};
use bilten_sso::visits::{self, DecideError, Ended, desk};

use super::permit;
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

pub(super) async fn approve(
    PathId(id): PathId<VisitKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    match visits::approve(&mut tx, &console, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(urls::VISITS, texts::FLASH_VISIT_APPROVED))
        }
        Err(error) => refused(error),
    }
}

pub(super) async fn refuse(
    PathId(id): PathId<VisitKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    match visits::refuse(&mut tx, &console, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(urls::VISITS, texts::FLASH_VISIT_REFUSED))
        }
        Err(error) => refused(error),
    }
}

pub(super) async fn end(
    PathId(id): PathId<VisitKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    visits::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    let was_open = visits::end(&mut tx, &console, id, Ended::Tenant).await?;
    tx.commit().await?;
    come_back(&console, id).await?;
    let said = if was_open {
        texts::FLASH_VISIT_ENDED
    } else {
        texts::FLASH_REFUSED_VISIT_ANSWERED
    };
    Ok(redirect_saying(urls::VISITS, said))
}

/// The operator is free to visit somebody else.
pub(super) async fn come_back(console: &Console, id: VisitId) -> Result<(), Problem> {
    let mut tx = console.state.platform.begin().await?;
    desk::come_back(&mut tx, id).await?;
    Ok(tx.commit().await?)
}

fn refused(error: DecideError) -> Result<Response, Problem> {
    let said = match error {
        DecideError::NotFound => return Err(Problem::not_found()),
        DecideError::Answered => texts::FLASH_REFUSED_VISIT_ANSWERED,
        DecideError::OwnerOnly => texts::FLASH_REFUSED_VISIT_OWNER,
        error @ DecideError::NotStaff => return Err(Problem::internal(error)),
        DecideError::Db(error) => return Err(error.into()),
    };
    Ok(redirect_saying(urls::VISITS, said))
}
