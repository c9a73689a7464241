//! `GET /manage/events/{id}/offers`.

use axum::response::Response;
use bilten_branding::views::{
    Section,
    console::{OfferRow, OffersView, OpenPriceRow},
};
use bilten_core::{
    catalog::{self, EventDetail, TicketType},
    offers::{self, PriceOffer},
};
use bilten_kernel::{EventId, EventKind, Money, Timestamp};
use bilten_tenancy::{TenantTx, permissions::Permission};

use super::form::Typed;
use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::{console::Console, prices, urls},
    storefront::events::offers as words,
};

pub(super) async fn show(PathId(id): PathId<EventKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::PriceEdit, id).await?;
    let detail = load(&console, &mut tx, id).await?;
    let all = offers::list_offers(&mut tx, id).await?;
    tx.commit().await?;
    let view = view(&detail, &all, Typed::default(), console.now());
    console.html(Section::Events, &view)
}

pub(super) async fn load(console: &Console, tx: &mut TenantTx, id: EventId) -> Result<EventDetail, Problem> {
    let found = catalog::find_event(console, tx, id).await?;
    found.ok_or_else(Problem::not_found)
}

/// Fills the page, with what was typed last.
pub(super) fn view(detail: &EventDetail, all: &[PriceOffer], typed: Typed, now: Timestamp) -> OffersView {
    let event = &detail.event;
    let cause = || event.donation_cause.as_ref().map(ToString::to_string);
    OffersView {
        title: event.name.to_string(),
        event_url: urls::event(event.id),
        currency: event.currency.code().to_owned(),
        zone: event.time_zone.to_string(),
        open_action: urls::open_prices(event.id),
        types: detail
            .ticket_types
            .iter()
            .map(|found| open_row(found, &typed))
            .collect(),
        donation_action: urls::donations(event.id),
        cause: typed.cause.clone().or_else(cause).unwrap_or_default(),
        offers: all.iter().map(|offer| offer_row(offer, detail, now)).collect(),
        add_action: urls::offers(event.id),
        form: typed.form,
        errors: typed.errors,
    }
}

fn open_row(ticket_type: &TicketType, typed: &Typed) -> OpenPriceRow {
    let amount = |minor| prices::write(Money::new(minor, ticket_type.price.currency));
    let stored = ticket_type.open_price;
    let sent = typed.bounds.iter().find(|(id, ..)| *id == ticket_type.id);
    let (is_open, least, most) = match sent {
        Some((_, is_open, least, most)) => (*is_open, least.clone(), most.clone()),
        None => (
            stored.is_some(),
            stored.map(|bounds| amount(bounds.min)).unwrap_or_default(),
            stored.map(|bounds| amount(bounds.max)).unwrap_or_default(),
        ),
    };
    let in_offer = typed.types.iter().find(|(id, _)| *id == ticket_type.id);
    OpenPriceRow {
        id: ticket_type.id.to_string(),
        name: ticket_type.terms.name.to_string(),
        price: ticket_type.price,
        is_open,
        least,
        most,
        in_offer: in_offer.map(|(_, count)| count.clone()).unwrap_or_default(),
    }
}

fn offer_row(offer: &PriceOffer, detail: &EventDetail, now: Timestamp) -> OfferRow {
    let state = if offer.withdrawn_at.is_some() {
        "withdrawn"
    } else if offer.ends_at.is_some_and(|end| end <= now) {
        "ended"
    } else {
        "open"
    };
    OfferRow {
        line: words::line(offer, detail),
        state: state.to_owned(),
        withdraw_action: offer
            .withdrawn_at
            .is_none()
            .then(|| urls::offer_withdrawal(detail.event.id, offer.id)),
    }
}
