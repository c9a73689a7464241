//! Payments that buyers contest with their banks. Answering them is left to people, in the console.

use axum::{Json, extract::State};
use bilten_billing::disputes::{self, Dispute, DisputeId, DisputeKind};
use bilten_kernel::ApiScope;
use bilten_tenancy::{
    TenantTx,
    permissions::{self, Permission, Scope},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::paging::{List, ListName, PageWish};
use crate::http::{
    AppState,
    extract::{Params, TenantCtx},
    ids::PathId,
    problem::Problem,
    registry::{Access, Face, Route},
};

pub(super) fn routes() -> Vec<Route> {
    let read = Access::ApiScope(ApiScope::OrdersRead);
    vec![
        Route::get("/api/v1/disputes", Face::V1, read, list),
        Route::get("/api/v1/disputes/{id}", Face::V1, read, show).ids(&[("id", "dispute")]),
    ]
}

/// A contested payment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dispute)]
pub(super) struct DisputeBody {
    /// Id.
    id: String,
    /// Order that the payment paid.
    order_id: String,
    /// `warning` (the bank only asks), `needs_response`, `under_review`, `won`, `lost`, `prevented` or `dropped`.
    state: &'static str,
    /// What the buyer says, in the provider's word, such as `fraudulent`.
    reason: String,
    /// The provider's name of it.
    reference: String,
    /// What the bank took, or would take, in minor units.
    amount_minor: i64,
    /// What it costs, in minor units.
    fee_minor: i64,
    /// Currency of both (ISO 4217).
    currency: &'static str,
    /// Whether the provider took the money.
    is_taken: bool,
    /// When it began, RFC 3339.
    opened_at: String,
    /// Until when it may be answered.
    due_by: String,
    /// When the evidence was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_sent_at: Option<String>,
    /// When somebody accepted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    conceded_at: Option<String>,
    /// What staff added to the evidence.
    note: String,
}

/// Which page is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Query {
    cursor: Option<String>,
    limit: Option<String>,
}

/// They are about money of the whole tenant.
async fn permit(ctx: &TenantCtx, tx: &mut TenantTx) -> Result<(), Problem> {
    permissions::require(tx, ctx, Permission::OrderRead, Scope::Tenant).await?;
    Ok(())
}

/// List contested payments, the newest first, page by page.
#[utoipa::path(
    get, path = "/api/v1/disputes", tag = "Disputes", operation_id = "list_disputes",
    params(
        ("limit" = Option<u32>, Query, description = "Items of a page, 1 to 100; 25 when missing."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.")
    ),
    responses((status = 200, description = "A page of disputes.", body = List<DisputeBody>))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    ctx: TenantCtx,
    Params(query): Params<Query>,
) -> Result<Json<List<DisputeBody>>, Problem> {
    let name = ListName::new("disputes", &());
    let wish = PageWish {
        cursor: query.cursor,
        limit: query.limit,
    };
    let before: Option<DisputeId> = name.read(&state, &ctx, wish.cursor.as_deref())?;
    let wanted = wish.limit()?;
    let mut tx = state.db.begin(&ctx).await?;
    permit(&ctx, &mut tx).await?;
    let mut found = disputes::list_before(&mut tx, before, i64::from(wanted) + 1).await?;
    tx.commit().await?;
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let has_more = found.len() > wanted;
    found.truncate(wanted);
    let next = found.last().filter(|_| has_more).map(|last| last.id);
    let rows = found.into_iter().map(DisputeBody::from).collect();
    Ok(Json(name.page(&state, ctx.ctx.tenant, rows, next)))
}

/// Get one contested payment.
#[utoipa::path(
    get, path = "/api/v1/disputes/{id}", tag = "Disputes", operation_id = "get_dispute",
    params(("id" = String, Path, description = "Id of the dispute.")),
    responses((status = 200, description = "The dispute.", body = DisputeBody))
)]
pub(super) async fn show(
    PathId(id): PathId<DisputeKind>,
    State(state): State<AppState>,
    ctx: TenantCtx,
) -> Result<Json<DisputeBody>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    permit(&ctx, &mut tx).await?;
    let found = disputes::find(&mut tx, id).await?;
    tx.commit().await?;
    found.map(|found| Json(found.into())).ok_or_else(Problem::not_found)
}

impl From<Dispute> for DisputeBody {
    fn from(dispute: Dispute) -> Self {
        Self {
            id: dispute.id.to_string(),
            order_id: dispute.order.to_string(),
            state: disputes::name(dispute.status),
            reason: dispute.reason,
            reference: dispute.reference,
            amount_minor: dispute.amount.minor,
            fee_minor: dispute.fee.minor,
            currency: dispute.amount.currency.code(),
            is_taken: dispute.is_taken,
            opened_at: dispute.opened_at.to_string(),
            due_by: dispute.due_by.to_string(),
            evidence_sent_at: dispute.evidence_at.map(|at| at.to_string()),
            conceded_at: dispute.conceded_at.map(|at| at.to_string()),
            note: dispute.note,
        }
    }
}
