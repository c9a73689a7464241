//! `POST /gift-cards`.

use axum::{Json, extract::State, response::IntoResponse};
use bilten_billing::gift_cards::{self, IssueError, NewGiftCard, Origin};
use bilten_kernel::{GiftCardId, Money, MoneyError};
use bilten_tenancy::permissions::{self, Permission, Scope};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::MadeGiftCard;
use crate::{
    http::{
        AppState,
        extract::{ApiCaller, JsonBody, RequiredIdempotencyKey, TenantCtx},
        problem::{Code, Problem},
    },
    v1::{
        once::{Once, Turn},
        time,
    },
};

/// What a new gift card needs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct NewGiftCardBody {
    /// What it is made with, in minor units.
    #[schema(minimum = 1, maximum = 100_000_000, example = 50_000)]
    amount_minor: i64,
    /// Currency; the shop's when missing.
    #[schema(example = "NOK")]
    currency: Option<String>,
    /// `sold`: the money is in the shop's cash box; `given`: the shop bears it.
    #[schema(example = "sold")]
    origin: String,
    /// For whom or what for, 200 characters at most.
    #[serde(default)]
    note: String,
    /// Nothing is taken from it from then on; it lasts when missing. RFC 3339, or a local time in the shop's zone.
    expires_at: Option<String>,
}

/// Make a gift card. Its balance is owed from then on.
#[utoipa::path(
    post, path = "/api/v1/gift-cards", tag = "Gift cards", operation_id = "create_gift_card", request_body = NewGiftCardBody,
    params(("Idempotency-Key" = String, Header, description = "Makes a repeated request count once.")),
    responses(
        (status = 201, description = "The gift card, with its code.", body = MadeGiftCard),
        (status = 422, description = "`invalid_field`")
    )
)]
pub(in crate::v1) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    RequiredIdempotencyKey(key): RequiredIdempotencyKey,
    JsonBody { value: body, hash }: JsonBody<NewGiftCardBody>,
) -> Result<impl IntoResponse, Problem> {
    let once = Once::new("gift-cards", caller, Some(key), hash);
    let settings = state.settings.get(&ctx).await?;
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::OrderCancel, Scope::Tenant).await?;
    let id = match once.claim(&ctx, &mut tx).await? {
        Turn::Again(id) => GiftCardId::from_uuid(id),
        Turn::First => {
            let currency = match &body.currency {
                Some(code) => code.parse().map_err(|error: MoneyError| invalid("currency", &error))?,
                None => settings.currency,
            };
            let origin = match body.origin.as_str() {
                "sold" => Origin::Sold,
                "given" => Origin::Given,
                _ => return Err(invalid("origin", &IssueError::Origin)),
            };
            let expires_at = body.expires_at.as_deref();
            let read = |text| time::read("expires_at", text, &settings.time_zone);
            let new = NewGiftCard {
                origin,
                amount: Money::new(body.amount_minor, currency),
                note: body.note.clone(),
                expires_at: expires_at.map(read).transpose()?,
            };
            let issued = gift_cards::issue_repeatably(&state.gift_cards, &ctx, &mut tx, &new).await;
            let issued = issued.map_err(refused)?;
            once.complete(&mut tx, issued.id.uuid()).await?;
            issued.id
        }
    };
    let card = super::load(&ctx, &mut tx, id).await?;
    tx.commit().await?;
    let code = state.gift_cards.code_of_card(&ctx, id).to_string();
    Ok((StatusCode::CREATED, Json(MadeGiftCard { code, card })))
}

fn refused(error: IssueError) -> Problem {
    match error {
        IssueError::Db(error) => error.into(),
        error @ IssueError::Sum(_) => Problem::internal(error),
        error @ IssueError::Amount => invalid("amount_minor", &error),
        error @ IssueError::Note => invalid("note", &error),
        error @ IssueError::Expiry => invalid("expires_at", &error),
        error @ IssueError::Origin => invalid("origin", &error),
    }
}

fn invalid(field: &'static str, why: &dyn std::fmt::Display) -> Problem {
    Problem::new(Code::InvalidField).param(field).detail(why.to_string())
}
