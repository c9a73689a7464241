//! Stands before the application: answers from memory what is there, and lets one request make what is not.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request},
    response::Response,
};
use bilten_kernel::{RequestId, Timestamp};
use bilten_tenancy::directory::{TenantEntry, TenantStatus};
use futures_util::future::{BoxFuture, Either, FutureExt as _};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode, Uri,
    header::{ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, HOST, SET_COOKIE},
};
use tower::Service;

use super::{ForEverybody, Key, MAX_AGE, StaysTrue, asked::Asked, entry::Entry};
use crate::http::{
    AppState,
    observe::{X_REQUEST_ID, fresh_id, given_id},
    registry::RouteInfo,
    site,
};

/// Bytes of the largest page that is kept.
const MAX_PAGE: usize = 2 * 1024 * 1024;

/// The application with its pages in memory before it.
#[derive(Clone)]
pub struct Front<S> {
    inner: S,
    state: AppState,
}

/// A wish that pages in memory may answer.
struct Wish {
    asked: Asked,
    key: Key,
    started: Instant,
    /// What our own proxy calls the request.
    id: Option<RequestId>,
}

type Answer = Result<Response, Infallible>;

impl<S> Service<Request> for Front<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Answer>, Either<S::Future, BoxFuture<'static, Answer>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Some(wish) = self.wish(&request) else {
            return Either::Right(Either::Left(self.inner.call(request)));
        };
        if let Some(entry) = self.find(&wish.key) {
            return Either::Left(ready(Ok(self.answer(&entry, &wish))));
        }
        // The service that is ready is the one that may be called (tower's contract).
        let spare = self.clone();
        let front = std::mem::replace(self, spare);
        Either::Right(Either::Right(front.make(wish, request).boxed()))
    }
}

impl<S> Front<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    /// Puts the pages of these services before the application.
    pub const fn new(inner: S, state: AppState) -> Self {
        Self { inner, state }
    }

    /// Reads what a request wants, when it is a page for everybody at a host that leads to an open shop.
    fn wish(&self, request: &Request) -> Option<Wish> {
        let path = request.uri().path();
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        if !is_read || !self.state.pages.patterns.is_shared(path, request.uri().query()) {
            return None;
        }
        let started = Instant::now();
        let tenant = self.tenant(request)?;
        let asked = Asked::of(request)?;
        let key = Key {
            tenant: tenant.id,
            locale: asked.locale,
            path: path.into(),
        };
        let id = given_id(&self.state, request);
        Some(Wish {
            asked,
            key,
            started,
            id,
        })
    }

    /// The tenant of the host if it is in memory; otherwise the ordinary way looks it up.
    fn tenant(&self, request: &Request) -> Option<Arc<TenantEntry>> {
        let tenant = self.state.directory.peek(site::host_of(request)?)?;
        (tenant.status == TenantStatus::Active).then_some(tenant)
    }

    /// Finds a page that is there and true, by what is in memory.
    fn find(&self, key: &Key) -> Option<Arc<Entry>> {
        let now = self.state.clock.now();
        let entry = self.state.pages.entries.get(key)?;
        let version = self.state.page_versions.peek(key.tenant, now)?;
        if entry.version != version || now >= entry.until {
            return None;
        }
        match entry.event() {
            None => Some(entry),
            Some(event) => {
                let stock = self.state.stock.peek(key.tenant, event, now)?;
                entry.is_true_of(&stock).then_some(entry)
            }
        }
    }

    fn answer(&self, entry: &Entry, wish: &Wish) -> Response {
        let mut response = entry.answer(&wish.asked);
        let id = wish.id.clone();
        let id = id.unwrap_or_else(|| fresh_id(self.state.entropy.as_ref()));
        if let Ok(id) = HeaderValue::try_from(id.as_str()) {
            response.headers_mut().insert(X_REQUEST_ID.clone(), id);
        }
        self.state.pages.answered.increment(1);
        entry.count(wish.asked.is_head, response.status(), wish.started);
        tracing::debug!(path = &*wish.key.path, "answered from memory");
        response
    }

    /// Waits for the page, or makes it when nobody else does.
    async fn make(mut self, wish: Wish, request: Request) -> Answer {
        let making = self.state.pages.making(&wish.key);
        let in_vain = making.in_vain();
        let waited = tokio::time::timeout(self.state.config.http.request_timeout, making.turn.lock()).await;
        let Ok(turn) = waited else {
            return self.inner.call(request).await;
        };
        if making.in_vain() != in_vain {
            drop(turn);
            return self.inner.call(request).await;
        }
        if let Some(entry) = self.look_again(&wish.key).await {
            drop(turn);
            return Ok(self.answer(&entry, &wish));
        }
        let now = self.state.clock.now();
        let Ok(version) = self.state.page_versions.get(wish.key.tenant, now).await else {
            // The ordinary way tells what is the matter.
            return self.inner.call(request).await;
        };
        let question = question(&wish.key, &request, version);
        let response = self.inner.call(question).await?;
        match self.keep(&wish.key, (version, now), response).await {
            Ok((entry, id)) => {
                drop(turn);
                let mut response = entry.answer(&wish.asked);
                response.headers_mut().extend(id.map(|id| (X_REQUEST_ID.clone(), id)));
                Ok(response)
            }
            Err(response) => {
                making.in_vain.fetch_add(1, std::sync::atomic::Ordering::AcqRel);
                Ok(response)
            }
        }
    }

    /// Finds a page as [`find`](Self::find) does, after reading what it depends on when that is too old.
    async fn look_again(&self, key: &Key) -> Option<Arc<Entry>> {
        let entry = self.state.pages.entries.get(key)?;
        let now = self.state.clock.now();
        self.state.page_versions.get(key.tenant, now).await.ok()?;
        if let Some(event) = entry.event() {
            self.state.stock.get(key.tenant, event, now).await.ok()?;
        }
        self.find(key)
    }

    /// Keeps the page if it is one for everybody; gives the answer back otherwise.
    async fn keep(
        &self,
        key: &Key,
        (version, made_at): (u64, Timestamp),
        mut response: Response,
    ) -> Result<(Arc<Entry>, Option<HeaderValue>), Response> {
        let stays_true = response.extensions_mut().remove::<StaysTrue>();
        let route = response.extensions().get::<Arc<RouteInfo>>().cloned();
        let is_plain = response.status() == StatusCode::OK
            && !response.headers().contains_key(SET_COOKIE)
            && !response.headers().contains_key(CONTENT_ENCODING);
        let (Some(stays_true), Some(route), true) = (stays_true, route, is_plain) else {
            return Err(response);
        };
        let (parts, body) = response.into_parts();
        let Ok(body) = to_bytes(body, MAX_PAGE).await else {
            tracing::error!(route = route.path, "a page for everybody is too large to be kept");
            let mut refused = Response::new(Body::empty());
            *refused.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            return Err(refused);
        };
        let until = made_at.saturating_add(MAX_AGE).unwrap_or(made_at);
        let common = common(&parts.headers);
        let id = parts.headers.get(&X_REQUEST_ID).cloned();
        match Entry::new(&body, &common, (version, until), stays_true, route) {
            Ok(entry) => {
                let entry = Arc::new(entry);
                self.state.pages.entries.insert(key.clone(), Arc::clone(&entry));
                self.state.pages.made.increment(1);
                Ok((entry, id))
            }
            Err(error) => {
                tracing::error!(%error, "a page for everybody cannot be compressed");
                Err(Response::from_parts(parts, Body::from(body)))
            }
        }
    }
}

/// The request for a page that everybody gets: our own words, and nothing of the visitor but his language, and
/// whether he would rather have a failure as JSON.
fn question(key: &Key, asked: &Request, version: u64) -> Request {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = Uri::try_from(&*key.path).unwrap_or_default();
    let kept = [HOST, ACCEPT, X_REQUEST_ID.clone()];
    for name in kept {
        if let Some(value) = asked.headers().get(&name) {
            request.headers_mut().insert(name, value.clone());
        }
    }
    if let Some(authority) = asked.uri().authority()
        && let Ok(host) = HeaderValue::try_from(authority.as_str())
    {
        request.headers_mut().insert(HOST, host);
    }
    if let Some(locale) = key.locale {
        request
            .headers_mut()
            .insert(ACCEPT_LANGUAGE, HeaderValue::from_static(locale.tag()));
    }
    if let Some(peer) = asked.extensions().get::<ConnectInfo<std::net::SocketAddr>>() {
        request.extensions_mut().insert(*peer);
    }
    request.extensions_mut().insert(ForEverybody { version });
    request
}

/// Headers of an answer that all answers with this page carry.
fn common(headers: &HeaderMap) -> HeaderMap {
    let mut common = headers.clone();
    for name in [CONTENT_LENGTH, CACHE_CONTROL, X_REQUEST_ID.clone()] {
        common.remove(name);
    }
    common
}
