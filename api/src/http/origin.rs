//! Refuses forms that another site made the browser send.
//!
//! `Sec-Fetch-Site` is set by the browser and cannot be forged by a page (Fetch Metadata, W3C);
//! older browsers send `Origin` (RFC 6454). A request with neither comes from no browser with
//! cookies of ours worth protecting: every current browser sends `Origin` with a POST.

use axum::extract::Request;
use http::header::{HOST, ORIGIN};

use super::problem::{Code, Problem};

/// Checks where a form came from.
pub(super) fn check(request: &Request) -> Result<(), Problem> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match header("sec-fetch-site") {
        Some("same-origin" | "none") => return Ok(()),
        Some(_) => return Err(Problem::new(Code::CrossSite)),
        None => {}
    }
    let Some(origin) = header(ORIGIN.as_str()) else {
        return Ok(());
    };
    let authority = request
        .uri()
        .authority()
        .map(http::uri::Authority::as_str)
        .or_else(|| header(HOST.as_str()));
    let is_own = origin
        .split_once("://")
        .is_some_and(|(_, host)| Some(host) == authority);
    if is_own {
        Ok(())
    } else {
        Err(Problem::new(Code::CrossSite))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn only_forms_of_our_own_pages_pass() {
        for (headers, passes) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", "http://a.localhost:8080")], true),
            (&[("origin", "http://b.localhost:8080")], false),
            (&[("origin", "null")], false),
        ] {
            let mut request = http::Request::post("/").header("host", "a.localhost:8080");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            assert_eq!(
                check(&request.body(Body::empty()).unwrap()).is_ok(),
                passes,
                "{headers:?}"
            );
        }
    }
}
