//! `POST /manage/approvals/{id}/decisions`: a second person agrees or turns down.

use axum::response::Response;
use bilten_billing::{
    refunds::CancelOrderError,
    risk::approvals::{self, ApprovalKind, ApproveError, DecideError},
};
use bilten_branding::texts;
use bilten_tenancy::permissions::{Permission, Scope};
use serde::Deserialize;

use super::{require, told};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem},
    organizer::console::Console,
};

/// What is decided.
#[derive(Debug, Deserialize)]
pub(super) struct Form {
    verdict: Verdict,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Approve,
    Reject,
}

pub(super) async fn create(
    PathId(id): PathId<ApprovalKind>,
    console: Console,
    CsrfForm(form): CsrfForm<Form>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    require(&mut tx, &console).await?;
    console.demand(Permission::OrderRefundApprove, Scope::Tenant)?;
    let decided = match form.verdict {
        Verdict::Approve => approvals::approve(&console, &mut tx, id).await,
        Verdict::Reject => approvals::reject(&console, &mut tx, id).await.map_err(Into::into),
    };
    match decided {
        Ok(_) => tx.commit().await?,
        Err(ApproveError::Decide(DecideError::NotFound) | ApproveError::Cancel(CancelOrderError::NotFound)) => {
            return Err(Problem::not_found());
        }
        Err(ApproveError::Decide(DecideError::Own)) => return Ok(told(texts::FLASH_APPROVAL_OWN)),
        Err(ApproveError::Decide(DecideError::Decided) | ApproveError::Cancel(CancelOrderError::WrongState)) => {
            return Ok(told(texts::FLASH_TOO_LATE));
        }
        Err(ApproveError::Cancel(CancelOrderError::Total(error))) => return Err(Problem::internal(error)),
        Err(ApproveError::Decide(DecideError::Db(error)) | ApproveError::Cancel(CancelOrderError::Db(error))) => {
            return Err(error.into());
        }
    }
    Ok(told(match form.verdict {
        Verdict::Approve => texts::FLASH_APPROVAL_GIVEN,
        Verdict::Reject => texts::FLASH_APPROVAL_REJECTED,
    }))
}
