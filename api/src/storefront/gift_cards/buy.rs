//! `POST /gift-cards`: makes the order and goes on to paying.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use bilten_billing::gift_cards::{self, BuyError, MOST_MESSAGE, MOST_NAME, Present, ShopTerms};
use bilten_branding::{
    texts,
    views::{FieldErrors, Text, storefront::GiftShopForm},
};
use bilten_core::orders::{BareOrder, Channel};
use bilten_kernel::{Email, Money, PersonName, Timestamp, holds_number};
use http::StatusCode;
use serde::Deserialize;

use super::show::{Chosen, open_terms, view};
use crate::{
    http::{AppState, extract::PlainForm, problem::Problem},
    organizer::prices,
    storefront::{shop::Shop, urls},
};

/// Hour of the day, in the shop's zone, at which cards are sent that have a day of their own.
const SEND_HOUR: i8 = 8;

/// What the buyer typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    amount: String,
    own: String,
    email: String,
    name: String,
    recipient_name: String,
    recipient_email: String,
    message: String,
    send_on: String,
}

pub(super) async fn create(
    shop: Shop,
    State(state): State<AppState>,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let terms = open_terms(&state, &shop).await?;
    let (wish, present) = match form.meant(&shop, &terms) {
        Ok(meant) => meant,
        Err(errors) => return again(&shop, &terms, form, errors),
    };
    let mut tx = state.shop_db.begin(&shop).await?;
    let order = match gift_cards::buy(&shop, &mut tx, (&wish, &present)).await {
        Ok(order) => order,
        Err(BuyError::NotSold) => return Err(Problem::not_found()),
        Err(BuyError::Db(error)) => return Err(error.into()),
        // The form was read by the same terms; they changed since, or the clock went on.
        Err(BuyError::Amount) => {
            let errors = FieldErrors::none().with("amount", Text::new(texts::GIFT_SHOP_AMOUNT));
            return again(&shop, &terms, form, errors);
        }
        Err(BuyError::SendAt | BuyError::TooLong) => {
            let errors = FieldErrors::none().with("send_on", Text::new(texts::GIFT_SHOP_DATE));
            return again(&shop, &terms, form, errors);
        }
    };
    tx.commit().await?;
    let token = state.links.cart(shop.tenant.ctx.tenant, order.cart);
    Ok(Redirect::to(&urls::pay(&token)).into_response())
}

fn again(shop: &Shop, terms: &ShopTerms, form: Form, errors: FieldErrors) -> Result<Response, Problem> {
    let chosen = form.chosen();
    let typed = GiftShopForm {
        own: form.own,
        email: form.email,
        name: form.name,
        recipient_name: form.recipient_name,
        recipient_email: form.recipient_email,
        message: form.message,
        send_on: form.send_on,
    };
    let view = view(shop, terms, (chosen, typed), errors);
    shop.html_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

impl Form {
    fn chosen(&self) -> Chosen {
        match self.amount.as_str() {
            "own" => Chosen::Own,
            listed => listed.parse().map_or(Chosen::Nothing, Chosen::Listed),
        }
    }

    fn meant(&self, shop: &Shop, terms: &ShopTerms) -> Result<(BareOrder, Present), FieldErrors> {
        let mut errors = FieldErrors::none();
        let total = self.total(terms, &mut errors);
        let email = self.email.parse::<Email>();
        if self.email.trim().is_empty() {
            errors.push("email", Text::new(texts::FIELD_REQUIRED));
        } else if email.is_err() {
            errors.push("email", Text::new(texts::FIELD_EMAIL_INVALID));
        }
        let name = self.name.parse::<PersonName>();
        if self.name.trim().is_empty() {
            errors.push("name", Text::new(texts::FIELD_REQUIRED));
        } else if holds_number(&self.name) {
            errors.push("name", Text::new(texts::FIELD_HOLDS_NUMBER));
        } else if name.is_err() {
            errors.push("name", Text::new(texts::FIELD_TOO_LONG).with("max", 120_u32));
        }
        let present = self.present(shop, &mut errors);
        match (total, email, name, errors.is_empty()) {
            (Some(total), Ok(buyer_email), Ok(buyer_name), true) => Ok((
                BareOrder {
                    buyer_email,
                    buyer_name,
                    channel: Channel::Web,
                    total,
                },
                present,
            )),
            _ => Err(errors),
        }
    }

    fn total(&self, terms: &ShopTerms, errors: &mut FieldErrors) -> Option<Money> {
        let money = |minor| Money::new(minor, terms.currency);
        match self.chosen() {
            Chosen::Listed(minor) if terms.allows(money(minor)) => Some(money(minor)),
            Chosen::Own => {
                let minor = prices::read(&self.own, terms.currency);
                if let Some(total) = minor.map(money).filter(|total| terms.allows(*total)) {
                    return Some(total);
                }
                let text = match (minor, terms.bounds) {
                    (Some(_), Some((least, most))) => Text::new(texts::GIFT_SHOP_BETWEEN)
                        .with("least", money(least))
                        .with("most", money(most)),
                    _ => Text::new(texts::GIFT_SHOP_CHOOSE),
                };
                errors.push("own", text);
                None
            }
            Chosen::Listed(_) | Chosen::Nothing => {
                errors.push("amount", Text::new(texts::GIFT_SHOP_AMOUNT));
                None
            }
        }
    }

    fn present(&self, shop: &Shop, errors: &mut FieldErrors) -> Present {
        let email = match self.recipient_email.trim() {
            "" => None,
            text => {
                let email = text.parse::<Email>();
                if email.is_err() {
                    errors.push("recipient_email", Text::new(texts::FIELD_EMAIL_INVALID));
                }
                email.ok()
            }
        };
        let send_at = match self.send_on.trim() {
            "" => None,
            day => {
                let at = send_at(shop, day);
                if at.is_none() {
                    errors.push("send_on", Text::new(texts::GIFT_SHOP_DATE));
                } else if self.recipient_email.trim().is_empty() {
                    errors.push("recipient_email", Text::new(texts::GIFT_SHOP_RECIPIENT));
                }
                at
            }
        };
        let texts_of = [
            ("recipient_name", &self.recipient_name, MOST_NAME),
            ("message", &self.message, MOST_MESSAGE),
        ];
        for (field, text, most) in texts_of {
            if text.trim().chars().count() > most {
                let max = u32::try_from(most).unwrap_or(u32::MAX);
                errors.push(field, Text::new(texts::FIELD_TOO_LONG).with("max", max));
            }
        }
        Present {
            name: self.recipient_name.trim().to_owned(),
            email,
            message: self.message.trim().replace("\r\n", "\n"),
            send_at,
        }
    }
}

/// The morning of a day in the shop's zone, from now on at the earliest; nothing for days that are over, or too far away.
fn send_at(shop: &Shop, day: &str) -> Option<Timestamp> {
    let day: jiff::civil::Date = day.parse().ok()?;
    let zone = shop.settings.time_zone.as_str();
    let today = shop.now().in_tz(zone).ok()?.date();
    let at = day.at(SEND_HOUR, 0, 0, 0).in_tz(zone).ok()?.timestamp();
    let latest = shop.now() + gift_cards::LATEST_SEND;
    (day >= today && at <= latest).then(|| at.max(shop.now()))
}
