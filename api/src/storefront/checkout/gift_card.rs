//! A gift card for the order of a cart.

use axum::{
    extract::{Path, State},
    response::Response,
};
use bilten_billing::gift_cards::{self, Choice, ChooseError};
use bilten_branding::texts;
use serde::Deserialize;

use super::basket;
use crate::{
    http::{
        AppState, Network,
        extract::{ClientIp, PlainForm},
        problem::Problem,
        shell::redirect_saying,
    },
    storefront::{shop::Shop, urls},
};

/// What the buyer typed.
#[derive(Debug, Default, Deserialize)]
pub struct Form {
    #[serde(default)]
    code: String,
    /// Button that takes the card away again.
    #[serde(default)]
    forget: String,
}

/// `POST /checkout/{cart_token}/gift-card`: lets a card pay what it can, or takes it away; the screen says what is left to pay.
pub async fn save(
    Path(token): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
    client: ClientIp,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let cart = basket::cart_id(&state, &shop, &token)?;
    let back = urls::pay(&token);
    let mut tx = state.shop_db.begin(&shop).await?;
    if !form.forget.is_empty() {
        gift_cards::forget(&shop, &mut tx, cart).await?;
        tx.commit().await?;
        return Ok(redirect_saying(&back, texts::FLASH_GIFT_FORGOTTEN));
    }
    let network = client.network().filter(|network| network.is_public());
    let network = network.map(Network::octets);
    let choice = Choice {
        cart,
        code: &form.code,
        network: network.as_deref(),
    };
    let chosen = gift_cards::choose(&state.gift_cards, &shop, &mut tx, choice).await?;
    // A wrong code is counted.
    tx.commit().await?;
    Ok(redirect_saying(
        &back,
        match chosen {
            Ok(_) => texts::FLASH_GIFT_USED,
            Err(ChooseError::Unknown) => texts::FLASH_GIFT_UNKNOWN,
            Err(ChooseError::TooMany) => texts::FLASH_GIFT_TOO_MANY,
            Err(ChooseError::Over) => texts::FLASH_GIFT_OVER,
            Err(ChooseError::Empty) => texts::FLASH_GIFT_EMPTY,
            Err(ChooseError::Currency) => texts::FLASH_GIFT_CURRENCY,
            Err(ChooseError::TooLittleLeft) => texts::FLASH_GIFT_TOO_LITTLE,
            Err(ChooseError::WrongState) => texts::FLASH_TOO_LATE,
        },
    ))
}
