//! A frugal HTTP/1.1 client with one kept connection: it shares the machine with what it measures.
//!
//! It understands what the measured programs send: answers with a length. Anything else is an error, never a success.

use std::{io::Write as _, time::Duration};

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Room for an answer, which grows when a larger one comes.
const ROOM: usize = 16 * 1024;

/// Kept connection.
pub struct Client {
    stream: TcpStream,
    inbox: Vec<u8>,
    outbox: Vec<u8>,
}

/// A request; empty texts are left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    pub method: &'a str,
    pub host: &'a str,
    pub path: &'a str,
    /// Further header lines, each with its line end.
    pub headers: &'a str,
    /// Makes a repeated request count once.
    pub once: &'a str,
    pub body: &'a str,
    /// The body is a form and not JSON.
    pub is_form: bool,
}

/// An answer, for as long as the next request is not sent.
pub struct Answer<'a> {
    pub status: u16,
    pub body: &'a [u8],
    head: &'a [u8],
}

impl Answer<'_> {
    /// Returns the text after a mark and before the next quotation mark.
    pub fn after(&self, mark: &str) -> Option<&str> {
        let text = std::str::from_utf8(self.body).ok()?;
        let (_, rest) = text.split_once(mark)?;
        rest.split('"').next()
    }

    /// Returns the values of a header, named in lower case.
    pub fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        let head = std::str::from_utf8(self.head).unwrap_or_default();
        head.split("\r\n").filter_map(move |line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.body).chars().take(300).collect()
    }
}

impl Client {
    pub async fn connect(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            inbox: vec![0; ROOM],
            outbox: Vec::with_capacity(1024),
        })
    }

    /// Sends a request and reads the answer.
    pub async fn call(&mut self, request: Request<'_>) -> anyhow::Result<Answer<'_>> {
        let Request {
            method,
            host,
            path,
            headers,
            once,
            body,
            is_form,
        } = request;
        self.outbox.clear();
        write!(self.outbox, "{method} {path} HTTP/1.1\r\nhost: {host}\r\n{headers}")?;
        if !once.is_empty() {
            write!(self.outbox, "idempotency-key: {once}\r\n")?;
        }
        if method != "GET" {
            let kind = if is_form { "x-www-form-urlencoded" } else { "json" };
            let length = body.len();
            write!(
                self.outbox,
                "content-type: application/{kind}\r\ncontent-length: {length}\r\n"
            )?;
        }
        write!(self.outbox, "\r\n{body}")?;
        self.stream.write_all(&self.outbox).await?;
        self.read().await
    }

    async fn read(&mut self) -> anyhow::Result<Answer<'_>> {
        let (mut filled, mut whole) = (0, None);
        let (status, body_at, end) = loop {
            if whole.is_none() {
                whole = head(&self.inbox[..filled])?;
            }
            match whole {
                Some((status, body_at, length)) if filled >= body_at + length => {
                    break (status, body_at, body_at + length);
                }
                Some((_, body_at, length)) if self.inbox.len() < body_at + length => {
                    self.inbox.resize(body_at + length, 0);
                }
                None if filled == self.inbox.len() => bail!("the head of an answer has no end"),
                _ => {}
            }
            match self.stream.read(&mut self.inbox[filled..]).await? {
                0 => bail!("the connection was closed"),
                count => filled += count,
            }
        };
        let (head, body) = self.inbox[..end].split_at(body_at);
        Ok(Answer { status, body, head })
    }
}

/// Reads status, place and length of the body; `None` while the head is not complete.
fn head(bytes: &[u8]) -> anyhow::Result<Option<(u16, usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&bytes[..end])?;
    let status: u16 = text.get(9..12).context("a status line")?.parse()?;
    let mut length = None;
    for line in text.split("\r\n").skip(1) {
        if line
            .as_bytes()
            .first()
            .is_some_and(|first| first.eq_ignore_ascii_case(&b'c'))
            && let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = Some(value.trim().parse()?);
        }
    }
    let has_no_body = status == 304 || status == 204;
    let length = if has_no_body { Some(0) } else { length };
    let length = length.with_context(|| format!("an answer without a length: {text}"))?;
    Ok(Some((status, end + 4, length)))
}

/// Waits until the port answers.
pub async fn wait_for(port: u16, path: &str) -> anyhow::Result<()> {
    let mut last = String::new();
    for _ in 0..1_200 {
        match ask(port, path).await {
            Ok(200 | 404) => return Ok(()),
            Ok(status) => last = format!("status {status}"),
            Err(error) => last = format!("{error:#}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("nobody answers well at port {port}: {last}")
}

async fn ask(port: u16, path: &str) -> anyhow::Result<u16> {
    let mut client = Client::connect(port).await?;
    let request = Request {
        method: "GET",
        host: "localhost",
        path,
        ..Request::default()
    };
    Ok(client.call(request).await?.status)
}
