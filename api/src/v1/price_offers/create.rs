//! `POST /events/{id}/price-offers`.

use axum::{Json, extract::State, response::IntoResponse};
use bilten_core::{
    catalog,
    offers::{self, AddOfferError, NewOffer},
};
use bilten_kernel::{EventKind, PriceOfferId};
use bilten_tenancy::permissions::{self, Permission, Scope};
use http::StatusCode;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::{PriceOffer, Rule};
use crate::{
    http::{
        AppState,
        extract::{ApiCaller, IdempotencyKey, JsonBody, TenantCtx},
        ids::PathId,
        problem::{Code, Problem},
    },
    v1::{
        once::{Once, Turn},
        time,
    },
};

/// What a new price offer needs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct NewPriceOfferBody {
    /// Name, as buyers read it: 1 to 80 characters.
    #[schema(example = "Four friends")]
    name: String,
    /// What it does.
    rule: Rule,
    /// The highest comes first; 0 when missing.
    #[serde(default)]
    priority: i32,
    /// When it begins to hold; at once when missing. RFC 3339, or a local time in the event's zone.
    starts_at: Option<String>,
    /// When it ends; with the sale when missing.
    ends_at: Option<String>,
}

/// Add a price offer to an event: carts that are made from now on get it.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/price-offers", tag = "Events", operation_id = "create_price_offer",
    request_body = NewPriceOfferBody,
    params(
        ("id" = String, Path, description = "Id of the event."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request count once.")
    ),
    responses(
        (status = 201, description = "The price offer.", body = PriceOffer),
        (status = 409, description = "`event_state`, or `idempotency_key_in_flight`.")
    )
)]
pub(in crate::v1) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    PathId(event): PathId<EventKind>,
    IdempotencyKey(key): IdempotencyKey,
    JsonBody { value: body, hash }: JsonBody<NewPriceOfferBody>,
) -> Result<impl IntoResponse, Problem> {
    let hash = Sha256::new().chain_update(event.uuid()).chain_update(hash).finalize();
    let once = Once::new("price-offers", caller, key, hash.into());
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::PriceEdit, Scope::Tenant).await?;
    let id = match once.claim(&ctx, &mut tx).await? {
        Turn::Again(id) => PriceOfferId::from_uuid(id),
        Turn::First => {
            let found = catalog::find_event(&ctx, &mut tx, event).await?;
            let zone = found.ok_or_else(Problem::not_found)?.event.time_zone;
            let when = |name, text: Option<String>| text.map(|text| time::read(name, &text, &zone)).transpose();
            let new = NewOffer {
                name: body.name.parse().map_err(|error| Problem::field("name", error))?,
                rule: body.rule.meant()?,
                priority: body.priority,
                starts_at: when("starts_at", body.starts_at)?,
                ends_at: when("ends_at", body.ends_at)?,
            };
            let id = offers::add_offer(&ctx, &mut tx, event, new).await.map_err(refused)?;
            once.complete(&mut tx, id.uuid()).await?;
            id
        }
    };
    let all = offers::list_offers(&mut tx, event).await?;
    tx.commit().await?;
    let made = all.into_iter().find(|offer| offer.id == id);
    let made = made.ok_or_else(Problem::not_found)?;
    Ok((StatusCode::CREATED, Json(PriceOffer::from(made))))
}

fn refused(error: AddOfferError) -> Problem {
    let field = |name: &str, error: &AddOfferError| {
        Problem::new(Code::InvalidField)
            .param(name.to_owned())
            .detail(error.to_string())
    };
    match error {
        AddOfferError::NotFound => Problem::not_found(),
        AddOfferError::Closed => Problem::new(Code::EventState),
        AddOfferError::TooMany => field("", &error),
        AddOfferError::Rule => field("rule", &error),
        AddOfferError::Window => field("ends_at", &error),
        AddOfferError::TicketType(_) => field("rule.ticket_type_ids", &error),
        AddOfferError::Db(error) => error.into(),
    }
}
