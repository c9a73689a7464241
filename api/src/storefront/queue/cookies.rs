//! What a browser keeps of a queue. Scripts cannot read any of it, and other sites cannot have it sent.

use axum::response::Response;
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use bilten_core::waiting_room::Device;
use bilten_kernel::Slug;
use http::{HeaderMap, HeaderValue, header::SET_COOKIE};

use crate::{config::HttpConfig, storefront::urls};

/// Secret of the browser, for all queues of the shop.
const DEVICE: &str = "queue-device";
/// Place in the queue of the event below whose address it lies.
pub(super) const PLACE: &str = "queue-place";
/// Pass for that event.
pub(super) const PASS: &str = "queue-pass";
/// Seconds for which browsers keep them: two weeks, as long as a place counts.
const KEPT_S: u32 = 14 * 24 * 3_600;

/// Returns the secret of the browser, if it has one of ours.
pub fn device(headers: &HeaderMap) -> Option<Device> {
    read(headers, DEVICE).and_then(|value| Device::parse(&value))
}

pub(super) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(name).map(|cookie| cookie.value().to_owned())
}

/// Has the browser keep a secret, for queues of the shop and so that tries to pay can be told apart.
pub fn keep_device(response: &mut Response, config: &HttpConfig, device: &Device) {
    set(response, config, DEVICE, device.expose().to_owned(), "/".to_owned());
}

/// Keeps a token for the pages of one event; an empty one is forgotten.
pub(super) fn keep(response: &mut Response, config: &HttpConfig, slug: &Slug, name: &'static str, token: String) {
    set(response, config, name, token, urls::event(slug));
}

fn set(response: &mut Response, config: &HttpConfig, name: &'static str, value: String, path: String) {
    let is_removal = value.is_empty();
    let mut cookie = Cookie::build((name, value))
        .path(path)
        .http_only(true)
        .secure(!config.is_plain())
        .same_site(SameSite::Lax)
        .build();
    let text = if is_removal {
        cookie.make_removal();
        cookie.to_string()
    } else {
        format!("{cookie}; Max-Age={KEPT_S}")
    };
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
