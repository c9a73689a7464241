//! `GET /gift-cards`.

use axum::{extract::State, response::Response};
use bilten_billing::gift_cards::{self, LATEST_SEND, ShopTerms};
use bilten_branding::views::{
    FieldErrors,
    storefront::{GiftAmount, GiftBounds, GiftShopForm, GiftShopView},
};
use bilten_kernel::{Money, Timestamp};

use crate::{
    http::{AppState, problem::Problem},
    storefront::{shop::Shop, urls},
};

/// What was chosen: an amount of the list, or the buyer's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chosen {
    /// One of those that are suggested, in minor units.
    Listed(i64),
    /// His own.
    Own,
    /// None yet.
    Nothing,
}

pub(super) async fn show(shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    let terms = open_terms(&state, &shop).await?;
    let first = terms.suggested.first().copied().map_or(Chosen::Nothing, Chosen::Listed);
    let form = GiftShopForm::default();
    shop.html(&view(&shop, &terms, (first, form), FieldErrors::none()))
}

/// What the shop asks of the cards that it sells.
///
/// # Errors
/// It sells none: then there is no such page.
pub(super) async fn open_terms(state: &AppState, shop: &Shop) -> Result<ShopTerms, Problem> {
    let mut tx = state.shop_db.begin(shop).await?;
    let terms = gift_cards::find_terms(&mut tx).await?;
    tx.commit().await?;
    terms.filter(|terms| terms.is_sold).ok_or_else(Problem::not_found)
}

/// Fills the page.
pub(super) fn view(
    shop: &Shop,
    terms: &ShopTerms,
    (chosen, form): (Chosen, GiftShopForm),
    errors: FieldErrors,
) -> GiftShopView {
    let money = |minor| Money::new(minor, terms.currency);
    let amount = |minor: &i64| GiftAmount {
        value: *minor,
        amount: money(*minor),
        selected: chosen == Chosen::Listed(*minor),
    };
    GiftShopView {
        action: urls::GIFT_CARDS.to_owned(),
        amounts: terms.suggested.iter().map(amount).collect(),
        bounds: terms.bounds.map(|(least, most)| GiftBounds {
            least: money(least),
            most: money(most),
        }),
        is_own: chosen == Chosen::Own || terms.suggested.is_empty(),
        valid_days: terms.valid_days,
        form,
        errors,
        first_day: day(shop, shop.now()),
        last_day: day(shop, shop.now() + LATEST_SEND),
        privacy_url: urls::legal("privacy"),
    }
}

/// The day of an instant in the shop's zone.
fn day(shop: &Shop, at: Timestamp) -> String {
    let zone = shop.settings.time_zone.as_str();
    at.in_tz(zone).map(|at| at.date().to_string()).unwrap_or_default()
}
