//! `POST /carts`.

use axum::{Json, extract::State, response::IntoResponse};
use bilten_core::{
    inventory::{Extras, HoldError, HoldRequest, PromoRefused},
    promo::PromoCode,
};
use bilten_kernel::TicketTypeId;
use data_encoding::HEXLOWER;
use http::{StatusCode, header::LOCATION};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::Cart;
use crate::http::{
    AppState,
    extract::{ApiCaller, IdempotencyKey, TenantCtx, UnhashedJson},
    problem::{Code, Problem},
};

/// What is to be held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct NewCartBody {
    /// Event of the tickets.
    event_id: String,
    /// What is wanted, 20 types at most; a type stands once.
    #[schema(min_items = 1, max_items = 20)]
    items: Vec<NewCartItem>,
    /// Rather no tickets than seats that are not next to each other; counts where types take seats.
    #[serde(default)]
    keep_together: bool,
    /// Promo code; when it takes nothing off, nothing is held. Capitals and blanks around it make no difference.
    #[schema(example = "EARLY")]
    promo_code: Option<String>,
    /// Further promo codes, five in all. Those of different stack groups are used together, of others the one that saves most.
    #[serde(default)]
    #[schema(max_items = 5)]
    promo_codes: Vec<String>,
    /// What is given beside the tickets, in minor units, where the event asks for it (`donation_cause`).
    #[schema(minimum = 1)]
    donation_minor: Option<i64>,
}

/// Tickets of one type.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct NewCartItem {
    /// Type of ticket.
    ticket_type_id: String,
    /// Number of tickets, within the type's limits per order.
    #[schema(minimum = 1)]
    quantity: i64,
    /// All-in price of one ticket that the buyer names, in minor units, where he may (`open_price` of the type); what is
    /// suggested when missing.
    #[schema(minimum = 0)]
    price_minor: Option<i64>,
}

/// Hold tickets for 15 minutes.
///
/// Programs are let in at once also while the event's buyers queue in a waiting room.
#[utoipa::path(
    post, path = "/api/v1/carts", tag = "Carts", operation_id = "create_cart", request_body = NewCartBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request count once.")),
    responses(
        (status = 201, description = "The cart.", body = Cart, headers(("Location" = String, description = "Its address."))),
        (status = 404, description = "There is no such event or ticket type."),
        (status = 409, description = "`sold_out` (`left` of `asked`), `not_together` (`largest` of `asked`), `not_on_sale`, `limit_per_person`, `event_cancelled`, `promo_used_up`, `promo_not_valid` or `promo_not_for_tickets` (`min_spend_minor` where more would have to be bought)."),
        (status = 422, description = "A field is not accepted, `promo_unknown`, `price_not_allowed` (`least_minor`, `most_minor`), `donation_not_allowed`, or `idempotency_key_reused`.")
    )
)]
pub(in crate::v1) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    IdempotencyKey(key): IdempotencyKey,
    UnhashedJson(body): UnhashedJson<NewCartBody>,
) -> Result<impl IntoResponse, Problem> {
    let request_key = key.map(|key| request_key(caller, &key));
    let request = body.parse(request_key)?;
    let items = request.items.clone();
    let held = state.engine.hold(&ctx, request).await;
    let hold = held.map_err(|error| refused(error, &items))?;
    let location = format!("/api/v1/carts/{}", hold.id);
    Ok((
        StatusCode::CREATED,
        [(LOCATION, location)],
        Json(Cart::new(&hold, ctx.now())?),
    ))
}

/// Tells what is left of what was asked for, so that the program can ask for that.
fn refused(error: HoldError, items: &[(TicketTypeId, u32)]) -> Problem {
    let (ticket_type, left) = match error {
        HoldError::SoldOut { ticket_type, left, .. } => (ticket_type, left),
        HoldError::NotTogether { wanted, largest, .. } => {
            return Problem::from(error).detail(format!("{largest} of {wanted} together."));
        }
        _ => return error.into(),
    };
    let asked = items
        .iter()
        .find(|(id, _)| *id == ticket_type)
        .map_or(0, |(_, quantity)| *quantity);
    Problem::from(error)
        .detail(format!("{left} left, {asked} asked for."))
        .member("asked", asked)
}

/// Keys of different programs must not meet; a digest keeps them short.
fn request_key(caller: ApiCaller, key: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(format!("v1 carts {} {key}", caller.key)))
}

impl NewCartBody {
    fn parse(self, request_key: Option<String>) -> Result<HoldRequest, Problem> {
        // An id of another kind, or none at all, is answered like one that does not exist.
        let event = self
            .event_id
            .parse()
            .map_err(|_| Problem::not_found().param("event_id"))?;
        let parse = |code: &String| code.parse::<PromoCode>();
        let promo_code = self.promo_code.as_ref().map(parse).transpose();
        let more_codes = self.promo_codes.iter().map(parse).collect::<Result<Vec<_>, _>>();
        let items = self.items.iter().enumerate().map(|(at, item)| item.parse(at));
        let items: Vec<_> = items.collect::<Result<_, _>>()?;
        let named = items.iter().zip(&self.items);
        let named = named.filter_map(|((id, _), item)| Some((*id, item.price_minor?)));
        let extras = Extras {
            named: named.collect(),
            donation_minor: self.donation_minor,
            more_codes: more_codes.map_err(|_| PromoRefused::Unknown)?,
        };
        Ok(HoldRequest {
            event,
            items,
            keep_together: self.keep_together,
            request_key,
            // What cannot be a code is answered like one that does not exist.
            promo_code: promo_code.map_err(|_| PromoRefused::Unknown)?,
            extras,
        })
    }
}

impl NewCartItem {
    fn parse(&self, at: usize) -> Result<(TicketTypeId, u32), Problem> {
        let unknown = |_| Problem::not_found().param(format!("items[{at}].ticket_type_id"));
        let quantity = u32::try_from(self.quantity).ok().filter(|quantity| *quantity > 0);
        let refused = || Problem::new(Code::QuantityNotAllowed).param(format!("items[{at}].quantity"));
        Ok((
            self.ticket_type_id.parse().map_err(unknown)?,
            quantity.ok_or_else(refused)?,
        ))
    }
}
