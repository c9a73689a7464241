//! Waiting lists become pages.

use bilten_branding::views::{
    Moment,
    storefront::{WaitlistEntryView, WaitlistEvent, WaitlistFormView, WaitlistTypeRow},
};
use bilten_core::{
    catalog::{self, Availability, Event, EventDetail, EventStatus},
    waitlist::{EntryDetail, EntryState},
};
use bilten_kernel::Timestamp;

use super::form::Typed;
use crate::storefront::{
    events::view::{shown, venue},
    urls,
};

/// Fills the form as it was typed.
pub fn form(detail: &EventDetail, typed: &Typed, now: Timestamp) -> WaitlistFormView {
    let types = types(detail, typed, now);
    let max = detail.ticket_types.iter().map(|t| t.terms.max_per_order).max();
    WaitlistFormView {
        event: event(&detail.event),
        action: (!types.is_empty()).then(|| urls::waiting_list(&detail.event.slug)),
        form: typed.form.clone(),
        types,
        max: max.unwrap_or(1),
        errors: typed.errors.clone(),
        error: typed.error.clone(),
        privacy_url: urls::legal("privacy"),
    }
}

/// Types that one can wait for: gone, or so few left that a party may not find room.
fn types(detail: &EventDetail, typed: &Typed, now: Timestamp) -> Vec<WaitlistTypeRow> {
    if detail.event.status_at(now) != EventStatus::Published {
        return Vec::new();
    }
    let zone = detail.event.time_zone.as_str();
    let with_state = detail
        .ticket_types
        .iter()
        .filter(|t| !t.terms.kind.is_add_on())
        .map(|t| (t, catalog::availability(&detail.event, t, now)));
    let scarce: Vec<_> = with_state
        .filter(|(t, state)| match state {
            Availability::SoldOut | Availability::AllInCarts => true,
            Availability::FewLeft { left } => *left < i64::from(t.terms.max_per_order),
            Availability::Available { .. } | Availability::NotYet { .. } | Availability::Over => false,
        })
        .collect();
    let is_only = scarce.len() == 1;
    let rows = scarce.into_iter().map(|(t, state)| WaitlistTypeRow {
        value: t.id.to_string(),
        name: t.terms.name.to_string(),
        price: t.display_price(now),
        availability: shown(state, zone),
        chosen: is_only || typed.types.contains(&t.id),
    });
    rows.collect()
}

/// Fills the page of an entry; `cart` is the signed token of the offered places.
pub fn entry(event_of: &Event, found: &EntryDetail, (token, cart): (&str, Option<&str>)) -> WaitlistEntryView {
    let entry = &found.entry;
    let is_offered = entry.state == EntryState::Offered;
    let until = entry.offer_until.filter(|_| is_offered);
    WaitlistEntryView {
        event: event(event_of),
        state: entry.state.name().to_owned(),
        party: entry.party.size(),
        takes_fewer: !entry.party.stays_together(),
        types: found.types.clone(),
        position: found.position.and_then(|position| u32::try_from(position).ok()),
        until: until.map(|at| Moment::new(at, event_of.time_zone.as_str())),
        buy_url: cart.filter(|_| is_offered).map(urls::details),
        leave_action: entry.state.is_open().then(|| urls::waitlist_departure(token)),
    }
}

/// The event above a form, a page or a mail.
pub fn event(event: &Event) -> WaitlistEvent {
    let venue = venue(event);
    WaitlistEvent {
        title: event.name.to_string(),
        url: urls::event(&event.slug),
        artwork_url: urls::artwork(event),
        starts: Moment::new(event.starts_at, event.time_zone.as_str()),
        venue: venue.name,
        place: venue.place,
    }
}
