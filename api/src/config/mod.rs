//! Settings: read once from the environment, checked together, passed on as one value.
//!
//! Invariant: nothing else reads the environment. Secrets are wrapped, so that printing the
//! configuration never shows one. What is generated when it is not given lives in [`secrets`].

mod edge;
pub mod secrets;
mod sso;
mod stand_ins;
mod stripe;
mod vat;

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use bilten_branding::sms::TwilioConfig;
use bilten_kernel::{HostName, Secret, Slug};
use url::Url;

pub use edge::EdgeConfig;
pub use sso::SsoSettings;
pub use stand_ins::SandboxUse;
pub use stripe::StripeSettings;
pub use vat::VatSettings;

/// Everything that can be set from outside.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where and how to listen.
    pub http: HttpConfig,
    /// Folder for the private database, secrets and `demo.json`.
    pub data_dir: PathBuf,
    /// Folder for signed heads of the record; beside the data unless it is set.
    pub audit_witness_dir: Option<PathBuf>,
    /// How to reach PostgreSQL.
    pub database: DatabaseConfig,
    /// Filter of log lines, in the syntax of `tracing_subscriber::EnvFilter`.
    pub log: String,
    /// Mail server; without one mails go to the development mailbox.
    pub smtp_url: Option<Secret<String>>,
    /// Carrier of short messages; none sends none, except to the development mailbox.
    pub sms: Option<TwilioConfig>,
    /// Base address of an OTLP collector.
    pub otlp_endpoint: Option<Url>,
    /// Root of all derived keys; generated when it is not given.
    pub master_key: Option<Secret<[u8; 32]>>,
    /// Limits of API keys.
    pub rate: RateConfig,
    /// Limits of visitors and their connections.
    pub edge: EdgeConfig,
    /// What was said about the built-in payment provider; see [`Config::takes_sandbox_payments`].
    pub sandbox: Option<SandboxUse>,
    /// How to reach Stripe; without it there is no such provider.
    pub stripe: Option<StripeSettings>,
    /// Which tax registers may be asked.
    pub vat: VatSettings,
    /// Log-in at identity providers.
    pub sso: SsoSettings,
}

/// Where and how to listen.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Address of the public listener.
    pub listen: SocketAddr,
    /// Address of the listener for metrics.
    pub metrics_listen: SocketAddr,
    /// Tells that nobody asked for this metrics port, so that another may be taken.
    pub is_metrics_port_free: bool,
    /// Domain under which tenants get their sub-domains.
    pub base_domain: HostName,
    /// Proxies whose `X-Forwarded-For` and `X-Request-Id` are believed, in canonical form.
    pub trusted_proxies: Vec<IpAddr>,
    /// Time for reading the body, the use case and writing the answer's head.
    pub request_timeout: Duration,
}

/// How to reach PostgreSQL.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// Role that may create roles and migrate; without it a private server is started.
    pub admin_url: Option<Secret<String>>,
    /// Address for the role `bilten_app`; derived from `admin_url` when missing.
    pub app_url: Option<Secret<String>>,
    /// Address for the role `bilten_platform`; derived from `admin_url` when missing.
    pub platform_url: Option<Secret<String>>,
    /// Time after which a statement is ended.
    pub statement_timeout: Duration,
}

/// Limits of API keys.
#[derive(Debug, Clone, Copy)]
pub struct RateConfig {
    /// Requests that a key may send at once.
    pub burst: u32,
    /// Requests a second that it gets back.
    pub per_second: u32,
}

/// All faults of the settings, one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the settings are not usable:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}
impl std::error::Error for ConfigErrors {}

impl Config {
    /// Reads the environment of the process.
    ///
    /// # Errors
    /// Names every setting that cannot be used, not only the first.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn from_env() -> Result<Self, ConfigErrors> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads settings from any source.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn read(source: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigErrors> {
        let mut reader = Reader {
            source,
            faults: Vec::new(),
        };
        let config = Self {
            http: reader.http(),
            data_dir: reader
                .text("BILTEN_DATA_DIR")
                .unwrap_or_else(|| ".bilten".into())
                .into(),
            audit_witness_dir: reader.text("BILTEN_AUDIT_WITNESS_DIR").map(Into::into),
            database: reader.database(),
            log: reader.text("BILTEN_LOG").unwrap_or_else(|| "info,sqlx=warn".into()),
            smtp_url: reader.parsed(
                "BILTEN_SMTP_URL",
                "an address such as smtps://user:password@host",
                smtp_url,
            ),
            sms: reader.parsed(
                "BILTEN_SMS_URL",
                "an address such as https://account:token@host/?from=+4740000000",
                TwilioConfig::parse,
            ),
            otlp_endpoint: reader.parsed(
                "BILTEN_OTLP_ENDPOINT",
                "an address such as http://127.0.0.1:4318",
                http_url,
            ),
            master_key: reader.parsed("BILTEN_MASTER_KEY", "64 hexadecimal digits", secrets::parse_key),
            rate: RateConfig {
                burst: reader.positive("BILTEN_RATE_BURST", 600),
                per_second: reader.positive("BILTEN_RATE_PER_SECOND", 100),
            },
            edge: reader.edge(),
            sandbox: reader.parsed("BILTEN_SANDBOX", "`allow` or `off`", SandboxUse::parse),
            stripe: reader.stripe(),
            vat: reader.vat(),
            sso: reader.sso(),
        };
        if reader.faults.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors(reader.faults))
        }
    }
}

impl Config {
    /// Folder that signed heads of the record are kept in.
    pub fn witness_dir(&self) -> PathBuf {
        let beside = || self.data_dir.join("audit-heads");
        self.audit_witness_dir.clone().unwrap_or_else(beside)
    }
}

impl HttpConfig {
    /// Tells whether browsers reach us without TLS: only on the machine itself.
    pub fn is_plain(&self) -> bool {
        let base = self.base_domain.as_str();
        base == "localhost" || base.ends_with(".localhost")
    }

    /// Tells whether the other end of a connection is a proxy of ours. On a listener of IPv6, an IPv4
    /// neighbour shows as `::ffff:10.0.0.1` (RFC 4291 §2.5.5.2).
    pub fn is_trusted_proxy(&self, peer: IpAddr) -> bool {
        self.trusted_proxies.contains(&peer.to_canonical())
    }

    /// Tells whether nobody but the machine itself reaches us.
    pub fn is_private(&self) -> bool {
        self.is_plain() && self.listen.ip().is_loopback()
    }

    /// Returns the origin (scheme, host and port) under which browsers reach a host.
    pub fn origin(&self, host: &HostName) -> String {
        match (self.is_plain(), self.listen.port()) {
            (true, 80) => format!("http://{host}"),
            (true, port) => format!("http://{host}:{port}"),
            (false, _) => format!("https://{host}"),
        }
    }

    /// Returns the host of the operators' console.
    pub fn platform_host(&self) -> HostName {
        self.sub_domain("platform")
    }

    /// Returns the sub-domain that belongs to a tenant.
    pub fn tenant_host(&self, tenant: &Slug) -> HostName {
        self.sub_domain(tenant.as_str())
    }

    fn sub_domain(&self, label: &str) -> HostName {
        let host = format!("{label}.{}", self.base_domain);
        host.parse()
            .expect("the base domain is short enough for a label of 63 characters")
    }
}

struct Reader<S> {
    source: S,
    faults: Vec<String>,
}

impl<S: Fn(&str) -> Option<String>> Reader<S> {
    fn http(&mut self) -> HttpConfig {
        let asked_metrics = self.parsed("BILTEN_METRICS_LISTEN", "an address and port", ok::<SocketAddr>);
        HttpConfig {
            listen: self
                .parsed("BILTEN_LISTEN", "an address and port such as 127.0.0.1:8080", ok)
                .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            metrics_listen: asked_metrics.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 9464))),
            is_metrics_port_free: asked_metrics.is_none(),
            base_domain: self
                .parsed("BILTEN_BASE_DOMAIN", "a host name without port", base_domain)
                .unwrap_or_else(|| "localhost".parse().expect("localhost is a host name")),
            trusted_proxies: self
                .parsed("BILTEN_TRUSTED_PROXIES", "IP addresses separated by commas", proxies)
                .unwrap_or_default(),
            request_timeout: Duration::from_secs(self.positive("BILTEN_REQUEST_TIMEOUT_S", 30).into()),
        }
    }

    fn database(&mut self) -> DatabaseConfig {
        let wanted = "an address such as postgres://user:password@host/database";
        let config = DatabaseConfig {
            admin_url: self.parsed("DATABASE_URL", wanted, postgres_url),
            app_url: self.parsed("BILTEN_DATABASE_APP_URL", wanted, postgres_url),
            platform_url: self.parsed("BILTEN_DATABASE_PLATFORM_URL", wanted, postgres_url),
            statement_timeout: Duration::from_secs(self.positive("BILTEN_STATEMENT_TIMEOUT_S", 30).into()),
        };
        if config.app_url.is_some() != config.platform_url.is_some() {
            self.faults
                .push("BILTEN_DATABASE_APP_URL and BILTEN_DATABASE_PLATFORM_URL must be set together".into());
        }
        config
    }

    /// An empty variable counts as missing.
    fn text(&self, name: &str) -> Option<String> {
        (self.source)(name)
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// The fault names the setting, never its value: that may be a secret.
    fn parsed<T>(&mut self, name: &str, wanted: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let value = parse(&text);
        if value.is_none() {
            self.faults.push(format!("{name} must be {wanted}"));
        }
        value
    }

    fn positive(&mut self, name: &str, default: u32) -> u32 {
        self.parsed(name, "a whole number above zero", |t| t.parse().ok().filter(|n| *n > 0))
            .unwrap_or(default)
    }
}

fn ok<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn base_domain(text: &str) -> Option<HostName> {
    // A label of 63 characters and its dot must still fit in front.
    text.parse::<HostName>()
        .ok()
        .filter(|host| host.as_str() == text.to_ascii_lowercase() && text.len() < 189)
}

fn proxies(text: &str) -> Option<Vec<IpAddr>> {
    let addresses = text.split(',').map(|part| part.trim().parse::<IpAddr>().ok());
    addresses.map(|address| Some(address?.to_canonical())).collect()
}

fn postgres_url(text: &str) -> Option<Secret<String>> {
    let url = Url::parse(text).ok()?;
    matches!(url.scheme(), "postgres" | "postgresql").then(|| Secret::new(text.to_owned()))
}

fn smtp_url(text: &str) -> Option<Secret<String>> {
    let url = Url::parse(text).ok()?;
    matches!(url.scheme(), "smtp" | "smtps").then(|| Secret::new(text.to_owned()))
}

fn http_url(text: &str) -> Option<Url> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
        Config::read(|name| {
            settings
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_set_means_the_documented_defaults() {
        let config = read(&[]).unwrap();
        assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.http.metrics_listen.to_string(), "127.0.0.1:9464");
        assert_eq!(config.http.platform_host().as_str(), "platform.localhost");
        assert_eq!(
            config.http.origin(&config.http.platform_host()),
            "http://platform.localhost:8080"
        );
        assert!(config.database.admin_url.is_none());
    }

    #[test]
    fn only_a_loopback_listener_under_localhost_is_private() {
        for (listen, base, is_private) in [
            ("127.0.0.1:80", "localhost", true),
            ("[::1]:80", "shop.localhost", true),
            ("0.0.0.0:80", "localhost", false),
            ("[::]:80", "localhost", false),
            ("192.0.2.1:80", "localhost", false),
            ("127.0.0.1:80", "tickets.example", false),
        ] {
            let config = read(&[("BILTEN_LISTEN", listen), ("BILTEN_BASE_DOMAIN", base)]).unwrap();
            assert_eq!(config.http.is_private(), is_private, "{listen} {base}");
        }
    }

    #[test]
    fn all_faults_are_told_at_once_and_no_value_is_shown() {
        let faults = read(&[
            ("BILTEN_LISTEN", "somewhere"),
            ("BILTEN_BASE_DOMAIN", "a b"),
            ("BILTEN_MASTER_KEY", "hunter2"),
            ("DATABASE_URL", "mysql://secret@host"),
            ("BILTEN_RATE_BURST", "0"),
        ])
        .unwrap_err()
        .to_string();
        assert_eq!(faults.lines().count(), 6, "{faults}");
        assert!(!faults.contains("hunter2") && !faults.contains("secret"), "{faults}");
    }

    #[test]
    fn secrets_do_not_show_in_the_debug_form() {
        let config = read(&[
            ("BILTEN_MASTER_KEY", &"ab".repeat(32)),
            ("DATABASE_URL", "postgres://u:pw@h/d"),
        ])
        .unwrap();
        let shown = format!("{config:?}");
        assert!(!shown.contains("abab") && !shown.contains("pw"), "{shown}");
    }
}
