//! Brings webhooks over real HTTP to where this installation listens.

use std::time::Duration;

use async_trait::async_trait;

/// Longest wait for an answer to a webhook.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A webhook on its way.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Host (and port) of the tenant.
    pub host: String,
    /// Path on that host.
    pub path: &'static str,
    /// Name and value of the signature header.
    pub signature: (&'static str, String),
    /// JSON.
    pub body: String,
}

/// Delivers parcels.
#[async_trait]
pub trait Courier: Send + Sync {
    /// Delivers one; returns the status of the answer.
    ///
    /// # Errors
    /// There was no answer; the text says why.
    async fn deliver(&self, parcel: Parcel) -> Result<u16, String>;
}

/// Delivers by HTTP to one address, whatever the host's name resolves to.
#[derive(Debug, Clone)]
pub struct HttpCourier {
    client: reqwest::Client,
    base_url: String,
}

impl HttpCourier {
    /// Takes the address at which this installation listens, such as `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// The client cannot be built.
    pub fn try_new(base_url: String) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { client, base_url })
    }
}

#[async_trait]
impl Courier for HttpCourier {
    async fn deliver(&self, parcel: Parcel) -> Result<u16, String> {
        let request = self
            .client
            .post(format!("{}{}", self.base_url, parcel.path))
            .header("host", parcel.host)
            .header("content-type", "application/json")
            .header(parcel.signature.0, parcel.signature.1)
            .body(parcel.body);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        Ok(answer.status().as_u16())
    }
}
