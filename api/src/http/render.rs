//! Writes the answer of a [`Problem`]: problem+json for programs, a page for people; and logs it.

use std::{error::Error, sync::Arc};

use axum::{
    body::Body,
    extract::Request,
    response::{Html, IntoResponse as _, Response},
};
use bilten_kernel::RequestId;
use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE},
};

use super::{
    AppState,
    error_page::{self, Asker},
    problem::{Code, Problem},
    registry::{Face, RouteInfo},
};
use crate::scim::error_body;

/// What the answer to a problem depends on; read before the request is used up.
pub(super) struct Asked {
    by: Asker,
    accepts_page: bool,
}

impl Asked {
    pub(super) fn of(request: &Request) -> Self {
        Self {
            by: Asker::of(request),
            accepts_page: accepts_page(request.headers()),
        }
    }
}

/// Turns a problem that a handler or a step before it left in the answer into a body.
pub(super) async fn problems(state: &AppState, asked: &Asked, mut response: Response) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    let asker = &asked.by;
    log(&problem);
    let route = response.extensions().get::<Arc<RouteInfo>>();
    let is_for_program = route.map_or(asker.is_at_the_api(), |info| info.face.is_for_programs());
    let is_scim = route.map_or(asker.is_at_scim(), |info| info.face == Face::Scim);
    let body = if is_scim {
        scim(&problem)
    } else if is_for_program || !asked.accepts_page {
        json(&problem, &asker.request_id)
    } else {
        Html(error_page::page(state, asker, &problem).await).into_response()
    };
    finish(response, body)
}

/// Keeps status, headers and extensions of the answer, and takes the new body.
fn finish(response: Response, body: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    let (body_parts, body) = body.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.extend(body_parts.headers);
    Response::from_parts(parts, body)
}

fn json(problem: &Problem, request_id: &RequestId) -> Response {
    let mut response = Response::new(Body::from(problem.to_json(request_id.as_str()).to_string()));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// The same for directories (RFC 7644 §3.12).
fn scim(problem: &Problem) -> Response {
    let detail = problem.detail.as_deref().unwrap_or_else(|| problem.code.title());
    let body = error_body(problem.code.status().as_u16(), None, detail);
    let mut response = Response::new(Body::from(body.to_string()));
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/scim+json; charset=utf-8"),
    );
    response
}

/// Browsers name `text/html`; programs that ask for a page's address and name JSON get JSON.
fn accepts_page(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("*/*");
    accept.contains("text/html") || !accept.contains("json")
}

/// `error` calls a person; what the caller did wrong is of interest only when one looks for it.
fn log(problem: &Problem) {
    let code = problem.code.name();
    let cause = problem.cause.as_deref().map(chain).unwrap_or_default();
    match problem.code {
        Code::Internal => tracing::error!(code, cause, "request failed"),
        Code::Unavailable | Code::Busy | Code::Timeout | Code::PaymentNotSent => {
            tracing::warn!(code, cause, "request could not be served");
        }
        _ => tracing::debug!(code, cause, param = problem.param.as_deref(), "request refused"),
    }
}

/// Writes the causes one after the other; no error prints its own cause.
fn chain(error: &(dyn Error + Send + Sync)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
