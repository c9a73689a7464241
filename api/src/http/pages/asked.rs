//! What of a request matters to a page for everybody: language, encoding, and the copy that the visitor has.

use axum::extract::Request;
use bilten_kernel::Locale;
use http::{Method, header::IF_NONE_MATCH};

use super::super::{packed::Encoding, shell, site};

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
