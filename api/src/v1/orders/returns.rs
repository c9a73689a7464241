//! `POST` and `GET /orders/{id}/returns`.

use axum::{Json, extract::State, response::IntoResponse};
use bilten_billing::{
    refunds::{self, Claim, Kept, TakeBack},
    risk::approvals,
};
use bilten_core::orders;
use bilten_kernel::{OrderKind, TicketId, TicketReturnId};
use bilten_tenancy::permissions::{self, Permission, Scope};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::{
    http::{
        AppState,
        extract::{ApiCaller, JsonBody, RequiredIdempotencyKey, TenantCtx},
        ids::PathId,
        problem::{Code, Problem},
    },
    v1::once::{Once, Turn},
};

/// Characters of a reason.
const MAX_REASON: usize = 500;

/// Which tickets come back, and what is kept of their price.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct NewReturnBody {
    /// Tickets of the order; all that are valid when there are none.
    #[serde(default)]
    #[schema(max_items = 500)]
    ticket_ids: Vec<String>,
    /// What is kept of the price of all of them together, in minor units.
    #[serde(default)]
    #[schema(minimum = 0)]
    keep_minor: i64,
    /// Why, 500 characters at most.
    #[serde(default)]
    reason: String,
}

/// Tickets that were taken back.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Return {
    /// Identifies the return.
    #[schema(example = "ret_06h08v3qj1w517evdqmt88z9t4")]
    id: String,
    /// `buyer` by the policy, `withdrawal` within the days after the purchase, `staff`, or `event`: it was called off.
    origin: &'static str,
    /// Why.
    reason: String,
    /// Number of tickets.
    tickets: u32,
    /// What they had cost, in minor units.
    gross_minor: i64,
    /// What was kept of it, in minor units.
    kept_minor: i64,
    /// What had been given beside the tickets and goes back with the last of them, in minor units.
    donation_minor: i64,
    /// What goes back to the buyer, in minor units.
    refund_minor: i64,
    /// Currency (ISO 4217).
    currency: &'static str,
    /// When it was decided (RFC 3339).
    created_at: String,
}

/// Returns of an order.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Returns {
    /// The oldest first, 100 at most.
    items: Vec<Return>,
}

/// Take tickets of an order back: they admit no more, their places are on sale again, and the money goes back the way it came.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/returns", tag = "Orders", operation_id = "return_tickets", request_body = NewReturnBody,
    params(
        ("id" = String, Path, description = "Id of the order."),
        ("Idempotency-Key" = String, Header, description = "Makes a repeated request count once.")
    ),
    responses(
        (status = 201, description = "The return.", body = Return),
        (status = 409, description = "`order_state`, `ticket_void`, `refund_too_high` or `idempotency_key_in_flight`."),
        (status = 422, description = "`invalid_field`"),
        (status = 403, description = "`second_person_needed`: with what went back before it is more than one decides about; ask in the console.")
    )
)]
pub(in crate::v1) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    PathId(order): PathId<OrderKind>,
    RequiredIdempotencyKey(key): RequiredIdempotencyKey,
    JsonBody { value: body, hash }: JsonBody<NewReturnBody>,
) -> Result<impl IntoResponse, Problem> {
    let hash = Sha256::new().chain_update(order.uuid()).chain_update(hash).finalize();
    let once = Once::new("returns", caller, Some(key), hash.into());
    if body.reason.chars().count() > MAX_REASON {
        return Err(Problem::new(Code::InvalidField).param("reason"));
    }
    let tickets: Result<Vec<TicketId>, _> = body.ticket_ids.iter().map(|id| id.parse()).collect();
    let tickets = tickets.map_err(|_| Problem::new(Code::TicketVoid).param("ticket_ids"))?;
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::OrderCancel, Scope::Tenant).await?;
    let id = match once.claim(&ctx, &mut tx).await? {
        Turn::Again(id) => TicketReturnId::from_uuid(id),
        Turn::First => {
            let wish = TakeBack {
                order,
                tickets: &tickets,
                claim: Claim::Staff {
                    keep_minor: body.keep_minor,
                },
                reason: &body.reason,
                credit: None,
            };
            let taken = approvals::take_back_alone(&ctx, &mut tx, &wish).await?;
            once.complete(&mut tx, taken.id.uuid()).await?;
            taken.id
        }
    };
    let kept = refunds::list_kept(&mut tx, order).await?;
    tx.commit().await?;
    let made = kept.into_iter().find(|kept| kept.id == id);
    let made = made.ok_or_else(Problem::not_found)?;
    Ok((StatusCode::CREATED, Json(Return::from(made))))
}

/// List what was taken back of an order.
#[utoipa::path(
    get, path = "/api/v1/orders/{id}/returns", tag = "Orders", operation_id = "list_returns",
    params(("id" = String, Path, description = "Id of the order.")),
    responses((status = 200, description = "The returns.", body = Returns))
)]
pub(in crate::v1) async fn list(
    State(state): State<AppState>,
    ctx: TenantCtx,
    PathId(order): PathId<OrderKind>,
) -> Result<Json<Returns>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    orders::find(&mut tx, order).await?.ok_or_else(Problem::not_found)?;
    let kept = refunds::list_kept(&mut tx, order).await?;
    tx.commit().await?;
    let items = kept.into_iter().map(Return::from).collect();
    Ok(Json(Returns { items }))
}

impl From<Kept> for Return {
    fn from(kept: Kept) -> Self {
        Self {
            id: kept.id.to_string(),
            origin: kept.origin.name(),
            reason: kept.reason,
            tickets: kept.tickets,
            gross_minor: kept.gross.minor,
            kept_minor: kept.kept.minor,
            donation_minor: kept.donation.minor,
            refund_minor: kept.gross.minor - kept.kept.minor + kept.donation.minor,
            currency: kept.gross.currency.code(),
            created_at: kept.at.to_string(),
        }
    }
}
