//! A frugal HTTP/1.1 client with one kept connection: it shares the machine with what it measures.

use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// Kept connection.
pub struct Client {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Client {
    /// Connects; `head` is what every request repeats.
    pub async fn connect(port: u16, host: &str, key: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let head = format!("host: {host}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n");
        Ok(Self {
            stream: BufReader::new(stream),
            head,
        })
    }

    /// Sends a request and reads the answer.
    pub async fn call(&mut self, method: &str, path: &str, key: &str, body: &str) -> anyhow::Result<(u16, String)> {
        let head = &self.head;
        let idempotency = if key.is_empty() {
            String::new()
        } else {
            format!("idempotency-key: {key}\r\n")
        };
        let length = body.len();
        let request = format!("{method} {path} HTTP/1.1\r\n{head}{idempotency}content-length: {length}\r\n\r\n{body}");
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|text| text.parse().ok())
            .context("a status line")?;
        let mut length = 0;
        loop {
            line.clear();
            if self.stream.read_line(&mut line).await? == 0 {
                bail!("the connection was closed");
            }
            let lower = line.trim().to_ascii_lowercase();
            if lower.is_empty() {
                break;
            }
            if let Some(text) = lower.strip_prefix("content-length:") {
                length = text.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }
}

/// Waits until the port answers with success.
pub async fn wait_for(port: u16, path: &str) -> anyhow::Result<()> {
    for _ in 0..600 {
        if let Ok(mut client) = Client::connect(port, "localhost", "none").await
            && let Ok((200, _)) = client.call("GET", path, "", "").await
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("nobody answers at port {port}")
}
