//! The shop's front.

mod view;
mod when;

use axum::{extract::State, response::Response};
use bilten_core::catalog::{self, EventFilter, Listing};
use serde::Deserialize;

use super::shop::Shop;
use crate::http::{
    AppState,
    extract::Params,
    problem::{Code, Problem},
};

/// Events on one page.
const PAGE: u32 = 12;

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
    let facets = catalog::list_facets(&shop, &mut tx, &shop.settings.time_zone).await?;
    tx.commit().await?;
    let is_first = cursor.is_none();
    shop.html(&view::home(&shop, page, &facets, &search, is_first))
}
