//! Takes somebody off an event's waiting list; places that he was offered go to the next.

use axum::{extract::Path, response::Response};
use bilten_branding::texts;
use bilten_core::waitlist::{self, LeaveError};
use bilten_kernel::{EventId, WaitlistEntryId};
use bilten_tenancy::permissions::Permission;

use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

/// `POST /manage/events/{id}/waiting-list/{entry}/removal`.
pub(super) async fn create(
    Path((event, entry)): Path<(String, String)>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let event: EventId = event.parse().map_err(|_| Problem::not_found())?;
    let entry: WaitlistEntryId = entry.parse().map_err(|_| Problem::not_found())?;
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::OrderEdit, event).await?;
    let said = match waitlist::remove(&console, &mut tx, event, entry).await {
        Ok(_) => texts::FLASH_WAITLIST_REMOVED,
        Err(LeaveError::BeingPaid) => texts::FLASH_WAITLIST_BEING_PAID,
        Err(LeaveError::NotFound) => return Err(Problem::not_found()),
        Err(LeaveError::Db(error)) => return Err(error.into()),
    };
    tx.commit().await?;
    Ok(redirect_saying(&urls::waiting_list(event), said))
}
