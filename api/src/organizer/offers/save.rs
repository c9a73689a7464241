//! Adds a price offer, and withdraws one.

use axum::{extract::Path, response::Response};
use bilten_branding::{
    texts,
    views::{Section, Text},
};
use bilten_core::offers::{self, AddOfferError, WithdrawOfferError};
use bilten_kernel::{EventId, EventKind, PriceOfferId};
use bilten_tenancy::permissions::Permission;

use super::{form::Typed, show};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

/// `POST /manage/events/{id}/offers`: adds an offer, or shows the page again with what is wrong.
pub(super) async fn create(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::PriceEdit, id).await?;
    let mut typed = Typed::read(&fields);
    let detail = show::load(&console, &mut tx, id).await?;
    if let Some(new) = typed.meant(&detail.event) {
        let (field, key) = match offers::add_offer(&console, &mut tx, id, new).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(redirect_saying(&urls::offers(id), texts::FLASH_OFFER_ADDED));
            }
            Err(AddOfferError::Closed) => return Ok(redirect_saying(&urls::event(id), texts::FLASH_TOO_LATE)),
            Err(AddOfferError::Rule) => ("value", texts::FIELD_OFFER_RULE),
            Err(AddOfferError::TooMany) => ("name", texts::FIELD_OFFER_TOO_MANY),
            Err(AddOfferError::Window) => ("ends", texts::FIELD_ENDS_BEFORE_START),
            // The form offered these types: it was sent by no browser.
            Err(AddOfferError::NotFound | AddOfferError::TicketType(_)) => return Err(Problem::not_found()),
            Err(AddOfferError::Db(error)) => return Err(error.into()),
        };
        typed.errors.push(field, Text::new(key));
    }
    // Nothing was written.
    let all = offers::list_offers(&mut tx, id).await?;
    tx.commit().await?;
    let view = show::view(&detail, &all, typed, console.now());
    console.html_refused(Section::Events, &view)
}

/// `POST /manage/events/{id}/offers/{offer}/withdrawal`.
pub(super) async fn withdraw(
    Path((event, offer)): Path<(String, String)>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let event: EventId = event.parse().map_err(|_| Problem::not_found())?;
    let offer: PriceOfferId = offer.parse().map_err(|_| Problem::not_found())?;
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::PriceEdit, event).await?;
    match offers::withdraw_offer(&console, &mut tx, event, offer).await {
        Ok(()) => tx.commit().await?,
        Err(WithdrawOfferError::NotFound) => return Err(Problem::not_found()),
        Err(WithdrawOfferError::Db(error)) => return Err(error.into()),
    }
    Ok(redirect_saying(&urls::offers(event), texts::FLASH_OFFER_WITHDRAWN))
}
