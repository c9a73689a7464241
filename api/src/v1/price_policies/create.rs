//! `POST /events/{id}/price-policies`.

use axum::{Json, extract::State, response::IntoResponse};
use bilten_core::{
    catalog,
    price_policy::{self, AddPolicyError, PolicyFault},
};
use bilten_kernel::{EventKind, TicketTypeId};
use bilten_tenancy::permissions::{self, Permission, Scope};
use http::StatusCode;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::policy::{PricePolicy, PricePolicyTerms, refuse};
use crate::{
    http::{
        AppState,
        extract::{ApiCaller, IdempotencyKey, JsonBody, TenantCtx},
        ids::PathId,
        problem::{Code, Problem},
    },
    v1::once::{Once, Turn},
};

/// What a new version of a policy needs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct NewPricePolicyBody {
    /// Whose price it moves.
    ticket_type_id: String,
    /// What it says.
    terms: PricePolicyTerms,
}

/// Add a version of the policy that moves the price of a ticket type with demand.
///
/// Nothing moves by it before it was simulated and switched on.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/price-policies", tag = "Events", operation_id = "create_price_policy",
    request_body = NewPricePolicyBody,
    params(
        ("id" = String, Path, description = "Id of the event."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request count once.")
    ),
    responses(
        (status = 201, description = "The version.", body = PricePolicy),
        (status = 409, description = "`event_state`, or `idempotency_key_in_flight`.")
    )
)]
pub(in crate::v1) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    PathId(event): PathId<EventKind>,
    IdempotencyKey(key): IdempotencyKey,
    JsonBody { value: body, hash }: JsonBody<NewPricePolicyBody>,
) -> Result<impl IntoResponse, Problem> {
    let hash = Sha256::new().chain_update(event.uuid()).chain_update(hash).finalize();
    let once = Once::new("price-policies", caller, key, hash.into());
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::PriceEdit, Scope::Tenant).await?;
    let unknown = |_| refuse("ticket_type_id", &"the event has no such ticket type");
    let ticket_type: TicketTypeId = body.ticket_type_id.parse().map_err(unknown)?;
    let found = catalog::find_event(&ctx, &mut tx, event).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    let version = match once.claim(&ctx, &mut tx).await? {
        Turn::Again(number) => i32::try_from(number.as_u128()).unwrap_or(0),
        Turn::First => {
            let terms = body.terms.meant(&found.event.time_zone)?;
            let added = price_policy::add_policy(&ctx, &mut tx, (event, ticket_type), terms).await;
            let version = added.map_err(refused)?.version;
            let number = u128::try_from(version).unwrap_or(0);
            once.complete(&mut tx, Uuid::from_u128(number)).await?;
            version
        }
    };
    let all = price_policy::list_policies(&mut tx, event).await?;
    tx.commit().await?;
    let made = all
        .into_iter()
        .find(|policy| policy.ticket_type == ticket_type && policy.version == version);
    let kind = found.ticket_types.iter().find(|kind| kind.id == ticket_type);
    let on = kind.and_then(|kind| kind.moving.as_ref()).map(|moving| moving.version);
    let made = made.ok_or_else(Problem::not_found)?;
    Ok((StatusCode::CREATED, Json(PricePolicy::new(made, on))))
}

fn refused(error: AddPolicyError) -> Problem {
    match error {
        AddPolicyError::NotFound => refuse("ticket_type_id", &"the event has no such ticket type"),
        AddPolicyError::Closed => Problem::new(Code::EventState),
        AddPolicyError::Fault(fault) => {
            let field = match fault {
                PolicyFault::Bounds => "terms.start_minor",
                PolicyFault::Step => "terms.step_minor",
                PolicyFault::Interval => "terms.min_interval_s",
                PolicyFault::Daily => "terms.max_daily_move_minor",
                PolicyFault::Curve => "terms.curve",
                PolicyFault::Tolerance => "terms.tolerance_bp",
                PolicyFault::Freeze => "terms.freeze_s",
            };
            refuse(field, &fault)
        }
        AddPolicyError::TooLate => refuse("terms.starts_at", &error),
        AddPolicyError::HasTiers | AddPolicyError::OpenPrice => refuse("ticket_type_id", &error),
        AddPolicyError::TooMany => refuse("", &error),
        AddPolicyError::Db(error) => error.into(),
    }
}
