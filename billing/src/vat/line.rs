//! The line to a register: bounded in time, tries and size of the answer.

use std::time::Duration;

use reqwest::{RequestBuilder, redirect::Policy};

/// Tries of one question while a buyer waits.
const TRIES: u32 = 2;
/// Longest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;
/// Longest word for a fault that is kept.
const MAX_FAULT: usize = 60;

/// How to reach a register.
#[derive(Debug, Clone)]
pub struct LineConfig {
    /// Its address, without a slash at the end.
    pub base_url: String,
    /// How long one try may take.
    pub patience: Duration,
    /// Wait before the second try.
    pub pause: Duration,
}

impl LineConfig {
    /// An address with the patience of a buyer who waits: nine seconds at most.
    pub fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            patience: Duration::from_secs(4),
            pause: Duration::from_millis(300),
        }
    }
}

/// Connections to a register.
#[derive(Debug, Clone)]
pub struct Line {
    client: reqwest::Client,
    config: LineConfig,
}

/// An answer as it came.
pub(super) struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Line {
    /// Makes a line; opens no connection yet.
    ///
    /// # Errors
    /// The client cannot be built.
    pub fn try_new(config: LineConfig) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(config.patience)
            .redirect(Policy::none())
            .build()?;
        Ok(Self { client, config })
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.config.base_url)
    }

    /// Sends a question, once more when nobody answered or the register is in trouble; reading changes nothing there.
    ///
    /// # Errors
    /// A word for what went wrong.
    pub(super) async fn send(&self, request: impl Fn(&reqwest::Client) -> RequestBuilder) -> Result<Reply, String> {
        for _ in 1..TRIES {
            match self.send_once(request(&self.client)).await {
                Ok(reply) if reply.status < 500 && reply.status != 429 => return Ok(reply),
                Ok(_) | Err(_) => tokio::time::sleep(self.config.pause).await,
            }
        }
        self.send_once(request(&self.client)).await
    }

    async fn send_once(&self, request: RequestBuilder) -> Result<Reply, String> {
        let mut answer = request.send().await.map_err(|error| fault_of(&error))?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| fault_of(&error))? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err("too_long".to_owned());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, body })
    }
}

fn fault_of(error: &reqwest::Error) -> String {
    let word = if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "unreachable"
    } else {
        "broken_answer"
    };
    word.to_owned()
}

/// A register's word for a fault, as it may be kept and shown.
pub(super) fn fault(word: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let word: String = word.chars().filter(is_plain).take(MAX_FAULT).collect();
    if word.is_empty() { "unreadable".to_owned() } else { word }
}

/// A text of a register that is kept: trimmed and bounded; `---` says that it tells none.
pub(super) fn text(found: Option<&str>, most: usize) -> Option<String> {
    let text: String = found?.trim().chars().filter(|c| !c.is_control()).take(most).collect();
    (!text.is_empty() && text != "---").then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_texts_are_bounded() {
        assert_eq!(fault("MS_UNAVAILABLE"), "MS_UNAVAILABLE");
        assert_eq!(fault("<b>ö"), "b");
        assert_eq!((fault("«»").as_str(), fault(&"x".repeat(99)).len()), ("unreadable", 60));
        assert_eq!(text(Some(" Ada\n GmbH "), 300).as_deref(), Some("Ada GmbH"));
        assert_eq!(
            (text(Some("---"), 9), text(Some(" "), 9), text(None, 9)),
            (None, None, None)
        );
    }
}
