//! `POST /events/{id}/publish`.

use axum::{Json, extract::State};
use bilten_core::catalog;
use bilten_kernel::EventId;
use bilten_tenancy::permissions::{self, Permission, Scope};
use sha2::{Digest as _, Sha256};

use super::Event;
use crate::{
    http::{
        AppState,
        extract::{ApiCaller, IdempotencyKey, TenantCtx},
        ids::PathId,
        problem::Problem,
    },
    v1::once::{Once, Turn},
};

/// Put a draft on sale.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/publish", tag = "Events", operation_id = "publish_event",
    params(
        ("id" = String, Path, description = "Id of the event."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request count once.")
    ),
    responses(
        (status = 200, description = "The published event.", body = Event),
        (status = 409, description = "`event_state`, or `idempotency_key_in_flight`.")
    )
)]
pub(in crate::v1) async fn publish(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    PathId(id): PathId<bilten_kernel::EventKind>,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Json<Event>, Problem> {
    let once = Once::new("publish", caller, key, Sha256::digest(id.uuid()).into());
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::EventPublish, Scope::Tenant).await?;
    let id = match once.claim(&ctx, &mut tx).await? {
        Turn::Again(id) => EventId::from_uuid(id),
        Turn::First => {
            catalog::publish_event(&ctx, &mut tx, id).await?;
            once.complete(&mut tx, id.uuid()).await?;
            id
        }
    };
    let event = catalog::find_event(&ctx, &mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(Json(Event::new(&event, ctx.now())))
}
