//! Connections without HTTP: to a host and a port, under the same rules.

use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpStream;

use super::{CONNECT_PATIENCE, Egress, Reach, Unreached, addresses};

/// Ports below 1024 that may be named: those of syslog (RFC 3164, RFC 5425, RFC 6587).
const KNOWN: [u16; 3] = [514, 601, 6514];

impl Egress {
    /// Reads `host:port` as something that may be called, or says why not.
    ///
    /// # Errors
    /// See [`Unreached`].
    pub fn allow_port(&self, address: &str) -> Result<(String, u16), Unreached> {
        let (host, port) = address.rsplit_once(':').ok_or(Unreached::Form)?;
        let port: u16 = port.parse().map_err(|_| Unreached::Form)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':');
        if bare.is_empty() || bare.len() > 253 || port == 0 || !bare.bytes().all(is_name) {
            return Err(Unreached::Form);
        }
        if self.reach == Reach::Any {
            return Ok((bare.to_owned(), port));
        }
        if port < 1024 && !KNOWN.contains(&port) {
            return Err(Unreached::Form);
        }
        let is_public = match bare.parse::<IpAddr>() {
            Ok(ip) => addresses::is_public(ip),
            // Other spellings of numbers are read as numbers by some resolvers.
            Err(_) => addresses::is_public_name(bare) && bare.bytes().any(|byte| byte.is_ascii_alphabetic()),
        };
        is_public.then(|| (bare.to_owned(), port)).ok_or(Unreached::NotPublic)
    }

    /// Connects to `host:port`. The name is resolved once, and the connection goes to one of the addresses that were looked at.
    ///
    /// # Errors
    /// See [`Unreached`].
    pub async fn connect(&self, address: &str) -> Result<TcpStream, Unreached> {
        let (host, port) = self.allow_port(address)?;
        let found = tokio::time::timeout(CONNECT_PATIENCE, tokio::net::lookup_host((host.as_str(), port))).await;
        let found = found
            .map_err(|_| Unreached::Timeout)?
            .map_err(|_| Unreached::Unreachable)?;
        let found: Vec<SocketAddr> = found.collect();
        let is_fit = |address: &SocketAddr| self.reach == Reach::Any || addresses::is_public(address.ip());
        if !found.iter().all(is_fit) {
            return Err(Unreached::NotPublic);
        }
        match tokio::time::timeout(CONNECT_PATIENCE, TcpStream::connect(found.as_slice())).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(_)) => Err(Unreached::Unreachable),
            Err(_) => Err(Unreached::Timeout),
        }
    }
}
