//! Address of the client, for throttling.

use std::{convert::Infallible, net::IpAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::{HeaderMap, request::Parts};

use crate::http::AppState;

/// Network address of the client; behind a trusted proxy, the one that the proxy saw.
#[derive(Debug, Clone, Copy)]
pub struct ClientIp(pub Option<IpAddr>);

impl FromRequestParts<AppState> for ClientIp {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<std::net::SocketAddr>>()
            .map(|info| info.0.ip());
        Ok(Self(peer.map(|peer| {
            seen_by_proxies(peer, &parts.headers, &state.config.http.trusted_proxies)
        })))
    }
}

/// Walks `X-Forwarded-For` from its end for as long as the sender is trusted: what stands before
/// the first stranger was written by him and proves nothing.
fn seen_by_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let mut client = peer;
    let values = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let chain: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    for hop in chain.into_iter().rev() {
        if !trusted.contains(&client) {
            break;
        }
        let Ok(address) = hop.parse() else { break };
        client = address;
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.0.0.2".parse().unwrap());
        let trusted = [ip("10.0.0.1"), ip("10.0.0.2")];
        assert_eq!(seen_by_proxies(ip("10.0.0.1"), &headers, &trusted), ip("1.2.3.4"));
        assert_eq!(seen_by_proxies(ip("9.9.9.9"), &headers, &trusted), ip("9.9.9.9"));
        assert_eq!(seen_by_proxies(ip("10.0.0.1"), &headers, &[]), ip("10.0.0.1"));
    }
}
