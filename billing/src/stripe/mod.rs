//! Stripe behind the provider port: direct charges on the payee's connected account (docs/adr/0020).
//!
//! Invariants:
//! * A payment is made, confirmed, called off and given back on the account that its attempt names, by the header
//!   `Stripe-Account`; the platform's own balance never holds a buyer's money.
//! * The `client_secret` of a payment is dropped when an answer is read: no browser can confirm, so a payment moves money
//!   only by a call of ours, and what we called off stays off.
//! * Stripe keeps a declined payment open for another card. Here a decline is final for its attempt: the payment is killed
//!   before anybody hears of the decline.
//! * Requests are Stripe's own types (`async-stripe`); of answers only the few fields that decide are read, so that a
//!   field which is new, or missing, never makes an answered call look like a lost one.
//! * Metadata holds ids and nothing of the buyer.
//!
//! Not here: our rows (`attempts`, `payees`), the pay page (`branding`, `api`), where its notices arrive (`api`).

mod accounts;
mod answer;
mod balance;
mod currency;
mod decline;
mod dispute;
mod host;
mod line;
mod notice;
mod payment;
mod payout;
mod refund;
mod session;
mod transfer;

use std::time::Duration;

use bilten_kernel::Secret;

pub use currency::{from_stripe, to_stripe};
use line::Line;
pub use notice::{Notice, SIGNATURE_HEADER};

/// Name in our rows and in the notices' path.
pub const NAME: &str = "stripe";

/// How to reach Stripe.
#[derive(Debug, Clone)]
pub struct StripeConfig {
    /// Key that makes calls; `sk_test_…` or `sk_live_…`, or a restricted one.
    pub secret_key: Secret<String>,
    /// Secrets of the notices' endpoints that are in force.
    pub webhook_secrets: Vec<Secret<Vec<u8>>>,
    /// Where Stripe is; `https://api.stripe.com` unless a test says otherwise.
    pub base_url: String,
    /// How long one try of a call may take.
    pub patience: Duration,
    /// Wait before a call that Stripe was too busy for is tried again.
    pub pause: Duration,
}

impl StripeConfig {
    /// Address of Stripe.
    pub const BASE_URL: &'static str = "https://api.stripe.com";
    /// A payment's confirmation may take its bank several seconds; a request of ours ends after thirty.
    pub const PATIENCE: Duration = Duration::from_secs(12);
    /// Long enough for another worker's call under the same key to end.
    pub const PAUSE: Duration = Duration::from_millis(400);
}

/// Stripe.
#[derive(Debug, Clone)]
pub struct Stripe {
    line: Line,
    webhook_secrets: Vec<Secret<Vec<u8>>>,
    is_live: bool,
}

impl Stripe {
    /// Makes the provider; opens no connection yet.
    ///
    /// # Errors
    /// The client cannot be built.
    pub fn try_new(config: StripeConfig) -> Result<Self, reqwest::Error> {
        Ok(Self {
            is_live: is_live_key(config.secret_key.expose()),
            webhook_secrets: config.webhook_secrets.clone(),
            line: Line::try_new(config)?,
        })
    }

    /// Tells whether calls move real money.
    pub const fn is_live(&self) -> bool {
        self.is_live
    }
}

/// Tells whether a secret or publishable key moves real money.
pub fn is_live_key(key: &str) -> bool {
    ["sk_live_", "rk_live_", "pk_live_"]
        .iter()
        .any(|start| key.starts_with(start))
}
