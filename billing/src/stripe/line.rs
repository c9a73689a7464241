//! The line to Stripe: sends a request and tells apart what was answered, what was never sent, and what is not known.

use std::time::Duration;

use bilten_kernel::Secret;
use reqwest::header::{HeaderMap, HeaderValue};
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::{
    StripeConfig,
    answer::{ApiError, Refusal},
};
use crate::provider::{AccountRef, Outcome, Why};

/// Tries of one call, all under one key.
const TRIES: u32 = 3;
/// Longest answer that is read, in bytes.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// Where and under which key a request is sent.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sending<'a> {
    /// Connected account; none for the platform's own.
    pub account: Option<&'a AccountRef>,
    /// Makes the request happen once; reading needs none.
    pub key: Option<&'a str>,
}

/// What came of a request.
pub(super) enum Reply {
    /// It took effect; the answer's body.
    Body(Vec<u8>),
    /// Stripe refused it.
    Refused(Box<ApiError>),
    /// Stripe heard nothing of it, or turned it away unread.
    NotSent(Why),
    /// Nobody knows.
    Unknown,
}

impl Reply {
    /// The outcome that this is when there is no answer at all.
    pub(super) fn lost<T>(&self) -> Option<Outcome<T>> {
        match self {
            Self::Body(_) | Self::Refused(_) => None,
            Self::NotSent(why) => Some(Outcome::NotSent(*why)),
            Self::Unknown => Some(Outcome::Unknown),
        }
    }
}

/// Connections to Stripe. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Line {
    client: reqwest::Client,
    secret_key: Secret<String>,
    base_url: String,
    pause: Duration,
}

impl Line {
    pub fn try_new(config: StripeConfig) -> Result<Self, reqwest::Error> {
        let version = HeaderValue::from_static(stripe_shared::version::VERSION.as_str());
        let client = reqwest::Client::builder()
            .timeout(config.patience)
            .redirect(reqwest::redirect::Policy::none())
            .default_headers(HeaderMap::from_iter([(STRIPE_VERSION, version)]))
            .user_agent(concat!("bilten/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            client,
            secret_key: config.secret_key,
            base_url: config.base_url.trim_end_matches('/').to_owned(),
            pause: config.pause,
        })
    }

    /// Tells whether an address is one of Stripe's API host.
    pub fn is_at(&self, address: &str) -> bool {
        address
            .strip_prefix(&self.base_url)
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// Sends a request; again, a bounded number of times, when Stripe was busy or another worker's call under this key was
    /// still at work. What may have taken effect is not sent again here: whoever asked looks first.
    pub async fn send(&self, request: &RequestBuilder, sending: Sending<'_>) -> Reply {
        let mut pause = self.pause;
        for _ in 1..TRIES {
            match self.send_once(request, sending).await {
                Tried::Busy | Tried::InUse => tokio::time::sleep(pause).await,
                Tried::Ended(reply) => return reply,
            }
            pause *= 2;
        }
        match self.send_once(request, sending).await {
            Tried::Ended(reply) => reply,
            Tried::Busy => Reply::NotSent(Why::Refused),
            Tried::InUse => Reply::Unknown,
        }
    }

    async fn send_once(&self, request: &RequestBuilder, sending: Sending<'_>) -> Tried {
        let answer = match self.prepare(request, sending).send().await {
            Ok(answer) => answer,
            Err(error) => return Tried::Ended(never_answered(&error)),
        };
        let status = answer.status().as_u16();
        let Ok(body) = answer.bytes().await else {
            return Tried::Ended(Reply::Unknown);
        };
        if body.len() > MAX_ANSWER {
            return Tried::Ended(Reply::Unknown);
        }
        metrics::counter!("stripe_answers_total", "status" => status.to_string()).increment(1);
        match status {
            200..=299 => Tried::Ended(Reply::Body(body.to_vec())),
            429 => Tried::Busy,
            400..=499 => refused(status, &body),
            _ => Tried::Ended(Reply::Unknown),
        }
    }

    fn prepare(&self, request: &RequestBuilder, sending: Sending<'_>) -> reqwest::RequestBuilder {
        let query = request.query.as_deref().filter(|query| !query.is_empty());
        let url = match query {
            Some(query) => format!("{}/v1{}?{query}", self.base_url, request.path),
            None => format!("{}/v1{}", self.base_url, request.path),
        };
        let mut prepared = match request.method {
            StripeMethod::Get => self.client.get(url),
            StripeMethod::Post => self.client.post(url),
            StripeMethod::Delete => self.client.delete(url),
        }
        .bearer_auth(self.secret_key.expose());
        if let Some(account) = sending.account {
            prepared = prepared.header("stripe-account", account.as_str());
        }
        if let Some(key) = sending.key {
            prepared = prepared.header("idempotency-key", key);
        }
        match &request.body {
            Some(body) => prepared
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body.clone()),
            None => prepared,
        }
    }
}

const STRIPE_VERSION: http::HeaderName = http::HeaderName::from_static("stripe-version");

/// What came of one try.
enum Tried {
    Ended(Reply),
    /// Stripe did not look at it.
    Busy,
    /// A call under this key is at work.
    InUse,
}

fn refused(status: u16, body: &[u8]) -> Tried {
    let Some(error) = ApiError::read(status, body) else {
        return Tried::Ended(Reply::Unknown);
    };
    match error.refusal() {
        Refusal::KeyInUse => Tried::InUse,
        Refusal::KeyReused => Tried::Ended(Reply::NotSent(Why::KeyReused)),
        Refusal::Busy => Tried::Busy,
        Refusal::NotFound
        | Refusal::State
        | Refusal::Card
        | Refusal::Form
        | Refusal::NotRefundable
        | Refusal::NoFunds
        | Refusal::NoAccess => Tried::Ended(Reply::Refused(Box::new(error))),
        Refusal::Ours => {
            // Neither the parameters nor the message: both may quote what a buyer typed.
            tracing::error!(
                status,
                code = error.code(),
                request = error.request(),
                "stripe refused a request of ours"
            );
            Tried::Ended(Reply::NotSent(Why::Refused))
        }
    }
}

/// A connection that never stood carried nothing; any other fault may have come after the request arrived.
fn never_answered(error: &reqwest::Error) -> Reply {
    if error.is_connect() || error.is_builder() {
        Reply::NotSent(Why::Unreachable)
    } else {
        Reply::Unknown
    }
}
