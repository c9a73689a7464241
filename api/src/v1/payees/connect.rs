//! `POST /payees`.

use axum::{Json, extract::State};
use bilten_billing::payees::{self, ConnectPayee, PayeeId, Profile};
use bilten_kernel::ParseError;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Payee, load, permit_first, refused};
use crate::{
    http::{
        AppState,
        extract::{ApiCaller, IdempotencyKey, JsonBody, TenantCtx},
        problem::Problem,
    },
    organizer::payees::{COUNTRIES, provider},
    v1::once::{Once, Turn},
};

/// What a new account needs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct ConnectBody {
    /// Country of its owner, as two capital letters.
    #[schema(example = "NO")]
    country: String,
    /// Who answers for it: `managed` (the platform) or `self_managed` (its owner).
    #[schema(example = "managed")]
    profile: String,
}

/// Open an account at the provider, or take up an opening where it stopped.
///
/// A tenant has one open account: asking again answers with that one, so sending this twice does no harm.
#[utoipa::path(
    post, path = "/api/v1/payees", tag = "Payees", operation_id = "connect_payee", request_body = ConnectBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request count once.")),
    responses(
        (status = 200, description = "The account.", body = Payee),
        (status = 409, description = "`payee_refused`: the provider opens no such account."),
        (status = 503, description = "`provider_unavailable`: try again.")
    )
)]
pub(in crate::v1) async fn connect(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    IdempotencyKey(key): IdempotencyKey,
    JsonBody { value: body, hash }: JsonBody<ConnectBody>,
) -> Result<Json<Payee>, Problem> {
    let odd = |name: &'static str| Problem::field(name, ParseError::new(name, "is not one of the list"));
    let country = COUNTRIES.into_iter().find(|code| *code == body.country);
    let wish = ConnectPayee {
        provider: provider(&state),
        country: country.ok_or_else(|| odd("country"))?,
        profile: Profile::from_name(&body.profile).ok_or_else(|| odd("profile"))?,
    };
    permit_first(&state, &ctx).await?;
    let once = Once::new("payees", caller, key, hash);
    let mut tx = state.db.begin(&ctx).await?;
    let turn = once.claim(&ctx, &mut tx).await?;
    tx.commit().await?;
    let id = match turn {
        Turn::Again(id) => PayeeId::from_uuid(id),
        Turn::First => {
            let made = payees::connect(&state.payees, &ctx, &wish).await.map_err(refused)?;
            let mut tx = state.db.begin(&ctx).await?;
            once.complete(&mut tx, made.id.uuid()).await?;
            tx.commit().await?;
            made.id
        }
    };
    load(&state, &ctx, id).await.map(Json)
}
