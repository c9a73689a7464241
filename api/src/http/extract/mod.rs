//! What handlers take out of a request. Each refusal is a [`Problem`](super::problem::Problem).

mod client_ip;
mod form;
mod host;
mod idempotency;
mod json;
mod params;
mod person;
mod tenant;

pub use client_ip::{ClientIp, peer};
pub use form::{CsrfForm, PlainForm, is_request_key};
pub use host::AskedHost;
pub use idempotency::{IdempotencyKey, RequiredIdempotencyKey};
pub use json::{JsonBody, UnhashedJson};
pub use params::Params;
pub use person::{ApiCaller, OperatorSession, StaffSession};
pub use tenant::{PlatformCtx, TenantCtx};
