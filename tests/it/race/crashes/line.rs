//! The way from a buyer to the server, which breaks when the server dies.

use std::{net::SocketAddr, time::Duration};

use bilten_tests::Shopkeeper;
use reqwest::{RequestBuilder, redirect::Policy};
use serde_json::Value;
use tokio::sync::watch;

/// Longest wait for an answer of a server that lives.
const TIMEOUT: Duration = Duration::from_secs(20);

#[derive(Debug, Clone)]
pub(super) struct Line {
    client: reqwest::Client,
    address: SocketAddr,
    shop: Shopkeeper,
    /// Requests sent so far.
    pub sent: watch::Sender<usize>,
}

/// The answer did not come, or not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// The server may have got the request.
    InFlight,
    /// There was nobody to send it to.
    NotSent,
}

#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub text: String,
    location: Option<String>,
}

impl Line {
    pub fn to(address: SocketAddr, shop: &Shopkeeper) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(TIMEOUT);
        Self {
            client: client.build().unwrap(),
            address,
            shop: shop.clone(),
            sent: watch::Sender::new(0),
        }
    }

    /// Sends a form as a browser does.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Lost> {
        let request = self.client.post(self.url(path));
        let origin = format!("http://{}", self.host());
        self.send(request.header("origin", origin).form(fields)).await
    }

    pub async fn page(&self, path: &str) -> Result<Answer, Lost> {
        self.send(self.client.get(self.url(path))).await
    }

    pub async fn api(&self, path: &str, key: &str, body: &Value) -> Result<Answer, Lost> {
        let request = self.client.post(self.url(&format!("/api/v1{path}")));
        let request = request.bearer_auth(&self.shop.key).header("idempotency-key", key);
        self.send(request.json(body)).await
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn host(&self) -> String {
        format!("{}:{}", self.shop.host, self.address.port())
    }

    async fn send(&self, request: RequestBuilder) -> Result<Answer, Lost> {
        let lost = |error: reqwest::Error| {
            assert!(!error.is_timeout(), "a server that lives gives no answer: {error:?}");
            if error.is_connect() {
                Lost::NotSent
            } else {
                Lost::InFlight
            }
        };
        let request = request.header("host", self.host());
        self.sent.send_modify(|sent| *sent += 1);
        let answer = request.send().await.map_err(lost)?;
        let location = answer.headers().get("location");
        Ok(Answer {
            status: answer.status().as_u16(),
            location: location.map(|value| value.to_str().unwrap().to_owned()),
            text: answer.text().await.map_err(lost)?,
        })
    }
}

impl Answer {
    /// Returns where the answer sends the buyer.
    #[track_caller]
    pub fn leads_to(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text);
        self.location.clone().unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
}
