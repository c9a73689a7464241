//! Lets buyers name prices, and asks them for donations.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{Section, Text},
};
use bilten_core::{
    catalog::{self, EventDetail, Line, SetDonationCauseError, SetOpenPriceError},
    offers,
    pricing::OpenPrice,
};
use bilten_kernel::{EventId, EventKind, TicketTypeId};
use bilten_tenancy::{TenantTx, permissions::Permission};

use super::{form::Typed, show};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, prices, urls},
};

/// `POST /manage/events/{id}/open-prices`: all types are saved, or none.
pub(super) async fn save(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::PriceEdit, id).await?;
    let detail = show::load(&console, &mut tx, id).await?;
    let mut typed = Typed {
        bounds: read(&fields),
        ..Typed::default()
    };
    set(&console, &mut tx, &detail, &mut typed).await?;
    if typed.errors.is_empty() {
        tx.commit().await?;
        return Ok(redirect_saying(&urls::offers(id), texts::FLASH_SAVED));
    }
    tx.rollback().await?;
    refuse(console, id, typed).await
}

/// `POST /manage/events/{id}/donations`.
pub(super) async fn save_cause(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::PriceEdit, id).await?;
    let sent = fields.iter().find(|(name, _)| name == "cause");
    let text = sent.map(|(_, value)| value.trim().to_owned()).unwrap_or_default();
    let cause: Option<Line<1, 120>> = text.parse().ok();
    if cause.is_none() && !text.is_empty() {
        let mut typed = Typed {
            cause: Some(text),
            ..Typed::default()
        };
        let too_long = Text::new(texts::FIELD_TOO_LONG).with("max", 120_u32);
        typed.errors.push("cause", too_long);
        tx.rollback().await?;
        return refuse(console, id, typed).await;
    }
    match catalog::set_donation_cause(&console, &mut tx, id, cause.as_ref()).await {
        Ok(()) => tx.commit().await?,
        Err(SetDonationCauseError::NotFound) => return Err(Problem::not_found()),
        Err(SetDonationCauseError::Db(error)) => return Err(error.into()),
    }
    Ok(redirect_saying(&urls::offers(id), texts::FLASH_SAVED))
}

async fn refuse(console: Console, id: EventId, typed: Typed) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let detail = show::load(&console, &mut tx, id).await?;
    let all = offers::list_offers(&mut tx, id).await?;
    tx.commit().await?;
    let view = show::view(&detail, &all, typed, console.now());
    console.html_refused(Section::Events, &view)
}

/// Reads `id_0`, `open_0`, `least_0`, `most_0`, …
fn read(fields: &[(String, String)]) -> Vec<(TicketTypeId, bool, String, String)> {
    let value = |name: String| {
        let found = fields.iter().find(|(field, _)| *field == name);
        found.map(|(_, value)| value.trim().to_owned())
    };
    (0..catalog::MAX_TICKET_TYPES)
        .map_while(|n| {
            let id = value(format!("id_{n}"))?.parse().ok()?;
            let text = |field: &str| value(format!("{field}_{n}")).unwrap_or_default();
            Some((id, value(format!("open_{n}")).is_some(), text("least"), text("most")))
        })
        .collect()
}

async fn set(console: &Console, tx: &mut TenantTx, detail: &EventDetail, typed: &mut Typed) -> Result<(), Problem> {
    let event = &detail.event;
    for (n, (id, is_open, least, most)) in typed.bounds.iter().enumerate() {
        let known = detail.ticket_types.iter().find(|found| found.id == *id);
        let known = known.ok_or_else(Problem::not_found)?;
        let bounds = if *is_open {
            let least = if least.is_empty() { "0" } else { least };
            let read = prices::read(least, event.currency).zip(prices::read(most, event.currency));
            let Some((min, max)) = read else {
                let text = Text::new(texts::FIELD_PRICE_INVALID);
                typed.errors.push(&format!("least_{n}"), text);
                continue;
            };
            Some(OpenPrice { min, max })
        } else {
            None
        };
        if known.open_price == bounds {
            continue;
        }
        let key = match catalog::set_open_price(console, tx, (event.id, *id), bounds).await {
            Ok(()) => continue,
            Err(SetOpenPriceError::Bounds) => texts::FIELD_BOUNDS,
            Err(SetOpenPriceError::HasTiers) => texts::FIELD_HAS_TIERS,
            Err(SetOpenPriceError::Moving) => texts::FIELD_PRICE_MOVES,
            Err(SetOpenPriceError::NotFound) => return Err(Problem::not_found()),
            Err(SetOpenPriceError::Db(error)) => return Err(error.into()),
        };
        typed.errors.push(&format!("least_{n}"), Text::new(key));
    }
    Ok(())
}
