//! Twilio's interface for messages, which other carriers speak too: `POST /2010-04-01/Accounts/{sid}/Messages.json`
//! (twilio.com/docs/messaging/api/message-resource).

use std::time::Duration;

use async_trait::async_trait;
use bilten_kernel::{PhoneNumber, Secret, Timestamp};
use serde::Deserialize;
use url::Url;

use super::{Sms, SmsError, Texter};

/// A carrier answers within.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of an answer that are looked at.
const MAX_ANSWER: usize = 16 * 1024;

/// Where messages go, and as whose.
#[derive(Debug, Clone)]
pub struct TwilioConfig {
    base: Url,
    account: String,
    token: Secret<String>,
    from: String,
}

impl TwilioConfig {
    /// Reads `https://<account sid>:<auth token>@<host>/?from=<sender>`; the sender is a number, or a service (`MG…`). Without
    /// TLS only this machine is taken.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let is_here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_here);
        let account = url.username();
        let is_account = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let from = url.query_pairs().find(|(key, _)| key == "from")?.1.into_owned();
        let is_sender = from.parse::<PhoneNumber>().is_ok() || from.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_safe || !is_account || !is_sender || from.is_empty() {
            return None;
        }
        let token = Secret::new(url.password()?.to_owned());
        let account = account.to_owned();
        let mut base = url;
        base.set_username("").ok()?;
        base.set_password(None).ok()?;
        base.set_query(None);
        base.set_path(&format!("/2010-04-01/Accounts/{account}/Messages.json"));
        Some(Self {
            base,
            account,
            token,
            from,
        })
    }
}

/// Hands messages to Twilio.
#[derive(Debug)]
pub struct Twilio {
    config: TwilioConfig,
    client: reqwest::Client,
}

/// What is refused says why (twilio.com/docs/api/errors).
#[derive(Debug, Deserialize)]
struct Refusal {
    #[serde(default)]
    code: u32,
    #[serde(default)]
    message: String,
}

impl Twilio {
    /// Prepares the way.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn try_new(config: TwilioConfig) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { config, client })
    }
}

#[async_trait]
impl Texter for Twilio {
    async fn send(&self, sms: &Sms, _now: Timestamp) -> Result<(), SmsError> {
        let config = &self.config;
        let sender = if config.from.starts_with("MG") {
            "MessagingServiceSid"
        } else {
            "From"
        };
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("To", sms.to.as_str())
            .append_pair(sender, &config.from)
            .append_pair("Body", &sms.text)
            .finish();
        let sent = self
            .client
            .post(config.base.clone())
            .basic_auth(&config.account, Some(config.token.expose()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .map_err(|error| SmsError::Later(error.without_url().to_string()))?;
        let status = sent.status();
        if status.is_success() {
            return Ok(());
        }
        let answer = sent.bytes().await.unwrap_or_default();
        let answer = answer.get(..answer.len().min(MAX_ANSWER)).unwrap_or_default();
        let why = match serde_json::from_slice::<Refusal>(answer) {
            Ok(refusal) => format!("{status}, code {}: {:.200}", refusal.code, refusal.message),
            Err(_) => status.to_string(),
        };
        // Too many at once, and the carrier's own failures, pass.
        if status.as_u16() == 429 || status.is_server_error() {
            Err(SmsError::Later(why))
        } else {
            Err(SmsError::Refused(why))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[test]
    fn the_address_says_all_and_goes_by_tls() {
        let config = TwilioConfig::parse("https://AC1:secret@api.example/?from=%2B4740000000").expect("it is sound");
        assert_eq!(
            config.base.as_str(),
            "https://api.example/2010-04-01/Accounts/AC1/Messages.json"
        );
        assert!(!format!("{config:?}").contains("secret"), "{config:?}");
        assert!(TwilioConfig::parse("http://AC1:s@127.0.0.1:9/?from=MG1").is_some());
        for text in [
            "http://AC1:s@api.example/?from=MG1",
            "https://api.example/?from=MG1",
            "https://AC1@api.example/?from=MG1",
            "https://AC1:s@api.example/",
            "https://AC1:s@api.example/?from=%2B47",
            "https://A%2F1:s@api.example/?from=MG1",
            "",
        ] {
            assert!(TwilioConfig::parse(text).is_none(), "{text}");
        }
    }

    /// Answers one request a connection as a carrier would, and keeps what came.
    async fn carrier(listener: tokio::net::TcpListener, seen: Arc<Mutex<Vec<String>>>) {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            let mut piece = [0; 1024];
            while !is_whole(&request) {
                let read = stream.read(&mut piece).await.expect("it reads");
                request.extend(&piece[..read]);
            }
            let request = String::from_utf8(request).expect("a form is text");
            let (status, body) = match request.as_str() {
                text if text.contains("Body=refused") => ("400 Bad Request", r#"{"code":21211,"message":"Invalid"}"#),
                text if text.contains("Body=busy") => ("429 Too Many Requests", ""),
                text if text.contains("Body=broken") => ("502 Bad Gateway", "<html>"),
                _ => ("201 Created", r#"{"sid":"SM0","status":"queued"}"#),
            };
            seen.lock().expect("nobody panicked").push(request);
            let length = body.len();
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.expect("it writes");
        }
    }

    fn is_whole(request: &[u8]) -> bool {
        let text = String::from_utf8_lossy(request).to_lowercase();
        let length = text
            .split_once("content-length: ")
            .and_then(|(_, rest)| rest.split_once('\r'));
        let length: Option<usize> = length.and_then(|(length, _)| length.parse().ok());
        let body = text.split_once("\r\n\r\n").map(|(_, body)| body.len());
        matches!((length, body), (Some(length), Some(body)) if body >= length)
    }

    #[tokio::test]
    async fn a_carrier_gets_what_is_documented_and_its_answers_are_understood() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("it is bound").port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let server = carrier(listener, seen.clone());
        let config = TwilioConfig::parse(&format!("http://AC1:token@127.0.0.1:{port}/?from=%2B4720000000"));
        let twilio = Twilio::try_new(config.expect("a sound address")).expect("a client");
        let send = async |text: &str| {
            let sms = Sms {
                id: "smc_0".to_owned(),
                tenant: bilten_kernel::TenantId::from_uuid(uuid::Uuid::from_u128(1)),
                to: "+4740000012".parse().expect("a number"),
                text: text.to_owned(),
            };
            twilio.send(&sms, Timestamp::UNIX_EPOCH).await
        };
        let talk = async {
            assert!(send("Ære & 123").await.is_ok());
            assert!(matches!(send("refused").await, Err(SmsError::Refused(why)) if why.contains("21211")));
            assert!(matches!(send("busy").await, Err(SmsError::Later(_))));
            assert!(matches!(send("broken").await, Err(SmsError::Later(_))));
        };
        tokio::select! {
            () = server => {}
            () = talk => {}
        }
        let seen = seen.lock().expect("nobody panicked");
        assert!(
            seen[0].starts_with("POST /2010-04-01/Accounts/AC1/Messages.json "),
            "{}",
            seen[0]
        );
        assert!(seen[0].contains("Basic QUMxOnRva2Vu"), "{}", seen[0]);
        let body = "To=%2B4740000012&From=%2B4720000000&Body=%C3%86re+%26+123";
        assert!(seen[0].ends_with(body), "{}", seen[0]);
    }
}
