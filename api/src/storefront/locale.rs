//! Switches the language.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use bilten_kernel::Locale;
use serde::Deserialize;

use super::urls;
use crate::http::{AppState, LOCALE_COOKIE, extract::Params, problem::Problem};

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub struct Query {
    to: Option<String>,
}

/// `GET /locale/{lang}?to=/…`: keeps the choice in a cookie and goes back.
pub async fn switch(
    Path(language): Path<String>,
    State(state): State<AppState>,
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    let locale: Locale = language.parse().map_err(|_| Problem::not_found())?;
    let cookie = Cookie::build((LOCALE_COOKIE, locale.tag()))
        .path("/")
        .http_only(true)
        .secure(!state.config.http.is_plain())
        .same_site(SameSite::Lax)
        .permanent();
    let to = query
        .to
        .filter(|to| is_own_path(to))
        .unwrap_or_else(|| urls::HOME.to_owned());
    Ok((CookieJar::new().add(cookie), Redirect::to(&to)).into_response())
}

/// Only a path of this host: `//host`, `/\host` and full addresses lead elsewhere.
fn is_own_path(to: &str) -> bool {
    let mut bytes = to.bytes();
    bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && to.len() <= 2_000
        && to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_never_leads_to_another_host() {
        for good in ["/", "/events/a?x=1", "/?q=a%20b"] {
            assert!(is_own_path(good), "{good}");
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
            "events",
        ] {
            assert!(!is_own_path(bad), "{bad}");
        }
    }
}
