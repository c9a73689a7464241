//! One page in memory, ready to go out: three encodings, each with all its headers.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use axum::{body::Body, response::Response};
use bilten_core::catalog::EventStock;
use bilten_kernel::Timestamp;
use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY},
};
use sha2::{Digest as _, Sha256};

use super::{
    super::{observe::X_REQUEST_ID, packed::Encoding, registry::RouteInfo},
    SaysOfStock, StaysTrue,
    asked::Asked,
};

/// What caches on the way may do: keep a page for a second, then ask again, which costs a 304. There is no
/// `stale-while-revalidate`, because browsers would heed it too and show an old page to whoever comes back.
const CACHE_RULE: HeaderValue = HeaderValue::from_static("public, max-age=0, s-maxage=1");
/// What else the page depends on. `Cookie` stands for the language that a visitor chose.
const DEPENDS_ON: HeaderValue = HeaderValue::from_static("accept-encoding, accept-language, cookie");
/// Bytes that an entry takes beside its bodies, about.
const OVERHEAD: usize = 4 * 1024;

/// A page.
pub(super) struct Entry {
    variants: [Variant; 3],
    /// Version of the tenant's pages that it was made at.
    pub(super) version: u64,
    /// Instant from which on it is not true any more.
    pub(super) until: Timestamp,
    says: Option<SaysOfStock>,
    /// Counters that it was compared with last.
    compared: Mutex<Option<Arc<EventStock>>>,
    route: Arc<RouteInfo>,
}

/// The page in one encoding.
struct Variant {
    tag: String,
    body: Bytes,
    headers: HeaderMap,
    /// Headers of the answer to somebody who has the page already.
    unchanged: HeaderMap,
}

impl Entry {
    /// Keeps a page. `headers` are those that all answers of its kind carry, security included.
    pub(super) fn new(
        body: &Bytes,
        headers: &HeaderMap,
        (version, until): (u64, Timestamp),
        says: StaysTrue,
        route: Arc<RouteInfo>,
    ) -> io::Result<Self> {
        let digest = BASE64URL_NOPAD.encode(&Sha256::digest(body)[..12]);
        let make = |encoding| Variant::new(encoding, body, headers, &digest);
        let [identity, gzip, brotli] = Encoding::ALL;
        Ok(Self {
            variants: [make(identity)?, make(gzip)?, make(brotli)?],
            version,
            until: says.until.map_or(until, |at| at.min(until)),
            says: says.stock,
            compared: Mutex::new(None),
            route,
        })
    }

    /// Bytes that it takes, about.
    pub(super) fn weight(&self, key: usize) -> u32 {
        let bodies: usize = self.variants.iter().map(|variant| variant.body.len()).sum();
        u32::try_from(bodies + key + OVERHEAD).unwrap_or(u32::MAX)
    }

    /// Event whose stock it tells of.
    pub(super) fn event(&self) -> Option<bilten_kernel::EventId> {
        self.says.as_ref().map(|says| says.event)
    }

    /// Tells whether it says the truth about these counters. Nothing is computed while they stay the same.
    pub(super) fn is_true_of(&self, stock: &Arc<EventStock>) -> bool {
        let Some(says) = &self.says else { return true };
        let mut compared = self.compared.lock().unwrap_or_else(PoisonError::into_inner);
        if compared.as_ref().is_some_and(|known| Arc::ptr_eq(known, stock)) {
            return true;
        }
        let is_same = (says.is_same)(stock);
        if is_same {
            *compared = Some(Arc::clone(stock));
        }
        is_same
    }

    /// Writes the answer to a visitor.
    pub(super) fn answer(&self, asked: &Asked) -> Response {
        let variant = &self.variants[asked.encoding.index()];
        if asked.has(&variant.tag) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.headers_mut() = variant.unchanged.clone();
            return response;
        }
        let body = if asked.is_head {
            Body::empty()
        } else {
            Body::from(variant.body.clone())
        };
        let mut response = Response::new(body);
        *response.headers_mut() = variant.headers.clone();
        response
    }

    /// Counts an answer from memory like any other answer of its route.
    pub(super) fn count(&self, is_head: bool, status: StatusCode, started: Instant) {
        self.route.figures.count(is_head, status, started);
    }
}

impl Variant {
    fn new(encoding: Encoding, body: &Bytes, common: &HeaderMap, digest: &str) -> io::Result<Self> {
        let body = encoding.pack(body)?;
        // Each encoding has a tag of its own: a strong tag vouches for the bytes (RFC 9110 §8.8.3).
        let tag = match encoding.name() {
            Some(name) => format!("\"{digest}-{name}\""),
            None => format!("\"{digest}\""),
        };
        let mut unchanged = common.clone();
        unchanged.remove(CONTENT_TYPE);
        unchanged.insert(CACHE_CONTROL, CACHE_RULE);
        unchanged.insert(VARY, DEPENDS_ON);
        unchanged.insert(ETAG, HeaderValue::try_from(&tag).map_err(io::Error::other)?);
        // Keeps a place for what each answer fills in: the copy of a full map would grow at once.
        unchanged.insert(X_REQUEST_ID.clone(), HeaderValue::from_static("none"));
        let mut headers = unchanged.clone();
        if let Some(kind) = common.get(CONTENT_TYPE) {
            headers.insert(CONTENT_TYPE, kind.clone());
        }
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        if let Some(name) = encoding.name() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        Ok(Self {
            tag,
            body,
            headers,
            unchanged,
        })
    }
}
