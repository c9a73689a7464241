//! Legal pages that a tenant wrote.

use axum::{Extension, extract::Path, response::Response};
use bilten_branding::{markdown, views::storefront::LegalView};
use bilten_kernel::Locale;

use super::shop::Shop;
use crate::http::{
    pages::{ForEverybody, StaysTrue},
    problem::Problem,
};

/// `GET /legal/{page}`: in the reader's language, else in any that the page exists in.
pub async fn show(
    Path(page): Path<String>,
    shop: Shop,
    everybody: Option<Extension<ForEverybody>>,
) -> Result<Response, Problem> {
    let texts = shop
        .settings
        .legal
        .get(&page)
        .and_then(|texts| texts.as_object())
        .ok_or_else(Problem::not_found)?;
    let wanted = [shop.locale, shop.settings.default_locale, Locale::En, Locale::Nb];
    let text = wanted
        .into_iter()
        .find_map(|locale| texts.get(locale.tag())?.as_str())
        .unwrap_or_default();
    let mut response = shop.html(&LegalView {
        html: markdown::render_document(text),
        page,
        updated: None,
    })?;
    if everybody.is_some() {
        // It changes with the settings alone.
        response.extensions_mut().insert(StaysTrue::default());
    }
    Ok(response)
}
