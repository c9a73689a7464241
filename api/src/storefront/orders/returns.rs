//! A buyer gives tickets back, by the policy of his order.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    response::Response,
};
use bilten_billing::refunds::{self, Claim, Offer, TakeBack, TakeBackError};
use bilten_branding::{
    texts,
    views::{
        Text,
        order::{ReturnCard, ReturnView},
    },
};
use bilten_core::orders;
use bilten_kernel::{Money, TicketId};
use bilten_tenancy::Retry;
use http::StatusCode;

use super::Bought;
use crate::{
    http::{AppState, extract::PlainForm, problem::Problem, shell::redirect_saying},
    seats,
    storefront::{return_terms, shop::Shop, urls},
};

/// `GET /orders/{order_token}/returns`.
pub(super) async fn show(
    Path(token): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    let bought = Bought::load(&state, &shop, token).await?;
    match offer(&state, &shop, &bought).await? {
        Some(offer) => shop.html(&view(&bought, &offer, &[], None)?),
        None => Ok(too_late(&bought)),
    }
}

/// `POST /orders/{order_token}/returns`: fields `ticket`, once for each ticket, and `offer`, once for each that was shown, with
/// what was said to come back for it: whoever saw another sum is asked again.
pub(super) async fn create(
    Path(token): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
    PlainForm(fields): PlainForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let bought = Bought::load(&state, &shop, token).await?;
    let Some(offer) = offer(&state, &shop, &bought).await? else {
        return Ok(too_late(&bought));
    };
    let of = |name: &'static str| {
        fields
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value)
    };
    let chosen: Vec<TicketId> = of("ticket").filter_map(|ticket| ticket.parse().ok()).collect();
    if chosen.is_empty() {
        let error = Some(Text::new(texts::RETURN_CHOOSE));
        return shop.html_with(StatusCode::UNPROCESSABLE_ENTITY, &view(&bought, &offer, &[], error)?);
    }
    let seen: BTreeMap<TicketId, i64> = of("offer")
        .filter_map(|offer| offer.rsplit_once(':'))
        .filter_map(|(ticket, minor)| Some((ticket.parse().ok()?, minor.parse().ok()?)))
        .collect();
    let is_as_seen = |ticket: &TicketId| {
        let offered = offer.tickets.iter().find(|(id, ..)| id == ticket);
        offered.is_some_and(|(_, price, kept)| seen.get(ticket) == Some(&(price.minor - kept.minor)))
    };
    if !chosen.iter().all(is_as_seen) {
        let error = Some(Text::new(texts::RETURN_CHANGED));
        return shop.html_with(StatusCode::CONFLICT, &view(&bought, &offer, &chosen, error)?);
    }
    // Add-ons go with the tickets that they were bought beside; whoever did not choose them sees first what comes back for them.
    let along = orders::orphans(&offer.valid, &chosen);
    if !along.is_empty() {
        let count = u32::try_from(along.len()).unwrap_or(u32::MAX);
        let error = Some(Text::new(texts::RETURN_ADD_ONS).with("count", count));
        let chosen: Vec<TicketId> = chosen.into_iter().chain(along).collect();
        return shop.html_with(StatusCode::CONFLICT, &view(&bought, &offer, &chosen, error)?);
    }
    take_back(&state, &shop, &bought, &chosen).await
}

async fn take_back(state: &AppState, shop: &Shop, bought: &Bought, chosen: &[TicketId]) -> Result<Response, Problem> {
    let wish = TakeBack {
        order: bought.order.id,
        tickets: chosen,
        claim: Claim::Buyer {
            starts_at: bought.event.event.starts_at,
        },
        reason: "",
        credit: None,
    };
    let mut retry = Retry::new("order.return");
    loop {
        let mut tx = state.shop_db.begin(shop).await?;
        match refunds::take_back(shop, &mut tx, &wish).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(redirect_saying(&urls::order(&bought.token), texts::FLASH_RETURNED));
            }
            Err(TakeBackError::Db(error)) if retry.again(Some(&error)).await => {}
            Err(
                TakeBackError::TooLate
                | TakeBackError::Used
                | TakeBackError::UnknownTicket
                | TakeBackError::WrongState
                | TakeBackError::NotOffered,
            ) => return Ok(too_late(bought)),
            Err(error) => return Err(error.into()),
        }
    }
}

/// What can be given back now, if anything.
async fn offer(state: &AppState, shop: &Shop, bought: &Bought) -> Result<Option<Offer>, Problem> {
    let mut tx = state.shop_db.begin(shop).await?;
    let offer = refunds::offer(shop, &mut tx, &bought.order, bought.event.event.starts_at).await;
    tx.rollback().await?;
    match offer {
        Ok(offer) => Ok(Some(offer).filter(|offer| !offer.tickets.is_empty())),
        Err(TakeBackError::NotOffered | TakeBackError::WrongState) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn too_late(bought: &Bought) -> Response {
    redirect_saying(&urls::order(&bought.token), texts::FLASH_RETURN_TOO_LATE)
}

fn view(bought: &Bought, offer: &Offer, chosen: &[TicketId], error: Option<Text>) -> Result<ReturnView, Problem> {
    let card = |(id, price, kept): &(TicketId, Money, Money)| -> Result<Option<ReturnCard>, Problem> {
        let Some(index) = bought.tickets.iter().position(|ticket| ticket.id == *id) else {
            return Ok(None);
        };
        let ticket = &bought.tickets[index];
        Ok(Some(ReturnCard {
            value: id.to_string(),
            number: u32::try_from(index + 1).unwrap_or(u32::MAX),
            type_name: ticket.type_name.clone(),
            is_add_on: ticket.is_add_on,
            seat: ticket.seat.as_ref().map(seats::label),
            price: *price,
            refund: price.checked_sub(*kept).map_err(Problem::internal)?,
            is_chosen: chosen.contains(id) || offer.tickets.len() == 1,
        }))
    };
    let cards: Result<Vec<Option<ReturnCard>>, Problem> = offer.tickets.iter().map(card).collect();
    Ok(ReturnView {
        code: bought.order.code.to_string(),
        title: bought.event.event.name.to_string(),
        action: urls::returns(&bought.token),
        order_url: urls::order(&bought.token),
        tickets: cards?.into_iter().flatten().collect(),
        terms: return_terms::now(&bought.event.event, &offer.terms),
        is_withdrawal: matches!(offer.terms, bilten_core::return_policy::Terms::Withdrawal { .. }),
        error,
    })
}
