//! A message from one page to the next: its key travels in a cookie that is read once.
//!
//! Only keys that begin with `flash-` are taken, so that whoever sets the cookie can at worst show
//! one of our own sentences.

use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, SameSite};
use bilten_branding::{
    texts,
    views::{Flash, Text, Tone},
};
use http::{HeaderMap, HeaderValue, header::SET_COOKIE};

use crate::http::site;

const COOKIE: &str = "flash";
const PREFIX: &str = "flash-";

/// Goes to another page of this site after a form was taken (RFC 9110 §15.4.4).
pub fn redirect(to: &str) -> Response {
    Redirect::to(to).into_response()
}

/// Goes to another page and lets it say one of the messages `FLASH_*`.
pub fn redirect_saying(to: &str, key: &'static str) -> Response {
    let mut response = redirect(to);
    set(&mut response, &flash_cookie(key));
    response
}

/// Makes the cookie that carries a message to the next page.
pub fn flash_cookie(key: &'static str) -> Cookie<'static> {
    bare(key)
}

pub(super) fn read(headers: &HeaderMap) -> Option<Flash> {
    let sent = site::cookie(headers, COOKIE)?;
    let mut all = texts::ALL.iter().chain(texts::visits::ALL).chain(texts::streams::ALL);
    let key = all.find(|key| key.starts_with(PREFIX) && **key == sent)?;
    Some(Flash {
        tone: tone(key),
        text: Text::new(key),
    })
}

/// Tells whether a message waits for the visitor, or something that looks like one.
pub fn has_flash(headers: &HeaderMap) -> bool {
    site::cookie(headers, COOKIE).is_some()
}

pub(super) fn forget(response: &mut Response) {
    let mut cookie = bare("");
    cookie.make_removal();
    set(response, &cookie);
}

fn tone(key: &str) -> Tone {
    match key {
        key if key.starts_with("flash-refused-") => Tone::Caution,
        texts::FLASH_NOT_ALLOWED
        | texts::FLASH_SSO_TEST_FAILED
        | texts::FLASH_SSO_NOT_TIED
        | texts::FLASH_SSO_WRONG_STATE
        | texts::FLASH_SSO_ENFORCED
        | texts::FLASH_SSO_UNVERIFIED
        | texts::FLASH_SSO_NO_DNS
        | texts::FLASH_SSO_DOMAIN_TAKEN
        | texts::FLASH_TOO_LATE
        | texts::FLASH_DISPUTE_REFUSED
        | texts::FLASH_DISPUTE_NO_ANSWER
        | texts::FLASH_PAYMENT_STILL_ODD
        | texts::FLASH_APPROVAL_OWN
        | texts::FLASH_LIMIT_INVALID
        | texts::FLASH_PAYMENT_NO_ANSWER
        | texts::FLASH_PAYMENT_NOT_OURS
        | texts::FLASH_WAITLIST_BEING_PAID
        | texts::FLASH_GIFT_UNKNOWN
        | texts::FLASH_GIFT_TOO_MANY
        | texts::FLASH_GIFT_OVER
        | texts::FLASH_GIFT_EMPTY
        | texts::FLASH_GIFT_CURRENCY
        | texts::FLASH_GIFT_TOO_LITTLE
        | texts::FLASH_GIFT_CHANGED
        | texts::FLASH_STEP_GONE
        | texts::FLASH_SSO_REQUIRED
        | texts::FLASH_RECOVERY_OWN => Tone::Caution,
        texts::FLASH_LOGGED_OUT
        | texts::FLASH_PAID_ALREADY
        | texts::FLASH_PAYMENT_ENDED
        | texts::FLASH_GIFT_MADE_BEFORE
        | texts::FLASH_APPROVAL_ASKED
        | texts::FLASH_APPROVAL_WAITS
        | texts::FLASH_APPROVAL_REJECTED
        | texts::FLASH_QUEUE_HAS_CART => Tone::Info,
        _ => Tone::Positive,
    }
}

fn bare(value: &'static str) -> Cookie<'static> {
    let mut cookie = Cookie::new(COOKIE, value);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie
}

fn set(response: &mut Response, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::try_from(cookie.to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_messages_are_shown() {
        for (cookie, shown) in [
            ("flash=flash-saved", Some("flash-saved")),
            ("flash=login-failed", None),
            ("flash=<script>", None),
            ("flash=", None),
            ("other=flash-saved", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("cookie", HeaderValue::from_static(cookie));
            let key = read(&headers).map(|flash| flash.text.key);
            assert_eq!(key.as_deref(), shown, "{cookie}");
        }
    }
}
