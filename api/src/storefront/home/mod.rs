//! The shop's front.

mod view;
mod when;

use axum::{Extension, extract::State, response::Response};
use bilten_billing::gift_cards;
use bilten_core::catalog::{self, EventDetail, EventFilter, Listing};
use bilten_kernel::Timestamp;
use jiff::SignedDuration;
use serde::Deserialize;

use super::{shop::Shop, urls};
use crate::http::{
    AppState,
    extract::Params,
    pages::{ForEverybody, StaysTrue},
    problem::{Code, Problem},
};

/// Events on one page.
const PAGE: u32 = 12;
/// Query parameters that narrow the list; without them everybody gets the same page.
pub const FILTERS: &[&str] = &["q", "category", "place", "when", "cursor"];
/// Time for which the front says the same about what is left of its events.
const STOCK_AGE: SignedDuration = SignedDuration::from_secs(5);

/// Search, filters and page.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    q: Option<String>,
    category: Option<String>,
    place: Option<String>,
    when: Option<String>,
    cursor: Option<String>,
}

/// `GET /`.
pub async fn show(
    shop: Shop,
    everybody: Option<Extension<ForEverybody>>,
    State(state): State<AppState>,
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    let cursor = query.cursor.as_deref().map(str::parse).transpose();
    let cursor = cursor.map_err(|_| Problem::new(Code::InvalidCursor))?;
    let search = view::Search::new(&query);
    let range = when::range(search.when, shop.now(), &shop.settings.time_zone);
    let filter = EventFilter {
        listing: Listing::Upcoming,
        text: Some(search.text.clone()),
        category: Some(search.category.clone()).filter(|category| !category.is_empty()),
        city: Some(search.place.clone()).filter(|place| !place.is_empty()),
        from: range.map(|(from, _)| from),
        before: range.map(|(_, before)| before),
        ..EventFilter::default()
    };
    let mut tx = state.shop_db.begin(&shop).await?;
    let page = catalog::list_events(&shop, &mut tx, &filter, cursor, PAGE).await?;
    let sells_gifts = gift_cards::find_terms(&mut tx)
        .await?
        .is_some_and(|terms| terms.is_sold);
    let facets = catalog::list_facets(&shop, &mut tx, &shop.settings.time_zone).await?;
    tx.commit().await?;
    let is_first = cursor.is_none();
    let until = stays_true_until(&page.events, shop.now());
    let mut view = view::home(&shop, page, &facets, &search, is_first);
    view.gift_url = sells_gifts.then(|| urls::GIFT_CARDS.to_owned());
    let mut response = shop.html(&view)?;
    if everybody.is_some() {
        response.extensions_mut().insert(StaysTrue {
            until: Some(until),
            stock: None,
        });
    }
    Ok(response)
}

/// The next instant at which time changes what the list says of an event, and not much later.
fn stays_true_until(events: &[EventDetail], now: Timestamp) -> Timestamp {
    let latest = now.saturating_add(STOCK_AGE).unwrap_or(now);
    let instants = events.iter().filter_map(|event| event.next_instant(now));
    instants.min().map_or(latest, |next| next.min(latest))
}
