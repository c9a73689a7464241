//! Step 2: what is sold.

use axum::response::Response;
use bilten_branding::views::{
    FieldErrors, Section,
    console::{TicketTypeForm, TicketsStepView, WizardStep},
};
use bilten_core::catalog::{self, EventDetail, EventStatus};
use bilten_kernel::{EventId, EventKind};
use bilten_tenancy::{
    TenantTx,
    permissions::{Permission, Scope},
};

use super::{
    frame::{self, Arrival},
    ticket_rows::{self, Rows},
};
use crate::{
    http::{
        extract::{CsrfForm, Params},
        ids::PathId,
        problem::Problem,
    },
    organizer::console::Console,
};

/// Loads the event for somebody who may change its prices and places too.
async fn load(console: &Console, tx: &mut TenantTx, id: EventId) -> Result<EventDetail, Problem> {
    let detail = super::load(console, tx, id).await?;
    let scope = Scope::Event(detail.event.organizer, id);
    for permission in [Permission::PriceEdit, Permission::QuotaEdit] {
        console.demand(permission, scope)?;
    }
    Ok(detail)
}

/// `GET /manage/events/{id}/setup/tickets`.
pub(super) async fn show(
    PathId(id): PathId<EventKind>,
    console: Console,
    Params(arrival): Params<Arrival>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let detail = load(&console, &mut tx, id).await?;
    tx.commit().await?;
    let mut rows: Vec<_> = detail
        .ticket_types
        .iter()
        .map(|t| ticket_rows::of(&detail.event, t))
        .collect();
    if rows.is_empty() || arrival.add == "1" {
        rows.push(ticket_rows::blank());
    }
    let view = view(&console, &detail, &arrival, (rows, FieldErrors::none()));
    console.html(Section::Events, &view)
}

/// `POST /manage/events/{id}/setup/tickets`: all rows are saved, or none.
pub(super) async fn save(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let rows = Rows::read(&fields);
    let mut tx = console.begin().await?;
    let detail = load(&console, &mut tx, id).await?;
    let errors = match rows.wishes(&detail.event, &detail.ticket_types) {
        Ok(numbered) => {
            let (numbers, wishes): (Vec<usize>, Vec<_>) = numbered.into_iter().unzip();
            match catalog::save_ticket_types(&console, &mut tx, id, wishes).await {
                Ok(()) => {
                    tx.commit().await?;
                    return Ok(frame::onward(id, WizardStep::Tickets, &rows.then));
                }
                Err(error) => {
                    tx.rollback().await?;
                    let n = numbers.get(error.index).copied().unwrap_or(0);
                    ticket_rows::explain(n, error)?
                }
            }
        }
        Err(errors) => errors,
    };
    let view = view(&console, &detail, &Arrival::default(), (rows.forms, errors));
    console.html_refused(Section::Events, &view)
}

fn view(
    console: &Console,
    detail: &EventDetail,
    arrival: &Arrival,
    (rows, errors): (Vec<TicketTypeForm>, FieldErrors),
) -> TicketsStepView {
    TicketsStepView {
        frame: frame::of(detail, WizardStep::Tickets, arrival, console.now()),
        currency: detail.event.currency.code().to_owned(),
        are_kinds_settled: detail.event.status != EventStatus::Draft,
        rows,
        errors,
    }
}
