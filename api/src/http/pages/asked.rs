//! What of a request matters to a page for everybody: language, encoding, and the copy that the visitor has.

use axum::extract::Request;
use bilten_kernel::Locale;
use http::{
    HeaderMap, Method,
    header::{ACCEPT_ENCODING, IF_NONE_MATCH},
};

use super::super::{shell, site};

/// How the bytes of a page go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
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

    /// The smallest one that the client takes (RFC 9110 §12.5.3). What it does not name, it may not know.
    pub(super) fn negotiate(headers: &HeaderMap) -> Self {
        let mut best = Self::Identity;
        let values = headers.get_all(ACCEPT_ENCODING).iter();
        for part in values.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(',')) {
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
}

/// A visitor's wish for a page.
pub(super) struct Asked {
    pub(super) locale: Option<Locale>,
    pub(super) encoding: Encoding,
    pub(super) is_head: bool,
    has: Option<http::HeaderValue>,
}

impl Asked {
    /// Reads the wish; `None` when the visitor must get a page of his own.
    pub(super) fn of(request: &Request) -> Option<Self> {
        let headers = request.headers();
        if shell::has_flash(headers) {
            return None;
        }
        Some(Self {
            locale: site::locale_of(headers),
            encoding: Encoding::negotiate(headers),
            is_head: request.method() == Method::HEAD,
            has: headers.get(IF_NONE_MATCH).cloned(),
        })
    }

    /// Tells whether the visitor has the page with this tag already (RFC 9110 §13.1.2).
    pub(super) fn has(&self, tag: &str) -> bool {
        let Some(known) = self.has.as_ref().and_then(|value| value.to_str().ok()) else {
            return false;
        };
        let bare = |known: &str| known.strip_prefix("W/").unwrap_or(known) == tag;
        known.trim() == "*" || known.split(',').map(str::trim).any(bare)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

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
    fn a_copy_is_known_by_its_tag() {
        for (header, expected) in [
            ("\"a-br\"", true),
            ("W/\"a-br\"", true),
            ("\"b\", \"a-br\"", true),
            ("*", true),
            ("\"a\"", false),
            ("a-br", false),
        ] {
            let asked = Asked {
                locale: None,
                encoding: Encoding::Brotli,
                is_head: false,
                has: Some(HeaderValue::from_static(header)),
            };
            assert_eq!(asked.has("\"a-br\""), expected, "{header}");
        }
    }
}
