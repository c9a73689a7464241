//! `POST /manage/events/{id}/return-policy`.

use axum::response::Response;
use bilten_branding::{texts, views::Section};
use bilten_core::return_policy::{self, SetReturnPolicyError};
use bilten_kernel::EventKind;
use bilten_tenancy::permissions::Permission;

use super::{form, show};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls},
};

/// Sets the policy, or shows the form again with what is wrong.
pub(super) async fn save(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::EventUpdate, id).await?;
    let detail = show::load(&console, &mut tx, id).await?;
    let sent = form::sent(&fields);
    let new = match form::read(&sent, detail.event.currency) {
        Ok(new) => new,
        Err(errors) => {
            tx.commit().await?;
            return console.html_refused(Section::Events, &show::view(&detail, sent, errors));
        }
    };
    match return_policy::set_return_policy(&console, &mut tx, id, new).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_saying(&urls::return_policy(id), texts::FLASH_SAVED))
        }
        Err(SetReturnPolicyError::NotFound) => Err(Problem::not_found()),
        // The form was checked against the same rules.
        Err(SetReturnPolicyError::Policy(error)) => Err(Problem::internal(error)),
        Err(SetReturnPolicyError::Db(error)) => Err(error.into()),
    }
}
