//! What concerns money, people, log-ins or files with personal data asks whether it is still the same person: somebody who
//! proved long ago who he is does so again, and comes back to where he was.
//!
//! The instant of the proof belongs to the session, not to the account: a proof here says nothing of another browser.

use axum::{
    extract::Request,
    response::{IntoResponse as _, Redirect, Response},
};
use bilten_kernel::Ctx;
use http::{Method, header::REFERER};
use jiff::SignedDuration;
use url::{Url, form_urlencoded};

use super::{
    auth::local_path,
    extract::StaffSession,
    problem::{Code, Problem},
};

/// A proof counts for so long (NIST SP 800-63B §4.2.3 leaves the time to the service).
pub const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// Page on which one proves oneself.
pub const CONFIRMATION: &str = "/manage/confirmation";

/// Returns where whoever proved too long ago who he is goes instead.
pub(super) fn detour(request: &Request) -> Option<Response> {
    let session = request.extensions().get::<StaffSession>();
    let ctx = request.extensions().get::<Ctx>();
    let (Some(session), Some(ctx)) = (session, ctx) else {
        return Some(Problem::new(Code::Unauthenticated).into_response());
    };
    if ctx.now().duration_since(session.proved_at) <= WINDOW {
        return None;
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("next", &way_back(request))
        .finish();
    Some(Redirect::to(&format!("{CONFIRMATION}?{query}")).into_response())
}

/// A page comes back to itself. A form and a file come back to the page that they were asked for on: a form must be read
/// again before it is sent, and a file leaves nothing to look at.
fn way_back(request: &Request) -> String {
    let own = request.uri().path_and_query().map_or("/manage", |path| path.as_str());
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD) && !is_file(request.uri().path());
    let from = if is_page {
        Some(own.to_owned())
    } else {
        referer(request)
    };
    from.filter(|path| local_path(path, "/manage"))
        .unwrap_or_else(|| "/manage".to_owned())
}

fn is_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

/// Path of the page that the browser came from, whatever its host: it is only ever used on this one.
fn referer(request: &Request) -> Option<String> {
    let from = Url::parse(request.headers().get(REFERER)?.to_str().ok()?).ok()?;
    Some(match from.query() {
        Some(query) => format!("{}?{query}", from.path()),
        None => from.path().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn one_comes_back_to_a_page_and_to_nowhere_else() {
        for (method, path, referer, expected) in [
            (Method::GET, "/manage/security?x=1", None, "/manage/security?x=1"),
            (
                Method::GET,
                "/manage/finance/fees.csv",
                Some("http://a.localhost:8080/manage/finance/fees?from=2026"),
                "/manage/finance/fees?from=2026",
            ),
            (Method::GET, "/manage/finance/fees.csv", None, "/manage"),
            (
                Method::POST,
                "/manage/payees",
                Some("http://a.localhost:8080/manage/payees"),
                "/manage/payees",
            ),
            (
                Method::POST,
                "/manage/payees",
                Some("http://evil.test/elsewhere"),
                "/manage",
            ),
            (Method::POST, "/manage/payees", Some("javascript:alert(1)"), "/manage"),
            (Method::POST, "/manage/payees", None, "/manage"),
        ] {
            let mut request = http::Request::builder().method(&method).uri(path);
            if let Some(referer) = referer {
                request = request.header(REFERER, referer);
            }
            let request = request.body(Body::empty()).unwrap();
            assert_eq!(way_back(&request), expected, "{method} {path} {referer:?}");
        }
    }
}
