//! First screen: who is buying.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use bilten_billing::{gift_cards, vat};
use bilten_branding::{
    texts,
    views::{FieldErrors, Text, checkout::BuyerForm},
};
use bilten_core::{
    inventory::{HOLD_TTL, LimitReached},
    orders::{self, Channel, Order, QuoteError, QuoteOrder},
    pricing::{BuyerTax, Finding},
    waitlist,
};
use bilten_kernel::{Email, Money, PersonName, holds_number};
use bilten_tenancy::{DbError, Retry, TenantTx};
use http::StatusCode;
use serde::Deserialize;

use super::{
    basket::{Basket, Stage},
    tax::{self, Asks},
    typo, view,
};
use crate::{
    http::{
        AppState,
        extract::{Params, PlainForm},
        problem::Problem,
        shell::redirect_saying,
    },
    storefront::{shop::Shop, urls},
};

/// What the buyer typed.
#[derive(Debug, Default, Deserialize)]
pub struct Form {
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    /// Address that the screen asked about already; who sends it again means it.
    #[serde(default)]
    email_asked: String,
    /// Button that takes the suggested address.
    #[serde(default)]
    take_suggestion: String,
    /// Present when the form asked for the three that follow.
    #[serde(default)]
    asks_tax: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    company: String,
    #[serde(default)]
    vat_id: String,
}

impl Form {
    fn typed(&self) -> BuyerForm {
        BuyerForm {
            email: self.email.clone(),
            name: self.name.clone(),
            country: self.country.clone(),
            company: self.company.clone(),
            vat_id: self.vat_id.clone(),
        }
    }
}

/// What the screen is shown for.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    /// Present when the address is to be asked about.
    check: Option<String>,
}

/// `GET /checkout/{cart_token}`; with `?check=address` it asks whether another address was meant.
pub async fn show(
    Path(token): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    let basket = Basket::load(&state, &shop, token).await?;
    match basket.stage(shop.now()) {
        // A gift card was chosen together with the details.
        Stage::Open if basket.event().is_none() => Ok(Redirect::to(&urls::pay(&basket.token)).into_response()),
        Stage::Open => {
            let known = match &basket.order {
                Some(order) => view::buyer(order),
                None => offered_to(&state, &shop, &basket).await?,
            };
            let mut view = view::details(&shop, &basket, known, FieldErrors::none());
            view.email_hint = query.check.and_then(|_| typo::suggest(&view.form.email));
            shop.html(&view)
        }
        Stage::Ordered => Ok(to_order(&state, &shop, &basket)),
        Stage::Ended(reason) => shop.html_with(StatusCode::GONE, &view::expired(&shop, &basket, reason)),
    }
}

/// Who joined the waiting list has told who he is. Only an offer has so much time left as no cart has.
async fn offered_to(state: &AppState, shop: &Shop, basket: &Basket) -> Result<BuyerForm, Problem> {
    if basket.slot.expires_at.duration_since(shop.now()) <= HOLD_TTL {
        return Ok(BuyerForm::default());
    }
    let mut tx = state.shop_db.begin(shop).await?;
    let found = waitlist::find_by_hold(shop, &mut tx, basket.slot.id).await?;
    tx.commit().await?;
    let form = found.map(|entry| BuyerForm {
        email: entry.email.to_string(),
        name: entry.name.to_string(),
        ..BuyerForm::default()
    });
    Ok(form.unwrap_or_default())
}

/// `POST /checkout/{cart_token}`: keeps the details and goes on to paying.
pub async fn save(
    Path(token): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
    PlainForm(mut form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let suggestion = typo::suggest(&form.email);
    if let Some(better) = suggestion.clone().filter(|_| !form.take_suggestion.is_empty()) {
        form.email = better;
    }
    let (email, name) = match parse(&form) {
        Ok(parsed) => parsed,
        Err(errors) => {
            let basket = Basket::load(&state, &shop, token).await?;
            return refused(&shop, &basket, &form, errors);
        }
    };
    // Only a form that asked costs another look at the cart.
    let basket = if form.asks_tax.is_empty() {
        None
    } else {
        Some(Basket::load(&state, &shop, token.clone()).await?)
    };
    let tax = match &basket {
        Some(basket) => match told(&state, &shop, basket, &form).await? {
            Ok(tax) => tax,
            Err(errors) => return refused(&shop, basket, &form, errors),
        },
        None => None,
    };
    let is_asked = form.email_asked.trim() == form.email.trim() || !form.take_suggestion.is_empty();
    let cart = super::basket::cart_id(&state, &shop, &token)?;
    let wish = QuoteOrder {
        cart,
        buyer_email: email,
        buyer_name: name,
        channel: Channel::Web,
        tax,
    };
    let order = match keep(&state, &shop, &wish).await {
        Ok(order) => order,
        // The screen itself tells what became of the cart.
        Err(QuoteError::CartExpired) => return Ok(Redirect::to(&urls::details(&token)).into_response()),
        Err(QuoteError::Limit(reached)) => {
            let basket = Basket::load(&state, &shop, token).await?;
            return limit_reached(&shop, &basket, &form, reached);
        }
        Err(QuoteError::UnknownCart) => return Err(Problem::not_found()),
        Err(QuoteError::Db(error)) => return Err(error.into()),
        Err(error @ QuoteError::Total(_)) => return Err(Problem::internal(error)),
    };
    // The details are kept either way: going back and forth loses nothing.
    let next = if suggestion.is_some() && !is_asked {
        urls::check_address(&token)
    } else {
        urls::pay(&token)
    };
    Ok(match basket.as_ref().and_then(|before| news(before, &order)) {
        Some(said) => redirect_saying(&next, said),
        None => Redirect::to(&next).into_response(),
    })
}

/// Shows the details again with what is wrong.
fn refused(shop: &Shop, basket: &Basket, form: &Form, errors: FieldErrors) -> Result<Response, Problem> {
    let view = view::details(shop, basket, form.typed(), errors);
    shop.html_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// Understands what was told for the tax, and asks the register; or says what is wrong.
async fn told(
    state: &AppState,
    shop: &Shop,
    basket: &Basket,
    form: &Form,
) -> Result<Result<Option<BuyerTax>, FieldErrors>, Problem> {
    let mut errors = FieldErrors::none();
    let told = Asks::of(basket).read(&form.typed(), &mut errors);
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let Some(told) = told else { return Ok(Ok(None)) };
    let tax = tax::ask(state, shop, told).await?;
    Ok(match tax::unknown(&tax) {
        Some(errors) => Err(errors),
        None => Ok(Some(tax)),
    })
}

/// What the next screen says first: that the total is another one than was shown, or that a register did not answer.
fn news(before: &Basket, order: &Order) -> Option<&'static str> {
    let shown: Option<Money> = match &before.order {
        Some(order) => Some(order.total),
        None => before.cart().and_then(|cart| cart.total().ok()),
    };
    let is_unanswered = order
        .buyer_tax
        .as_ref()
        .is_some_and(|tax| tax.finding == Finding::Unavailable);
    if is_unanswered {
        Some(texts::FLASH_VAT_UNAVAILABLE)
    } else {
        (shown != Some(order.total)).then_some(texts::FLASH_TAX_TOTAL)
    }
}

/// Shows the details again: this address has as many tickets as it may have.
fn limit_reached(shop: &Shop, basket: &Basket, form: &Form, reached: LimitReached) -> Result<Response, Problem> {
    let mut errors = FieldErrors::none();
    let key = match reached.promo_code {
        Some(_) => texts::ERROR_PROMO_PER_PERSON,
        None => texts::ERROR_MAX_PER_PERSON,
    };
    let text = Text::new(key).with("max", reached.max).with("has", reached.has);
    errors.push("email", text);
    let view = view::details(shop, basket, form.typed(), errors);
    shop.html_with(StatusCode::CONFLICT, &view)
}

async fn keep(state: &AppState, shop: &Shop, wish: &QuoteOrder) -> Result<Order, QuoteError> {
    let mut retry = Retry::new("checkout.details");
    loop {
        let kept = async {
            let mut tx = state.shop_db.begin(shop).await?;
            let order = orders::quote(shop, &mut tx, wish).await?;
            if let Some(tax) = &wish.tax {
                follow_tax(shop, &mut tx, &order, tax).await?;
            }
            tx.commit().await?;
            Ok(order)
        };
        match kept.await {
            Err(QuoteError::Db(error)) if retry.again(Some(&error)).await => {}
            result => return result,
        }
    }
}

/// A gift card that was chosen for another total is chosen again; a register that did not answer is asked again.
async fn follow_tax(shop: &Shop, tx: &mut TenantTx, order: &Order, tax: &BuyerTax) -> Result<(), DbError> {
    if order.gift_card.is_none() {
        gift_cards::forget(shop, tx, order.cart).await?;
    }
    match tax.check.filter(|_| tax.finding == Finding::Unavailable) {
        Some(check) => vat::queue_recheck(shop, tx, order.id, check).await,
        None => Ok(()),
    }
}

/// Leads to the order of a cart that is bought or being paid.
pub(super) fn to_order(state: &AppState, shop: &Shop, basket: &Basket) -> Response {
    let to = match &basket.order {
        Some(order) => urls::order(&state.links.order(shop.tenant.ctx.tenant, order.id)),
        None => basket.start_url(),
    };
    Redirect::to(&to).into_response()
}

fn parse(form: &Form) -> Result<(Email, PersonName), FieldErrors> {
    let mut errors = FieldErrors::none();
    let email = form.email.parse::<Email>();
    if form.email.trim().is_empty() {
        errors.push("email", Text::new(texts::FIELD_REQUIRED));
    } else if email.is_err() {
        errors.push("email", Text::new(texts::FIELD_EMAIL_INVALID));
    }
    let name = form.name.parse::<PersonName>();
    if form.name.trim().is_empty() {
        errors.push("name", Text::new(texts::FIELD_REQUIRED));
    } else if holds_number(&form.name) {
        errors.push("name", Text::new(texts::FIELD_HOLDS_NUMBER));
    } else if name.is_err() {
        errors.push("name", Text::new(texts::FIELD_TOO_LONG).with("max", 120_u32));
    }
    match (email, name) {
        (Ok(email), Ok(name)) => Ok((email, name)),
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_by_field() {
        let parse = |email: &str, name: &str| {
            parse(&Form {
                email: email.into(),
                name: name.into(),
                ..Form::default()
            })
        };
        assert!(parse("buyer@example.org", "A B").is_ok());
        let errors = serde_json::to_value(parse("buyer@", " ").unwrap_err()).unwrap();
        assert_eq!(errors["email"]["key"], texts::FIELD_EMAIL_INVALID);
        assert_eq!(errors["name"]["key"], texts::FIELD_REQUIRED);
        let errors = serde_json::to_value(parse("", &"x".repeat(121)).unwrap_err()).unwrap();
        assert_eq!(errors["email"]["key"], texts::FIELD_REQUIRED);
        assert_eq!(errors["name"]["key"], texts::FIELD_TOO_LONG);
        let errors = serde_json::to_value(parse("a@example.org", "4242 4242 4242 4242").unwrap_err()).unwrap();
        assert_eq!(errors["name"]["key"], texts::FIELD_HOLDS_NUMBER);
    }
}
