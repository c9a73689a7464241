//! `POST /manage/events/{id}/prices/{ticket_type}`: adds a version, or shows the page again with what is wrong.

use axum::{extract::Path, response::Response};
use bilten_branding::{
    texts,
    views::{Section, Text},
};
use bilten_core::price_policy::{self, AddPolicyError};
use bilten_tenancy::permissions::Permission;

use super::{
    form::Typed,
    show::{Found, ids},
};
use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls},
};

pub(super) async fn create(
    Path(path): Path<(String, String)>,
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let (event, ticket_type) = ids(&path)?;
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::PriceEdit, event).await?;
    let mut typed = Typed::read(&fields);
    let found = Found::load(&console, &mut tx, (event, ticket_type)).await?;
    if let Some(terms) = typed.meant(&found.detail.event) {
        match price_policy::add_policy(&console, &mut tx, (event, ticket_type), terms).await {
            Ok(_) => {
                tx.commit().await?;
                let url = urls::price_policy(event, ticket_type);
                return Ok(redirect_saying(&url, texts::FLASH_POLICY_ADDED));
            }
            Err(AddPolicyError::NotFound) => return Err(Problem::not_found()),
            Err(AddPolicyError::Closed) => return Ok(redirect_saying(&urls::event(event), texts::FLASH_TOO_LATE)),
            Err(AddPolicyError::Fault(fault)) => typed.refuse(fault),
            Err(AddPolicyError::TooLate) => beside(&mut typed, "starts", texts::FIELD_POLICY_TOO_LATE),
            Err(AddPolicyError::HasTiers) => beside(&mut typed, "start", texts::FIELD_POLICY_TIERS),
            Err(AddPolicyError::OpenPrice) => beside(&mut typed, "start", texts::FIELD_POLICY_OPEN),
            Err(AddPolicyError::TooMany) => beside(&mut typed, "start", texts::FIELD_POLICY_TOO_MANY),
            Err(AddPolicyError::Db(error)) => return Err(error.into()),
        }
    }
    // Nothing was written.
    tx.commit().await?;
    let view = found.view(&console, ticket_type, typed)?;
    console.html_refused(Section::Events, &view)
}

fn beside(typed: &mut Typed, field: &str, key: &str) {
    typed.errors.push(field, Text::new(key));
}
