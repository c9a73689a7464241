//! The outermost layer: gives each request an id, a log line and its figures. Its span begins where the tenant is
//! known ([`span`]), so that it is written once: each field that is added later costs more than the whole span.

use std::{cell::RefCell, sync::Arc, time::Instant};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use bilten_kernel::{Entropy, RequestId, TenantId};
use data_encoding::Encoding;
use http::{HeaderName, HeaderValue, Method};
use metrics::Gauge;

use super::{AppState, extract::peer, figures, registry::RouteInfo};

pub(super) static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Bytes of randomness in an id, and ids that one draw of randomness is enough for.
const ID_BYTES: usize = 15;
const IDS_PER_DRAW: usize = 128;

/// What the layer needs for each request.
#[derive(Clone)]
pub(super) struct Observer {
    state: AppState,
    in_flight: Gauge,
}

impl Observer {
    pub(super) fn new(state: AppState) -> Self {
        Self {
            state,
            in_flight: metrics::gauge!("http_requests_in_flight"),
        }
    }
}

/// What a stranger calls his request. It is only logged.
#[derive(Debug, Clone)]
struct Claimed(RequestId);

/// A request that is being answered.
pub(super) struct Observed {
    id: RequestId,
    method: Method,
    started: Instant,
    _in_flight: InFlight,
}

/// Observes as a layer of a router.
pub(super) async fn layer(State(observer): State<Observer>, mut request: Request, next: Next) -> Response {
    let observed = observer.begin(&mut request);
    let mut response = next.run(request).await;
    observed.end(&mut response);
    response
}

impl Observer {
    /// Gives the request its id, and begins to count.
    pub(super) fn begin(&self, request: &mut Request) -> Observed {
        let (id, claimed) = request_id(&self.state, request);
        request.extensions_mut().insert(id.clone());
        if let Some(claimed) = claimed {
            request.extensions_mut().insert(Claimed(claimed));
        }
        self.in_flight.increment(1);
        Observed {
            id,
            method: request.method().clone(),
            started: Instant::now(),
            _in_flight: InFlight(self.in_flight.clone()),
        }
    }
}

impl Observed {
    /// Counts the answer and puts the id on it.
    pub(super) fn end(self, response: &mut Response) {
        self.count(response);
        if let Ok(value) = HeaderValue::try_from(self.id.as_str()) {
            response.headers_mut().insert(X_REQUEST_ID.clone(), value);
        }
    }

    fn count(&self, response: &Response) {
        let status = response.status();
        let info = response.extensions().get::<Arc<RouteInfo>>();
        let route = info.map_or("unmatched", |info| info.path);
        match info {
            Some(info) => info.figures.count(self.method == Method::HEAD, status, self.started),
            None => figures::count_unmatched(&self.method, status, self.started),
        }
        tracing::debug!(
            request_id = %self.id,
            route,
            status = status.as_u16(),
            elapsed_ms = self.started.elapsed().as_millis(),
            "answered"
        );
    }
}

/// Makes the span of a request, once its tenant is known.
pub(super) fn span(request: &Request, tenant: Option<TenantId>) -> tracing::Span {
    let extensions = request.extensions();
    tracing::info_span!(
        "request",
        request_id = extensions.get::<RequestId>().map(tracing::field::display),
        client_request_id = extensions.get::<Claimed>().map(|claimed| tracing::field::display(&claimed.0)),
        method = %request.method(),
        tenant = tenant.map(tracing::field::display),
        route = tracing::field::Empty,
        status = tracing::field::Empty,
    )
}

/// Counts down also when the client went away and the future was dropped.
struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// Takes the id that a trusted proxy gave, so that it can be followed through several systems. What a
/// stranger calls his request is only logged: the id goes into the audit, which must not hold his words.
fn request_id(state: &AppState, request: &Request) -> (RequestId, Option<RequestId>) {
    match claimed_id(state, request) {
        Some((given, true)) => (given, None),
        claimed => (fresh_id(state.entropy.as_ref()), claimed.map(|(claimed, _)| claimed)),
    }
}

/// Returns the id that our own proxy gave.
pub(super) fn given_id(state: &AppState, request: &Request) -> Option<RequestId> {
    let (given, is_trusted) = claimed_id(state, request)?;
    is_trusted.then_some(given)
}

fn claimed_id(state: &AppState, request: &Request) -> Option<(RequestId, bool)> {
    let claimed = request.headers().get(&X_REQUEST_ID)?.to_str().ok()?;
    let is_trusted = peer(request.extensions()).is_some_and(|peer| state.config.http.is_trusted_proxy(peer));
    Some((RequestId::parse(claimed)?, is_trusted))
}

/// Makes an id. Randomness is drawn for many at once: each draw asks the operating system.
pub(super) fn fresh_id(entropy: &dyn Entropy) -> RequestId {
    thread_local! {
        static DRAWN: RefCell<(Vec<u8>, usize)> = const { RefCell::new((Vec::new(), 0)) };
    }
    let mut text = [0; ID_BYTES.div_ceil(5) * 8];
    DRAWN.with_borrow_mut(|(drawn, next)| {
        if *next + ID_BYTES > drawn.len() {
            drawn.resize(ID_BYTES * IDS_PER_DRAW, 0);
            entropy.fill(drawn);
            *next = 0;
        }
        LOWER_BASE32.encode_mut(&drawn[*next..*next + ID_BYTES], &mut text);
        *next += ID_BYTES;
    });
    let text = std::str::from_utf8(&text).unwrap_or_default();
    RequestId::parse(text).expect("base32 fits a request id")
}

static LOWER_BASE32: std::sync::LazyLock<Encoding> = std::sync::LazyLock::new(|| {
    let mut base32 = data_encoding::Specification::new();
    base32.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    base32.encoding().expect("32 symbols make an encoding")
});

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use bilten_kernel::SeededEntropy;

    use super::*;

    #[test]
    fn no_two_requests_have_one_id() {
        let entropy = SeededEntropy::new(7);
        let ids: HashSet<String> = (0..1_000).map(|_| fresh_id(&entropy).to_string()).collect();
        assert_eq!(ids.len(), 1_000);
        assert!(ids.iter().all(|id| id.len() == 24));
    }
}
