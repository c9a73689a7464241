//! An event of the catalogue becomes its page.

use bilten_branding::{
    markdown,
    views::{
        Moment,
        storefront::{
            Availability as Shown, BuyForm, DonationField, EventState, EventView, OpenPriceField, PromoField,
            TicketTypeRow, UnlockForm, VenueCard,
        },
    },
};
use bilten_core::catalog::{self, Availability, Event, EventDetail, EventStatus, Locks, TicketType};
use bilten_kernel::{Money, Timestamp};

use super::{form::Typed, moving, offers};
use crate::{
    organizer::prices,
    storefront::{return_terms, shop::Shop, urls},
};

/// Fills the page of an event with the form as it was typed.
pub fn event(shop: &Shop, detail: &EventDetail, typed: &Typed) -> EventView {
    let event = &detail.event;
    let share_path = urls::event(&event.slug);
    let share_url = shop.absolute(&share_path);
    let mut view = page(detail, share_url, shop.now());
    if detail
        .ticket_types
        .iter()
        .any(|t| !t.terms.kind.is_add_on() && catalog::availability(event, t, shop.now()).left() > 0)
    {
        view.form = Some(BuyForm {
            action: urls::carts(&event.slug),
            request_key: typed.request_key.clone().unwrap_or_default(),
            zero: Money::zero(event.currency),
            keep_together: typed.keep_together,
            donation: event.donation_cause.as_ref().map(|cause| DonationField {
                cause: cause.to_string(),
                value: typed.donation.clone(),
                error: typed.donation_error.clone(),
            }),
            promo: (event.has_promo_codes || !typed.promo_code.is_empty()).then(|| PromoField {
                value: typed.promo_code.clone(),
                error: typed.promo_error.clone(),
            }),
        });
    }
    view.unlock = (detail.locks != Locks::None).then(|| UnlockForm {
        action: share_path,
        value: typed.promo_code.clone(),
        is_opened: detail.locks == Locks::Opened,
        error: typed.unlock_error.clone(),
    });
    view.errors.clone_from(&typed.errors);
    for (row, ticket_type) in view.types.iter_mut().zip(&detail.ticket_types) {
        let chosen = typed.quantities.iter().find(|(id, _)| *id == ticket_type.id);
        let price = typed.prices.iter().find(|(id, _)| *id == ticket_type.id);
        if let (Some(open), Some((_, price))) = (&mut row.open_price, price) {
            open.value.clone_from(price);
        }
        row.chosen = chosen.and_then(|(_, quantity)| *quantity).unwrap_or(0).min(row.max);
        row.error = typed
            .row_errors
            .iter()
            .find(|(id, _)| *id == ticket_type.id)
            .map(|(_, text)| text.clone());
        let is_gone = !row.is_add_on && matches!(row.availability, Shown::AllInCarts | Shown::SoldOut);
        row.waitlist_url = is_gone.then(|| urls::waiting_list_for(&event.slug, ticket_type.id));
    }
    view
}

/// Fills the page without a form; the organizer's preview uses it as well.
pub fn page(detail: &EventDetail, share_url: String, now: Timestamp) -> EventView {
    let event = &detail.event;
    let zone = event.time_zone.as_str();
    EventView {
        title: event.name.to_string(),
        summary: filled(event.summary.as_str()),
        category: filled(event.category.as_str()),
        artwork_url: urls::artwork(event),
        starts: Moment::new(event.starts_at, zone),
        ends: Some(Moment::new(event.ends_at, zone)),
        doors: event.doors_at.map(|at| Moment::new(at, zone)),
        venue: venue(event),
        organizer: None,
        availability_url: urls::availability(&event.slug),
        calendar_url: urls::calendar(&event.slug),
        share_url,
        description: markdown::render(event.description.as_str()),
        from_price: catalog::from_price(event, &detail.ticket_types, now),
        is_seated: detail.ticket_types.iter().any(|ticket_type| ticket_type.is_seated),
        types: detail.ticket_types.iter().map(|t| row(event, t, now)).collect(),
        has_add_ons: detail.ticket_types.iter().any(|t| t.terms.kind.is_add_on()),
        offers: offers::lines(detail),
        queue_url: None,
        form: None,
        unlock: None,
        errors: Vec::new(),
        refund_policy: filled(event.refund_policy.as_str()),
        return_terms: return_terms::lines(event, detail.return_policy.as_ref()),
        state: state(detail, now),
        preview: event.status == EventStatus::Draft,
    }
}

/// Name and address of an event's place.
pub fn venue(event: &Event) -> VenueCard {
    let Some(venue) = &event.venue else {
        return VenueCard {
            name: String::new(),
            address: Vec::new(),
            place: String::new(),
        };
    };
    let place = &venue.place;
    let town = format!("{} {}", place.postcode, place.city).trim().to_owned();
    VenueCard {
        name: place.name.to_string(),
        address: [place.street.to_string(), town]
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect(),
        place: place.city.to_string(),
    }
}

fn row(event: &Event, ticket_type: &TicketType, now: Timestamp) -> TicketTypeRow {
    let zone = event.time_zone.as_str();
    let terms = &ticket_type.terms;
    let available = catalog::availability(event, ticket_type, now);
    let left = u32::try_from(available.left()).unwrap_or(u32::MAX);
    TicketTypeRow {
        field: format!("qty_{}", ticket_type.id),
        name: terms.name.to_string(),
        description: filled(terms.description.as_str()),
        price: ticket_type.display_price(now),
        open_price: ticket_type
            .open_display_prices()
            .map(|(most, suggested)| OpenPriceField {
                field: format!("price_{}", ticket_type.id),
                value: prices::write(suggested),
                least: ticket_type.display_price(now),
                most,
            }),
        moving: moving::line(event, ticket_type, now),
        plain_price: prices::write(ticket_type.display_price(now)),
        min: terms.min_per_order,
        max: if left == 0 {
            terms.max_per_order
        } else {
            terms.max_per_order.min(left)
        },
        chosen: 0,
        availability: shown(available, zone),
        sale_ends: terms.sale_ends_at.map(|at| Moment::new(at, zone)),
        error: None,
        waitlist_url: None,
        is_add_on: terms.kind.is_add_on(),
        per_admission: terms.kind.per_admission().unwrap_or(0),
    }
}

/// Whether a type can be had, as pages show it.
pub fn shown(available: Availability, zone: &str) -> Shown {
    match available {
        Availability::Available { .. } => Shown::Available,
        Availability::FewLeft { left } => Shown::FewLeft {
            left: u32::try_from(left).unwrap_or(u32::MAX),
        },
        Availability::AllInCarts => Shown::AllInCarts,
        Availability::SoldOut => Shown::SoldOut,
        Availability::NotYet { at } => Shown::NotYet {
            at: Moment::new(at, zone),
        },
        Availability::Over => Shown::Over,
    }
}

fn state(detail: &EventDetail, now: Timestamp) -> EventState {
    let event = &detail.event;
    if event.status == EventStatus::Cancelled {
        return EventState::Cancelled;
    }
    match catalog::overall(event, &detail.ticket_types, now) {
        Some(Availability::Available { .. } | Availability::FewLeft { .. } | Availability::AllInCarts) => {
            EventState::OnSale
        }
        Some(Availability::NotYet { at }) => EventState::NotYet {
            at: Moment::new(at, event.time_zone.as_str()),
        },
        Some(Availability::SoldOut) => EventState::SoldOut,
        Some(Availability::Over) | None => EventState::Over,
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
