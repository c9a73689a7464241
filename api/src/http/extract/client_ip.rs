//! Address of the client, for throttling.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::{Extensions, HeaderMap, request::Parts};

use crate::{
    config::HttpConfig,
    http::{AppState, network::Network},
};

/// Network address of the client; behind a trusted proxy, the one that the proxy saw.
#[derive(Debug, Clone, Copy)]
pub struct ClientIp(pub Option<IpAddr>);

impl FromRequestParts<AppState> for ClientIp {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(&state.config.http, &parts.extensions, &parts.headers))
    }
}

impl ClientIp {
    /// Finds the address of a request that is not taken apart yet.
    pub fn of(config: &HttpConfig, extensions: &Extensions, headers: &HeaderMap) -> Self {
        Self(peer(extensions).map(|peer| seen_by_proxies(peer, headers, config)))
    }

    /// Returns the network of the client.
    pub fn network(self) -> Option<Network> {
        self.0.map(Network::of)
    }
}

/// Returns the other end of the connection, in canonical form.
pub fn peer(extensions: &Extensions) -> Option<IpAddr> {
    let info = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(info.0.ip().to_canonical())
}

/// Walks `X-Forwarded-For` from its end for as long as the sender is trusted: what stands before
/// the first stranger was written by him and proves nothing.
fn seen_by_proxies(peer: IpAddr, headers: &HeaderMap, config: &HttpConfig) -> IpAddr {
    let mut client = peer;
    let values = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let chain: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    for hop in chain.into_iter().rev() {
        if !config.is_trusted_proxy(client) {
            break;
        }
        let Ok(address) = hop.parse::<IpAddr>() else { break };
        client = address.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.0.0.2".parse().unwrap());
        let behind = |proxies: &str| {
            let find = |name: &str| (name == "BILTEN_TRUSTED_PROXIES").then(|| proxies.to_owned());
            Config::read(find).unwrap().http
        };
        let config = behind("10.0.0.1, ::ffff:10.0.0.2");
        assert_eq!(seen_by_proxies(ip("10.0.0.1"), &headers, &config), ip("1.2.3.4"));
        assert_eq!(
            seen_by_proxies(ip("::ffff:10.0.0.1"), &headers, &config),
            ip("1.2.3.4"),
            "as a listener on [::] shows it"
        );
        assert_eq!(seen_by_proxies(ip("9.9.9.9"), &headers, &config), ip("9.9.9.9"));
        assert_eq!(seen_by_proxies(ip("10.0.0.1"), &headers, &behind("")), ip("10.0.0.1"));
    }
}
