//! Events of the catalogue become cards.

use bilten_branding::views::{
    Choice, Moment,
    storefront::{CardState, EventCard, HomeView, SearchForm},
};
use bilten_core::catalog::{self, Availability, EventDetail, EventPage, EventStatus};
use bilten_kernel::Timestamp;

use super::{Query, when::When};
use crate::storefront::urls;

/// Characters of a search that count.
const MAX_TEXT: usize = 100;

/// What a visitor looks for.
#[derive(Debug)]
pub struct Search {
    /// Words.
    pub text: String,
    /// Category, or empty.
    pub category: String,
    /// Days.
    pub when: Option<When>,
}

impl Search {
    pub(super) fn new(query: &Query) -> Self {
        let cut = |text: &Option<String>| -> String {
            text.as_deref()
                .unwrap_or_default()
                .trim()
                .chars()
                .filter(|c| !c.is_control())
                .take(MAX_TEXT)
                .collect()
        };
        Self {
            text: cut(&query.q),
            category: cut(&query.category),
            when: query.when.as_deref().and_then(When::parse),
        }
    }

    fn is_narrow(&self) -> bool {
        !self.text.is_empty() || !self.category.is_empty() || self.when.is_some()
    }
}

/// Fills the view of the shop's front.
pub fn home(page: EventPage, categories: Vec<String>, search: &Search, is_first: bool, now: Timestamp) -> HomeView {
    let filtered = search.is_narrow();
    let when = search.when.map(When::name).unwrap_or_default();
    let next_url = page.next.map(|cursor| {
        let pairs = [
            ("q", search.text.as_str()),
            ("category", &search.category),
            ("when", when),
        ];
        let cursor = cursor.to_string();
        urls::home_with(&[pairs.as_slice(), &[("cursor", &cursor)]].concat())
    });
    let mut events = page.events;
    let hero = if is_first && !filtered {
        biggest(&events, now).map(|index| events.remove(index))
    } else {
        None
    };
    HomeView {
        hero: hero.map(|detail| card(&detail, now)),
        search: SearchForm {
            q: search.text.clone(),
            categories: categories
                .into_iter()
                .map(|c| Choice::new(&c, &c, c == search.category))
                .collect(),
            when: when.to_owned(),
        },
        events: events.iter().map(|detail| card(detail, now)).collect(),
        filtered,
        next_url,
    }
}

/// The event with the most places that one can still buy, or will.
fn biggest(events: &[EventDetail], now: Timestamp) -> Option<usize> {
    let size = |detail: &EventDetail| {
        detail
            .ticket_types
            .iter()
            .map(catalog::TicketType::capacity)
            .max()
            .unwrap_or(0)
    };
    let is_open = |detail: &EventDetail| {
        !matches!(
            catalog::overall(&detail.event, &detail.ticket_types, now),
            None | Some(Availability::SoldOut | Availability::Over)
        )
    };
    let open = events.iter().enumerate().filter(|(_, detail)| is_open(detail));
    open.max_by_key(|(index, detail)| (size(detail), std::cmp::Reverse(*index)))
        .map(|(index, _)| index)
}

/// Fills the card of one event.
pub fn card(detail: &EventDetail, now: Timestamp) -> EventCard {
    let event = &detail.event;
    let zone = event.time_zone.as_str();
    let place = event.venue.as_ref().map(|venue| &venue.place);
    EventCard {
        url: urls::event(&event.slug),
        title: event.name.to_string(),
        summary: filled(event.summary.as_str()),
        starts: Moment::new(event.starts_at, zone),
        ends: Some(Moment::new(event.ends_at, zone)),
        venue: place.map(|place| place.name.to_string()).unwrap_or_default(),
        place: place.map(|place| place.city.to_string()).unwrap_or_default(),
        category: filled(event.category.as_str()),
        from_price: catalog::from_price(event, &detail.ticket_types, now),
        state: state(detail, now),
        artwork_url: urls::artwork(event),
    }
}

fn state(detail: &EventDetail, now: Timestamp) -> CardState {
    if detail.event.status == EventStatus::Cancelled {
        return CardState::Cancelled;
    }
    match catalog::overall(&detail.event, &detail.ticket_types, now) {
        Some(Availability::Available { .. } | Availability::AllInCarts) => CardState::OnSale,
        Some(Availability::FewLeft { .. }) => CardState::FewLeft,
        Some(Availability::SoldOut) => CardState::SoldOut,
        Some(Availability::NotYet { at }) => CardState::NotYet {
            at: Moment::new(at, detail.event.time_zone.as_str()),
        },
        Some(Availability::Over) | None => CardState::Over,
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
