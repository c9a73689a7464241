//! What happens to a request between the router and its handler: is the shop open, does the form
//! come from our own page, who asks, may he.

use std::sync::Arc;

use axum::{
    RequestExt as _,
    extract::{DefaultBodyLimit, RawPathParams, Request, State, rejection::RawPathParamsRejection},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use bilten_tenancy::directory::{TenantEntry, TenantStatus};
use http::Method;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    AppState, auth, duty,
    extract::ClientIp,
    fresh, origin,
    problem::{Code, Problem},
    registry::{Access, Face, RouteInfo},
};

#[derive(Clone)]
struct Gate {
    state: AppState,
    info: Arc<RouteInfo>,
}

/// Puts the gate in front of a handler.
pub(super) fn guard(handler: MethodRouter<AppState>, info: RouteInfo, state: &AppState) -> MethodRouter<AppState> {
    let gate = Gate {
        state: state.clone(),
        info: Arc::new(info),
    };
    handler.route_layer(from_fn_with_state(gate, pass))
}

async fn pass(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let info = gate.info.clone();
    request.extensions_mut().insert(info.clone());
    DefaultBodyLimit::max(info.body_limit).apply(&mut request);
    let mut response = match admit(&gate, &mut request).await {
        Ok((headers, _place)) => {
            let mut response = next.run(request).await;
            response.headers_mut().extend(headers);
            response
        }
        Err(refusal) => refusal,
    };
    response.extensions_mut().insert(info);
    response
}

/// Lets the request in, with headers for its answer and the place that it keeps until then, or answers in place of
/// the handler.
async fn admit(
    gate: &Gate,
    request: &mut Request,
) -> Result<(http::HeaderMap, Option<OwnedSemaphorePermit>), Response> {
    refuse_when_unreadable(request).await.map_err(Problem::into_response)?;
    refuse_when_closed(&gate.info, request).map_err(Problem::into_response)?;
    let place = limit_visitors(gate, request).map_err(Problem::into_response)?;
    if is_form(&gate.info) {
        origin::check(request).map_err(Problem::into_response)?;
    }
    let headers = match gate.info.access {
        Access::Public | Access::Signed | Access::Ops => Ok(http::HeaderMap::new()),
        Access::Session => auth::staff(&gate.state, request, None).await,
        Access::Staff(permission) => auth::staff(&gate.state, request, Some(permission)).await,
        Access::ApiScope(scope) => auth::api_key(&gate.state, request, scope)
            .await
            .map_err(Problem::into_response),
        Access::Directory => auth::directory(&gate.state, request)
            .await
            .map_err(Problem::into_response),
        Access::Operator => auth::operator(&gate.state, request).await,
    };
    let headers = headers?;
    let overdue = (!gate.info.is_for_set_up).then(|| duty::detour(request)).flatten();
    let stale = gate.info.needs_fresh.then(|| fresh::detour(request)).flatten();
    match overdue.or(stale) {
        Some(detour) => Err(detour),
        None => Ok((headers, place)),
    }
}

/// Counts the form of a visitor, and takes a place for the making of his page. Programs, staff and the
/// door are not visitors; who is not logged in to the console yet is counted.
fn limit_visitors(gate: &Gate, request: &Request) -> Result<Option<OwnedSemaphorePermit>, Problem> {
    let is_stranger = gate.info.face == Face::Organizer && gate.info.access == Access::Public;
    if gate.info.face != Face::Storefront && !is_stranger {
        return Ok(None);
    }
    let visitors = &gate.state.visitors;
    let tenant = request.extensions().get::<Arc<TenantEntry>>();
    let client = ClientIp::of(&gate.state.config.http, request.extensions(), request.headers());
    if let (true, Some(tenant), Some(network)) = (is_form(&gate.info), tenant, client.network()) {
        visitors.count_form(tenant.id, network)?;
    }
    if is_stranger {
        return Ok(None);
    }
    visitors.enter().map(Some)
}

/// Only browsers send forms with the visitor's cookies; programs prove themselves in each request.
fn is_form(info: &RouteInfo) -> bool {
    !matches!(info.method, Method::GET | Method::HEAD) && !info.face.is_for_programs()
}

/// A name that is no text is the name of nothing; each handler would have to say so otherwise.
async fn refuse_when_unreadable(request: &mut Request) -> Result<(), Problem> {
    if !request.uri().path().contains('%') {
        return Ok(());
    }
    match request.extract_parts::<RawPathParams>().await {
        Err(RawPathParamsRejection::InvalidUtf8InPathParam(_)) => Err(Problem::not_found()),
        _ => Ok(()),
    }
}

fn refuse_when_closed(info: &RouteInfo, request: &Request) -> Result<(), Problem> {
    let tenant = request.extensions().get::<Arc<TenantEntry>>();
    let is_suspended = tenant.is_some_and(|tenant| tenant.status == TenantStatus::Suspended);
    if is_suspended && !info.is_open_when_suspended {
        return Err(Problem::new(Code::TenantSuspended));
    }
    Ok(())
}
