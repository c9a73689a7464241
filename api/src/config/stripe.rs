//! How to reach Stripe: keys, secrets of its notices, address.

use bilten_billing::stripe::{StripeConfig, is_live_key};
use bilten_kernel::Secret;
use url::Url;

use super::Reader;

/// Secrets of notices that may be in force at once: two endpoints, each with an old and a new one, and some to spare.
const MAX_WEBHOOK_SECRETS: usize = 8;

/// What was said about Stripe.
#[derive(Debug, Clone)]
pub struct StripeSettings {
    /// Key that makes calls.
    pub secret_key: Secret<String>,
    /// Key that the buyer's browser shows Stripe.
    pub publishable_key: String,
    /// Secrets that its notices are signed with.
    pub webhook_secrets: Vec<Secret<Vec<u8>>>,
    /// Where it is.
    pub base_url: String,
}

impl StripeSettings {
    /// Tells whether payments move real money.
    pub fn is_live(&self) -> bool {
        is_live_key(self.secret_key.expose())
    }

    /// What the provider is built from.
    pub fn provider(&self) -> StripeConfig {
        StripeConfig {
            secret_key: self.secret_key.clone(),
            webhook_secrets: self.webhook_secrets.clone(),
            base_url: self.base_url.clone(),
            patience: StripeConfig::PATIENCE,
            pause: StripeConfig::PAUSE,
        }
    }

    /// Says how payments are taken, for the doctor.
    pub fn road(&self) -> String {
        let mode = if self.is_live() {
            "with real money"
        } else {
            "in test mode"
        };
        let notices = match self.webhook_secrets.len() {
            0 => "its notices are not believed until BILTEN_STRIPE_WEBHOOK_SECRETS is set".to_owned(),
            count => format!("its notices are checked against {count} secret(s)"),
        };
        format!("stripe takes payments {mode} for tenants that have an account there; {notices}")
    }
}

impl<S: Fn(&str) -> Option<String>> Reader<S> {
    /// Reads what was said about Stripe; none when nothing was.
    pub(super) fn stripe(&mut self) -> Option<StripeSettings> {
        let secret = self.either("BILTEN_STRIPE_SECRET_KEY", "STRIPE_SECRET_KEY", secret_key);
        let publishable = self.either(
            "BILTEN_STRIPE_PUBLISHABLE_KEY",
            "STRIPE_PUBLISHABLE_KEY",
            publishable_key,
        );
        let webhook_secrets = self
            .either(
                "BILTEN_STRIPE_WEBHOOK_SECRETS",
                "STRIPE_WEBHOOK_SECRET",
                webhook_secrets,
            )
            .unwrap_or_default();
        let base_url = self
            .parsed(
                "BILTEN_STRIPE_BASE_URL",
                "an https address (http on this machine only)",
                base_url,
            )
            .unwrap_or_else(|| StripeConfig::BASE_URL.to_owned());
        match (secret, publishable) {
            (None, None) => None,
            (Some(secret_key), Some(publishable_key)) => {
                if is_live_key(secret_key.expose()) != is_live_key(&publishable_key) {
                    self.faults.push(
                        "BILTEN_STRIPE_SECRET_KEY and BILTEN_STRIPE_PUBLISHABLE_KEY must be of the same mode".into(),
                    );
                }
                Some(StripeSettings {
                    secret_key,
                    publishable_key,
                    webhook_secrets,
                    base_url,
                })
            }
            (Some(_), None) | (None, Some(_)) => {
                self.faults
                    .push("BILTEN_STRIPE_SECRET_KEY and BILTEN_STRIPE_PUBLISHABLE_KEY must be set together".into());
                None
            }
        }
    }

    /// Reads our setting, or the name that Stripe's own tools use.
    fn either<T>(&mut self, ours: &str, theirs: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let name = if self.text(ours).is_some() { ours } else { theirs };
        self.parsed(name, "what Stripe's dashboard shows", parse)
    }
}

fn is_word(text: &str) -> bool {
    text.len() <= 300 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn secret_key(text: &str) -> Option<Secret<String>> {
    let is_fit = is_word(text) && ["sk_", "rk_"].iter().any(|start| text.starts_with(start));
    is_fit.then(|| Secret::new(text.to_owned()))
}

fn publishable_key(text: &str) -> Option<String> {
    (is_word(text) && text.starts_with("pk_")).then(|| text.to_owned())
}

fn webhook_secrets(text: &str) -> Option<Vec<Secret<Vec<u8>>>> {
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_fit = parts.len() <= MAX_WEBHOOK_SECRETS && parts.iter().all(|part| part.starts_with("whsec_"));
    is_fit.then(|| parts.iter().map(|part| Secret::new(part.as_bytes().to_vec())).collect())
}

/// The key must not travel in the clear.
pub(super) fn base_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_here = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    let is_fit = url.scheme() == "https" || (url.scheme() == "http" && is_here);
    is_fit.then(|| text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    fn read(settings: &[(&str, &str)]) -> Result<Config, super::super::ConfigErrors> {
        let find = |name: &str| settings.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Config::read(find)
    }

    #[test]
    fn nothing_said_is_no_stripe_and_half_is_a_fault() {
        assert!(read(&[]).unwrap().stripe.is_none());
        for half in [
            ("BILTEN_STRIPE_SECRET_KEY", "sk_test_a"),
            ("STRIPE_PUBLISHABLE_KEY", "pk_test_a"),
        ] {
            assert!(read(&[half]).unwrap_err().to_string().contains("must be set together"));
        }
    }

    #[test]
    fn all_is_read_under_either_name_and_no_secret_shows() {
        let config = read(&[
            ("STRIPE_SECRET_KEY", "sk_test_hidden"),
            ("BILTEN_STRIPE_PUBLISHABLE_KEY", "pk_test_a"),
            ("BILTEN_STRIPE_WEBHOOK_SECRETS", "whsec_hidden1, whsec_hidden2"),
            ("BILTEN_STRIPE_BASE_URL", "http://127.0.0.1:9/"),
        ])
        .unwrap();
        let stripe = config.stripe.clone().unwrap();
        assert_eq!((stripe.webhook_secrets.len(), stripe.is_live()), (2, false));
        assert_eq!(stripe.base_url, "http://127.0.0.1:9");
        assert!(!format!("{config:?}").contains("hidden"));
        assert!(!stripe.road().contains("hidden"));
    }

    #[test]
    fn modes_do_not_mix_and_keys_do_not_travel_in_the_clear() {
        let keys = |secret, public| {
            [
                ("BILTEN_STRIPE_SECRET_KEY", secret),
                ("BILTEN_STRIPE_PUBLISHABLE_KEY", public),
            ]
        };
        assert!(read(&keys("sk_live_a", "pk_test_a")).is_err());
        assert!(read(&keys("rk_live_a", "pk_live_a")).is_ok());
        assert!(read(&keys("pk_live_a", "sk_live_a")).is_err());
        for odd in ["http://api.example", "ftp://127.0.0.1", "nowhere"] {
            let faults = read(&[("BILTEN_STRIPE_BASE_URL", odd)]).unwrap_err();
            assert!(faults.to_string().contains("BILTEN_STRIPE_BASE_URL"), "{odd}");
        }
    }
}
