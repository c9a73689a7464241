//! Which site a request is for: the host decides, and nothing else in the request can.

use std::sync::Arc;

use axum::{extract::Request, response::Response};
use bilten_kernel::{Actor, Ctx, HostName, Locale, RequestId};
use bilten_tenancy::directory::TenantEntry;
use http::{
    HeaderMap,
    header::{ACCEPT_LANGUAGE, COOKIE, HOST},
};

use super::{
    AppState, observe,
    problem::{Code, Problem},
    registry::RouteInfo,
};

/// Cookie with the language that the visitor chose.
pub const LOCALE_COOKIE: &str = "locale";

/// What the host of a request leads to.
#[derive(Debug, Clone)]
pub enum Resolved {
    /// A tenant.
    Tenant(Arc<TenantEntry>),
    /// The operators' console.
    Platform,
    /// Nothing, or the directory is out of reach.
    Refused(Problem),
}

/// Resolves the host and, for a tenant, makes the context of the request; returns the span of what follows.
pub(super) async fn resolve(state: &AppState, request: &mut Request) -> tracing::Span {
    let resolved = match host_of(request) {
        Some(host) => look_up(state, &host).await,
        None => Resolved::Refused(Problem::new(Code::UnknownHost)),
    };
    if let Resolved::Tenant(tenant) = &resolved {
        let ctx = context(state, request, tenant);
        let ctx = match locale_of(request.headers()) {
            Some(locale) => ctx.with_locale(locale),
            // A shop whose settings cannot be read answers with its error page in the fall-back language.
            None => match state.settings.get(&ctx).await {
                Ok(settings) => ctx.with_locale(settings.default_locale),
                Err(_) => ctx,
            },
        };
        request.extensions_mut().insert(ctx);
        request.extensions_mut().insert(tenant.clone());
    }
    let tenant = match &resolved {
        Resolved::Tenant(tenant) => Some(tenant.id),
        Resolved::Platform | Resolved::Refused(_) => None,
    };
    request.extensions_mut().insert(resolved);
    observe::span(request, tenant)
}

/// Notes in the span what became of the request, where somebody collects spans.
pub(super) fn note(state: &AppState, span: &tracing::Span, response: &Response) {
    if state.config.otlp_endpoint.is_some() {
        let route = response.extensions().get::<Arc<RouteInfo>>();
        span.record("route", route.map_or("unmatched", |info| info.path))
            .record("status", response.status().as_u16());
    }
}

async fn look_up(state: &AppState, host: &HostName) -> Resolved {
    if let Some(tenant) = state.directory.peek(host.clone()) {
        return Resolved::Tenant(tenant);
    }
    if *host == state.config.http.platform_host() {
        return Resolved::Platform;
    }
    match state.directory.resolve(host).await {
        Ok(Some(tenant)) => Resolved::Tenant(tenant),
        Ok(None) => Resolved::Refused(Problem::new(Code::UnknownHost)),
        Err(error) => Resolved::Refused(error.into()),
    }
}

/// The authority of the address wins over the header (RFC 9112 §3.2.2); two headers are a trick.
pub(super) fn host_of(request: &Request) -> Option<HostName> {
    if let Some(authority) = request.uri().authority() {
        return authority.as_str().parse().ok();
    }
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    if hosts.next().is_some() {
        return None;
    }
    host.parse().ok()
}

fn context(state: &AppState, request: &Request, tenant: &TenantEntry) -> Ctx {
    let request_id = request
        .extensions()
        .get::<RequestId>()
        .cloned()
        .expect("the outermost layer gives every request an id");
    Ctx::new(
        tenant.id,
        Actor::Buyer,
        request_id,
        state.clock.now(),
        state.entropy.clone(),
    )
}

/// Language that the visitor chose, else the one that the browser asks for.
pub(super) fn locale_of(headers: &HeaderMap) -> Option<Locale> {
    let chosen = cookie(headers, LOCALE_COOKIE).and_then(|value| value.parse().ok());
    chosen.or_else(|| Locale::negotiate(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?))
}

/// Returns the value of a cookie; of several with one name, the last.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| value.split(';'));
    pairs.rev().find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key.trim() == name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn host(build: impl Fn(http::request::Builder) -> http::request::Builder) -> Option<String> {
        host_of(&build(http::Request::builder()).body(Body::empty()).unwrap()).map(String::from)
    }

    #[test]
    fn the_last_cookie_of_a_name_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(cookie(&headers, "locale"), None);
        headers.append(
            COOKIE,
            http::HeaderValue::from_static("xlocale=a; locale=nb;other=c; bare"),
        );
        assert_eq!(cookie(&headers, "locale"), Some("nb"));
        headers.append(COOKIE, http::HeaderValue::from_static("locale=en"));
        assert_eq!(cookie(&headers, "locale"), Some("en"));
    }

    #[test]
    fn one_host_counts_and_malformed_ones_lead_nowhere() {
        assert_eq!(host(|b| b.header(HOST, "A.Localhost:8080")), Some("a.localhost".into()));
        assert_eq!(
            host(|b| b.uri("http://b.localhost/").header(HOST, "a.localhost")),
            Some("b.localhost".into())
        );
        assert_eq!(
            host(|b| b.header(HOST, "a.localhost").header(HOST, "b.localhost")),
            None
        );
        assert_eq!(host(|b| b), None);
        assert_eq!(host(|b| b.header(HOST, "a b")), None);
        assert_eq!(host(|b| b.header(HOST, "../etc")), None);
    }
}
