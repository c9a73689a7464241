//! `POST /manage/events/{id}/taxes`.

use axum::response::Response;
use bilten_branding::texts;
use bilten_core::{
    catalog::{self, MAX_TICKET_TYPES, SetTaxesError},
    pricing::{Attendance, TaxCode},
};
use bilten_kernel::{EventKind, TicketTypeId};

use super::permit;
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls},
};

/// Says which tax each of the event's tickets has, and which are watched from elsewhere.
pub(super) async fn save(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let chosen = |(name, value): &(String, String)| {
        let ticket_type: TicketTypeId = name.parse().ok()?;
        let watched = format!("{name}_virtual");
        let attendance = if fields.iter().any(|(field, _)| *field == watched) {
            Attendance::Virtual
        } else {
            Attendance::Physical
        };
        Some((ticket_type, value.trim().parse::<TaxCode>().ok(), attendance))
    };
    let mut taxes: Vec<_> = fields.iter().filter_map(chosen).take(MAX_TICKET_TYPES).collect();
    taxes.sort_by_key(|(ticket_type, ..)| *ticket_type);
    taxes.dedup_by_key(|(ticket_type, ..)| *ticket_type);
    match catalog::set_taxes(&console, &mut tx, id, &taxes).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(urls::TAXES, texts::FLASH_SAVED))
        }
        Err(SetTaxesError::NotFound) => Err(Problem::not_found()),
        Err(SetTaxesError::UnknownTax(_)) => Ok(redirect_saying(urls::TAXES, texts::FLASH_TAXES_CONFLICT)),
        Err(SetTaxesError::Db(error)) => Err(error.into()),
    }
}
