//! `POST /gift-cards/lookups`: a code is a secret, and stands in no address.

use axum::{Json, extract::State};
use bilten_billing::gift_cards::{self, LookUpError};
use bilten_tenancy::permissions::{self, Permission, Scope};
use http::{HeaderValue, header::RETRY_AFTER};
use serde::Deserialize;
use utoipa::ToSchema;

use super::GiftCard;
use crate::http::{
    AppState,
    extract::{ApiCaller, JsonBody, TenantCtx},
    problem::{Code, Problem},
};

/// Seconds after which asking again makes sense.
const AGAIN_S: u32 = 900;

/// Code that somebody holds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct LookUpBody {
    /// As it was typed: small letters, blanks and hyphens make no difference.
    #[schema(example = "4QH7PM-2KX9ZC-R8TW7K", max_length = 64)]
    code: String,
}

/// Find the gift card of a code. Wrong codes are counted: a key that names a hundred in a quarter of an hour waits.
#[utoipa::path(
    post, path = "/api/v1/gift-cards/lookups", tag = "Gift cards", operation_id = "look_up_gift_card", request_body = LookUpBody,
    responses(
        (status = 200, description = "The gift card.", body = GiftCard),
        (status = 404, description = "No gift card of this shop has this code."),
        (status = 429, description = "Too many codes were wrong, or too many requests; `Retry-After` says when to come back.")
    )
)]
pub(in crate::v1) async fn look_up(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    JsonBody { value: body, .. }: JsonBody<LookUpBody>,
) -> Result<Json<GiftCard>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::OrderRead, Scope::Tenant).await?;
    let asker = caller.key.to_string();
    let found = gift_cards::look_up(&state.gift_cards, &ctx, &mut tx, (&body.code, &asker)).await?;
    // A wrong code is counted.
    tx.commit().await?;
    match found {
        Ok(card) => Ok(Json(GiftCard::new(&card, ctx.ctx.now()))),
        Err(LookUpError::Unknown) => Err(Problem::not_found()),
        Err(LookUpError::TooMany) => {
            Err(Problem::new(Code::RateLimited).header(RETRY_AFTER, HeaderValue::from(AGAIN_S)))
        }
        Err(LookUpError::Db(error)) => Err(error.into()),
    }
}
