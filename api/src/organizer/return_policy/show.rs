//! `GET /manage/events/{id}/return-policy`.

use axum::response::Response;
use bilten_branding::views::{
    FieldErrors, Section,
    console::{ReturnPolicyForm, ReturnPolicyView},
};
use bilten_core::catalog::{self, EventDetail};
use bilten_kernel::{EventId, EventKind};
use bilten_tenancy::{TenantTx, permissions::Permission};

use super::form;
use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::{console::Console, urls},
    storefront::return_terms,
};

pub(super) async fn show(PathId(id): PathId<EventKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::EventUpdate, id).await?;
    let detail = load(&console, &mut tx, id).await?;
    tx.commit().await?;
    let form = form::of(&detail);
    console.html(Section::Events, &view(&detail, form, FieldErrors::none()))
}

pub(super) async fn load(console: &Console, tx: &mut TenantTx, id: EventId) -> Result<EventDetail, Problem> {
    let found = catalog::find_event(console, tx, id).await?;
    found.ok_or_else(Problem::not_found)
}

pub(super) fn view(detail: &EventDetail, form: ReturnPolicyForm, errors: FieldErrors) -> ReturnPolicyView {
    let event = &detail.event;
    ReturnPolicyView {
        title: event.name.to_string(),
        event_url: urls::event(event.id),
        action: urls::return_policy(event.id),
        form,
        errors,
        terms: return_terms::lines(event, detail.return_policy.as_ref()),
        currency: event.currency.code().to_owned(),
    }
}
