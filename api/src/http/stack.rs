//! What every request goes through before it reaches a router, from the outside in.
//!
//! The steps are plain functions, one inside the other. As layers of a router each of them would cost, for each request, a copy
//! of all the layers inside it and two boxes; together they took more time than everything that a hold needs of the program.

use std::{
    collections::HashSet,
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use futures_util::future::{BoxFuture, FutureExt as _};
use http::header::ACCEPT_ENCODING;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};
use tower_http::{CompressionLevel, compression::CompressionLayer};
use tracing::Instrument as _;

use super::{
    AppState, Resolved, headers, limits,
    observe::Observer,
    problem::{Code, Problem},
    registry::{self, Face, Site},
    render, site,
};

/// The application behind the pages in memory. Cheap to clone.
#[derive(Clone)]
pub(super) struct Stack(Arc<Inner>);

struct Inner {
    observer: Observer,
    /// Probes, and the paths at which they are, whatever the host.
    ops: Router,
    ops_paths: HashSet<&'static str>,
    sites: Arc<Sites>,
}

/// What hosts lead to.
struct Sites {
    state: AppState,
    tenant: Router,
    platform: Router,
}

impl Stack {
    pub(super) fn new(state: &AppState) -> Self {
        let ops = registry::all().into_iter().filter(|route| route.info.face == Face::Ops);
        Self(Arc::new(Inner {
            observer: Observer::new(state.clone()),
            ops: registry::router(Site::Ops, state).with_state(state.clone()),
            ops_paths: ops.map(|route| route.info.path).collect(),
            sites: Arc::new(Sites {
                state: state.clone(),
                tenant: site_router(Site::Tenant, state),
                platform: site_router(Site::Platform, state),
            }),
        }))
    }
}

impl Service<Request> for Stack {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let inner = Arc::clone(&self.0);
        async move { Ok(inner.answer(request).await) }.boxed()
    }
}

impl Inner {
    async fn answer(&self, mut request: Request) -> Response {
        let observed = self.observer.begin(&mut request);
        let mut response = if self.ops_paths.contains(request.uri().path()) {
            run(&self.ops, request).await
        } else {
            let mut response = self.sites.compressed(request).await;
            headers::secure(&self.sites.state, &mut response);
            response
        };
        observed.end(&mut response);
        response
    }
}

impl Sites {
    /// Compresses the answer for whoever takes it so; programs seldom do.
    async fn compressed(self: &Arc<Self>, request: Request) -> Response {
        if !request.headers().contains_key(ACCEPT_ENCODING) {
            return self.answer(request).await;
        }
        let answer = |request: Request| {
            let sites = Arc::clone(self);
            async move { Ok::<_, Infallible>(sites.answer(request).await) }
        };
        let layer = CompressionLayer::new().quality(CompressionLevel::Fastest);
        match layer.layer(service_fn(answer)).oneshot(request).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }

    async fn answer(&self, mut request: Request) -> Response {
        let span = site::resolve(&self.state, &mut request).await;
        let asked = render::Asked::of(&request);
        let within_span = async {
            let response = limits::bound(&self.state, self.dispatch(request)).await;
            render::problems(&self.state, &asked, response).await
        };
        let response = within_span.instrument(span.clone()).await;
        site::note(&self.state, &span, &response);
        response
    }

    async fn dispatch(&self, request: Request) -> Response {
        match request.extensions().get::<Resolved>() {
            Some(Resolved::Tenant(_)) => run(&self.tenant, request).await,
            Some(Resolved::Platform) => run(&self.platform, request).await,
            Some(Resolved::Refused(problem)) => problem.clone().into_response(),
            None => Problem::new(Code::UnknownHost).into_response(),
        }
    }
}

async fn run(router: &Router, request: Request) -> Response {
    match router.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn site_router(site: Site, state: &AppState) -> Router {
    registry::router(site, state)
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { Problem::new(Code::MethodNotAllowed) })
        .with_state(state.clone())
}
