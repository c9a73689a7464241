//! The browser that somebody logs in with, and the cookie by which it is known again.
//!
//! The cookie is signed for one tenant and says who has logged in with this browser, by ids that open nothing.

use axum::extract::FromRequestParts;
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use bilten_kernel::Ctx;
use bilten_sso::{
    login::{Browser, Device, LoggedIn},
    sessions::Client,
};
use http::{HeaderMap, header::USER_AGENT, request::Parts};

use super::{
    AppState,
    auth::{session_cookie, session_token},
    extract::ClientIp,
    problem::Problem,
    site,
};

/// Purpose of the key that signs the cookie.
const PURPOSE: &str = "device";

/// Browser of a request.
#[derive(Debug, Clone)]
pub struct AskingBrowser(pub Browser);

impl FromRequestParts<AppState> for AskingBrowser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let ctx = parts.extensions.get::<Ctx>().ok_or_else(Problem::not_found)?;
        let ip = ClientIp::of(&state.config.http, &parts.extensions, &parts.headers);
        Ok(Self(browser(state, ctx, &parts.headers, ip)))
    }
}

fn browser(state: &AppState, ctx: &Ctx, headers: &HeaderMap, ClientIp(network): ClientIp) -> Browser {
    let user_agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let sealed = site::cookie(headers, name(state));
    let opened = sealed.and_then(|sealed| state.links.open(PURPOSE, ctx.tenant, sealed));
    Browser {
        client: Client::new(user_agent.unwrap_or_default(), network),
        device: opened.and_then(|bytes| Device::from_bytes(&bytes)),
        former: session_token(&state.config.http, headers),
    }
}

/// Returns the cookies of a log-in: that of the session, and the one by which the browser is known again.
pub fn cookies(state: &AppState, ctx: &Ctx, browser: Browser, logged_in: &LoggedIn) -> CookieJar {
    let device = browser.device.unwrap_or_else(|| Device::new(ctx.random()));
    let device = device.with(logged_in.account);
    let sealed = state.links.seal(PURPOSE, ctx.tenant, &device.to_bytes());
    let known = Cookie::build((name(state), sealed))
        .path("/")
        .http_only(true)
        .secure(!state.config.http.is_plain())
        .same_site(SameSite::Lax)
        .permanent();
    CookieJar::new()
        .add(session_cookie(&state.config.http, &logged_in.session.token))
        .add(known)
}

fn name(state: &AppState) -> &'static str {
    if state.config.http.is_plain() {
        "device"
    } else {
        "__Host-device"
    }
}
