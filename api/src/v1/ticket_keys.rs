//! `GET /ticket-keys`.

use axum::{Json, extract::State};
use bilten_core::tickets;
use bilten_tenancy::permissions::{self, Permission, Scope};
use data_encoding::HEXLOWER;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{AppState, extract::TenantCtx, problem::Problem};

/// What a scanner needs to know tickets from forgeries without a network.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TicketKeys {
    /// Sixteen bytes in hexadecimal that stand in every signed message.
    tenant: String,
    /// Keys that have signed tickets, retired ones included.
    keys: Vec<TicketKey>,
}

/// Public key.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TicketKey {
    /// Number of the key, the second byte of a code.
    key_id: u8,
    /// Always `Ed25519` (RFC 8032).
    algorithm: &'static str,
    /// Thirty-two bytes in hexadecimal.
    public_key: String,
}

/// Get the public keys that ticket codes are signed with.
///
/// A code is base32 (RFC 4648, no padding) of 98 bytes: version (1, always 1), key number (1), ticket (16), event (16) and
/// an Ed25519 signature (64) over the ASCII text `ticket`, the `tenant` below and the 34 bytes before the signature. A
/// genuine code may still belong to a ticket that is void or was admitted before: only a check-in tells.
#[utoipa::path(
    get, path = "/api/v1/ticket-keys", tag = "Check-ins",
    responses((status = 200, description = "The keys.", body = TicketKeys))
)]
pub(super) async fn list(State(state): State<AppState>, ctx: TenantCtx) -> Result<Json<TicketKeys>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::TicketScan, Scope::Tenant).await?;
    let keys = tickets::list_public_keys(&mut tx).await?;
    tx.commit().await?;
    let keys = keys.into_iter().map(|(key_id, public_key)| TicketKey {
        key_id,
        algorithm: "Ed25519",
        public_key: HEXLOWER.encode(&public_key),
    });
    Ok(Json(TicketKeys {
        tenant: HEXLOWER.encode(ctx.ctx.tenant.uuid().as_bytes()),
        keys: keys.collect(),
    }))
}
