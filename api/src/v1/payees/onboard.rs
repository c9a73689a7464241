//! `POST /payees/{id}/onboarding-links` and `POST /payees/{id}/onboarding-session`.

use axum::{Json, extract::State, response::IntoResponse};
use bilten_billing::payees::{self, OnboardingReturn, PayeeKind};
use http::StatusCode;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::{permit_first, refused};
use crate::{
    http::{
        AppState,
        extract::{ApiCaller, IdempotencyKey, TenantCtx},
        ids::PathId,
        problem::Problem,
    },
    organizer::payees::url,
    v1::once::Once,
};

/// Way to the provider's own pages.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct OnboardingLink {
    /// Where the owner tells the provider who he is. It works once, for some minutes: ask for it when he is about to go.
    url: String,
}

/// Get a link on which the owner tells the provider what it wants to know.
///
/// It leads back to the organizer's console. Coming back proves nothing: `GET /payees/{id}` tells how the account stands.
#[utoipa::path(
    post, path = "/api/v1/payees/{id}/onboarding-links", tag = "Payees", operation_id = "create_onboarding_link",
    params(
        ("id" = String, Path, description = "Id of the account."),
        ("Idempotency-Key" = Option<String>, Header,
         description = "Makes a repeated request count once; it gets a link of its own, since each works once.")
    ),
    responses(
        (status = 201, description = "The link.", body = OnboardingLink),
        (status = 409, description = "`payee_state`: it is closed, or not made yet."),
        (status = 503, description = "`provider_unavailable`: try again.")
    )
)]
pub(in crate::v1) async fn create(
    PathId(id): PathId<PayeeKind>,
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<impl IntoResponse, Problem> {
    permit_first(&state, &ctx).await?;
    let once = Once::new("onboarding-links", caller, key, Sha256::digest(id.uuid()).into());
    let mut tx = state.db.begin(&ctx).await?;
    once.claim(&ctx, &mut tx).await?;
    once.complete(&mut tx, id.uuid()).await?;
    tx.commit().await?;
    let origin = state.config.http.origin(&ctx.tenant.primary_host);
    let back = OnboardingReturn {
        done: format!("{origin}{}", url(id, "return")),
        again: format!("{origin}{}", url(id, "onboarding")),
    };
    let link = payees::onboarding_link(&state.payees, &ctx, id, &back).await;
    let url = link.map_err(refused)?.expose().clone();
    Ok((StatusCode::CREATED, Json(OnboardingLink { url })))
}

/// What the provider's script needs to show its pages inside yours.
#[derive(Serialize, ToSchema)]
pub(in crate::v1) struct OnboardingSession {
    /// Hand it to the provider's script in the owner's browser. It opens the account for some minutes: never keep or log it.
    client_secret: String,
    /// Key that the script shows the provider; missing where the provider has no script.
    #[serde(skip_serializing_if = "Option::is_none")]
    publishable_key: Option<String>,
}

/// Get a session in which the provider's script shows the owner what it wants to know, inside a page of yours.
///
/// Ask for one whenever the script asks for it (Stripe: `fetchClientSecret` of Connect.js). It shows no more than the console does.
#[utoipa::path(
    post, path = "/api/v1/payees/{id}/onboarding-session", tag = "Payees", operation_id = "create_onboarding_session",
    params(
        ("id" = String, Path, description = "Id of the account."),
        ("Idempotency-Key" = Option<String>, Header,
         description = "Makes a repeated request count once; it gets a session of its own, since none is kept.")
    ),
    responses(
        (status = 201, description = "The session.", body = OnboardingSession),
        (status = 409, description = "`payee_state`: it is closed, or not made yet."),
        (status = 503, description = "`provider_unavailable`: try again.")
    )
)]
pub(in crate::v1) async fn open(
    PathId(id): PathId<PayeeKind>,
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<impl IntoResponse, Problem> {
    permit_first(&state, &ctx).await?;
    let once = Once::new("onboarding-session", caller, key, Sha256::digest(id.uuid()).into());
    let mut tx = state.db.begin(&ctx).await?;
    once.claim(&ctx, &mut tx).await?;
    once.complete(&mut tx, id.uuid()).await?;
    tx.commit().await?;
    let secret = payees::onboarding_session(&state.payees, &ctx, id)
        .await
        .map_err(refused)?;
    let told = OnboardingSession {
        client_secret: secret.expose().clone(),
        publishable_key: state
            .config
            .stripe
            .as_ref()
            .map(|stripe| stripe.publishable_key.clone()),
    };
    Ok((StatusCode::CREATED, Json(told)))
}
