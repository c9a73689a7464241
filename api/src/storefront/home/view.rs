//! Events of the catalogue become cards.

use bilten_branding::views::{
    Choice, Moment,
    storefront::{CardState, EventCard, HomeView, MonthChoice, SearchForm},
};
use bilten_core::catalog::{self, Availability, Event, EventDetail, EventPage, EventStatus, Facets};
use bilten_kernel::Timestamp;

use jiff::SignedDuration;

use super::{Query, when::When};
use crate::storefront::{shop::Shop, urls};

/// Characters of a search that count.
const MAX_TEXT: usize = 100;
/// What ends sooner is one evening, whether or not it goes on past midnight.
const ONE_EVENING: SignedDuration = SignedDuration::from_hours(18);

/// What a visitor looks for.
#[derive(Debug)]
pub struct Search {
    /// Words.
    pub text: String,
    /// Category, or empty.
    pub category: String,
    /// City, or empty.
    pub place: String,
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
            place: cut(&query.place),
            when: query.when.as_deref().and_then(When::parse),
        }
    }

    fn is_narrow(&self) -> bool {
        !self.text.is_empty() || !self.category.is_empty() || !self.place.is_empty() || self.when.is_some()
    }
}

/// Fills the view of the shop's front.
pub fn home(shop: &Shop, page: EventPage, facets: &Facets, search: &Search, is_first: bool) -> HomeView {
    let now = shop.now();
    let filtered = search.is_narrow();
    let when = search.when.map(When::name).unwrap_or_default();
    let next_url = page.next.map(|cursor| {
        let pairs = [
            ("q", search.text.as_str()),
            ("category", &search.category),
            ("place", &search.place),
            ("when", &when),
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
        search: form(shop, facets, search, when),
        events: events.iter().map(|detail| card(detail, now)).collect(),
        filtered,
        next_url,
        gift_url: None,
    }
}

/// Offers what there is; a choice of one is none.
fn form(shop: &Shop, facets: &Facets, search: &Search, when: String) -> SearchForm {
    let choices = |names: &[String], chosen: &str| -> Vec<Choice> {
        let names = names.iter().filter(|_| names.len() > 1 || !chosen.is_empty());
        names.map(|name| Choice::new(name, name, name == chosen)).collect()
    };
    let zone = &shop.settings.time_zone;
    let month = |at: &Timestamp| {
        let value = When::month_of(*at, zone).name();
        MonthChoice {
            selected: value == when,
            at: Moment::new(*at, zone.as_str()),
            value,
        }
    };
    SearchForm {
        q: search.text.clone(),
        categories: choices(&facets.categories, &search.category),
        places: choices(&facets.cities, &search.place),
        months: facets.months.iter().map(month).collect(),
        when,
    }
}

/// The event with the most places that one can still buy, or will.
fn biggest(events: &[EventDetail], now: Timestamp) -> Option<usize> {
    let size = |detail: &EventDetail| {
        detail
            .ticket_types
            .iter()
            .filter(|t| !t.terms.kind.is_add_on())
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
        ends: is_longer_than_an_evening(event).then(|| Moment::new(event.ends_at, zone)),
        venue: place.map(|place| place.name.to_string()).unwrap_or_default(),
        place: place.map(|place| place.city.to_string()).unwrap_or_default(),
        category: filled(event.category.as_str()),
        from_price: catalog::from_price(event, &detail.ticket_types, now),
        state: state(detail, now),
        artwork_url: urls::artwork(event),
    }
}

fn is_longer_than_an_evening(event: &Event) -> bool {
    event.ends_at.duration_since(event.starts_at) > ONE_EVENING
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
