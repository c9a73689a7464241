//! Second screen: how it is paid, and the way back from the provider's page.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use bilten_billing::{
    checkout::{self, PayError, PayOrder, PayStatus, Paying},
    provider::ReturnTo,
    risk::{Payer, Refusal, WAIT},
};
use bilten_branding::{
    texts,
    views::checkout::{BlockedView, ForwardView, PayView, PayWork},
};
use bilten_core::{
    orders::Order,
    waiting_room::{Device, Solution},
};
use bilten_kernel::{Money, OrderId};
use http::{HeaderMap, HeaderValue, StatusCode, header::RETRY_AFTER};
use serde::Deserialize;

use super::{
    basket::{Basket, Stage},
    details::to_order,
    road::Road,
    view,
};
use crate::{
    http::{
        AppState, Network,
        extract::{ClientIp, Params, PlainForm},
        headers,
        problem::{Code, Problem},
        shell::redirect_saying,
        to_the_end,
    },
    storefront::{queue, shop::Shop, urls},
};

/// The way to pay that was chosen; orders that cost nothing need none.
#[derive(Debug, Default, Deserialize)]
pub struct Form {
    #[serde(default)]
    pub method: String,
    /// What Stripe's form left.
    #[serde(default)]
    pub confirmation_token: String,
    /// What the screen said that is to be paid, in minor units.
    #[serde(default)]
    to_pay: Option<i64>,
    /// Work that the browser did, when some was set.
    #[serde(default)]
    challenge: String,
    #[serde(default)]
    salt: String,
    #[serde(default)]
    signature: String,
    #[serde(default)]
    number: u64,
}

/// What the screen is shown for.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    /// Present when the next try costs work.
    check: Option<String>,
}

/// `GET /checkout/{cart_token}/pay`; with `?check=work` it sets the browser work before the next try.
pub async fn show(
    Path(token): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
    Params(query): Params<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut response = screen(&state, &shop, token, query.check.is_some()).await?;
    if queue::device(&headers).is_none() {
        queue::keep_device(&mut response, &state.config.http, &Device::from_random(shop.random()));
    }
    Ok(response)
}

async fn screen(state: &AppState, shop: &Shop, token: String, sets_work: bool) -> Result<Response, Problem> {
    let basket = Basket::load(state, shop, token).await?;
    match (basket.stage(shop.now()), &basket.order) {
        (Stage::Open, Some(order)) => {
            let road = Road::find(state, shop, &basket.token, order.to_pay()).await?;
            let paying = checkout::look(&state.checkout, shop, order.id).await.map_err(refused)?;
            let work = if sets_work {
                Some(work(state, shop, &basket, order).await?)
            } else {
                None
            };
            show_road(shop, &basket, order, (road, &paying.status), work)
        }
        (Stage::Open, None) => Ok(Redirect::to(&urls::details(&basket.token)).into_response()),
        (Stage::Ordered, Some(order)) => match checkout::look(&state.checkout, shop, order.id).await {
            // The server stopped before it sent the buyer to the provider.
            Ok(paying) if paying.status == PayStatus::Unsent => {
                let road = Road::find(state, shop, &basket.token, order.to_pay()).await?;
                show_road(shop, &basket, order, (road, &paying.status), None)
            }
            Ok(_) | Err(PayError::Quarantined) => Ok(to_order(state, shop, &basket)),
            Err(error) => Err(refused(error)),
        },
        (Stage::Ordered, None) => Ok(to_order(state, shop, &basket)),
        (Stage::Ended(reason), _) => shop.html_with(StatusCode::GONE, &view::expired(shop, &basket, reason)),
    }
}

/// Sets the work that the next try costs.
async fn work(state: &AppState, shop: &Shop, basket: &Basket, order: &Order) -> Result<PayWork, Problem> {
    let mut tx = state.shop_db.begin(shop).await?;
    let of = (basket.slot.id, order.id);
    let work = state.checkout.risk.set_work(shop, &mut tx, of).await?;
    tx.commit().await?;
    Ok(PayWork {
        challenge: work.challenge,
        salt: work.salt,
        signature: work.signature,
        max_number: work.maxnumber,
        wait_minutes: WAIT.as_mins(),
    })
}

/// `POST /checkout/{cart_token}/pay`: pays, or takes up the payment that is under way. The state of
/// order and attempt makes it safe to send twice.
pub async fn create(
    Path(token): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
    (client, headers): (ClientIp, HeaderMap),
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let basket = Basket::load(&state, &shop, token).await?;
    let Some(order) = &basket.order else {
        return Ok(Redirect::to(&urls::details(&basket.token)).into_response());
    };
    let road = Road::find(&state, &shop, &basket.token, order.to_pay()).await?;
    let Some(chosen) = road.choose(&form)? else {
        return Ok(Redirect::to(&urls::pay(&basket.token)).into_response());
    };
    let return_to = ReturnTo::new(&shop.absolute(""), &urls::back_from_provider(&basket.token)).ok();
    let (checkout, ctx) = (state.checkout.clone(), shop.tenant.ctx.clone());
    // Another tab may have chosen a gift card, or taken it away: nobody pays another sum than he saw.
    let seen = form
        .to_pay
        .map_or(order.to_pay(), |minor| Money::new(minor, order.total.currency));
    let (cart, total) = (basket.slot.id, seen);
    let payer = form.payer(client, &headers);
    let paid = to_the_end(async move {
        let wish = PayOrder {
            cart,
            payer,
            quote: None,
            accepted_total: Some(total),
            provider: chosen.provider,
            method: chosen.method,
            return_to,
            token: chosen.token,
            key: None,
        };
        checkout::pay(&checkout, &ctx, wish).await
    });
    match paid.await? {
        Ok(paying) => after(&state, &shop, &basket.token, order, &paying),
        // Each of these screens tells what happened and what to do.
        Err(PayError::QuoteChanged { .. }) => {
            // The card has less by now, or another tab told another country.
            let said = if order.gift_card.is_some() {
                texts::FLASH_GIFT_CHANGED
            } else {
                texts::FLASH_TAX_TOTAL
            };
            Ok(redirect_saying(&urls::pay(&basket.token), said))
        }
        Err(PayError::HoldExpired | PayError::EventCancelled | PayError::InFlight) => {
            Ok(Redirect::to(&urls::pay(&basket.token)).into_response())
        }
        Err(PayError::Refused(Refusal::Challenged { .. })) => {
            Ok(Redirect::to(&urls::pay_after_work(&basket.token)).into_response())
        }
        Err(PayError::Refused(Refusal::Blocked { for_s })) => blocked(&shop, &basket, for_s),
        Err(PayError::Quarantined) => Ok(to_order(&state, &shop, &basket)),
        Err(error) => Err(refused(error)),
    }
}

/// Tells a buyer who is stopped for a while where he gets help. What he has in his cart stays his as long as it lasts.
fn blocked(shop: &Shop, basket: &Basket, for_s: i64) -> Result<Response, Problem> {
    let view = BlockedView {
        title: view::title(shop, basket),
        event_url: basket.start_url(),
        support_email: shop.settings.support_email.to_string(),
    };
    let mut response = shop.html_with(StatusCode::TOO_MANY_REQUESTS, &view)?;
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(for_s));
    Ok(response)
}

impl Form {
    fn payer(&self, client: ClientIp, headers: &HeaderMap) -> Payer {
        let network = client
            .network()
            .filter(|network| network.is_public())
            .map(Network::octets);
        let payer = Payer::visitor(network, queue::device(headers).as_ref());
        if self.signature.is_empty() {
            return payer;
        }
        payer.with_work(Solution {
            challenge: self.challenge.clone(),
            salt: self.salt.clone(),
            signature: self.signature.clone(),
            number: self.number,
        })
    }
}

/// `GET /checkout/{cart_token}/return`: asks how the payment stands. The address says nothing
/// about it, so nobody can claim a payment by opening it.
pub async fn come_back(
    Path(token): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    let basket = Basket::load(&state, &shop, token).await?;
    let Some(order) = &basket.order else {
        return Ok(Redirect::to(&urls::details(&basket.token)).into_response());
    };
    match checkout::look(&state.checkout, &shop, order.id).await {
        // Somebody who came back without having done anything is not sent away again.
        Ok(Paying {
            status: PayStatus::Redirect(_),
            ..
        })
        | Err(PayError::Quarantined) => Ok(to_order(&state, &shop, &basket)),
        Ok(paying) => after(&state, &shop, &basket.token, order, &paying),
        Err(error) => Err(refused(error)),
    }
}

/// Shows the second screen, with the one policy for scripts that lets Stripe's in when it is Stripe's form.
fn show_road(
    shop: &Shop,
    basket: &Basket,
    order: &Order,
    (road, status): (Road, &PayStatus),
    work: Option<PayWork>,
) -> Result<Response, Problem> {
    let nonce = match &road {
        Road::Stripe(form) => Some(form.nonce.clone()),
        Road::Free | Road::Sandbox | Road::TooLittle(_) => None,
    };
    let view = PayView {
        work,
        ..view::pay(shop, basket, order, (road, status))
    };
    let mut response = shop.html(&view)?;
    if let Some(nonce) = nonce {
        headers::let_stripe_in(&mut response, &nonce);
    }
    Ok(response)
}

/// Where a step of the payment leads.
fn after(state: &AppState, shop: &Shop, cart: &str, order: &Order, paying: &Paying) -> Result<Response, Problem> {
    let page = |id: OrderId| urls::order(&state.links.order(shop.tenant.ctx.tenant, id));
    let to = match &paying.status {
        PayStatus::Redirect(url) if url.starts_with('/') => url.clone(),
        // A browser follows no redirect of a form to another site; a page of ours leads there.
        PayStatus::Redirect(url) => return shop.html(&ForwardView { url: url.clone() }),
        PayStatus::Open | PayStatus::Declined(_) => urls::pay(cart),
        // The order's page lets him send a payment again that was begun and not sent.
        PayStatus::Paid
        | PayStatus::Confirming
        | PayStatus::AwaitingFunds
        | PayStatus::Unavailable
        | PayStatus::Unsent
        | PayStatus::Conflict
        | PayStatus::Exhausted
        | PayStatus::Closed => page(order.id),
    };
    Ok(Redirect::to(&to).into_response())
}

/// Failures that no screen of the checkout explains.
pub fn refused(error: PayError) -> Problem {
    match error {
        PayError::NotFound => Problem::not_found(),
        error @ (PayError::Busy | PayError::Unavailable | PayError::BelowLeast { .. }) => error.into(),
        PayError::Db(error) => error.into(),
        PayError::MethodUnavailable => Problem::new(Code::PaymentRequired).param("method"),
        PayError::PayeeClosed => Problem::new(Code::PaymentsClosed),
        PayError::Refused(refusal) => refusal.into(),
        PayError::HoldExpired => Problem::new(Code::CartExpired),
        PayError::EventCancelled => Problem::new(Code::EventCancelled),
        PayError::InFlight => Problem::new(Code::IdempotencyKeyInFlight),
        PayError::OtherRequest => Problem::new(Code::IdempotencyKeyReused),
        PayError::QuoteChanged { .. } => Problem::new(Code::Conflict),
        error @ (PayError::Quote(_) | PayError::Quarantined) => Problem::internal(error),
    }
}
