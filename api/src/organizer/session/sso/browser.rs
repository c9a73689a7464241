//! The cookie that ties a log-in to the browser that began it.

use axum::response::Response;
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use bilten_sso::sign_in::Browser;
use http::{HeaderMap, HeaderValue, header::SET_COOKIE};

use crate::config::HttpConfig;

/// Seconds for which browsers keep it: as long as a log-in may take.
const KEPT_S: u32 = 600;

/// Returns the secret of the browser, if it has one of ours.
pub(super) fn read(config: &HttpConfig, headers: &HeaderMap) -> Option<Browser> {
    let jar = CookieJar::from_headers(headers);
    Browser::parse(jar.get(name(config))?.value())
}

/// Has the browser keep its secret. It goes along when the provider sends the browser back, and to no script.
pub(super) fn keep(response: &mut Response, config: &HttpConfig, browser: &Browser) {
    let cookie = Cookie::build((name(config), browser.expose().to_owned()))
        .path("/")
        .http_only(true)
        .secure(!config.is_plain())
        .same_site(SameSite::Lax)
        .build();
    if let Ok(value) = HeaderValue::try_from(format!("{cookie}; Max-Age={KEPT_S}")) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// Browsers take the prefix `__Host-` only over TLS.
fn name(config: &HttpConfig) -> &'static str {
    if config.is_plain() { "sso" } else { "__Host-sso" }
}
