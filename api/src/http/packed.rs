//! Files that many ask for, packed once: each encoding in which they go out, without a copy for each request.

use std::{
    borrow::Cow,
    io::{self, Write as _},
    sync::Arc,
};

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use bilten_kernel::TenantId;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY},
};
use moka::sync::Cache;

/// Bytes of all files in memory.
const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// Bytes that a file takes beside its bodies, about.
const OVERHEAD: usize = 512;
/// Effort of compression: what is packed is sent often, but pages are packed again when their stock changes.
const BROTLI_QUALITY: i32 = 5;
const BROTLI_WINDOW: i32 = 19;

/// How the bytes of an answer go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As they are.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
}

impl Encoding {
    pub(super) const ALL: [Self; 3] = [Self::Identity, Self::Gzip, Self::Brotli];

    pub(super) const fn index(self) -> usize {
        match self {
            Self::Identity => 0,
            Self::Gzip => 1,
            Self::Brotli => 2,
        }
    }

    /// Value of `Content-Encoding`.
    pub(super) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    /// The smallest one that the client takes (RFC 9110 §12.5.3). What it does not name, it may not know.
    pub(super) fn negotiate(headers: &HeaderMap) -> Self {
        let mut best = Self::Identity;
        let values = headers.get_all(ACCEPT_ENCODING).iter();
        let parts = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|text| text.split(','));
        for part in parts {
            let mut fields = part.split(';').map(str::trim);
            let found = match fields.next() {
                Some("br") => Self::Brotli,
                Some("gzip" | "x-gzip") => Self::Gzip,
                _ => continue,
            };
            let is_refused = fields.any(|field| {
                let weight = field.strip_prefix("q=").or_else(|| field.strip_prefix("Q="));
                weight.is_some_and(|weight| weight.trim_end_matches(['0', '.']).is_empty())
            });
            if !is_refused && found.index() > best.index() {
                best = found;
            }
        }
        best
    }

    /// Packs bytes.
    pub(super) fn pack(self, body: &Bytes) -> io::Result<Bytes> {
        match self {
            Self::Identity => Ok(body.clone()),
            Self::Gzip => gzip(body),
            Self::Brotli => brotli(body),
        }
    }
}

/// A file in every encoding.
pub struct Packed {
    media_type: &'static str,
    bodies: [Bytes; 3],
}

impl Packed {
    fn new(media_type: &'static str, body: Cow<'static, [u8]>) -> Self {
        let body = match body {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        // Fonts and pictures of dots are packed already.
        let is_text = media_type.starts_with("text/") || media_type.starts_with("image/svg");
        let pack = |encoding: Encoding| {
            let packed = if is_text { encoding.pack(&body).ok() } else { None };
            packed.unwrap_or_else(|| body.clone())
        };
        Self {
            media_type,
            bodies: Encoding::ALL.map(pack),
        }
    }

    fn weight(&self) -> u32 {
        let bytes: usize = self.bodies.iter().map(Bytes::len).sum();
        u32::try_from(bytes + OVERHEAD).unwrap_or(u32::MAX)
    }

    /// Writes the answer to a request with these headers; caches keep it by the rule.
    pub fn answer(&self, headers: &HeaderMap, cache_rule: &'static str) -> Response {
        let encoding = Encoding::negotiate(headers);
        let body = self.bodies[encoding.index()].clone();
        let is_packed = body != self.bodies[Encoding::Identity.index()];
        let head = [
            (CONTENT_TYPE, self.media_type),
            (CACHE_CONTROL, cache_rule),
            (VARY, "accept-encoding"),
        ];
        let mut response = (head, Body::from(body)).into_response();
        if let (true, Some(name)) = (is_packed, encoding.name()) {
            response
                .headers_mut()
                .insert(CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        response
    }
}

/// What a file is kept under: the tenant that it belongs to, unless it is the same for all, and its name.
type Key = (Option<TenantId>, Box<str>);

/// Packed files in memory; the least used are forgotten first.
pub struct PackedFiles(Cache<Key, Arc<Packed>>);

impl PackedFiles {
    /// Makes an empty memory.
    pub fn new() -> Self {
        let weight = |key: &Key, packed: &Arc<Packed>| {
            let name = u32::try_from(key.1.len()).unwrap_or(u32::MAX);
            packed.weight().saturating_add(name)
        };
        Self(Cache::builder().max_capacity(MAX_BYTES).weigher(weight).build())
    }

    /// Returns a file, packing it when it is not there.
    pub fn get_with(
        &self,
        (tenant, name): (Option<TenantId>, &str),
        media_type: &'static str,
        make: impl FnOnce() -> Cow<'static, [u8]>,
    ) -> Arc<Packed> {
        self.0
            .get_with((tenant, name.into()), || Arc::new(Packed::new(media_type, make())))
    }
}

impl Default for PackedFiles {
    fn default() -> Self {
        Self::new()
    }
}

fn gzip(body: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::default());
    encoder.write_all(body)?;
    Ok(encoder.finish()?.into())
}

fn brotli(body: &[u8]) -> io::Result<Bytes> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        size_hint: body.len(),
        ..Default::default()
    };
    let mut packed = Vec::with_capacity(body.len() / 3);
    brotli::BrotliCompress(&mut &*body, &mut packed, &params)?;
    Ok(packed.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_known_encoding_is_taken_unless_it_is_refused() {
        for (header, expected) in [
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip", Encoding::Gzip),
            ("br;q=0, gzip;q=0.5", Encoding::Gzip),
            ("br;q=0.0,gzip;q=0", Encoding::Identity),
            ("br;q=0.1", Encoding::Brotli),
            ("deflate", Encoding::Identity),
            ("*", Encoding::Identity),
            ("", Encoding::Identity),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(header));
            assert_eq!(Encoding::negotiate(&headers), expected, "{header}");
        }
        assert_eq!(Encoding::negotiate(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn text_is_packed_and_fonts_are_not() {
        let text = || Cow::Owned(b"body { color: red } ".repeat(50));
        let files = PackedFiles::new();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("br"));
        let sheet = files.get_with((None, "a.css"), "text/css; charset=utf-8", text);
        assert_eq!(sheet.answer(&headers, "public").headers()[CONTENT_ENCODING], "br");
        assert!(
            !sheet
                .answer(&HeaderMap::new(), "public")
                .headers()
                .contains_key(CONTENT_ENCODING)
        );
        let font = files.get_with((None, "a.woff2"), "font/woff2", text);
        assert!(!font.answer(&headers, "public").headers().contains_key(CONTENT_ENCODING));
        let again = files.get_with((None, "a.css"), "text/css; charset=utf-8", || Cow::Borrowed(b"other"));
        assert!(Arc::ptr_eq(&sheet, &again), "packed once");
    }
}
